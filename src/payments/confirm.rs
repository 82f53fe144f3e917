use engine::Id;
use sqlx::PgConnection;

use super::{
    Payment,
    ledger::{self, Account, Move, PostingKind},
    store,
};
use crate::{error::AppError, identity::User, providers::Provider, server::publish};

/// A member of staff says the money is here. Whoever confirms second reads so, and nothing is posted twice.
///
/// `received_by` is the provider who took the cash; none where the business received it itself.
pub async fn confirm(
    db: &mut PgConnection,
    id: Id<Payment>,
    by: Id<User>,
    received_by: Option<Id<Provider>>,
    note: Option<&str>,
) -> Result<Payment, AppError> {
    let payment = store::find(db, id).await?.ok_or(AppError::NotFound)?;
    let status = payment.confirm()?;
    store::mark_confirmed(db, &payment, status, by, received_by, note).await?;
    let paid = Move {
        from: Account::receiving(payment.method),
        to: Account::Customer(payment.booking_id),
        amount: payment.amount,
    };
    ledger::post(db, &format!("payment:{id}"), PostingKind::Payment, &[paid]).await?;
    publish(db, &format!("booking:{}", payment.booking_id)).await?;
    Ok(payment)
}

/// A member of staff gives up on the money. The customer still owes it: only the payment failed, not the charge.
pub async fn fail(db: &mut PgConnection, id: Id<Payment>, reason: &str) -> Result<Payment, AppError> {
    let payment = store::find(db, id).await?.ok_or(AppError::NotFound)?;
    let status = payment.fail()?;
    store::mark_failed(db, &payment, status, reason).await?;
    publish(db, &format!("booking:{}", payment.booking_id)).await?;
    Ok(payment)
}
