//! Row locks, always in the same order: bookings, providers by id, jobs, offers, reservations.

use engine::Id;

use super::{
    Job,
    store::{assignments, jobs},
};
use crate::{
    bookings::{self, Booking},
    db::Tx,
    error::AppError,
    providers::{self, Provider},
};

/// Locks the bookings of a job: always the first lock.
pub(super) async fn lock_bookings(tx: &mut Tx, job: Id<Job>) -> Result<Vec<Booking>, AppError> {
    let mut locked = Vec::new();
    for id in jobs::bookings_of(tx, job).await? {
        locked.push(bookings::store::lock(tx, id).await?);
    }
    Ok(locked)
}

/// Locks the providers of these bookings and one more, and the bookings' jobs. The caller has locked the bookings.
pub async fn lock_work(tx: &mut Tx, bookings: &[Id<Booking>], also: Option<Id<Provider>>) -> Result<(), AppError> {
    let mut jobs = Vec::new();
    for booking in bookings {
        jobs.extend(jobs::open_of_booking(tx, *booking).await?.iter().map(|job| job.id));
    }
    let mut doing = assignments::providers_of(tx, &jobs).await?;
    doing.extend(also);
    providers::store::lock_all(tx, &doing).await?;
    jobs::lock_all(tx, &jobs).await?;
    Ok(())
}
