//! The dispatcher: offers a job to one provider after another, and stops at the end of the search window.

use chrono::{DateTime, TimeDelta, Utc};
use engine::{Amount, Commission, Id};

use super::{
    Dispatching, Job, JobState, Offer, OfferState,
    candidates::{Candidate, Way, candidate_of, candidates_for},
    locks::{lock_bookings, lock_newcomers},
    news::report,
    store::{
        decisions::{self, Algorithm, NewDecision},
        jobs, offers,
    },
};
use crate::{
    bookings::{Author, Booking, JobNews, Report, quotes},
    db::{Tx, publish},
    error::AppError,
    payouts::{Share, split},
    providers::{self, Provider},
    tenants::Tenant,
};

/// How long the dispatcher waits if no provider is left: somebody may come on duty.
pub const SEARCH_AGAIN_AFTER: TimeDelta = TimeDelta::seconds(60);

/// The dispatcher's next step for a job.
enum Verdict {
    /// The job needs no search.
    Over,
    /// The search hasn't begun; it begins at this time.
    BeginAt(DateTime<Utc>),
    /// An offer is pending, or providers may take the job themselves, until this time.
    Wait(DateTime<Utc>),
    /// This provider is asked next.
    Ask(Box<Candidate>),
    /// No provider is left; retry at this time, if any.
    Nobody(Option<DateTime<Utc>>),
}

/// Runs the dispatcher for a job: waits, asks the next provider, or gives up.
pub async fn run_dispatcher(tx: &mut Tx, tenant: &Tenant, id: Id<Job>) -> Result<(), AppError> {
    let mut bookings = lock_bookings(tx, id).await?;
    let Some(before) = jobs::find(tx, id).await? else {
        return Ok(());
    };
    if before.vertical.is_none() && bookings.is_empty() {
        return Err(AppError::NotFound); // only a newer version knows what it pays
    }
    let searching = Job { search_started_at: before.search_started_at.or(Some(tx.now)), ..before.clone() };
    let candidates = match wait_for(tx, tenant, &searching).await? {
        Some(verdict) => return settle(tx, tenant, &mut bookings, &searching, verdict, &[]).await,
        None => candidates_for(tx, tenant, &searching).await?,
    };
    let verdict = match candidates.iter().find(|candidate| candidate.is_ranked() && candidate.way.is_some()) {
        Some(next) => Verdict::Ask(Box::new(next.clone())),
        None => Verdict::Nobody(next_run(tx.now, tenant, &searching)),
    };
    settle(tx, tenant, &mut bookings, &searching, verdict, &candidates).await
}

/// The verdict if it doesn't depend on candidates.
async fn wait_for(tx: &mut Tx, tenant: &Tenant, job: &Job) -> Result<Option<Verdict>, AppError> {
    let now = tx.now;
    if !job.state.is_searching() || job.point.is_none() {
        return Ok(Some(Verdict::Over));
    }
    match job.dispatching {
        Dispatching::ByHand => return Ok(Some(Verdict::Over)),
        Dispatching::Discover { until, .. } if until > now => return Ok(Some(Verdict::Wait(until))),
        Dispatching::Discover { .. } => return Ok(Some(Verdict::Nobody(None))),
        Dispatching::Now | Dispatching::At(_) => {}
    }
    let begins_at = job.search_begins_at(&tenant.settings);
    if job.state == JobState::Open && begins_at > now {
        return Ok(Some(Verdict::BeginAt(begins_at)));
    }
    let pending = offers::pending_of_job(tx, job.id).await?;
    if let Some(until) = pending.iter().map(|offer| offer.expires_at).max().filter(|until| *until > now) {
        return Ok(Some(Verdict::Wait(until)));
    }
    let ended = job.search_ends_at(&tenant.settings).is_some_and(|end| end <= now);
    Ok(ended.then_some(Verdict::Nobody(None)))
}

/// The next try after nobody was found: every minute, the last one when the search ends.
fn next_run(now: DateTime<Utc>, tenant: &Tenant, job: &Job) -> Option<DateTime<Utc>> {
    let end = job.search_ends_at(&tenant.settings)?;
    (end > now).then(|| end.min(now + SEARCH_AGAIN_AFTER))
}

/// Applies the verdict if the job is unchanged since it was read; otherwise the other writer has already rescheduled the search.
async fn settle(
    tx: &mut Tx,
    tenant: &Tenant,
    bookings: &mut Vec<Booking>,
    seen: &Job,
    verdict: Verdict,
    candidates: &[Candidate],
) -> Result<(), AppError> {
    let chosen = match &verdict {
        Verdict::Ask(candidate) => Some(providers::store::lock(tx, candidate.provider_id).await?),
        _ => None,
    };
    let job = jobs::lock(tx, seen.id).await?;
    lock_newcomers(tx, job.id, bookings).await?;
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
                // Another transaction has assigned work to the chosen provider: retry at once.
                return jobs::set_search(tx, job.id, Some(now), began, job.search_exhausted_at).await;
            };
            jobs::set_search(tx, job.id, Some(now), began, job.search_exhausted_at).await?;
            offer(tx, tenant, bookings, &job, &provider, way).await?;
            let reason = t!("dispatch-fastest-qualified-provider-available");
            log(tx, job.id, Some(&candidate), candidates, reason).await
        }
        Verdict::Nobody(next) => {
            let job = time_out_offers(tx, job).await?;
            let first_time = job.search_exhausted_at.is_none();
            jobs::set_search(tx, job.id, next, began, job.search_exhausted_at.or(Some(now))).await?;
            if first_time {
                let reason = match job.dispatching {
                    Dispatching::Discover { .. } => t!("dispatch-nobody-took-it-in-time"),
                    _ if candidates.is_empty() => t!("dispatch-the-search-time-is-over"),
                    _ => t!("dispatch-no-more-providers-to-ask"),
                };
                log(tx, job.id, None, candidates, reason).await?;
                let news = Report { news: JobNews::NobodyFound, by: Author::system(), full_name: "", note: None };
                report(tx, job.id, bookings, &news).await?;
            }
            publish(tx, "board").await
        }
    }
}

async fn log(
    tx: &mut Tx,
    job: Id<Job>,
    chosen: Option<&Candidate>,
    candidates: &[Candidate],
    reason: &str,
) -> Result<(), AppError> {
    let algorithm = Algorithm::Auto;
    decisions::log(
        tx,
        &NewDecision { job, algorithm, chosen, candidates, reason, decided_by: t!("dispatch-automatic") },
    )
    .await
}

/// Marks expired offers as timed out. If none is pending then, the job is open again.
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

/// Offers the job to a provider, whom the caller has locked.
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
        pay: pay(tx, job, bookings, provider).await?.unwrap_or(Amount::ZERO),
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

/// What a provider earns for the bookings of a job at the current prices, without the rest cents of a price that is split between several. While it has
/// none, its kind of business says what it pays; nothing if that isn't known.
pub(super) async fn pay(
    tx: &mut Tx,
    job: &Job,
    bookings: &[Booking],
    provider: &Provider,
) -> Result<Option<Amount>, AppError> {
    let going_on: Vec<_> = bookings.iter().filter(|booking| !booking.phase.is_terminal()).collect();
    if going_on.is_empty() {
        let Some(kind) = job.vertical else { return Ok(None) };
        let base = kind.job_pay(tx, job).await?;
        return Ok(base.map(|base| Share::of_base(base, provider.commission).amount));
    }
    let (mut base, mut pay) = (Amount::ZERO, Amount::ZERO);
    for booking in going_on {
        let price = quotes::approved(&quotes::list(tx, booking.id).await?)?;
        let jobs = 1 + jobs::states_of_others(tx, booking.id, job.id).await?.len();
        let shared = booking.vertical.parts(tx, booking, &price).await?.of_jobs;
        let part = split(shared, jobs).into_iter().min().unwrap_or(Amount::ZERO);
        base += part;
        pay += Share::of_base(part, provider.commission).amount;
    }
    Ok(Some(match provider.commission {
        Commission::Percentage(_) => pay,
        Commission::FlatPerJob(_) => Share::of_base(base, provider.commission).amount,
    }))
}
