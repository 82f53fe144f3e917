//! Row locks, always in the same order: bookings, providers by id, jobs, offers, resources by id, slots.

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

/// Locks the bookings of a job: always the first lock. The caller who then locks the job also calls [`lock_newcomers`].
pub(super) async fn lock_bookings(tx: &mut Tx, job: Id<Job>) -> Result<Vec<Booking>, AppError> {
    let mut locked = Vec::new();
    for id in jobs::bookings_of(tx, job).await? {
        locked.push(bookings::store::lock(tx, id).await?);
    }
    Ok(locked)
}

/// Locks the bookings that joined the job while the caller waited for its lock, so that none of them misses the news. Those that left it meanwhile are
/// no longer among them.
///
/// This is out of the common order, because it is known only now. A deadlock with an action on such a booking is possible for a moment; Postgres ends
/// it, and the form is retried.
pub(super) async fn lock_newcomers(tx: &mut Tx, job: Id<Job>, bookings: &mut Vec<Booking>) -> Result<(), AppError> {
    let current = jobs::bookings_of(tx, job).await?;
    bookings.retain(|known| current.contains(&known.id));
    for id in current {
        if !bookings.iter().any(|known| known.id == id) {
            bookings.push(bookings::store::lock(tx, id).await?);
        }
    }
    Ok(())
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
