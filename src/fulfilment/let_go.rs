use crate::{
    bookings::{Booking, quotes},
    calendar,
    db::Tx,
    dispatch,
    error::AppError,
};

/// Lets go of everything that a booking that is over holds: its jobs with their offers and providers, its reserved time and places, and the prices that
/// weren't charged. The one place that does, however the booking ended; the caller has locked it.
pub(super) async fn let_go(tx: &mut Tx, booking: &Booking, reason: &str) -> Result<(), AppError> {
    quotes::void_all(tx, booking.id).await?;
    dispatch::withdraw(tx, booking.id, reason).await?;
    calendar::release_all_of(tx, booking.id).await
}
