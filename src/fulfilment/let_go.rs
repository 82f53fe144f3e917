use crate::{
    bookings::{Booking, EventKind, quotes},
    calendar,
    db::Tx,
    dispatch,
    error::AppError,
    tenants::Tenant,
};

/// Lets go of everything that a booking that is over holds: its jobs with their offers and providers, its reserved time and places, and the prices that
/// weren't charged. Its kind of business hears how it ended. The one place that does; the caller has locked it.
pub(super) async fn let_go(
    tx: &mut Tx,
    tenant: &Tenant,
    booking: &Booking,
    what: EventKind,
    reason: &str,
) -> Result<(), AppError> {
    quotes::void_all(tx, booking.id).await?;
    dispatch::withdraw(tx, booking.id, reason).await?;
    calendar::release_all_of(tx, booking.id).await?;
    booking.vertical.followed(tx, tenant, booking, what).await
}
