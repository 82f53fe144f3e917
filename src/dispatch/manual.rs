//! What staff decide by hand.

use chrono::TimeDelta;
use engine::{Id, field::isolated};

use super::{
    Candidate, Exclusion, Job, JobState, Standing,
    answer::{release, withdraw_pending},
    assign::{Assigning, Timing, assign, tell},
    candidates::{Way, candidates_for},
    search::lock_bookings,
    store::{
        assignments,
        decisions::{self, Algorithm},
        jobs, offers,
    },
};
use crate::{
    bookings::{self, Author, Booking, Party},
    db::Tx,
    error::AppError,
    providers::{self, Provider},
    server::publish,
    tenants::Tenant,
};

/// The way of a provider whose position isn't known is taken to last this long: what contracts of the trade promise.
const UNKNOWN_TRAVEL: TimeDelta = TimeDelta::minutes(45);

/// Staff give a job to a provider, on duty or not; whoever had it or was asked no longer is. Staff know more than positions and skills tell, but can't send
/// somebody who may not work or is on another job.
pub async fn assign_manually(
    tx: &mut Tx,
    tenant: &Tenant,
    job: Id<Job>,
    provider: Id<Provider>,
    staff: &str,
) -> Result<(), AppError> {
    let mut bookings = lock_bookings(tx, job).await?;
    let current = assignments::current_of_job(tx, job).await?.map(|assignment| assignment.provider_id);
    if current == Some(provider) {
        return Ok(());
    }
    let involved: Vec<_> = current.into_iter().chain([provider]).collect();
    let locked = providers::store::lock_all(tx, &involved).await?;
    let provider = locked.into_iter().find(|p| p.id == provider).ok_or(AppError::NotFound)?;
    provider.may_work()?;
    let pending = offers::pending_of_provider(tx, provider.id).await?.map(|offer| offer.job_id);
    let ids: Vec<_> = pending.into_iter().chain([job]).collect();
    let locked = jobs::lock_all(tx, &ids).await?;
    let mut job = locked.into_iter().find(|locked| locked.id == job).ok_or(AppError::NotFound)?;

    let candidates = candidates_for(tx, tenant, &job).await?;
    let chosen = chosen(tx, tenant, &job, &provider, &candidates).await?;
    if pending.is_some_and(|pending| pending != job.id) {
        withdraw_pending(tx, provider.id).await?;
    }
    let mut reason = format!("Assigned by {}.", isolated(staff));
    if job.state.is_active() {
        reason = format!("Given to {} by {}.", isolated(&provider.name), isolated(staff));
        take_from(tx, &bookings, &job, &reason, staff).await?;
        job = Job { state: JobState::Open, ..job };
        bookings = lock_bookings(tx, job.id).await?;
    }
    let travel = chosen.way.map_or(UNKNOWN_TRAVEL, |way| way.travel);
    let timing = Timing::of(&job, travel, tx.now, &tenant.settings);
    let assigning = Assigning { provider: &provider, offer: None, by: Party::Staff, timing };
    assign(tx, &bookings, &job, assigning).await?;
    decisions::log(tx, job.id, Algorithm::Manual, Some(&chosen), &candidates, &reason, staff).await?;
    if let Some(current) = current {
        tell(tx, job.id, current).await?;
    }
    Ok(())
}

/// The chosen one as the log keeps them: with the way, wherever they are.
async fn chosen(
    tx: &mut Tx,
    tenant: &Tenant,
    job: &Job,
    provider: &Provider,
    candidates: &[Candidate],
) -> Result<Candidate, AppError> {
    if let Some(known) = candidates.iter().find(|candidate| candidate.provider_id == provider.id) {
        return Ok(known.clone());
    }
    let position = providers::store::position_of(tx, provider.id).await?;
    let way = position.zip(job.point).map(|(position, place)| Way::between(position.point, place, &tenant.settings));
    Ok(Candidate {
        provider_id: provider.id,
        name: provider.name.clone(),
        vehicle: provider.vehicle.clone(),
        way,
        standing: Standing::Excluded(Exclusion::TooFar),
    })
}

async fn take_from(tx: &mut Tx, bookings: &[Booking], job: &Job, reason: &str, staff: &str) -> Result<(), AppError> {
    for booking in bookings {
        bookings::given_back(tx, booking, Author::staff(staff), reason).await?;
    }
    release(tx, job, reason).await
}

/// Staff or the customer let the dispatcher search again, from the beginning: whoever let an offer run out is asked again, who declined isn't.
pub async fn search_again(tx: &mut Tx, job: Id<Job>, by: Author) -> Result<(), AppError> {
    let bookings = lock_bookings(tx, job).await?;
    let job = jobs::lock(tx, job).await?;
    if !job.state.is_searching() {
        return Err(job.refusal());
    }
    if job.point.is_none() {
        return Err(AppError::conflict("The place of this booking isn't known yet. Add it first, then search."));
    }
    let now = tx.now;
    jobs::set_search(tx, job.id, Some(now), Some(now), None).await?;
    for booking in &bookings {
        let transition = booking.resume_search(by.clone())?;
        bookings::store::apply(tx, booking, transition).await?;
        bookings::store::resolve_alerts(tx, booking.id, by.name.as_deref().unwrap_or(by.party.as_str())).await?;
    }
    publish(tx, "board").await
}
