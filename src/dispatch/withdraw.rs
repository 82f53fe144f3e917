use engine::Id;

use super::{
    Job,
    store::{assignments, jobs, offers},
};
use crate::{
    bookings::Booking,
    calendar::{self, Holder},
    db::{Tx, publish},
    error::AppError,
    providers::{self, Provider},
};

/// A job that its booking had.
#[derive(Debug, Clone)]
pub struct Withdrawn {
    pub(super) job: Id<Job>,
    /// Not if it goes on for other bookings.
    pub(super) is_cancelled: bool,
    /// Those who had it, the lead first.
    pub(super) crew: Vec<Id<Provider>>,
}

/// Cancels the jobs of a booking that is over or gets others: withdraws their offers, and frees the providers and their time. A published job, and one
/// that other bookings need, goes on without this booking. The caller has locked the booking. Returns them
/// by the times they were planned for.
pub async fn withdraw(tx: &mut Tx, booking: Id<Booking>, reason: &str) -> Result<Vec<Withdrawn>, AppError> {
    let ids: Vec<_> = jobs::open_of_booking(tx, booking).await?.iter().map(|job| job.id).collect();
    let doing = assignments::providers_of(tx, &ids).await?;
    providers::store::lock_all(tx, &doing).await?;
    let mut locked = jobs::lock_all(tx, &ids).await?;
    locked.retain(|job| !job.state.is_over());
    locked.sort_by_key(|job| (job.window_start, job.created_at, job.id));
    let mut withdrawn = Vec::new();
    for job in locked {
        let crew = assignments::ids_of_members(tx, job.id).await?;
        let is_cancelled = !job.is_published && !jobs::is_needed_by_others(tx, job.id, booking).await?;
        withdrawn.push(Withdrawn { job: job.id, is_cancelled, crew });
        if is_cancelled {
            cancel(tx, &job, reason).await?;
        } else {
            jobs::remove_booking(tx, job.id, booking).await?;
            publish(tx, &format!("job:{}", job.id)).await?;
        }
    }
    for provider in doing {
        publish(tx, &format!("provider:{provider}")).await?;
    }
    publish(tx, "board").await?;
    Ok(withdrawn)
}

/// Cancels a job, which the caller has locked with its providers.
pub(super) async fn cancel(tx: &mut Tx, job: &Job, reason: &str) -> Result<(), AppError> {
    withdraw_offers(tx, job).await?;
    let change = job.cancel(tx.now, reason.to_owned())?;
    jobs::apply(tx, job.id, &change).await?;
    assignments::end(tx, job.id, Some(reason)).await?;
    calendar::release(tx, Holder::Job(job.id)).await?;
    publish(tx, &format!("job:{}", job.id)).await
}

/// Withdraws the pending offers.
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
