use engine::Id;
use sqlx::PgConnection;

use super::{
    Payment,
    ledger::{self, Account, Move, PostingKind},
    store,
};
use crate::{bookings::PaymentMethod, db::publish, error::AppError, identity::User, payouts, providers::Provider};

/// Confirms that the money has arrived.
///
/// - `received_by` is the provider who took the cash and keeps it: it is deducted from their next payout. None if the business received it.
/// - Of a negative amount: that the business has given it back.
/// - Confirming a settled payment is a conflict, and nothing is posted twice.
pub async fn confirm(
    db: &mut PgConnection,
    id: Id<Payment>,
    by: Id<User>,
    received_by: Option<Id<Provider>>,
    note: Option<&str>,
) -> Result<Payment, AppError> {
    let payment = store::find(db, id).await?.ok_or(AppError::NotFound)?;
    let status = payment.confirm()?;
    let received_by = received_by.filter(|_| !payment.gives_back());
    store::mark_confirmed(db, &payment, status, by, received_by, note).await?;
    let received_into = Account::receiving(payment.method, received_by);
    let paid = Move::between(received_into, Account::Customer(payment.booking_id), payment.amount);
    ledger::post(db, &format!("payment:{id}"), PostingKind::Payment, paid.as_slice()).await?;
    if let (PaymentMethod::Cash, Some(provider)) = (payment.method, received_by) {
        payouts::keep_cash(db, &payment, provider).await?;
    }
    publish(db, &format!("booking:{}", payment.booking_id)).await?;
    Ok(payment)
}

/// Marks a payment as failed. The customer still owes the charge.
pub async fn fail(db: &mut PgConnection, id: Id<Payment>, reason: &str) -> Result<Payment, AppError> {
    let payment = store::find(db, id).await?.ok_or(AppError::NotFound)?;
    let status = payment.fail()?;
    store::mark_failed(db, &payment, status, reason).await?;
    publish(db, &format!("booking:{}", payment.booking_id)).await?;
    Ok(payment)
}

/// Reopens a failed payment, with the same or another method. Nothing is posted: the customer still owes the charge.
pub async fn expect_again(db: &mut PgConnection, id: Id<Payment>, method: PaymentMethod) -> Result<Payment, AppError> {
    let payment = store::find(db, id).await?.ok_or(AppError::NotFound)?;
    let status = payment.expect_again()?;
    store::mark_expected(db, &payment, status, method).await?;
    publish(db, &format!("booking:{}", payment.booking_id)).await?;
    Ok(payment)
}
