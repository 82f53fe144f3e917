//! A job in the place of another: after a move, of a booking or of one of its jobs.

use engine::Id;

use super::{
    Dispatching, Job, JobState, NewJob,
    keep::keep,
    locks::{lock_bookings, lock_newcomers},
    news::report,
    open::open,
    store::{assignments, jobs},
    withdraw::{Withdrawn, cancel},
};
use crate::{
    bookings::{Author, JobNews, Report},
    db::{self, Tx},
    error::AppError,
    providers,
    tenants::Tenant,
};

/// Opens a job in the place of one that its booking had. Who had that one and is free then keeps it. False if somebody had it and nobody keeps it.
pub async fn open_instead(tx: &mut Tx, tenant: &Tenant, old: &Withdrawn, new: NewJob) -> Result<bool, AppError> {
    let id = open(tx, new, false, old.is_cancelled.then_some(old.job)).await?;
    Ok(keep(tx, tenant, id, &old.crew).await? || old.crew.is_empty())
}

/// Replaces one job of a booking with another, as when only that visit moves. The booking may be in progress. Returns the new job.
///
/// - Those who had the job keep the new one if they may work and are free at its time; otherwise its search begins, as it says.
/// - The bookings of the job that aren't over go along. Neither they nor staff hear that it is cancelled: a booking only waits for a provider again if
///   nobody has a job of it any more.
/// - `reason` is what its providers read.
/// - Not once somebody is on the way: then somebody has to talk to them.
pub async fn replace(
    tx: &mut Tx,
    tenant: &Tenant,
    job: Id<Job>,
    new: NewJob,
    reason: &str,
) -> Result<Id<Job>, AppError> {
    let mut bookings = lock_bookings(tx, job).await?;
    let doing = assignments::providers_of(tx, &[job]).await?;
    providers::store::lock_all(tx, &doing).await?;
    let job = jobs::lock(tx, job).await?;
    lock_newcomers(tx, job.id, &mut bookings).await?;
    if !job.state.is_searching() && job.state != JobState::Assigned {
        return Err(job.refusal());
    }
    bookings.retain(|booking| !booking.phase.is_terminal());
    let crew = assignments::ids_of_members(tx, job.id).await?;
    cancel(tx, &job, reason).await?;
    let going_along = bookings.iter().map(|booking| booking.id).collect();
    let new = NewJob { bookings: going_along, ..new };
    let id = open(tx, new, job.is_published, Some(job.id)).await?;
    keep(tx, tenant, id, &crew).await?;
    if jobs::lock(tx, id).await?.state.is_searching() {
        let news = Report { news: JobNews::Replaced, by: Author::system(), full_name: "", note: Some(reason) };
        report(tx, id, &bookings, &news).await?;
    }
    for provider in doing {
        db::publish(tx, &format!("provider:{provider}")).await?;
    }
    db::publish(tx, "board").await?;
    Ok(id)
}

/// Finds a provider for an open job in another way, as for one that staff would have chosen and that may be done now. A job that somebody has or is asked
/// about stays as it is.
pub async fn search(tx: &mut Tx, job: Id<Job>, dispatching: Dispatching) -> Result<(), AppError> {
    let mut bookings = lock_bookings(tx, job).await?;
    let job = jobs::lock(tx, job).await?;
    lock_newcomers(tx, job.id, &mut bookings).await?;
    if job.state.is_over() {
        return Err(job.refusal());
    }
    if job.state != JobState::Open || job.needs_crew() {
        return Ok(());
    }
    let first_run = job.point.and_then(|_| dispatching.first_run(tx.now));
    jobs::set_dispatching(tx, job.id, dispatching).await?;
    jobs::set_search(tx, job.id, first_run, None, None).await?;
    if job.search_exhausted_at.is_some() {
        let news = Report { news: JobNews::SearchedAgain, by: Author::system(), full_name: "", note: None };
        report(tx, job.id, &bookings, &news).await?;
    }
    db::publish(tx, "board").await
}
