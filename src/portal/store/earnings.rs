//! What a provider earned, and what was paid out to them.

use std::iter::Sum;

use chrono::{DateTime, NaiveDate, Utc};
use engine::{Amount, Id, Reference, Zone};
use sqlx::{FromRow, PgConnection};

use crate::{bookings::Phase, dispatch::Job, error::AppError, payouts::EarningKind, providers::Provider};

/// With how many jobs something was earned, and with how many bookings without a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, FromRow)]
pub(in crate::portal) struct EarnedWith {
    pub jobs: i64,
    pub bookings: i64,
}

impl Sum for EarnedWith {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        parts.fold(Self::default(), |all, part| Self {
            jobs: all.jobs + part.jobs,
            bookings: all.bookings + part.bookings,
        })
    }
}

/// The columns of [`EarnedWith`], of those earnings `e` that meet a condition.
macro_rules! earned_with {
    ($condition:literal) => {
        concat!(
            "count(distinct e.job_id) filter (where e.kind = 'job' and ",
            $condition,
            ") as jobs, count(distinct e.booking_id) filter (where e.kind = 'job' and e.job_id is null and ",
            $condition,
            ") as bookings"
        )
    };
}

/// The earnings of one day, in the tenant's zone.
#[derive(Debug, Clone, FromRow)]
pub(in crate::portal) struct Day {
    pub date: NaiveDate,
    pub amount: Amount,
    #[sqlx(flatten)]
    pub earned_with: EarnedWith,
}

/// A provider's earnings per day since then, latest first; days without earnings are left out.
pub(in crate::portal) async fn earned_by_day(
    db: &mut PgConnection,
    provider: Id<Provider>,
    zone: &Zone,
    since: DateTime<Utc>,
) -> Result<Vec<Day>, AppError> {
    Ok(sqlx::query_as(concat!(
        "select (e.earned_at at time zone $2)::date as date, sum(e.amount)::bigint as amount, ",
        earned_with!("true"),
        " from earnings e where e.tenant_id = app.current_tenant() and e.provider_id = $1 and e.earned_at >= $3 and e.kind <> 'cash_kept'
         group by 1 order by 1 desc"
    ))
    .bind(provider)
    .bind(zone.as_str())
    .bind(since)
    .fetch_all(db)
    .await?)
}

/// A provider's unpaid earnings, and what was paid out to them.
#[derive(Debug, Clone, Copy, FromRow)]
pub(in crate::portal) struct Balance {
    pub earned: Amount,
    #[sqlx(flatten)]
    pub earned_with: EarnedWith,
    /// The cash they keep that isn't deducted in a paid payout yet, negative.
    pub cash_kept: Amount,
    /// The unconfirmed cash they took.
    pub cash_to_confirm: Amount,
    pub paid: Amount,
    /// Total number of earnings, including cash kept.
    pub count: i64,
}

impl Balance {
    /// The amount of the next payout; negative while they keep more cash than they earned.
    pub fn pending(&self) -> Amount {
        self.earned + self.cash_kept
    }
}

pub(in crate::portal) async fn balance(db: &mut PgConnection, provider: Id<Provider>) -> Result<Balance, AppError> {
    Ok(sqlx::query_as(concat!(
        "select coalesce(sum(amount) filter (where status <> 'paid_out' and kind <> 'cash_kept'), 0)::bigint as earned, ",
        earned_with!("e.status <> 'paid_out'"),
        ",
                coalesce(sum(amount) filter (where status <> 'paid_out' and kind = 'cash_kept'), 0)::bigint as cash_kept,
                (select coalesce(sum(amount), 0)::bigint from payments where tenant_id = app.current_tenant() and received_by = $1 and status = 'pending' and method = 'cash')
                    as cash_to_confirm,
                coalesce(sum(amount) filter (where status = 'paid_out'), 0)::bigint as paid,
                count(*) as count
         from earnings e where tenant_id = app.current_tenant() and provider_id = $1"
    ))
    .bind(provider)
    .fetch_one(db)
    .await?)
}

#[derive(Debug, Clone, FromRow)]
pub(in crate::portal) struct ListedEarning {
    pub job_id: Option<Id<Job>>,
    pub service_name: String,
    pub icon: String,
    pub reference: Reference,
    pub phase: Phase,
    pub kind: EarningKind,
    pub amount: Amount,
    pub status: String,
    pub earned_at: DateTime<Utc>,
}

/// A page of a provider's earnings, latest first.
pub(in crate::portal) async fn earnings(
    db: &mut PgConnection,
    provider: Id<Provider>,
    page: i64,
    per_page: i64,
) -> Result<Vec<ListedEarning>, AppError> {
    Ok(sqlx::query_as(
        "select coalesce(e.job_id, (select j.job_id from job_bookings j join assignments a on (a.tenant_id, a.job_id) = (j.tenant_id, j.job_id)
                                    where j.tenant_id = b.tenant_id and j.booking_id = b.id and a.provider_id = e.provider_id limit 1)) as job_id,
                s.name as service_name, s.icon, b.reference, b.phase, e.kind, e.amount, e.status, e.earned_at
         from earnings e
         join bookings b on (b.tenant_id, b.id) = (e.tenant_id, e.booking_id)
         join services s on (s.tenant_id, s.id) = (b.tenant_id, b.service_id)
         where e.tenant_id = app.current_tenant() and e.provider_id = $1
         order by e.earned_at desc, e.id desc limit $2 offset $3",
    )
    .bind(provider)
    .bind(per_page)
    .bind((page - 1) * per_page)
    .fetch_all(db)
    .await?)
}

#[derive(Debug, Clone, FromRow)]
pub(in crate::portal) struct ListedPayout {
    pub status: String,
    pub total_amount: Amount,
    #[sqlx(flatten)]
    pub earned_with: EarnedWith,
    pub created_at: DateTime<Utc>,
    pub paid_at: Option<DateTime<Utc>>,
}

/// A provider's latest payouts.
pub(in crate::portal) async fn payouts(
    db: &mut PgConnection,
    provider: Id<Provider>,
) -> Result<Vec<ListedPayout>, AppError> {
    Ok(sqlx::query_as(concat!(
        "select p.status, p.total_amount, p.created_at, p.paid_at, counted.jobs, counted.bookings
         from payouts p
         cross join lateral (
             select ",
        earned_with!("true"),
        " from payout_items i join earnings e on (e.tenant_id, e.id) = (i.tenant_id, i.earning_id)
             where i.tenant_id = p.tenant_id and i.payout_id = p.id
         ) counted
         where p.tenant_id = app.current_tenant() and p.provider_id = $1 order by p.created_at desc, p.id desc limit 12"
    ))
    .bind(provider)
    .fetch_all(db)
    .await?)
}
