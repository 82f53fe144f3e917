//! All SQL on `earnings`, `payouts` and `payout_items`.

use chrono::{DateTime, Utc};
use engine::{Amount, Commission, Id, Reference};
use sqlx::{FromRow, PgConnection};

use super::{Earning, EarningKind, Payout, PayoutStatus};
use crate::{bookings::Booking, dispatch::Job, error::AppError, identity::User, providers::Provider};

/// Stores an earning, unless the same deed has earned already; then there is no id.
pub(super) async fn insert_earning(
    db: &mut PgConnection,
    booking: Id<Booking>,
    provider: Id<Provider>,
    job: Id<Job>,
    base: Amount,
    commission: &Commission,
    share: Amount,
) -> Result<Option<Id<Earning>>, AppError> {
    let (kind, rate) = match commission {
        Commission::Percentage(part) => ("percentage", part.get()),
        Commission::FlatPerJob(_) => ("flat_per_job", 0),
    };
    let row = sqlx::query_as::<_, (Id<Earning>,)>(
        "insert into earnings (id, booking_id, provider_id, job_id, kind, base_amount, commission_type, commission_rate, amount)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict on constraint earnings_deed_key do nothing
         returning id",
    )
    .bind(Id::<Earning>::new())
    .bind(booking)
    .bind(provider)
    .bind(job)
    .bind(EarningKind::Job)
    .bind(base)
    .bind(kind)
    .bind(rate)
    .bind(share)
    .fetch_optional(db)
    .await?;
    Ok(row.map(|(id,)| id))
}

/// A provider's earnings that no payout has taken yet, the oldest first.
pub async fn list_waiting(db: &mut PgConnection, provider: Id<Provider>) -> Result<Vec<Earning>, AppError> {
    let earnings = sqlx::query_as(
        "select e.id, e.booking_id, e.provider_id, e.kind, e.base_amount, e.amount, e.status, e.earned_at
         from earnings e
         where e.provider_id = $1 and e.status = 'pending'
           and not exists (select from payout_items i where i.tenant_id = e.tenant_id and i.earning_id = e.id)
         order by e.earned_at, e.id",
    )
    .bind(provider)
    .fetch_all(db)
    .await?;
    Ok(earnings)
}

/// The same, held until the end of the transaction.
pub(super) async fn lock_waiting(db: &mut PgConnection, provider: Id<Provider>) -> Result<Vec<Earning>, AppError> {
    let earnings = sqlx::query_as(
        "select e.id, e.booking_id, e.provider_id, e.kind, e.base_amount, e.amount, e.status, e.earned_at
         from earnings e
         where e.provider_id = $1 and e.status = 'pending'
           and not exists (select from payout_items i where i.tenant_id = e.tenant_id and i.earning_id = e.id)
         order by e.earned_at, e.id
         for update of e",
    )
    .bind(provider)
    .fetch_all(db)
    .await?;
    Ok(earnings)
}

/// A payout by its id.
pub async fn find(db: &mut PgConnection, id: Id<Payout>) -> Result<Option<Payout>, AppError> {
    let payout = sqlx::query_as(
        "select id, provider_id, status, total_amount, note, created_at, paid_at from payouts where id = $1",
    )
    .bind(id)
    .fetch_optional(db)
    .await?;
    Ok(payout)
}

/// Stores a payout without its items.
pub(super) async fn insert_payout(
    db: &mut PgConnection,
    provider: Id<Provider>,
    total: Amount,
    by: Id<User>,
) -> Result<Payout, AppError> {
    let payout = sqlx::query_as(
        "insert into payouts (id, provider_id, total_amount, created_by) values ($1, $2, $3, $4)
         returning id, provider_id, status, total_amount, note, created_at, paid_at",
    )
    .bind(Id::<Payout>::new())
    .bind(provider)
    .bind(total)
    .bind(by)
    .fetch_one(db)
    .await?;
    Ok(payout)
}

/// Puts earnings into a payout. An earning that is in another one already is a conflict, by constraint.
pub(super) async fn insert_items(
    db: &mut PgConnection,
    payout: Id<Payout>,
    earnings: &[Earning],
) -> Result<(), AppError> {
    let ids: Vec<Id<Earning>> = earnings.iter().map(|earning| earning.id).collect();
    let amounts: Vec<Amount> = earnings.iter().map(|earning| earning.amount).collect();
    sqlx::query(
        "insert into payout_items (payout_id, earning_id, amount) select $1, * from unnest($2::uuid[], $3::bigint[])",
    )
    .bind(payout)
    .bind(ids)
    .bind(amounts)
    .execute(db)
    .await?;
    Ok(())
}

/// Writes that a payout is paid, unless somebody else settled it in between.
pub(super) async fn set_paid(
    db: &mut PgConnection,
    payout: &Payout,
    status: PayoutStatus,
    by: Id<User>,
) -> Result<(), AppError> {
    let rows =
        sqlx::query("update payouts set status = $3, paid_at = app.now(), paid_by = $4 where id = $1 and status = $2")
            .bind(payout.id)
            .bind(payout.status)
            .bind(status)
            .bind(by)
            .execute(db)
            .await?
            .rows_affected();
    if rows == 1 { Ok(()) } else { Err(Payout::settled_already(payout.status)) }
}

/// Writes that a payout failed, unless somebody else settled it in between.
pub(super) async fn set_failed(
    db: &mut PgConnection,
    payout: &Payout,
    status: PayoutStatus,
    reason: &str,
) -> Result<(), AppError> {
    let rows = sqlx::query("update payouts set status = $3, note = $4 where id = $1 and status = $2")
        .bind(payout.id)
        .bind(payout.status)
        .bind(status)
        .bind(reason)
        .execute(db)
        .await?
        .rows_affected();
    if rows == 1 { Ok(()) } else { Err(Payout::settled_already(payout.status)) }
}

/// The earnings of a payout are paid. One that was frozen since is a conflict: the total would no longer be right.
pub(super) async fn pay_out_items(db: &mut PgConnection, payout: Id<Payout>) -> Result<(), AppError> {
    let (left,) = sqlx::query_as::<_, (i64,)>(
        "with items as (select earning_id from payout_items where payout_id = $1),
              paid as (update earnings set status = 'paid_out'
                       where id in (select earning_id from items) and status = 'pending' returning 1)
         select (select count(*) from items) - (select count(*) from paid)",
    )
    .bind(payout)
    .fetch_one(db)
    .await?;
    if left == 0 {
        Ok(())
    } else {
        Err(AppError::conflict(
            "An earning in this payout is under dispute. Mark the payout as failed and make a new one.",
        ))
    }
}

/// A failed payout lets go of its earnings.
pub(super) async fn give_back_items(db: &mut PgConnection, payout: Id<Payout>) -> Result<(), AppError> {
    sqlx::query("delete from payout_items where payout_id = $1").bind(payout).execute(db).await?;
    Ok(())
}

/// One line of a payout's statement.
#[derive(Debug, Clone, FromRow)]
pub struct Item {
    /// The booking's reference.
    pub reference: Reference,
    /// What was done.
    pub service: String,
    /// When it was earned.
    pub earned_at: DateTime<Utc>,
    /// What the share was taken of.
    pub base_amount: Amount,
    /// How the share was agreed: `percentage` or `flat_per_job`.
    pub commission_type: String,
    /// The percentage in basis points, as it was then.
    pub commission_rate: i32,
    /// The share.
    pub amount: Amount,
}

/// The lines of a payout.
pub async fn items(db: &mut PgConnection, payout: Id<Payout>) -> Result<Vec<Item>, AppError> {
    let items = sqlx::query_as(
        "select b.reference, s.name as service, e.earned_at, e.base_amount, e.commission_type, e.commission_rate, i.amount
         from payout_items i
         join earnings e on e.tenant_id = i.tenant_id and e.id = i.earning_id
         join bookings b on b.tenant_id = e.tenant_id and b.id = e.booking_id
         join services s on s.tenant_id = b.tenant_id and s.id = b.service_id
         where i.payout_id = $1 order by e.earned_at, e.id",
    )
    .bind(payout)
    .fetch_all(db)
    .await?;
    Ok(items)
}

/// What a payout to a provider would hold: the same lines, before it is made.
pub async fn preview(db: &mut PgConnection, provider: Id<Provider>) -> Result<Vec<Item>, AppError> {
    let items = sqlx::query_as(
        "select b.reference, s.name as service, e.earned_at, e.base_amount, e.commission_type, e.commission_rate, e.amount
         from earnings e
         join bookings b on b.tenant_id = e.tenant_id and b.id = e.booking_id
         join services s on s.tenant_id = b.tenant_id and s.id = b.service_id
         where e.provider_id = $1 and e.status = 'pending'
           and not exists (select from payout_items i where i.tenant_id = e.tenant_id and i.earning_id = e.id)
         order by e.earned_at, e.id",
    )
    .bind(provider)
    .fetch_all(db)
    .await?;
    Ok(items)
}

/// Earnings of one provider that no payout has taken yet.
#[derive(Debug, Clone, FromRow)]
pub struct Waiting {
    /// Whose they are.
    pub provider_id: Id<Provider>,
    /// Their name.
    pub provider_name: String,
    /// How many.
    pub count: i64,
    /// How much in all.
    pub total: Amount,
    /// Since when the oldest waits.
    pub since: DateTime<Utc>,
}

/// The waiting earnings of every provider, the largest sum first.
pub async fn waiting_per_provider(db: &mut PgConnection) -> Result<Vec<Waiting>, AppError> {
    let waiting = sqlx::query_as(
        "select e.provider_id, p.name as provider_name, count(*) as count, sum(e.amount)::bigint as total, min(e.earned_at) as since
         from earnings e join providers p on p.tenant_id = e.tenant_id and p.id = e.provider_id
         where e.status = 'pending'
           and not exists (select from payout_items i where i.tenant_id = e.tenant_id and i.earning_id = e.id)
         group by e.provider_id, p.name order by total desc, p.name",
    )
    .fetch_all(db)
    .await?;
    Ok(waiting)
}

/// A payout with its provider's name.
#[derive(Debug, Clone, FromRow)]
pub struct Listed {
    /// The payout.
    #[sqlx(flatten)]
    pub payout: Payout,
    /// Who is paid.
    pub provider_name: String,
    /// How many earnings it holds.
    pub count: i64,
}

/// A part of all payouts, the newest first, and how many there are.
pub async fn list(db: &mut PgConnection, limit: i64, offset: i64) -> Result<(Vec<Listed>, i64), AppError> {
    let payouts = sqlx::query_as(
        "select o.id, o.provider_id, o.status, o.total_amount, o.note, o.created_at, o.paid_at, p.name as provider_name,
                (select count(*) from payout_items i where i.tenant_id = o.tenant_id and i.payout_id = o.id) as count
         from payouts o join providers p on p.tenant_id = o.tenant_id and p.id = o.provider_id
         order by o.created_at desc, o.id desc limit $1 offset $2",
    )
    .bind(limit)
    .bind(offset)
    .fetch_all(&mut *db)
    .await?;
    let (total,) = sqlx::query_as("select count(*) from payouts").fetch_one(db).await?;
    Ok((payouts, total))
}
