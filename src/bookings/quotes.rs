//! Versions of a booking's price: all SQL on `quotes` and `quote_lines`. The amount due is the sum of the approved versions.

use chrono::{DateTime, Utc};
use engine::{Amount, Id, Line, LineKind, Quantity, Quote, Tax, TaxRate, Unit, quote::agreed_tax};
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
        /// The booking was cancelled, or the version was withdrawn.
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
    /// What a proposed version is for, in words.
    pub description: Option<String>,
    /// Who proposed it.
    pub offered_by: Option<String>,
    /// When a proposed version expires, if ever.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was charged.
    pub charged_at: Option<DateTime<Utc>>,
}

impl StoredQuote {
    pub const fn is_charged(&self) -> bool {
        self.charged_at.is_some()
    }
}

impl QuoteKind {
    /// Whether approving it raises the ceiling. An adjustment stays within what was approved before.
    pub const fn raises_ceiling(self) -> bool {
        !matches!(self, Self::Adjustment)
    }
}

/// A price for more work, an overstay or a new agreement.
#[derive(Debug, Clone)]
pub struct Proposal<'a> {
    /// The id of its version. A form that is sent twice proposes once.
    pub id: Id<StoredQuote>,
    pub kind: QuoteKind,
    pub quote: &'a Quote,
    /// What it is for, in words.
    pub description: &'a str,
    /// Who proposes it.
    pub offered_by: &'a str,
    /// When it expires; `None`: never.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Sums over the approved versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApprovedTotals {
    pub total: Amount,
    /// The most that may be charged without a new approval.
    pub ceiling: Amount,
    /// The tax that the total contains.
    pub included_tax: Amount,
}

#[derive(FromRow)]
struct LineRow {
    id: Id<StoredQuote>,
    version: i32,
    quote_kind: QuoteKind,
    state: QuoteState,
    ceiling_amount: Amount,
    included_tax_amount: Amount,
    kept_fee_amount: Amount,
    tax_rate: Option<TaxRate>,
    tax_included: Option<bool>,
    approved_by: Option<String>,
    approved_at: Option<DateTime<Utc>>,
    description: Option<String>,
    offered_by: Option<String>,
    expires_at: Option<DateTime<Utc>>,
    charged_at: Option<DateTime<Utc>>,
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
        "select q.id, q.version, q.kind as quote_kind, q.state, q.ceiling_amount, q.included_tax_amount, q.kept_fee_amount,
                q.tax_rate, q.tax_included, q.approved_by, q.approved_at, q.description, q.offered_by, q.expires_at, q.charged_at,
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
    let tax = first.tax_rate.zip(first.tax_included).map(|(rate, included)| Tax { rate, included });
    let quote = quote.with_kept_fee(first.kept_fee_amount).or_internal()?.with_tax(tax);
    Ok(StoredQuote {
        id: first.id,
        version: first.version,
        kind: first.quote_kind,
        state: first.state,
        quote,
        approved_by: first.approved_by.clone(),
        approved_at: first.approved_at,
        description: first.description.clone(),
        offered_by: first.offered_by.clone(),
        expires_at: first.expires_at,
        charged_at: first.charged_at,
    })
}

/// The approved versions as one price: all their lines, with the sum of the approved ceilings, and the tax that the first was agreed with. Prices that contain
/// tax at several rates have no rate in common: their sum is taxed at the nearest one.
pub fn approved(versions: &[StoredQuote]) -> Result<Quote, AppError> {
    let counting = || versions.iter().filter(|version| version.state == QuoteState::Approved);
    let lines = counting().flat_map(|version| version.quote.lines().iter().cloned()).collect();
    let ceiling =
        counting().filter(|version| version.kind.raises_ceiling()).map(|version| version.quote.ceiling()).sum();
    let included_tax = counting().map(|version| version.quote.included_tax()).sum();
    let kept_fee = counting().map(|version| version.quote.kept_fee()).sum();
    let first = counting().next().and_then(|first| agreed_tax(&first.quote));
    let is_common = |tax: &Tax| !tax.included || counting().all(|version| agreed_tax(&version.quote) == Some(*tax));
    let tax = first.filter(is_common);
    let quote = Quote::new(lines, ceiling).and_then(|quote| quote.with_included_tax(included_tax));
    Ok(quote.and_then(|quote| quote.with_kept_fee(kept_fee)).or_internal()?.with_tax(tax))
}

/// The amount due and the maximum that may be charged.
pub async fn approved_totals(db: &mut PgConnection, booking_id: Id<Booking>) -> Result<ApprovedTotals, AppError> {
    let (total, ceiling, included_tax) = sqlx::query_as(
        "select coalesce(sum(total_amount), 0)::bigint, coalesce(sum(ceiling_amount) filter (where kind <> 'adjustment'), 0)::bigint,
                coalesce(sum(included_tax_amount), 0)::bigint
         from quotes where tenant_id = app.current_tenant() and booking_id = $1 and state = 'approved'",
    )
    .bind(booking_id)
    .fetch_one(db)
    .await?;
    Ok(ApprovedTotals { total, ceiling, included_tax })
}

/// Adds the next version, approved. The caller has locked the booking, so version numbers can't collide.
///
/// Fails if an adjustment makes the price higher than the ceiling that was approved.
pub async fn insert_approved(
    db: &mut PgConnection,
    booking_id: Id<Booking>,
    kind: QuoteKind,
    quote: &Quote,
    approved_by: &str,
) -> Result<Id<StoredQuote>, AppError> {
    let id = Id::new();
    sqlx::query(
        "insert into quotes (id, booking_id, version, kind, state, total_amount, ceiling_amount, included_tax_amount, kept_fee_amount, tax_rate,
                             tax_included, approved_by, approved_at)
         select $1, $2, coalesce(max(version), 0) + 1, $3, 'approved', $4, $5, $6, $7, $8, $9, $10, app.now()
         from quotes where tenant_id = app.current_tenant() and booking_id = $2",
    )
    .bind(id)
    .bind(booking_id)
    .bind(kind)
    .bind(quote.total())
    .bind(quote.ceiling())
    .bind(quote.included_tax())
    .bind(quote.kept_fee())
    .bind(quote.tax().map(|tax| tax.rate))
    .bind(quote.tax().map(|tax| tax.included))
    .bind(approved_by)
    .execute(&mut *db)
    .await?;
    insert_lines(db, id, quote.lines()).await?;
    let after = approved_totals(db, booking_id).await?;
    if !kind.raises_ceiling() && after.total > after.ceiling {
        return Err(AppError::internal(&"an adjustment above the approved ceiling"));
    }
    Ok(id)
}

/// Adds the next version, to be approved by the customer. The caller has locked the booking.
pub(super) async fn insert_proposed(
    db: &mut PgConnection,
    booking_id: Id<Booking>,
    proposal: &Proposal<'_>,
) -> Result<(), AppError> {
    let stored = sqlx::query(
        "insert into quotes (id, booking_id, version, kind, state, total_amount, ceiling_amount, included_tax_amount, kept_fee_amount, tax_rate,
                             tax_included, description, offered_by, expires_at)
         select $1, $2, coalesce(max(version), 0) + 1, $3, 'proposed', $4, $5, $6, $7, $8, $9, $10, $11, $12
         from quotes where tenant_id = app.current_tenant() and booking_id = $2
         on conflict (tenant_id, id) do nothing",
    )
    .bind(proposal.id)
    .bind(booking_id)
    .bind(proposal.kind)
    .bind(proposal.quote.total())
    .bind(proposal.quote.ceiling())
    .bind(proposal.quote.included_tax())
    .bind(proposal.quote.kept_fee())
    .bind(proposal.quote.tax().map(|tax| tax.rate))
    .bind(proposal.quote.tax().map(|tax| tax.included))
    .bind(proposal.description)
    .bind(proposal.offered_by)
    .bind(proposal.expires_at)
    .execute(&mut *db)
    .await?;
    if stored.rows_affected() == 0 {
        return Err(AppError::Malformed); // another booking's price has this id
    }
    insert_lines(db, proposal.id, proposal.quote.lines()).await
}

/// Writes the decision about a proposed version, and ends its deadline. `Conflict` if it was decided before.
pub(super) async fn decide(
    db: &mut PgConnection,
    id: Id<StoredQuote>,
    to: QuoteState,
    approved_by: Option<&str>,
    decline_reason: Option<&str>,
) -> Result<(), AppError> {
    let changed = sqlx::query(
        "update quotes set state = $2, decided_at = app.now(), expires_at = null, approved_by = $3,
                approved_at = case when $2 = 'approved' then app.now() end, decline_reason = $4
         where tenant_id = app.current_tenant() and id = $1 and state = 'proposed'",
    )
    .bind(id)
    .bind(to)
    .bind(approved_by)
    .bind(decline_reason)
    .execute(db)
    .await?;
    if changed.rows_affected() == 1 {
        Ok(())
    } else {
        Err(AppError::conflict(t!("bookings-this-price-was-answered-already")))
    }
}

/// The booking of a version.
pub async fn booking_of(db: &mut PgConnection, id: Id<StoredQuote>) -> Result<Option<Id<Booking>>, AppError> {
    Ok(sqlx::query_scalar("select booking_id from quotes where tenant_id = app.current_tenant() and id = $1")
        .bind(id)
        .fetch_optional(db)
        .await?)
}

/// Marks approved versions as charged: they can't be voided any more.
pub async fn mark_charged(db: &mut PgConnection, ids: &[Id<StoredQuote>]) -> Result<(), AppError> {
    sqlx::query(
        "update quotes set charged_at = app.now()
         where tenant_id = app.current_tenant() and id = any($1) and state = 'approved' and charged_at is null",
    )
    .bind(ids)
    .execute(db)
    .await?;
    Ok(())
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

/// Voids the prices agreed so far, because the booking is cancelled. What was charged stays.
pub async fn void_all(db: &mut PgConnection, booking_id: Id<Booking>) -> Result<(), AppError> {
    sqlx::query(
        "update quotes set state = 'void', expires_at = null
         where tenant_id = app.current_tenant() and booking_id = $1 and state in ('proposed', 'approved') and charged_at is null",
    )
    .bind(booking_id)
    .execute(db)
    .await?;
    Ok(())
}
