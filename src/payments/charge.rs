use engine::{Amount, Id};
use sqlx::PgConnection;

use super::{
    ledger::{self, Account, Move, PostingKind},
    store,
};
use crate::{
    bookings::{Booking, PaymentMethod, quotes::StoredQuote},
    error::AppError,
    providers::Provider,
};

/// What a customer owes for a version of the price, and the versions charged with it. Negative if it takes back more than it costs.
#[derive(Debug, Clone, Copy)]
pub struct Charge {
    /// [`PostingKind::Charge`], [`PostingKind::CancellationFee`] or [`PostingKind::Refund`].
    pub kind: PostingKind,
    pub booking: Id<Booking>,
    pub quote: Id<StoredQuote>,
    pub amount: Amount,
    /// The part of it that is the platform's.
    pub fee: Amount,
    pub method: PaymentMethod,
    /// Who did the work, and takes the money if it is cash.
    pub provider: Option<Id<Provider>>,
}

/// Charges a version of the price: posts what the customer owes and creates the pending payment.
///
/// - Charging a version again changes nothing. What costs nothing isn't charged.
/// - Of an amount to take back, the booking's payments that haven't arrived are expected no longer. What was paid above that is a pending payment of a
///   negative amount: staff give it back.
pub async fn charge(db: &mut PgConnection, charge: Charge) -> Result<(), AppError> {
    let Charge { kind, booking, quote, amount, fee, method, provider } = charge;
    let owed = Move::between(Account::Customer(booking), Account::Revenue, amount);
    let platforms = Move::between(Account::Revenue, Account::Platform, fee);
    let moves: Vec<Move> = owed.into_iter().chain(platforms).collect();
    if moves.is_empty() || !ledger::post(db, &format!("{kind}:{quote}"), kind, &moves).await? {
        return Ok(());
    }
    let received_by = provider.filter(|_| method == PaymentMethod::Cash && amount.is_positive());
    let expected = if amount.is_negative() { store::take_unsettled(db, booking).await? + amount } else { amount };
    if expected.is_zero() {
        return Ok(());
    }
    store::insert_pending(db, booking, quote, expected, method, received_by).await
}
