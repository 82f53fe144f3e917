use engine::Id;

use super::{
    Job,
    store::{assignments, jobs, offers},
};
use crate::{
    bookings::Booking,
    calendar,
    db::{Tx, publish},
    error::AppError,
    providers,
};

/// Cancels the jobs of a booking that is over or gets others: withdraws their offers, and frees the providers and their time. A published job, and one
/// that other bookings need, goes on without this booking. The caller has locked the booking.
pub async fn withdraw(tx: &mut Tx, booking: Id<Booking>, reason: &str) -> Result<(), AppError> {
    let ids: Vec<_> = jobs::open_of_booking(tx, booking).await?.iter().map(|job| job.id).collect();
    let doing = assignments::providers_of(tx, &ids).await?;
    providers::store::lock_all(tx, &doing).await?;
    for job in jobs::lock_all(tx, &ids).await?.into_iter().filter(|job| !job.state.is_over()) {
        if job.is_published || jobs::is_needed_by_others(tx, job.id, booking).await? {
            jobs::remove_booking(tx, job.id, booking).await?;
            publish(tx, &format!("job:{}", job.id)).await?;
        } else {
            cancel(tx, &job, reason).await?;
        }
    }
    for provider in doing {
        publish(tx, &format!("provider:{provider}")).await?;
    }
    publish(tx, "board").await
}

/// Cancels a job, which the caller has locked with its providers.
pub(super) async fn cancel(tx: &mut Tx, job: &Job, reason: &str) -> Result<(), AppError> {
    withdraw_offers(tx, job).await?;
    let change = job.cancel(tx.now, reason.to_owned())?;
    jobs::apply(tx, job.id, &change).await?;
    assignments::end(tx, job.id, Some(reason)).await?;
    calendar::release(tx, job.id).await?;
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
