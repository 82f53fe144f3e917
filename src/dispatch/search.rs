//! Looking for somebody: opening a job, asking one after another, giving up, calling it off.

use chrono::{DateTime, TimeDelta, Utc};
use engine::{Amount, GeoPoint, Id};
use uuid::Uuid;

use super::{
    Job, JobState, NewJob, Offer, OfferState,
    candidates::{Candidate, Way, candidate_of, candidates_for},
    store::{
        assignments,
        decisions::{self, Algorithm},
        jobs, offers,
    },
};
use crate::{
    bookings::{self, Booking, quotes},
    calendar,
    db::{Tx, publish},
    error::AppError,
    payouts::Share,
    providers::{self, Provider},
    server::App,
    tenants::{self, Tenant},
};

/// When nobody is left to ask, the dispatcher looks again after this long: somebody may have come on duty.
pub const LOOK_AGAIN_AFTER: TimeDelta = TimeDelta::seconds(60);

/// Opens a job for a booking. The dispatcher looks at it at once if its place is known, and waits by itself for the time of later work.
pub async fn open_job(tx: &mut Tx, job: NewJob) -> Result<Id<Job>, AppError> {
    let id = Id::new();
    let now = tx.now;
    jobs::insert(tx, id, &job, job.point.map(|_| now)).await?;
    publish(tx, "board").await?;
    Ok(id)
}

/// The place of a booking's jobs became known: now somebody can be looked for. The booking is locked by the caller.
pub async fn set_place(tx: &mut Tx, booking: Id<Booking>, address: &str, place: GeoPoint) -> Result<(), AppError> {
    let now = tx.now;
    let ids: Vec<_> = jobs::open_of_booking(tx, booking).await?.iter().map(|job| job.id).collect();
    for job in jobs::lock_all(tx, &ids).await? {
        if job.state.is_searching() {
            jobs::set_place(tx, job.id, address, place, now).await?;
        }
    }
    Ok(())
}

/// The dispatcher looks at a job whose `dispatch_at` has passed.
pub async fn handle_deadline(app: App, tenant: Id<Tenant>, job: Uuid) -> Result<(), AppError> {
    let mut tx = app.db.begin_system(tenant).await?;
    let tenant = tenants::find_by_id(&mut tx, tenant).await?.ok_or(AppError::NotFound)?;
    look(&mut tx, &tenant, Id::from_uuid(job)).await?;
    tx.commit().await
}

/// Alerts staff of a job that the dispatcher can't look at.
pub async fn alert_of_deadline(app: App, tenant: Id<Tenant>, job: Uuid) -> Result<(), AppError> {
    let mut tx = app.db.begin_system(tenant).await?;
    let message = "The automatic search for a provider keeps failing. We keep trying. Assign a provider by hand.";
    for booking in jobs::bookings_of(&mut tx, Id::from_uuid(job)).await? {
        bookings::store::alert_staff_once(&mut tx, booking, "deadline_failing", message).await?;
    }
    tx.commit().await
}

/// What a look at a job leads to.
enum Verdict {
    /// Nothing is looked for any more.
    Over,
    /// The search begins then: it hasn't begun, whatever was searched before.
    BeginAt(DateTime<Utc>),
    /// An offer waits for its answer until then.
    Wait(DateTime<Utc>),
    /// This one is asked next.
    Ask(Box<Candidate>),
    /// Nobody is left to ask; look again then, if at all.
    Nobody(Option<DateTime<Utc>>),
}

/// The dispatcher looks at a job: waits, asks the next provider, or gives up.
pub async fn look(tx: &mut Tx, tenant: &Tenant, id: Id<Job>) -> Result<(), AppError> {
    let bookings = lock_bookings(tx, id).await?;
    let Some(before) = jobs::find(tx, id).await? else {
        return Ok(());
    };
    let searching = Job { search_started_at: before.search_started_at.or(Some(tx.now)), ..before.clone() };
    let candidates = match wait_for(tx, tenant, &searching).await? {
        Some(verdict) => return settle(tx, tenant, &bookings, &searching, verdict, &[]).await,
        None => candidates_for(tx, tenant, &searching).await?,
    };
    let verdict = match candidates.iter().find(|candidate| candidate.is_ranked()) {
        Some(next) => Verdict::Ask(Box::new(next.clone())),
        None => Verdict::Nobody(next_look(tx.now, tenant, &searching)),
    };
    settle(tx, tenant, &bookings, &searching, verdict, &candidates).await
}

/// What is to be done without looking at anybody.
async fn wait_for(tx: &mut Tx, tenant: &Tenant, job: &Job) -> Result<Option<Verdict>, AppError> {
    if !job.state.is_searching() || job.point.is_none() {
        return Ok(Some(Verdict::Over));
    }
    if job.state == JobState::Open && job.is_for_later(&tenant.settings, tx.now) {
        return Ok(Some(Verdict::BeginAt(job.search_begins_at(&tenant.settings))));
    }
    let now = tx.now;
    let pending = offers::pending_of_job(tx, job.id).await?;
    if let Some(until) = pending.iter().map(|offer| offer.expires_at).max().filter(|until| *until > now) {
        return Ok(Some(Verdict::Wait(until)));
    }
    let ended = job.search_ends_at(&tenant.settings).is_some_and(|end| end <= now);
    Ok(ended.then_some(Verdict::Nobody(None)))
}

/// When to look again after nobody was found: every minute, the last time when the search ends.
fn next_look(now: DateTime<Utc>, tenant: &Tenant, job: &Job) -> Option<DateTime<Utc>> {
    let end = job.search_ends_at(&tenant.settings)?;
    (end > now).then(|| end.min(now + LOOK_AGAIN_AFTER))
}

/// Writes what a look has led to, unless the job was changed meanwhile: whoever changed it has told the dispatcher when to look again.
async fn settle(
    tx: &mut Tx,
    tenant: &Tenant,
    bookings: &[Booking],
    seen: &Job,
    verdict: Verdict,
    candidates: &[Candidate],
) -> Result<(), AppError> {
    let chosen = match &verdict {
        Verdict::Ask(candidate) => Some(providers::store::lock(tx, candidate.provider_id).await?),
        _ => None,
    };
    let job = jobs::lock(tx, seen.id).await?;
    if (job.state, job.dispatch_at) != (seen.state, seen.dispatch_at) {
        return Ok(());
    }
    let now = tx.now;
    let began = seen.search_started_at;
    match verdict {
        Verdict::Over => jobs::set_search(tx, job.id, None, job.search_started_at, job.search_exhausted_at).await,
        Verdict::BeginAt(begins_at) => jobs::set_search(tx, job.id, Some(begins_at), None, None).await,
        Verdict::Wait(until) => {
            jobs::set_search(tx, job.id, Some(until), job.search_started_at, job.search_exhausted_at).await
        }
        Verdict::Ask(candidate) => {
            let job = time_out_offers(tx, job).await?;
            let current = candidate_of(tx, tenant, seen, candidate.provider_id).await?;
            let (Some(provider), Some(way)) = (chosen.filter(|_| current.is_ranked()), current.way) else {
                // Chosen while somebody else gave them work: look again at once.
                return jobs::set_search(tx, job.id, Some(now), began, job.search_exhausted_at).await;
            };
            jobs::set_search(tx, job.id, Some(now), began, job.search_exhausted_at).await?;
            offer(tx, tenant, bookings, &job, &provider, way).await?;
            let reason = "The first who can be there among those who can do it.";
            decisions::log(tx, job.id, Algorithm::Auto, Some(&candidate), candidates, reason, "Dispatcher").await
        }
        Verdict::Nobody(next) => {
            let job = time_out_offers(tx, job).await?;
            let first_time = job.search_exhausted_at.is_none();
            jobs::set_search(tx, job.id, next, began, job.search_exhausted_at.or(Some(now))).await?;
            if first_time {
                let reason = if candidates.is_empty() {
                    "The search has lasted as long as it may."
                } else {
                    "Nobody is left who can be asked."
                };
                decisions::log(tx, job.id, Algorithm::Auto, None, candidates, reason, "Dispatcher").await?;
                for booking in bookings {
                    bookings::search_failed(tx, booking).await?;
                }
            }
            publish(tx, "board").await
        }
    }
}

/// Offers that have run out no longer stand; without one the job is open again.
async fn time_out_offers(tx: &mut Tx, job: Job) -> Result<Job, AppError> {
    let now = tx.now;
    for offer in offers::lock_pending_of_job(tx, job.id).await? {
        if let Some(change) = offer.time_out(now) {
            offers::apply(tx, offer.id, &change).await?;
            publish(tx, &format!("provider:{}", offer.provider_id)).await?;
        }
    }
    if job.state != JobState::Offered {
        return Ok(job);
    }
    let change = job.go_on_searching(now)?;
    jobs::apply(tx, job.id, &change).await?;
    Ok(Job { state: change.to, ..job })
}

/// Asks a provider, who is locked by the caller.
async fn offer(
    tx: &mut Tx,
    tenant: &Tenant,
    bookings: &[Booking],
    job: &Job,
    provider: &Provider,
    way: Way,
) -> Result<(), AppError> {
    let expires_at = tx.now + tenant.settings.offer_window();
    let offer = Offer {
        id: Id::new(),
        job_id: job.id,
        provider_id: provider.id,
        state: OfferState::Pending,
        distance: way.distance,
        travel: way.travel,
        pay: pay(tx, bookings, provider).await?,
        commission: provider.commission.into(),
        decline_reason: None,
        offered_at: tx.now,
        expires_at,
        answered_at: None,
    };
    offers::insert(tx, &offer).await?;
    let change = job.offer(tx.now, expires_at)?;
    jobs::apply(tx, job.id, &change).await?;
    publish(tx, &format!("provider:{}", provider.id)).await?;
    publish(tx, &format!("job:{}", job.id)).await?;
    publish(tx, "board").await
}

/// What a provider earns by the bookings of a job, as priced now.
async fn pay(tx: &mut Tx, bookings: &[Booking], provider: &Provider) -> Result<Amount, AppError> {
    let mut pay = Amount::ZERO;
    for booking in bookings {
        let price = quotes::approved(&quotes::list(tx, booking.id).await?)?;
        pay += Share::of(&price, provider.commission).amount;
    }
    Ok(pay)
}

/// Locks who works on these bookings, and their jobs; and another provider with them. The bookings are locked by the caller.
pub async fn lock_work(tx: &mut Tx, bookings: &[Id<Booking>], also: Option<Id<Provider>>) -> Result<(), AppError> {
    let mut jobs = Vec::new();
    for booking in bookings {
        jobs.extend(jobs::open_of_booking(tx, *booking).await?.iter().map(|job| job.id));
    }
    let mut doing = assignments::providers_of(tx, &jobs).await?;
    doing.extend(also);
    providers::store::lock_all(tx, &doing).await?;
    jobs::lock_all(tx, &jobs).await?;
    Ok(())
}

/// Calls off a booking's jobs: nobody is asked any more, whoever had one is free, nothing is held. The booking is locked by the caller.
pub async fn withdraw(tx: &mut Tx, booking: Id<Booking>, reason: &str) -> Result<(), AppError> {
    let now = tx.now;
    let ids: Vec<_> = jobs::open_of_booking(tx, booking).await?.iter().map(|job| job.id).collect();
    let doing = assignments::providers_of(tx, &ids).await?;
    providers::store::lock_all(tx, &doing).await?;
    for job in jobs::lock_all(tx, &ids).await?.into_iter().filter(|job| !job.state.is_over()) {
        withdraw_offers(tx, &job).await?;
        jobs::apply(tx, job.id, &job.cancel(now, reason.to_owned())?).await?;
        assignments::end(tx, job.id, Some(reason)).await?;
        calendar::release(tx, job.id).await?;
        publish(tx, &format!("job:{}", job.id)).await?;
    }
    for provider in doing {
        publish(tx, &format!("provider:{provider}")).await?;
    }
    publish(tx, "board").await
}

/// Takes back what waits for an answer.
pub(super) async fn withdraw_offers(tx: &mut Tx, job: &Job) -> Result<(), AppError> {
    let now = tx.now;
    for offer in offers::lock_pending_of_job(tx, job.id).await? {
        if let Some(change) = offer.withdraw(now) {
            offers::apply(tx, offer.id, &change).await?;
            publish(tx, &format!("provider:{}", offer.provider_id)).await?;
        }
    }
    Ok(())
}

/// Locks the bookings a job is done for: the first of all locks.
pub(super) async fn lock_bookings(tx: &mut Tx, job: Id<Job>) -> Result<Vec<Booking>, AppError> {
    let mut locked = Vec::new();
    for id in jobs::bookings_of(tx, job).await? {
        locked.push(bookings::store::lock(tx, id).await?);
    }
    Ok(locked)
}
