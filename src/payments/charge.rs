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

/// What a customer owes for a version of the price, and the versions charged with it.
#[derive(Debug, Clone, Copy)]
pub struct Charge {
    /// [`PostingKind::Charge`] or [`PostingKind::CancellationFee`].
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
/// Charging a version again changes nothing. What costs nothing isn't charged.
pub async fn charge(db: &mut PgConnection, charge: Charge) -> Result<(), AppError> {
    let Charge { kind, booking, quote, amount, fee, method, provider } = charge;
    if !amount.is_positive() {
        return Ok(());
    }
    let owed = Move { from: Account::Customer(booking), to: Account::Revenue, amount };
    let platforms = Move { from: Account::Revenue, to: Account::Platform, amount: fee };
    let moves = if fee.is_positive() { &[owed, platforms][..] } else { &[owed] };
    if ledger::post(db, &format!("{kind}:{quote}"), kind, moves).await? {
        let received_by = provider.filter(|_| method == PaymentMethod::Cash);
        store::insert_pending(db, booking, quote, amount, method, received_by).await?;
    }
    Ok(())
}
