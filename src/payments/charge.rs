use engine::{Amount, Id};
use sqlx::PgConnection;

use super::{
    ledger::{self, Account, Move, PostingKind},
    store,
};
use crate::{
    bookings::{Booking, PaymentMethod},
    error::AppError,
    providers::Provider,
};

/// Charges a completed booking: posts the charge and creates its pending payment.
///
/// - Charging a booking again changes nothing. A booking that costs nothing isn't charged.
/// - `provider` did the work, and takes the money if it is cash.
pub async fn charge_on_completion(
    db: &mut PgConnection,
    booking: Id<Booking>,
    total: Amount,
    method: PaymentMethod,
    provider: Option<Id<Provider>>,
) -> Result<(), AppError> {
    charge(db, PostingKind::Charge, booking, total, method, provider).await
}

/// Charges the fee of a cancelled booking: posts it and creates its pending payment. Charging it again changes nothing.
pub async fn charge_fee(
    db: &mut PgConnection,
    booking: Id<Booking>,
    fee: Amount,
    method: PaymentMethod,
) -> Result<(), AppError> {
    charge(db, PostingKind::CancellationFee, booking, fee, method, None).await
}

async fn charge(
    db: &mut PgConnection,
    kind: PostingKind,
    booking: Id<Booking>,
    amount: Amount,
    method: PaymentMethod,
    provider: Option<Id<Provider>>,
) -> Result<(), AppError> {
    if !amount.is_positive() {
        return Ok(());
    }
    let owed = Move { from: Account::Customer(booking), to: Account::Revenue, amount };
    if ledger::post(db, &format!("{kind}:{booking}"), kind, &[owed]).await? {
        let received_by = provider.filter(|_| method == PaymentMethod::Cash);
        store::insert_pending(db, booking, amount, method, received_by).await?;
    }
    Ok(())
}
