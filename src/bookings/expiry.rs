//! Pending bookings expire: `bookings.expires_at` is a deadline.

use engine::{Amount, Id};
use uuid::Uuid;

use super::{
    Author, Booking, Phase,
    messages::{self, Kind},
    quotes, store,
};
use crate::{db::Tx, error::AppError, server::App, tenants::Tenant};

/// Handles the deadline of one booking.
pub async fn handle_deadline(app: App, tenant: Id<Tenant>, booking: Uuid) -> Result<(), AppError> {
    let mut tx = app.db.begin_system(tenant).await?;
    expire(&mut tx, booking).await?;
    tx.commit().await
}

/// Alerts staff of a pending booking whose deadline fails.
pub async fn alert_of_deadline(app: App, tenant: Id<Tenant>, booking: Uuid) -> Result<(), AppError> {
    let mut tx = app.db.begin_system(tenant).await?;
    let message =
        "This booking wasn't confirmed in time, but closing it fails. We keep trying. You can also cancel it yourself.";
    store::alert_staff_once(&mut tx, Id::from_uuid(booking), "deadline_failing", message).await?;
    tx.commit().await
}

async fn expire(tx: &mut Tx, id: Uuid) -> Result<(), AppError> {
    let booking = store::lock(tx, Id::from_uuid(id)).await?;
    let is_due = booking.expires_at.is_some_and(|at| at <= tx.now);
    if booking.phase == Phase::Pending && is_due { close(tx, &booking).await } else { Ok(()) }
}

/// A pending booking has expired; nothing is due.
async fn close(tx: &mut Tx, booking: &Booking) -> Result<(), AppError> {
    let reason = Some("It wasn't confirmed in time.".to_owned());
    let transition = booking.cancel(Author::system(), reason, Amount::ZERO, tx.now)?;
    store::apply(tx, booking, transition).await?;
    messages::tell(tx, booking.id, Kind::Cancelled).await?;
    quotes::void_all(tx, booking.id).await
}
