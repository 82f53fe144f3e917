use engine::{Id, field::isolated};
use uuid::Uuid;

use super::charging;
use crate::{
    bookings::{
        Booking, Phase, proposals,
        quotes::{self, StoredQuote},
        store,
    },
    db::Tx,
    dispatch::store::assignments,
    error::AppError,
    server::App,
    tenants::Tenant,
};

/// The customer approves a proposed price. The caller has locked the booking.
///
/// - Of a completed booking it is charged at once, and those who did the work get their shares.
/// - Before that it is charged with the rest, on completion.
pub async fn approve(tx: &mut Tx, booking: &Booking, quote: Id<StoredQuote>) -> Result<(), AppError> {
    let proposed = proposals::find(tx, booking, quote).await?;
    proposals::approve(tx, booking, &proposed, &isolated(&booking.contact.name).to_string()).await?;
    if booking.phase != Phase::Completed {
        return Ok(());
    }
    let provider = assignments::done_of_booking(tx, booking.id).await?.last().map(|(_, provider)| *provider);
    if let Some(charged) = charging::charge(tx, booking, Some(quote), provider).await? {
        charging::credit(tx, booking.id, &charged).await?;
    }
    Ok(())
}

/// Handles the deadline of a proposed price: `quotes.expires_at`.
pub async fn handle_deadline(app: App, tenant: Id<Tenant>, quote: Uuid) -> Result<(), AppError> {
    let mut tx = app.db.begin_system(tenant).await?;
    proposals::expire(&mut tx, Id::from_uuid(quote)).await?;
    tx.commit().await
}

/// Alerts staff of a proposed price whose deadline fails.
pub async fn alert_of_deadline(app: App, tenant: Id<Tenant>, quote: Uuid) -> Result<(), AppError> {
    let mut tx = app.db.begin_system(tenant).await?;
    let message = "A proposed price wasn't answered in time, but closing it fails. We keep trying. You can also withdraw it yourself.";
    if let Some(booking) = quotes::booking_of(&mut tx, Id::from_uuid(quote)).await? {
        store::alert_staff_once(&mut tx, booking, "deadline_failing", message).await?;
    }
    tx.commit().await
}
