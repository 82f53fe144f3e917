//! All SQL on `payments`.

use std::collections::HashMap;

use engine::{Amount, Id};
use sqlx::PgConnection;

use super::{Payment, PaymentStatus};
use crate::{
    bookings::{Booking, PaymentMethod, quotes::StoredQuote},
    error::AppError,
    identity::User,
    providers::Provider,
};

pub async fn find(db: &mut PgConnection, id: Id<Payment>) -> Result<Option<Payment>, AppError> {
    let payment = sqlx::query_as(
        "select id, booking_id, amount, method, status, received_by, note, confirmed_at, confirmed_by, created_at
         from payments where tenant_id = app.current_tenant() and id = $1",
    )
    .bind(id)
    .fetch_optional(db)
    .await?;
    Ok(payment)
}

/// The payments of a booking, the first one first.
pub async fn list_of_booking(db: &mut PgConnection, booking: Id<Booking>) -> Result<Vec<Payment>, AppError> {
    let payments = sqlx::query_as(
        "select id, booking_id, amount, method, status, received_by, note, confirmed_at, confirmed_by, created_at
         from payments where tenant_id = app.current_tenant() and booking_id = $1 order by created_at, id",
    )
    .bind(booking)
    .fetch_all(db)
    .await?;
    Ok(payments)
}

pub(super) async fn insert_pending(
    db: &mut PgConnection,
    booking: Id<Booking>,
    quote: Id<StoredQuote>,
    amount: Amount,
    method: PaymentMethod,
    received_by: Option<Id<Provider>>,
) -> Result<(), AppError> {
    sqlx::query(
        "insert into payments (id, booking_id, quote_id, amount, method, received_by) values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(Id::<Payment>::new())
    .bind(booking)
    .bind(quote)
    .bind(amount)
    .bind(method)
    .bind(received_by)
    .execute(db)
    .await?;
    Ok(())
}

/// Removes the payments of a booking that haven't arrived. Returns their sum.
pub(super) async fn take_unsettled(db: &mut PgConnection, booking: Id<Booking>) -> Result<Amount, AppError> {
    let sum = sqlx::query_scalar(
        "with gone as (
             delete from payments where tenant_id = app.current_tenant() and booking_id = $1 and status in ('pending', 'failed') returning amount
         )
         select coalesce(sum(amount), 0)::bigint from gone",
    )
    .bind(booking)
    .fetch_one(db)
    .await?;
    Ok(sum)
}

/// Marks a payment as confirmed, unless it was settled since it was read.
pub(super) async fn mark_confirmed(
    db: &mut PgConnection,
    payment: &Payment,
    status: PaymentStatus,
    by: Id<User>,
    received_by: Option<Id<Provider>>,
    note: Option<&str>,
) -> Result<(), AppError> {
    let rows = sqlx::query(
        "update payments set status = $3, confirmed_at = app.now(), confirmed_by = $4, received_by = $5, note = $6
         where tenant_id = app.current_tenant() and id = $1 and status = $2",
    )
    .bind(payment.id)
    .bind(payment.status)
    .bind(status)
    .bind(by)
    .bind(received_by)
    .bind(note)
    .execute(db)
    .await?
    .rows_affected();
    one_row(rows, payment)
}

/// Marks a payment as failed, unless it was settled since it was read.
pub(super) async fn mark_failed(
    db: &mut PgConnection,
    payment: &Payment,
    status: PaymentStatus,
    reason: &str,
) -> Result<(), AppError> {
    let rows = sqlx::query(
        "update payments set status = $3, note = $4 where tenant_id = app.current_tenant() and id = $1 and status = $2",
    )
    .bind(payment.id)
    .bind(payment.status)
    .bind(status)
    .bind(reason)
    .execute(db)
    .await?
    .rows_affected();
    one_row(rows, payment)
}

/// Reopens a failed payment, unless it has changed since it was read. The reason of the failure is kept until it is settled.
pub(super) async fn mark_expected(
    db: &mut PgConnection,
    payment: &Payment,
    status: PaymentStatus,
    method: PaymentMethod,
) -> Result<(), AppError> {
    let rows = sqlx::query("update payments set status = $3, method = $4 where tenant_id = app.current_tenant() and id = $1 and status = $2")
        .bind(payment.id)
        .bind(payment.status)
        .bind(status)
        .bind(method)
        .execute(db)
        .await?
        .rows_affected();
    one_row(rows, payment)
}

/// The unconfirmed cash of one provider or all; providers without any are left out.
pub async fn unconfirmed_cash(
    db: &mut PgConnection,
    provider: Option<Id<Provider>>,
) -> Result<HashMap<Id<Provider>, Amount>, AppError> {
    let rows: Vec<(Id<Provider>, Amount)> = sqlx::query_as(
        "select received_by, sum(amount)::bigint from payments
         where tenant_id = app.current_tenant() and status = 'pending' and method = 'cash' and received_by is not null and ($1::uuid is null or received_by = $1)
         group by received_by",
    )
    .bind(provider)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().collect())
}

fn one_row(rows: u64, payment: &Payment) -> Result<(), AppError> {
    if rows == 1 { Ok(()) } else { Err(Payment::settled_already(payment.status)) }
}
