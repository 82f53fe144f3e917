//! A booking for which nobody has to come, like a stay: its time begins, and is over.

use super::charging;
use crate::{
    bookings::{
        Author, Booking,
        messages::{self, Kind},
        store,
    },
    db::Tx,
    dispatch,
    error::AppError,
};

/// It has begun: the guest is there. The caller has locked the booking. `Conflict` if somebody does a job for it, who says so then.
pub async fn begin(tx: &mut Tx, booking: &Booking, by: Author) -> Result<Booking, AppError> {
    ensure_no_job(tx, booking).await?;
    store::apply(tx, booking, booking.start(by)?).await
}

/// It is over: what was approved is charged, and the customer is told. The caller has locked the booking.
pub async fn complete(tx: &mut Tx, booking: &Booking, by: Author) -> Result<Booking, AppError> {
    ensure_no_job(tx, booking).await?;
    let done = store::apply(tx, booking, booking.complete(by)?).await?;
    messages::tell(tx, booking.id, Kind::Done).await?;
    charging::charge(tx, &done, None, None).await?;
    Ok(done)
}

async fn ensure_no_job(tx: &mut Tx, booking: &Booking) -> Result<(), AppError> {
    let jobs = dispatch::jobs_of(tx, booking.id).await?;
    if jobs.iter().all(|job| job.state.is_over()) { Ok(()) } else { Err(booking.moved_on()) }
}
