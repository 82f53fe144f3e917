use engine::{Id, Stars};

use super::store;
use crate::{
    bookings::{self, Author, Booking, EventKind, Phase, store::NewEvent},
    db::{Tx, publish},
    dispatch::{self, JobState},
    error::AppError,
};

/// Rates the provider of a completed booking, once.
pub async fn review(tx: &mut Tx, booking: Id<Booking>, rating: Stars, comment: Option<&str>) -> Result<(), AppError> {
    let booking = bookings::store::lock(tx, booking).await?;
    if booking.phase != Phase::Completed {
        return Err(AppError::conflict(t!("reviews-you-can-review-this-once-it")));
    }
    let jobs = dispatch::jobs_of(tx, booking.id).await?;
    let last_done = jobs.into_iter().rfind(|job| job.state == JobState::Done);
    let provider = last_done.and_then(|job| job.provider).ok_or(AppError::NotFound)?;
    store::insert(tx, &booking, provider.id, rating, comment).await?;
    let note = t!("reviews-of-5-stars", rating = rating);
    let event = NewEvent {
        booking_id: booking.id,
        phase: booking.phase,
        kind: EventKind::Reviewed,
        by: &Author::customer(),
        note: Some(&note),
    };
    bookings::store::record(tx, &event).await?;
    publish(tx, &format!("provider:{}", provider.id)).await
}
