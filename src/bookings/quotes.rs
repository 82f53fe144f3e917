//! Versions of a booking's price: all SQL on `quotes` and `quote_lines`. The amount due is the sum of the approved versions.

use chrono::{DateTime, Utc};
use engine::{Amount, Id, Line, LineKind, Quantity, Quote, Unit};
use sqlx::{FromRow, PgConnection};

use super::Booking;
use crate::error::{AppError, OrInternal};

engine::codes! {
    /// The reason for a version of the price.
    pub enum QuoteKind ("kind of quote") {
        Original = "original",
        /// Work added.
        Extension = "extension",
        /// The actual work, within what was approved.
        Adjustment = "adjustment",
        /// An overstay.
        Overstay = "overstay",
        Cancellation = "cancellation",
    }
}

engine::codes! {
    /// Whether a version is part of the price.
    pub enum QuoteState ("state of a quote") {
        /// Waits for the customer's approval; costs nothing until then.
        Proposed = "proposed",
        Approved = "approved",
        Rejected = "rejected",
        Expired = "expired",
        /// The booking was cancelled.
        Void = "void",
    }
}

/// A stored version of the price.
#[derive(Debug, Clone)]
pub struct StoredQuote {
    pub id: Id<StoredQuote>,
    /// Version number, from 1.
    pub version: i32,
    pub kind: QuoteKind,
    pub state: QuoteState,
    pub quote: Quote,
    pub approved_by: Option<String>,
    pub approved_at: Option<DateTime<Utc>>,
}

impl QuoteKind {
    /// Whether approving it raises the ceiling. An adjustment stays within what was approved before.
    pub const fn raises_ceiling(self) -> bool {
        !matches!(self, Self::Adjustment)
    }
}

/// Sums over the approved versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApprovedTotals {
    pub total: Amount,
    /// The most that may be charged without a new approval.
    pub ceiling: Amount,
}

#[derive(FromRow)]
struct LineRow {
    id: Id<StoredQuote>,
    version: i32,
    quote_kind: QuoteKind,
    state: QuoteState,
    ceiling_amount: Amount,
    included_tax_amount: Amount,
    approved_by: Option<String>,
    approved_at: Option<DateTime<Utc>>,
    kind: Option<LineKind>,
    label: Option<String>,
    quantity: Option<i64>,
    unit: Option<Unit>,
    unit_amount: Option<Amount>,
    amount: Option<Amount>,
}

/// All versions of a booking's price, oldest first.
pub async fn list(db: &mut PgConnection, booking_id: Id<Booking>) -> Result<Vec<StoredQuote>, AppError> {
    let rows: Vec<LineRow> = sqlx::query_as(
        "select q.id, q.version, q.kind as quote_kind, q.state, q.ceiling_amount, q.included_tax_amount, q.approved_by, q.approved_at,
                l.kind, l.label, l.quantity, l.unit, l.unit_amount, l.amount
         from quotes q left join quote_lines l on (l.tenant_id, l.quote_id) = (q.tenant_id, q.id)
         where q.tenant_id = app.current_tenant() and q.booking_id = $1
         order by q.version, l.position",
    )
    .bind(booking_id)
    .fetch_all(db)
    .await?;
    rows.chunk_by(|a, b| a.id == b.id).map(assemble).collect()
}

fn assemble(rows: &[LineRow]) -> Result<StoredQuote, AppError> {
    let first = rows.first().ok_or(AppError::NotFound)?;
    let lines = rows.iter().filter_map(|row| {
        Some(Line {
            kind: row.kind?,
            label: row.label.clone()?,
            quantity: Quantity(row.quantity?),
            unit: row.unit?,
            unit_price: row.unit_amount?,
            amount: row.amount?,
        })
    });
    let quote = Quote::new(lines.collect(), first.ceiling_amount).or_internal()?;
    let quote = quote.with_included_tax(first.included_tax_amount).or_internal()?;
    Ok(StoredQuote {
        id: first.id,
        version: first.version,
        kind: first.quote_kind,
        state: first.state,
        quote,
        approved_by: first.approved_by.clone(),
        approved_at: first.approved_at,
    })
}

/// The approved versions as one price: all their lines, with the sum of the approved ceilings.
pub fn approved(versions: &[StoredQuote]) -> Result<Quote, AppError> {
    let counting = || versions.iter().filter(|version| version.state == QuoteState::Approved);
    let lines = counting().flat_map(|version| version.quote.lines().iter().cloned()).collect();
    let ceiling =
        counting().filter(|version| version.kind.raises_ceiling()).map(|version| version.quote.ceiling()).sum();
    let included_tax = counting().map(|version| version.quote.included_tax()).sum();
    Quote::new(lines, ceiling).and_then(|quote| quote.with_included_tax(included_tax)).or_internal()
}

/// The amount due and the maximum that may be charged.
pub async fn approved_totals(db: &mut PgConnection, booking_id: Id<Booking>) -> Result<ApprovedTotals, AppError> {
    let (total, ceiling) = sqlx::query_as(
        "select coalesce(sum(total_amount), 0)::bigint, coalesce(sum(ceiling_amount) filter (where kind <> 'adjustment'), 0)::bigint
         from quotes where booking_id = $1 and state = 'approved'",
    )
    .bind(booking_id)
    .fetch_one(db)
    .await?;
    Ok(ApprovedTotals { total, ceiling })
}

/// Adds the next version, approved. The caller has locked the booking, so version numbers can't collide.
pub async fn insert_approved(
    db: &mut PgConnection,
    booking_id: Id<Booking>,
    kind: QuoteKind,
    quote: &Quote,
    approved_by: &str,
) -> Result<Id<StoredQuote>, AppError> {
    let id = Id::new();
    sqlx::query(
        "insert into quotes (id, booking_id, version, kind, state, total_amount, ceiling_amount, included_tax_amount, approved_by, approved_at)
         select $1, $2, coalesce(max(version), 0) + 1, $3, 'approved', $4, $5, $6, $7, app.now()
         from quotes where tenant_id = app.current_tenant() and booking_id = $2",
    )
    .bind(id)
    .bind(booking_id)
    .bind(kind)
    .bind(quote.total())
    .bind(quote.ceiling())
    .bind(quote.included_tax())
    .bind(approved_by)
    .execute(&mut *db)
    .await?;
    insert_lines(db, id, quote.lines()).await?;
    Ok(id)
}

async fn insert_lines(db: &mut PgConnection, quote: Id<StoredQuote>, lines: &[Line]) -> Result<(), AppError> {
    let ids: Vec<Id<Line>> = lines.iter().map(|_| Id::new()).collect();
    let kinds: Vec<LineKind> = lines.iter().map(|line| line.kind).collect();
    let labels: Vec<&str> = lines.iter().map(|line| line.label.as_str()).collect();
    let quantities: Vec<i64> = lines.iter().map(|line| line.quantity.0).collect();
    let units: Vec<Unit> = lines.iter().map(|line| line.unit).collect();
    let unit_prices: Vec<Amount> = lines.iter().map(|line| line.unit_price).collect();
    let amounts: Vec<Amount> = lines.iter().map(|line| line.amount).collect();
    sqlx::query(
        "insert into quote_lines (quote_id, id, kind, label, quantity, unit, unit_amount, amount, position)
         select $1, * from unnest($2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::bigint[], $8::bigint[]) with ordinality",
    )
    .bind(quote)
    .bind(ids)
    .bind(kinds)
    .bind(labels)
    .bind(quantities)
    .bind(units)
    .bind(unit_prices)
    .bind(amounts)
    .execute(db)
    .await?;
    Ok(())
}

/// Voids the prices agreed so far, because the booking is cancelled.
pub async fn void_all(db: &mut PgConnection, booking_id: Id<Booking>) -> Result<(), AppError> {
    sqlx::query("update quotes set state = 'void' where booking_id = $1 and state in ('proposed', 'approved')")
        .bind(booking_id)
        .execute(db)
        .await?;
    Ok(())
}
