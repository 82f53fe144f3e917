//! All SQL on `earnings`, `payouts` and `payout_items`.

use chrono::{DateTime, Utc};
use engine::{Amount, Commission, Id, Reference};
use sqlx::{FromRow, PgConnection, Postgres, QueryBuilder};

use super::{Earning, EarningKind, Payout, PayoutStatus, Share};
use crate::{
    bookings::{Booking, Phase, quotes::StoredQuote},
    db::paging::{Cursor, MOST_COUNTED, Order, Slice},
    dispatch::Job,
    error::AppError,
    identity::User,
    payments::Payment,
    providers::{Provider, commission},
};

/// Maximum number of lines of a payout, because a person checks them. The rest waits for the next one.
pub const MOST_ITEMS: i64 = 500;

/// Maximum number of providers in the list of waiting earnings.
pub const MOST_WAITING: i64 = 200;

#[derive(Debug, Clone)]
pub(super) struct NewEarning {
    pub booking: Id<Booking>,
    pub provider: Id<Provider>,
    pub job: Option<Id<Job>>,
    /// The payment whose cash the provider kept.
    pub payment: Option<Id<Payment>>,
    /// The version of the price it was earned for.
    pub deed: Option<Id<StoredQuote>>,
    pub kind: EarningKind,
    pub base: Amount,
    pub commission: Commission,
    pub amount: Amount,
}

/// What a provider has earned with a job so far, or with a booking without one, and of which part of its prices.
pub(super) async fn earned_so_far(
    db: &mut PgConnection,
    booking: Id<Booking>,
    job: Option<Id<Job>>,
    provider: Id<Provider>,
) -> Result<Share, AppError> {
    let (base, amount) = sqlx::query_as(
        "select coalesce(sum(base_amount), 0)::bigint, coalesce(sum(amount), 0)::bigint from earnings
         where tenant_id = app.current_tenant() and provider_id = $2 and kind in ('job', 'cancellation')
           and (job_id = $1 or $1 is null and job_id is null and booking_id = $3)",
    )
    .bind(job)
    .bind(provider)
    .bind(booking)
    .fetch_one(db)
    .await?;
    Ok(Share { base, amount })
}

/// What was shared for a drive to a job in vain, before commissions.
pub async fn credited_for_drive(db: &mut PgConnection, job: Id<Job>) -> Result<Amount, AppError> {
    Ok(sqlx::query_scalar(
        "select coalesce(sum(base_amount), 0)::bigint from earnings
         where tenant_id = app.current_tenant() and job_id = $1 and kind = 'cancellation'",
    )
    .bind(job)
    .fetch_one(db)
    .await?)
}

/// Stores an earning; `None` if it was already stored.
pub(super) async fn insert_earning(
    db: &mut PgConnection,
    earning: &NewEarning,
) -> Result<Option<Id<Earning>>, AppError> {
    let (commission_type, rate, _) = commission::columns(earning.commission);
    let id = sqlx::query_scalar(
        "insert into earnings (id, booking_id, provider_id, job_id, payment_id, deed_id, kind, base_amount, commission_type, commission_rate, amount)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         on conflict do nothing
         returning id",
    )
    .bind(Id::<Earning>::new())
    .bind(earning.booking)
    .bind(earning.provider)
    .bind(earning.job)
    .bind(earning.payment)
    .bind(earning.deed)
    .bind(earning.kind)
    .bind(earning.base)
    .bind(commission_type)
    .bind(rate)
    .bind(earning.amount)
    .fetch_optional(db)
    .await?;
    Ok(id)
}

/// Earnings `e` that wait for a payout.
macro_rules! waiting {
    () => {
        "e.tenant_id = app.current_tenant() and e.status = 'pending'
           and not exists (select from payout_items i where i.tenant_id = e.tenant_id and i.earning_id = e.id)"
    };
}

/// The next payout of provider `$1`, at most `$2` earnings `e`: cash kept first, so that no payout leaves a debt, then the oldest.
macro_rules! next_payout {
    () => {
        concat!(
            "where e.provider_id = $1 and ",
            waiting!(),
            " order by e.kind <> 'cash_kept', e.earned_at, e.id limit $2"
        )
    };
}

/// The earnings of a provider's next payout, locked until the end of the transaction.
pub(super) async fn lock_waiting(db: &mut PgConnection, provider: Id<Provider>) -> Result<Vec<Earning>, AppError> {
    let earnings = sqlx::query_as(concat!(
        "select e.id, e.booking_id, e.provider_id, e.kind, e.base_amount, e.amount, e.status, e.earned_at from earnings e ",
        next_payout!(),
        " for update of e"
    ))
    .bind(provider)
    .bind(MOST_ITEMS)
    .fetch_all(db)
    .await?;
    Ok(earnings)
}

/// A [`Payout`] of the alias `o`.
macro_rules! payout_columns {
    () => {
        "o.id, o.provider_id, o.status, o.total_amount, o.note, o.created_at, o.paid_at"
    };
}

/// A payout by its id.
pub async fn find(db: &mut PgConnection, id: Id<Payout>) -> Result<Option<Payout>, AppError> {
    let payout = sqlx::query_as(concat!(
        "select ",
        payout_columns!(),
        " from payouts o where o.tenant_id = app.current_tenant() and o.id = $1"
    ))
    .bind(id)
    .fetch_optional(db)
    .await?;
    Ok(payout)
}

/// The unsettled payout that this user created for a provider within the last minute.
pub(super) async fn made_just_now(
    db: &mut PgConnection,
    provider: Id<Provider>,
    by: Id<User>,
) -> Result<Option<Payout>, AppError> {
    let payout = sqlx::query_as(concat!(
        "select ",
        payout_columns!(),
        " from payouts o where o.tenant_id = app.current_tenant() and o.provider_id = $1 and o.created_by = $2 and o.status = 'pending' and o.created_at > app.now() - interval '1 minute'
          order by o.created_at desc limit 1"
    ))
    .bind(provider)
    .bind(by)
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
    let payout = sqlx::query_as(concat!(
        "insert into payouts as o (id, provider_id, total_amount, created_by) values ($1, $2, $3, $4) returning ",
        payout_columns!()
    ))
    .bind(Id::<Payout>::new())
    .bind(provider)
    .bind(total)
    .bind(by)
    .fetch_one(db)
    .await?;
    Ok(payout)
}

/// Puts earnings into a payout. An earning that is in another payout is a conflict, by constraint.
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

/// Marks a payout as paid, unless it was settled since it was read.
pub(super) async fn set_paid(
    db: &mut PgConnection,
    payout: &Payout,
    status: PayoutStatus,
    by: Id<User>,
) -> Result<(), AppError> {
    let rows =
        sqlx::query("update payouts set status = $3, paid_at = app.now(), paid_by = $4 where tenant_id = app.current_tenant() and id = $1 and status = $2")
            .bind(payout.id)
            .bind(payout.status)
            .bind(status)
            .bind(by)
            .execute(db)
            .await?
            .rows_affected();
    if rows == 1 { Ok(()) } else { Err(Payout::settled_already(payout.status)) }
}

/// Marks a payout as failed, unless it was settled since it was read.
pub(super) async fn set_failed(
    db: &mut PgConnection,
    payout: &Payout,
    status: PayoutStatus,
    reason: &str,
) -> Result<(), AppError> {
    let rows = sqlx::query(
        "update payouts set status = $3, note = $4 where tenant_id = app.current_tenant() and id = $1 and status = $2",
    )
    .bind(payout.id)
    .bind(payout.status)
    .bind(status)
    .bind(reason)
    .execute(db)
    .await?
    .rows_affected();
    if rows == 1 { Ok(()) } else { Err(Payout::settled_already(payout.status)) }
}

/// Marks the earnings of a payout as paid. One that was frozen since is a conflict, because the total would be wrong.
pub(super) async fn pay_out_items(db: &mut PgConnection, payout: Id<Payout>) -> Result<(), AppError> {
    let (left,) = sqlx::query_as::<_, (i64,)>(
        "with items as (select earning_id from payout_items where tenant_id = app.current_tenant() and payout_id = $1),
              paid as (update earnings set status = 'paid_out'
                       where tenant_id = app.current_tenant() and id in (select earning_id from items) and status = 'pending' returning 1)
         select (select count(*) from items) - (select count(*) from paid)",
    )
    .bind(payout)
    .fetch_one(db)
    .await?;
    if left == 0 { Ok(()) } else { Err(AppError::conflict(t!("payouts-an-earning-in-this-payout-is"))) }
}

/// Releases the earnings of a failed payout.
pub(super) async fn give_back_items(db: &mut PgConnection, payout: Id<Payout>) -> Result<(), AppError> {
    sqlx::query("delete from payout_items where tenant_id = app.current_tenant() and payout_id = $1")
        .bind(payout)
        .execute(db)
        .await?;
    Ok(())
}

#[derive(Debug, Clone, FromRow)]
pub struct Item {
    pub reference: Reference,
    pub phase: Phase,
    pub service: String,
    pub kind: EarningKind,
    pub earned_at: DateTime<Utc>,
    /// The amount that is shared; for cash kept, the full amount.
    pub base_amount: Amount,
    /// The kind of commission: `percentage` or `flat_per_job`.
    pub commission_type: String,
    /// The percentage in basis points, as it was then.
    pub commission_rate: i32,
    /// The share; negative for cash kept.
    pub amount: Amount,
}

impl Item {
    /// The price before tax that was shared; `None` for cash kept.
    pub fn price(&self) -> Option<Amount> {
        (self.kind != EarningKind::CashKept).then_some(self.base_amount)
    }
}

/// An [`Item`] of earning `e`.
macro_rules! select_item {
    ($rest:literal) => {
        concat!(
            "select b.reference, b.phase, s.name as service, e.kind, e.earned_at, e.base_amount, e.commission_type, e.commission_rate, e.amount
             from earnings e
             join bookings b on b.tenant_id = e.tenant_id and b.id = e.booking_id
             join services s on s.tenant_id = b.tenant_id and s.id = b.service_id ",
            $rest
        )
    };
}

/// The lines of a payout, at most [`MOST_ITEMS`] by construction.
pub async fn items(db: &mut PgConnection, payout: Id<Payout>) -> Result<Vec<Item>, AppError> {
    let items = sqlx::query_as(select_item!(
        "join payout_items i on i.tenant_id = e.tenant_id and i.earning_id = e.id
         where e.tenant_id = app.current_tenant() and i.payout_id = $1 order by e.earned_at, e.id"
    ))
    .bind(payout)
    .fetch_all(db)
    .await?;
    Ok(items)
}

/// The lines of a provider's next payout, before it is created.
pub async fn preview(db: &mut PgConnection, provider: Id<Provider>) -> Result<Vec<Item>, AppError> {
    let items = sqlx::query_as(concat!(
        select_item!("where e.id in (select e.id from earnings e "),
        next_payout!(),
        ") order by e.earned_at, e.id"
    ))
    .bind(provider)
    .bind(MOST_ITEMS)
    .fetch_all(db)
    .await?;
    Ok(items)
}

/// The earnings of one provider that aren't in a payout.
#[derive(Debug, Clone, FromRow)]
pub struct Waiting {
    pub provider_id: Id<Provider>,
    pub provider_name: String,
    /// Number of earnings, without cash kept.
    pub count: i64,
    pub earned: Amount,
    /// The cash kept, negative.
    pub cash_kept: Amount,
    /// Since when the oldest waits.
    pub since: DateTime<Utc>,
    /// Number of providers with waiting earnings.
    pub providers: i64,
}

impl Waiting {
    /// The amount of the next payout; negative while the provider keeps more cash than they earned.
    pub fn total(&self) -> Amount {
        self.earned + self.cash_kept
    }
}

/// The waiting earnings of providers, the largest sum first, at most [`MOST_WAITING`] of them.
pub async fn waiting_per_provider(db: &mut PgConnection) -> Result<Vec<Waiting>, AppError> {
    let waiting = sqlx::query_as(concat!(
        "select e.provider_id, p.name as provider_name, count(*) filter (where e.kind <> 'cash_kept') as count,
                coalesce(sum(e.amount) filter (where e.kind <> 'cash_kept'), 0)::bigint as earned,
                coalesce(sum(e.amount) filter (where e.kind = 'cash_kept'), 0)::bigint as cash_kept,
                min(e.earned_at) as since, count(*) over () as providers
         from earnings e join providers p on p.tenant_id = e.tenant_id and p.id = e.provider_id
         where ",
        waiting!(),
        " group by e.provider_id, p.name order by sum(e.amount) desc, p.name limit $1"
    ))
    .bind(MOST_WAITING)
    .fetch_all(db)
    .await?;
    Ok(waiting)
}

/// A payout with its provider's name.
#[derive(Debug, Clone, FromRow)]
pub struct Listed {
    #[sqlx(flatten)]
    pub payout: Payout,
    pub provider_name: String,
    /// Number of earnings in it, without cash kept.
    pub count: i64,
}

/// The newest first.
const ORDER: Order = Order { columns: ["o.created_at", "o.id"], descending: true };

/// A page of all payouts, the newest first.
pub async fn list(db: &mut PgConnection, cursor: Cursor<Id<Payout>>, limit: i64) -> Result<Slice<Listed>, AppError> {
    let at = match cursor.entry() {
        Some(id) => {
            sqlx::query_as("select created_at, id from payouts where tenant_id = app.current_tenant() and id = $1")
                .bind(id)
                .fetch_optional(&mut *db)
                .await?
        }
        None => None,
    };
    let slice = slice(db, &cursor.with(at), limit).await?;
    if slice.needs_start(limit) { self::slice(db, &Cursor::Start, limit).await } else { Ok(slice) }
}

async fn slice(
    db: &mut PgConnection,
    cursor: &Cursor<(DateTime<Utc>, Id<Payout>)>,
    limit: i64,
) -> Result<Slice<Listed>, AppError> {
    let mut query = QueryBuilder::<Postgres>::new(concat!(
        "select ",
        payout_columns!(),
        ", p.name as provider_name,
           (select count(*) from payout_items i join earnings e on e.tenant_id = i.tenant_id and e.id = i.earning_id
            where i.tenant_id = o.tenant_id and i.payout_id = o.id and e.kind <> 'cash_kept') as count
         from (select * from payouts o where o.tenant_id = app.current_tenant() and true"
    ));
    ORDER.push_beyond(&mut query, cursor);
    ORDER.push_to(&mut query, cursor);
    query.push(" limit ").push_bind(limit + 1);
    query.push(") o join providers p on p.tenant_id = o.tenant_id and p.id = o.provider_id");
    ORDER.push_to(&mut query, cursor);
    let rows = query.build_query_as().fetch_all(db).await?;
    Ok(Slice::of(cursor, rows, limit))
}

/// The number of payouts, counted up to the limit of lists.
pub async fn count(db: &mut PgConnection) -> Result<i64, AppError> {
    let count = sqlx::query_scalar(
        "select count(*) from (select from payouts where tenant_id = app.current_tenant() limit $1) found",
    )
    .bind(MOST_COUNTED + 1)
    .fetch_one(db)
    .await?;
    Ok(count)
}
