use engine::{GeoPoint, Id};

use super::{Dispatching, Job, NewJob, store::jobs};
use crate::{
    bookings::Booking,
    db::{Tx, publish},
    error::AppError,
};

/// Opens a job for bookings.
///
/// - The dispatcher handles it at once if its location is known; for scheduled work it waits until the search begins.
/// - It does nothing about a job whose provider staff choose, as they always do for a crew.
pub async fn open_job(tx: &mut Tx, job: NewJob) -> Result<Id<Job>, AppError> {
    open(tx, job, false, None).await
}

/// The same for one that may be published, or in the place of another.
pub(super) async fn open(
    tx: &mut Tx,
    job: NewJob,
    is_published: bool,
    replaces: Option<Id<Job>>,
) -> Result<Id<Job>, AppError> {
    let id = Id::new();
    let dispatching = if job.staff_needed > 1 { Dispatching::ByHand } else { job.dispatching };
    let job = NewJob { dispatching, ..job };
    let first_run = job.point.and_then(|_| dispatching.first_run(tx.now));
    jobs::insert(tx, id, &job, first_run, is_published, replaces).await?;
    publish(tx, "board").await?;
    Ok(id)
}

/// Sets the location of those of a booking's jobs that have none, so that the search can begin. The caller has locked the booking.
pub async fn set_place(tx: &mut Tx, booking: Id<Booking>, address: &str, place: GeoPoint) -> Result<(), AppError> {
    let now = tx.now;
    let ids: Vec<_> = jobs::open_of_booking(tx, booking).await?.iter().map(|job| job.id).collect();
    for job in jobs::lock_all(tx, &ids).await? {
        if job.state.is_searching() && job.point.is_none() {
            jobs::set_place(tx, job.id, address, place, job.dispatching.first_run(now)).await?;
        }
    }
    Ok(())
}
