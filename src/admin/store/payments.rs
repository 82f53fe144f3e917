use chrono::{DateTime, Utc};
use engine::{Amount, Id, Reference};
use sqlx::{FromRow, PgConnection};

use crate::{
    bookings::PaymentMethod,
    error::AppError,
    payments::{Payment, PaymentStatus},
    providers::Provider,
};

/// A payment in the list.
#[derive(Debug, Clone, FromRow)]
pub struct Listed {
    pub id: Id<Payment>,
    /// Its booking.
    pub reference: Reference,
    pub contact_name: String,
    pub amount: Amount,
    pub method: PaymentMethod,
    /// How far it has come.
    pub status: PaymentStatus,
    /// The provider who took or is to take the cash.
    pub received_by: Option<Id<Provider>>,
    pub receiver: Option<String>,
    pub confirmer: Option<String>,
    pub confirmed_at: Option<DateTime<Utc>>,
    pub note: Option<String>,
    /// Since when it is expected.
    pub created_at: DateTime<Utc>,
    /// Total number of payments that match the filter.
    pub total: i64,
}

/// A page of the payments with this status and method, the newest first.
pub async fn list(
    db: &mut PgConnection,
    status: Option<PaymentStatus>,
    method: Option<PaymentMethod>,
    limit: i64,
    offset: i64,
) -> Result<Vec<Listed>, AppError> {
    let payments = sqlx::query_as(
        "with found as (
             select *, count(*) over () as total from payments
             where ($1::text is null or status = $1) and ($2::text is null or method = $2)
             order by created_at desc, id desc limit $3 offset $4
         )
         select f.id, b.reference, b.contact_name, f.amount, f.method, f.status, f.received_by, p.name as receiver, u.name as confirmer,
                f.confirmed_at, f.note, f.created_at, f.total
         from found f
         join bookings b on b.tenant_id = f.tenant_id and b.id = f.booking_id
         left join providers p on p.tenant_id = f.tenant_id and p.id = f.received_by
         left join users u on u.tenant_id = f.tenant_id and u.id = f.confirmed_by
         order by f.created_at desc, f.id desc",
    )
    .bind(status)
    .bind(method)
    .bind(limit)
    .bind(offset)
    .fetch_all(db)
    .await?;
    Ok(payments)
}

/// Sums of payments by status.
#[derive(Debug, Clone, Copy, FromRow)]
pub struct Sums {
    /// Expected, not seen yet.
    pub pending: Amount,
    pub pending_count: i64,
    /// Confirmed since the given time.
    pub confirmed: Amount,
    pub confirmed_count: i64,
}

/// The pending sum, and the sum confirmed since then.
pub async fn sums(db: &mut PgConnection, since: DateTime<Utc>) -> Result<Sums, AppError> {
    let sums = sqlx::query_as(
        "select coalesce(sum(amount) filter (where status = 'pending'), 0)::bigint as pending,
                count(*) filter (where status = 'pending') as pending_count,
                coalesce(sum(amount) filter (where status = 'confirmed'), 0)::bigint as confirmed,
                count(*) filter (where status = 'confirmed') as confirmed_count
         from payments where status = 'pending' or (status = 'confirmed' and confirmed_at >= $1)",
    )
    .bind(since)
    .fetch_one(db)
    .await?;
    Ok(sums)
}
