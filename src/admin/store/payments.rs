use chrono::{DateTime, Utc};
use engine::{Amount, Id, Reference};
use sqlx::{FromRow, PgConnection, Postgres, QueryBuilder};

use crate::{
    bookings::PaymentMethod,
    db::paging::{Cursor, MOST_COUNTED, Order, Slice},
    error::AppError,
    payments::{Payment, PaymentStatus, ledger::Account},
    providers::Provider,
};

/// A payment in the list.
#[derive(Debug, Clone, FromRow)]
pub struct Listed {
    pub id: Id<Payment>,
    pub reference: Reference,
    pub contact_name: String,
    pub amount: Amount,
    pub method: PaymentMethod,
    pub status: PaymentStatus,
    /// The provider who took or is to take the cash.
    pub received_by: Option<Id<Provider>>,
    pub receiver: Option<String>,
    pub confirmer: Option<String>,
    pub confirmed_at: Option<DateTime<Utc>>,
    pub note: Option<String>,
    /// Since when it is expected.
    pub created_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    pub status: Option<PaymentStatus>,
    pub method: Option<PaymentMethod>,
}

/// The newest first.
const ORDER: Order = Order { columns: ["f.created_at", "f.id"], descending: true };

impl Filter {
    fn push_to(self, query: &mut QueryBuilder<Postgres>) {
        if let Some(status) = self.status {
            query.push(" and f.status = ").push_bind(status);
        }
        if let Some(method) = self.method {
            query.push(" and f.method = ").push_bind(method);
        }
    }

    async fn slice(
        self,
        db: &mut PgConnection,
        cursor: &Cursor<(DateTime<Utc>, Id<Payment>)>,
        limit: i64,
    ) -> Result<Slice<Listed>, AppError> {
        let mut query = QueryBuilder::<Postgres>::new(
            "with found as (select f.* from payments f where f.tenant_id = app.current_tenant()",
        );
        self.push_to(&mut query);
        ORDER.push_beyond(&mut query, cursor);
        ORDER.push_to(&mut query, cursor);
        query.push(" limit ").push_bind(limit + 1);
        query.push(
            ")
             select f.id, b.reference, b.contact_name, f.amount, f.method, f.status, f.received_by, p.name as receiver, u.name as confirmer,
                    f.confirmed_at, f.note, f.created_at
             from found f
             join bookings b on b.tenant_id = f.tenant_id and b.id = f.booking_id
             left join providers p on p.tenant_id = f.tenant_id and p.id = f.received_by
             left join users u on u.tenant_id = f.tenant_id and u.id = f.confirmed_by",
        );
        ORDER.push_to(&mut query, cursor);
        let rows = query.build_query_as().fetch_all(db).await?;
        Ok(Slice::of(cursor, rows, limit))
    }
}

/// A page of the payments that match the filter, the newest first.
pub async fn list(
    db: &mut PgConnection,
    filter: Filter,
    cursor: Cursor<Id<Payment>>,
    limit: i64,
) -> Result<Slice<Listed>, AppError> {
    let at = match cursor.entry() {
        Some(id) => {
            sqlx::query_as("select created_at, id from payments where tenant_id = app.current_tenant() and id = $1")
                .bind(id)
                .fetch_optional(&mut *db)
                .await?
        }
        None => None,
    };
    let slice = filter.slice(db, &cursor.with(at), limit).await?;
    if slice.needs_start(limit) { filter.slice(db, &Cursor::Start, limit).await } else { Ok(slice) }
}

/// The number of payments that match the filter, counted up to the limit of lists.
pub async fn count(db: &mut PgConnection, filter: Filter) -> Result<i64, AppError> {
    let mut query = QueryBuilder::<Postgres>::new(
        "select count(*) from (select from payments f where f.tenant_id = app.current_tenant()",
    );
    filter.push_to(&mut query);
    query.push(" limit ").push_bind(MOST_COUNTED + 1).push(") found");
    Ok(query.build_query_scalar().fetch_one(db).await?)
}

/// Sums of payments by status.
#[derive(Debug, Clone, Copy, FromRow)]
pub struct Sums {
    /// Expected but not confirmed.
    pub pending: Amount,
    pub pending_count: i64,
    /// Confirmed since the given time.
    pub confirmed: Amount,
    pub confirmed_count: i64,
    /// What the platform has of all that was charged.
    pub platforms: Amount,
}

/// The pending sum, the sum confirmed since then, and the platform's part of all that was charged.
pub async fn sums(db: &mut PgConnection, since: DateTime<Utc>) -> Result<Sums, AppError> {
    let sums = sqlx::query_as(
        "select p.pending, p.pending_count, c.confirmed, c.confirmed_count,
                (coalesce((select sum(amount) from ledger_rows where tenant_id = app.current_tenant() and to_account = $2), 0)
               - coalesce((select sum(amount) from ledger_rows where tenant_id = app.current_tenant() and from_account = $2), 0))::bigint as platforms
         from (select coalesce(sum(amount), 0)::bigint as pending, count(*) as pending_count
               from payments where tenant_id = app.current_tenant() and status = 'pending') p,
              (select coalesce(sum(amount), 0)::bigint as confirmed, count(*) as confirmed_count
               from payments where tenant_id = app.current_tenant() and status = 'confirmed' and confirmed_at >= $1) c",
    )
    .bind(since)
    .bind(Account::Platform.to_string())
    .fetch_one(db)
    .await?;
    Ok(sums)
}
