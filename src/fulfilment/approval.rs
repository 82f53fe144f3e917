use engine::{Id, field::isolated};
use uuid::Uuid;

use super::charging;
use crate::{
    bookings::{
        Author, Booking, Phase, messages, proposals,
        quotes::{self, Proposal, QuoteState, StoredQuote},
        store,
    },
    db::Tx,
    error::AppError,
    server::App,
    tenants::{self, Tenant},
};

/// Proposes a price, and asks the customer. The caller has locked the booking.
pub async fn propose(tx: &mut Tx, booking: &Booking, proposal: &Proposal<'_>) -> Result<(), AppError> {
    proposals::propose(tx, booking, proposal).await?;
    messages::tell_of_price(tx, booking.id, proposal.id).await
}

/// Adds a price that somebody has agreed to for the account that pays. The caller has locked the booking.
pub async fn agree(
    tx: &mut Tx,
    tenant: &Tenant,
    booking: &Booking,
    proposal: &Proposal<'_>,
    agreed_by: &str,
) -> Result<(), AppError> {
    proposals::propose(tx, booking, proposal).await?;
    take_effect(tx, tenant, booking, proposal.id, agreed_by, &Author::staff(proposal.offered_by)).await
}

/// The customer approves a proposed price. `Conflict` if an account pays: its money isn't theirs to promise. The caller has locked the booking.
pub async fn approve(tx: &mut Tx, tenant: &Tenant, booking: &Booking, quote: Id<StoredQuote>) -> Result<(), AppError> {
    ensure_own_money(booking)?;
    let name = isolated(&booking.contact.name).to_string();
    take_effect(tx, tenant, booking, quote, &name, &Author::customer()).await
}

/// The customer declines a proposed price. The caller has locked the booking.
pub async fn decline(
    tx: &mut Tx,
    tenant: &Tenant,
    booking: &Booking,
    quote: Id<StoredQuote>,
    reason: Option<&str>,
) -> Result<(), AppError> {
    ensure_own_money(booking)?;
    let proposed = proposals::find(tx, booking, quote).await?;
    proposals::reject(tx, booking, &proposed, reason).await?;
    booking.vertical.answered(tx, tenant, booking, proposed.id, QuoteState::Rejected).await
}

/// Staff take a proposed price back. The caller has locked the booking.
pub async fn withdraw(
    tx: &mut Tx,
    tenant: &Tenant,
    booking: &Booking,
    quote: Id<StoredQuote>,
    by: &Author,
) -> Result<(), AppError> {
    let proposed = proposals::find(tx, booking, quote).await?;
    proposals::withdraw(tx, booking, &proposed, by).await?;
    booking.vertical.answered(tx, tenant, booking, proposed.id, QuoteState::Void).await
}

fn ensure_own_money(booking: &Booking) -> Result<(), AppError> {
    let Some(payer) = booking.billed_to() else { return Ok(()) };
    Err(AppError::conflict(t!("fulfilment-pays-for-this-booking-so-they", payer = isolated(payer))))
}

/// - Its kind of business hears it first, and may refuse: the hour that was asked for isn't free any more.
/// - Of a completed booking it is charged at once, and those who did the work get their shares.
/// - Before that it is charged at once if the price was charged already, and otherwise with the rest.
async fn take_effect(
    tx: &mut Tx,
    tenant: &Tenant,
    booking: &Booking,
    quote: Id<StoredQuote>,
    approved_by: &str,
    by: &Author,
) -> Result<(), AppError> {
    let proposed = proposals::find(tx, booking, quote).await?;
    proposals::approve(tx, booking, &proposed, approved_by, by).await?;
    booking.vertical.answered(tx, tenant, booking, proposed.id, QuoteState::Approved).await?;
    let is_done = booking.phase == Phase::Completed;
    if !is_done && charging::charged(tx, booking.id).await?.is_none() {
        return Ok(());
    }
    // Whoever did the work has left: nobody takes cash for it.
    match charging::charge(tx, booking, None).await? {
        Some(charged) if is_done => charging::credit(tx, booking, &charged).await.map(drop),
        _ => Ok(()),
    }
}

/// Handles the deadline of a proposed price: `quotes.expires_at`.
pub async fn handle_deadline(app: App, tenant: Id<Tenant>, quote: Uuid) -> Result<(), AppError> {
    let mut tx = app.db.begin_system(tenant).await?;
    let quote = Id::from_uuid(quote);
    if let Some(booking) = proposals::expire(&mut tx, quote).await? {
        let tenant = tenants::current(&mut tx).await?;
        booking.vertical.answered(&mut tx, &tenant, &booking, quote, QuoteState::Expired).await?;
    }
    tx.commit().await
}

/// Alerts staff of a proposed price whose deadline fails.
pub async fn alert_of_deadline(app: App, tenant: Id<Tenant>, quote: Uuid) -> Result<(), AppError> {
    let mut tx = app.db.begin_system(tenant).await?;
    let message = t!("fulfilment-a-proposed-price-wasnt-answered-in");
    if let Some(booking) = quotes::booking_of(&mut tx, Id::from_uuid(quote)).await? {
        store::alert_staff_once(&mut tx, booking, "deadline_failing", message).await?;
    }
    tx.commit().await
}
