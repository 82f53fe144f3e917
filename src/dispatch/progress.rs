//! Progress reports of a provider. Each report is one tap, and a second tap changes nothing.

use engine::Id;

use super::{
    Job, JobChange, JobState,
    answer::ensure_assigned_to,
    assign::tell,
    locks::lock_bookings,
    store::{
        assignments::{self, Assignment, AssignmentState},
        jobs,
    },
};
use crate::{
    bookings::{
        self, Booking, EventKind,
        messages::{self, Kind},
    },
    calendar,
    db::Tx,
    error::AppError,
    providers::{self, Provider},
};

/// A provider's job and all rows that change with it, locked in the common order.
struct Locked {
    bookings: Vec<Booking>,
    provider: Provider,
    job: Job,
    assignment: Assignment,
}

async fn lock(tx: &mut Tx, provider: Id<Provider>, job: Id<Job>) -> Result<Locked, AppError> {
    let bookings = lock_bookings(tx, job).await?;
    let provider = providers::store::lock(tx, provider).await?;
    let job = jobs::lock(tx, job).await?;
    let assignment = ensure_assigned_to(tx, &provider, &job).await?;
    Ok(Locked { bookings, provider, job, assignment })
}

/// Reports the next step. A provider sets out for one job at a time: another job in progress is a conflict.
pub async fn advance(tx: &mut Tx, provider: Id<Provider>, job: Id<Job>, to: JobState) -> Result<(), AppError> {
    let Locked { bookings, provider, job, assignment } = lock(tx, provider, job).await?;
    if to == JobState::Done {
        return Err(AppError::Malformed);
    }
    let Some(change) = job.advance(to, tx.now)? else {
        return Ok(());
    };
    if assignment.state == AssignmentState::Held {
        if assignments::is_under_way(tx, provider.id).await? {
            return Err(AppError::conflict(
                "You have another job in progress. Finish it or give it back, then set out for this one.",
            ));
        }
        assignments::begin(tx, assignment.id).await?;
    }
    jobs::apply(tx, job.id, &change).await?;
    for booking in &bookings {
        match to {
            JobState::InProgress => bookings::started(tx, booking, &provider).await?,
            JobState::Arrived => {
                bookings::reported(tx, booking, &provider, EventKind::Arrived).await?;
                messages::tell_of_assignment(tx, booking.id, Kind::Arrived, assignment.id.uuid()).await?;
            }
            _ => {
                bookings::reported(tx, booking, &provider, EventKind::EnRoute).await?;
                messages::tell_of_assignment(tx, booking.id, Kind::OnTheWay, assignment.id.uuid()).await?;
            }
        }
    }
    tell(tx, job.id, provider.id).await
}

/// A job that a provider has just ended: the provider and the bookings.
pub struct Ended {
    pub bookings: Vec<Booking>,
    pub provider: Provider,
    pub job: Id<Job>,
}

/// The work is done: frees the provider and their time. `None` after a second tap.
pub async fn end(tx: &mut Tx, provider: Id<Provider>, job: Id<Job>) -> Result<Option<Ended>, AppError> {
    let locked = lock(tx, provider, job).await?;
    match locked.job.advance(JobState::Done, tx.now)? {
        Some(change) => close(tx, locked, &change, None).await.map(Some),
        None => Ok(None),
    }
}

/// The work couldn't be done although the provider was there: frees them and their time. `None` after a second tap.
pub async fn end_without_success(
    tx: &mut Tx,
    provider: Id<Provider>,
    job: Id<Job>,
    reason: &str,
) -> Result<Option<Ended>, AppError> {
    let locked = lock(tx, provider, job).await?;
    if locked.job.state == JobState::Unsuccessful {
        return Ok(None);
    }
    let change = locked.job.fail(tx.now, reason.to_owned())?;
    close(tx, locked, &change, Some(reason)).await.map(Some)
}

async fn close(tx: &mut Tx, locked: Locked, change: &JobChange, reason: Option<&str>) -> Result<Ended, AppError> {
    let Locked { bookings, provider, job, .. } = locked;
    let now = tx.now;
    jobs::apply(tx, job.id, change).await?;
    assignments::end(tx, job.id, reason).await?;
    calendar::complete(tx, job.id, now).await?;
    tell(tx, job.id, provider.id).await?;
    Ok(Ended { bookings, provider, job: job.id })
}
