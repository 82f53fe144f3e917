//! The customer's code, without which a provider doesn't begin some work: it shows that they are with the right person.
//!
//! - Four digits, made from the booking's id and the server's key: stored nowhere, and the same until the key is replaced.
//! - A job of several bookings begins with the code of any of them.

use engine::Id;

use crate::{
    bookings::{self, Booking, Phase},
    db::Tx,
    dispatch::{Job, store::jobs},
    error::AppError,
    secrets::Keys,
};

/// The code that a customer tells their provider; `None` if it isn't asked, or the work has begun.
pub async fn of_booking(tx: &mut Tx, keys: &Keys, booking: &Booking) -> Result<Option<String>, AppError> {
    let is_before_work = matches!(booking.phase, Phase::Confirmed | Phase::Dispatched);
    let is_asked = is_before_work && booking.vertical.asks_code(tx, booking).await?;
    Ok(is_asked.then(|| code(keys, booking.id)))
}

/// The codes that begin a job; empty if none is asked.
pub async fn of_job(tx: &mut Tx, keys: &Keys, job: Id<Job>) -> Result<Vec<String>, AppError> {
    let mut codes = Vec::new();
    for id in jobs::bookings_of(tx, job).await? {
        if let Some(booking) = bookings::store::find(tx, id).await? {
            codes.extend(of_booking(tx, keys, &booking).await?);
        }
    }
    Ok(codes)
}

fn code(keys: &Keys, booking: Id<Booking>) -> String {
    let digest = keys.digest("start_code", booking.uuid().as_bytes());
    let number = digest.iter().rev().take(8).fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    format!("{:04}", number % 10_000)
}
