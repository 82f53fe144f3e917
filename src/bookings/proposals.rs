//! A price that the customer is asked to approve: more work, or an overstay.
//!
//! ```text
//! proposed ─> approved | rejected (the customer) | expired (the deadline) | void (withdrawn, or the booking was cancelled)
//! ```
//! Until it is approved it costs nothing, and silence keeps the old price. A completed booking is charged at once
//! ([`fulfilment::approve`](crate::fulfilment::approve)).

use chrono::{DateTime, Utc};
use engine::{Id, field::isolated};

use super::{
    Author, Booking, EventKind, Phase,
    quotes::{self, Proposal, QuoteKind, QuoteState, StoredQuote},
    store::{self, NewEvent},
};
use crate::{db::Tx, error::AppError};

impl StoredQuote {
    /// Whether it can still be answered.
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        self.state == QuoteState::Proposed && self.expires_at.is_none_or(|at| now < at)
    }

    /// `Conflict` if it can no longer be answered.
    pub fn ensure_open(&self, now: DateTime<Utc>) -> Result<(), AppError> {
        if self.is_open(now) {
            return Ok(());
        }
        Err(AppError::conflict(match self.state {
            QuoteState::Approved => t!("bookings-you-have-approved-this-price-already"),
            QuoteState::Rejected => t!("bookings-you-have-declined-this-price-already"),
            QuoteState::Void => t!("bookings-this-price-was-withdrawn"),
            QuoteState::Proposed | QuoteState::Expired => t!("bookings-the-time-to-answer-is-over"),
        }))
    }
}

/// Whether staff may propose a price: what was asked for is agreed, and the booking will be or was done.
pub const fn may_propose(booking: &Booking) -> bool {
    matches!(booking.phase, Phase::Confirmed | Phase::Dispatched | Phase::InProgress | Phase::Completed)
}

/// Proposes a price. The caller has locked the booking.
///
/// - Only for a booking that will be or was done: a cancelled one costs its fee and no more.
/// - An adjustment isn't proposed: it stays within what was approved.
pub async fn propose(tx: &mut Tx, booking: &Booking, proposal: &Proposal<'_>) -> Result<(), AppError> {
    if matches!(booking.phase, Phase::Cancelled | Phase::NoShow) {
        return Err(booking.moved_on());
    }
    if !proposal.kind.raises_ceiling() || proposal.kind == QuoteKind::Cancellation {
        return Err(AppError::Malformed);
    }
    quotes::insert_proposed(tx, booking.id, proposal).await?;
    record(tx, booking, EventKind::PriceProposed, &Author::staff(proposal.offered_by), Some(proposal.description)).await
}

/// One of a booking's versions; `NotFound` if it is another booking's.
pub async fn find(tx: &mut Tx, booking: &Booking, id: Id<StoredQuote>) -> Result<StoredQuote, AppError> {
    let versions = quotes::list(tx, booking.id).await?;
    versions.into_iter().find(|version| version.id == id).ok_or(AppError::NotFound)
}

/// The customer approves, or staff for who pays. The caller has locked the booking.
pub async fn approve(
    tx: &mut Tx,
    booking: &Booking,
    quote: &StoredQuote,
    approved_by: &str,
    by: &Author,
) -> Result<(), AppError> {
    quote.ensure_open(tx.now)?;
    if matches!(booking.phase, Phase::Cancelled | Phase::NoShow) {
        return Err(booking.moved_on());
    }
    quotes::decide(tx, quote.id, QuoteState::Approved, Some(approved_by), None).await?;
    record(tx, booking, EventKind::PriceApproved, by, quote.description.as_deref()).await
}

/// The customer declines. Staff are told, because they wait for the answer. The caller has locked the booking.
pub async fn reject(tx: &mut Tx, booking: &Booking, quote: &StoredQuote, reason: Option<&str>) -> Result<(), AppError> {
    quote.ensure_open(tx.now)?;
    quotes::decide(tx, quote.id, QuoteState::Rejected, None, reason).await?;
    record(tx, booking, EventKind::PriceDeclined, &Author::customer(), reason).await?;
    let reason = reason.map_or_else(String::new, |reason| format!(": {}", isolated(reason)));
    let message = t!(
        "bookings-the-customer-of-declined-version-of",
        reference = booking.reference,
        version = quote.version,
        reason = reason
    );
    store::alert_staff(tx, booking.id, "price_declined", &message).await
}

/// Staff take it back. The caller has locked the booking.
pub async fn withdraw(tx: &mut Tx, booking: &Booking, quote: &StoredQuote, by: &Author) -> Result<(), AppError> {
    quotes::decide(tx, quote.id, QuoteState::Void, None, None).await?;
    record(tx, booking, EventKind::PriceWithdrawn, by, quote.description.as_deref()).await
}

/// The time to answer is over, if it is: staff are told. Returns the booking if it expired now.
pub async fn expire(tx: &mut Tx, id: Id<StoredQuote>) -> Result<Option<Booking>, AppError> {
    let Some(booking) = quotes::booking_of(tx, id).await? else { return Ok(None) };
    let booking = store::lock(tx, booking).await?;
    let quote = find(tx, &booking, id).await?;
    if quote.state != QuoteState::Proposed || quote.is_open(tx.now) {
        return Ok(None);
    }
    quotes::decide(tx, id, QuoteState::Expired, None, None).await?;
    record(tx, &booking, EventKind::PriceWithdrawn, &Author::system(), Some(t!("bookings-not-answered-in-time")))
        .await?;
    let message = t!("bookings-version-of-the-price-of-wasnt", version = quote.version, reference = booking.reference);
    store::alert_staff(tx, booking.id, "price_expired", &message).await?;
    Ok(Some(booking))
}

async fn record(
    tx: &mut Tx,
    booking: &Booking,
    kind: EventKind,
    by: &Author,
    note: Option<&str>,
) -> Result<(), AppError> {
    store::record(tx, &NewEvent { booking_id: booking.id, phase: booking.phase, kind, by, note }).await
}
