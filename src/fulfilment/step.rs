//! The steps of a job, up to its end. The kinds of business of its bookings may refuse each of them until something was told.

use engine::Id;

use crate::{
    bookings::{self, Author, Booking},
    db::Tx,
    dispatch::{self, Job, JobState, store::jobs},
    error::AppError,
    providers::Provider,
    tenants::Tenant,
};

/// Reports that a job's provider is on the way, has arrived, or has begun the work. A second tap changes nothing.
pub async fn advance(
    tx: &mut Tx,
    tenant: &Tenant,
    provider: Id<Provider>,
    job: Id<Job>,
    to: JobState,
) -> Result<(), AppError> {
    match ensure_may(tx, tenant, provider, job, to).await? {
        Some(_) => dispatch::advance(tx, provider, job, to).await,
        None => Ok(()),
    }
}

/// Staff report for the provider, or for the lead of a crew, that the work has begun.
pub async fn start_for_provider(tx: &mut Tx, tenant: &Tenant, job: Id<Job>, by: Author) -> Result<(), AppError> {
    let provider = dispatch::holder(tx, job).await?;
    ensure_may(tx, tenant, provider, job, JobState::InProgress).await?;
    dispatch::start_for(tx, provider, job, by).await
}

/// `Conflict` if one of the job's bookings needs something first. Locks all that the step changes, and returns the job before it; `None` after a second
/// tap.
pub(super) async fn ensure_may(
    tx: &mut Tx,
    tenant: &Tenant,
    provider: Id<Provider>,
    job: Id<Job>,
    to: JobState,
) -> Result<Option<Job>, AppError> {
    let Some((job, bookings)) = dispatch::about_to(tx, provider, job, to).await? else { return Ok(None) };
    ask(tx, tenant, &job, &bookings, to).await?;
    Ok(Some(job))
}

/// What has to be told before a job's next step, for the page that would offer it: "Record the hand-over first."
pub async fn told_first(tx: &mut Tx, tenant: &Tenant, job: &Job) -> Result<Option<String>, AppError> {
    let Some(to) = job.state.next() else { return Ok(None) };
    if job.vertical.is_some_and(|kind| !kind.refuses_steps()) {
        return Ok(None);
    }
    let ids = jobs::bookings_of(tx, job.id).await?;
    let mut bookings = bookings::store::find_all(tx, &ids).await?;
    bookings.retain(|booking| !booking.phase.is_terminal());
    match ask(tx, tenant, job, &bookings, to).await {
        Ok(()) => Ok(None),
        Err(AppError::Conflict(first)) => Ok(Some(first)),
        Err(error) => Err(error),
    }
}

async fn ask(tx: &mut Tx, tenant: &Tenant, job: &Job, bookings: &[Booking], to: JobState) -> Result<(), AppError> {
    for booking in bookings {
        booking.vertical.may_step(tx, tenant, job, booking, to).await?;
    }
    Ok(())
}
