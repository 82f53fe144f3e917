//! Manual dispatch by staff.

use engine::{Id, field::isolated};

use super::{
    Dispatching, Job, JobState,
    answer::release,
    assign::{Assigning, assign, tell},
    candidates::{candidate_of, candidates_for},
    locks::{lock_bookings, lock_newcomers},
    news::report,
    pending::withdraw_if_overlapping,
    store::{
        assignments,
        decisions::{self, Algorithm, NewDecision},
        jobs, offers,
    },
    timing::Timing,
};
use crate::{
    bookings::{Author, Booking, JobNews, Report},
    db::{Tx, publish},
    error::AppError,
    providers::{self, Provider},
    tenants::Tenant,
};

/// The holder of a job and its state, as shown to staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    pub provider_id: Id<Provider>,
    pub state: JobState,
}

/// Staff assign a job to a provider.
///
/// - The provider may be off duty, far away or lack a skill: staff know more. But they must be allowed to work and have no other work at that time.
/// - The previous provider loses the job and isn't asked again. Pending offers of the job are withdrawn.
/// - `shown` is the holder that staff saw. If another provider has the job by now, or its state has changed, the conflict says so.
/// - A provider who already has the job keeps it: a second tap changes nothing.
/// - A pending offer of another job to this provider is withdrawn if they can't do both.
pub async fn assign_manually(
    tx: &mut Tx,
    tenant: &Tenant,
    job: Id<Job>,
    provider: Id<Provider>,
    shown: Option<Holder>,
    staff: &str,
) -> Result<(), AppError> {
    let mut bookings = lock_bookings(tx, job).await?;
    let current = assignments::current_of_job(tx, job).await?.map(|assignment| assignment.provider_id);
    if current == Some(provider) {
        return Ok(());
    }
    let involved: Vec<_> = current.into_iter().chain([provider]).collect();
    let providers = providers::store::lock_all(tx, &involved).await?;
    let find = |id| providers.iter().find(|locked| locked.id == id);
    let provider = find(provider).ok_or(AppError::NotFound)?;
    let pending = offers::pending_of_provider(tx, provider.id).await?;
    let ids: Vec<_> = pending.iter().map(|offer| offer.job_id).chain([job]).collect();
    let jobs = jobs::lock_all(tx, &ids).await?;
    lock_newcomers(tx, job, &mut bookings).await?;
    let mut job = jobs.iter().find(|locked| locked.id == job).ok_or(AppError::NotFound)?.clone();
    if job.needs_crew() {
        return Err(AppError::conflict(t!("dispatch-this-job-needs-several-people-choose")));
    }
    if let Some(current) = current.and_then(find) {
        ensure_unchanged(shown, &job, current)?;
    }

    let candidates = candidates_for(tx, tenant, &job).await?;
    let chosen = match candidates.iter().find(|candidate| candidate.provider_id == provider.id) {
        Some(known) => known.clone(),
        None => candidate_of(tx, tenant, &job, provider.id).await?,
    };
    chosen.ensure_possible()?;
    let timing = Timing::of(&job, chosen.way.map(|way| way.travel), tx.now, &tenant.settings);
    if let Some(offer) = pending.filter(|offer| offer.job_id != job.id) {
        withdraw_if_overlapping(tx, tenant, &offer, &jobs, timing).await?;
    }
    let mut reason = t!("dispatch-assigned-by", staff = isolated(staff));
    if job.state.is_active() {
        reason = t!("dispatch-given-to-by", name = isolated(&provider.name), staff = isolated(staff));
        take_from(tx, &bookings, &job, &reason, staff).await?;
        job = Job { state: JobState::Open, ..job };
        bookings = lock_bookings(tx, job.id).await?;
    }
    let commission = provider.commission;
    let assigning = Assigning { provider, offer: None, commission, by: Author::staff(staff), timing };
    assign(tx, &bookings, &job, assigning).await?;
    let decision = NewDecision {
        job: job.id,
        algorithm: Algorithm::Manual,
        chosen: Some(&chosen),
        candidates: &candidates,
        reason: &reason,
        decided_by: staff,
    };
    decisions::log(tx, &decision).await?;
    if let Some(current) = current {
        tell(tx, job.id, current).await?;
    }
    Ok(())
}

/// `Conflict` if the page was outdated: another provider has the job by now, or its state has changed.
fn ensure_unchanged(shown: Option<Holder>, job: &Job, current: &Provider) -> Result<(), AppError> {
    let name = isolated(&current.name);
    let now = match shown {
        Some(shown) if shown.provider_id == current.id && job.state <= shown.state => return Ok(()),
        Some(shown) if shown.provider_id == current.id => match job.state {
            JobState::EnRoute => t!("dispatch-is-on-the-way-now", name = name),
            _ => t!("dispatch-has-arrived", name = name),
        },
        _ => t!("dispatch-has-this-job-now", name = name),
    };
    Err(AppError::conflict(t!("dispatch-reload-the-booking-before-you-reassign", now = now)))
}

async fn take_from(tx: &mut Tx, bookings: &[Booking], job: &Job, reason: &str, staff: &str) -> Result<(), AppError> {
    let news = Report { news: JobNews::GivenBack, by: Author::staff(staff), full_name: staff, note: Some(reason) };
    report(tx, job.id, bookings, &news).await?;
    release(tx, job, reason).await
}

/// Restarts the search, for staff or the customer. Returns the job.
///
/// - Providers who let an offer time out are asked again, those who declined aren't.
/// - For scheduled work the search begins at the dispatch lead.
/// - A job that nobody discovered is offered to one provider after another from now on.
pub async fn search_again(tx: &mut Tx, job: Id<Job>, by: Author) -> Result<Job, AppError> {
    let mut bookings = lock_bookings(tx, job).await?;
    let job = jobs::lock(tx, job).await?;
    lock_newcomers(tx, job.id, &mut bookings).await?;
    if !job.state.is_searching() {
        return Err(job.refusal());
    }
    if job.point.is_none() {
        return Err(AppError::conflict(t!("dispatch-this-booking-has-no-location-yet")));
    }
    match job.dispatching {
        Dispatching::ByHand => {
            return Err(AppError::conflict(t!("dispatch-nobody-is-asked-about-this-job")));
        }
        Dispatching::Discover { .. } => jobs::set_dispatching(tx, job.id, Dispatching::Now).await?,
        Dispatching::Now | Dispatching::At(_) => {}
    }
    let now = tx.now;
    jobs::set_search(tx, job.id, Some(now), None, None).await?;
    let news = Report { news: JobNews::SearchedAgain, by, full_name: "", note: None };
    report(tx, job.id, &bookings, &news).await?;
    publish(tx, "board").await?;
    Ok(job)
}
