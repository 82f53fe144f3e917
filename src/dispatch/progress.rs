//! Progress reports of a provider. Each report is one tap, and a second tap changes nothing.

use engine::Id;

use super::{
    Job, JobChange, JobState, Outcome,
    answer::ensure_assigned_to,
    assign::tell,
    locks::{lock_bookings, lock_newcomers},
    news::report,
    store::{
        assignments::{self, Assignment, AssignmentState},
        jobs,
    },
};
use crate::{
    bookings::{
        Author, Booking, JobNews, Phase, Report,
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
    let mut bookings = lock_bookings(tx, job).await?;
    let provider = providers::store::lock(tx, provider).await?;
    let job = jobs::lock(tx, job).await?;
    lock_newcomers(tx, job.id, &mut bookings).await?;
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
    let (news, message) = match to {
        JobState::InProgress => (JobNews::Started, None),
        JobState::Arrived => (JobNews::Arrived, Some(Kind::Arrived)),
        _ => (JobNews::EnRoute, Some(Kind::OnTheWay)),
    };
    for (booking, _) in report(tx, job.id, &bookings, &report_by(&provider, news, None)).await? {
        if let Some(kind) = message {
            messages::tell_of_assignment(tx, booking.id, kind, assignment.id.uuid()).await?;
        }
    }
    tell(tx, job.id, provider.id).await
}

fn report_by<'a>(provider: &'a Provider, news: JobNews, note: Option<&'a str>) -> Report<'a> {
    Report { news, by: Author::provider(provider.first_name()), full_name: &provider.name, note }
}

/// A job that a provider has just ended: the provider, and the bookings that weren't over, as they were before, with the phase that followed.
pub struct Ended {
    pub bookings: Vec<(Booking, Phase)>,
    pub provider: Provider,
    pub job: Id<Job>,
}

/// Locks a job that its provider is about to end. Returns its bookings that aren't over: none after a second tap.
pub async fn about_to_end(tx: &mut Tx, provider: Id<Provider>, job: Id<Job>) -> Result<Vec<Booking>, AppError> {
    let Locked { mut bookings, job, .. } = lock(tx, provider, job).await?;
    let is_done_now = job.advance(JobState::Done, tx.now)?.is_some();
    bookings.retain(|booking| is_done_now && !booking.phase.is_terminal());
    Ok(bookings)
}

/// The work is done: frees the provider and their time. `None` after a second tap.
pub async fn end(tx: &mut Tx, provider: Id<Provider>, job: Id<Job>) -> Result<Option<Ended>, AppError> {
    let locked = lock(tx, provider, job).await?;
    match locked.job.advance(JobState::Done, tx.now)? {
        Some(change) => close(tx, locked, &change, JobNews::Done, None).await.map(Some),
        None => Ok(None),
    }
}

/// The work couldn't be done although the provider was there: frees them and their time. `None` after a second tap.
pub async fn end_without_success(
    tx: &mut Tx,
    provider: Id<Provider>,
    job: Id<Job>,
    outcome: Outcome,
    reason: &str,
) -> Result<Option<Ended>, AppError> {
    let locked = lock(tx, provider, job).await?;
    if locked.job.state == JobState::Unsuccessful {
        return Ok(None);
    }
    let change = locked.job.fail(tx.now, reason.to_owned())?;
    close(tx, locked, &change, JobNews::Failed(outcome), Some(reason)).await.map(Some)
}

async fn close(
    tx: &mut Tx,
    locked: Locked,
    change: &JobChange,
    news: JobNews,
    reason: Option<&str>,
) -> Result<Ended, AppError> {
    let Locked { bookings, provider, job, .. } = locked;
    let now = tx.now;
    jobs::apply(tx, job.id, change).await?;
    assignments::end(tx, job.id, reason).await?;
    calendar::complete(tx, job.id, now).await?;
    let followed = report(tx, job.id, &bookings, &report_by(&provider, news, reason)).await?;
    let bookings = followed.into_iter().map(|(booking, step)| (booking.clone(), step.to)).collect();
    tell(tx, job.id, provider.id).await?;
    Ok(Ended { bookings, provider, job: job.id })
}
