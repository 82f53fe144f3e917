//! Queries of the provider's pages, across features, one statement per list. Reads only.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use engine::{Amount, Commission, GeoPoint, Id, Phone, Reference, Zone};
use sqlx::{FromRow, PgConnection};

use crate::{
    bookings::{Booking, PaymentMethod, Phase},
    dispatch::{Job, JobState, Offer},
    error::{AppError, OrInternal},
    payouts::EarningKind,
    providers::{AgreedCommission, Position, Provider},
    ui::Glyph,
    verticals::{Sold, Vertical, glyph_of_job, name_of_job},
};

/// The glyph of a service's icon.
pub(super) fn glyph(icon: &str) -> Glyph {
    Glyph::named(icon).unwrap_or(Glyph::Wrench)
}

/// One of the bookings of a job, as its provider sees it.
#[derive(Debug, Clone, FromRow)]
pub(super) struct JobDetails {
    pub booking_id: Id<Booking>,
    pub reference: Reference,
    pub phase: Phase,
    pub service_name: String,
    pub vertical: Vertical,
    pub contact_name: String,
    pub contact_phone: Phone,
    pub notes: Option<String>,
    pub payment_method: PaymentMethod,
    /// Who pays instead of the customer.
    pub billed_to: Option<String>,
    /// Whether the provider sees no price.
    pub hides_price: bool,
    pub scheduled_at: Option<DateTime<Utc>>,
    pub owed: Amount,
    pub ceiling: Amount,
    #[sqlx(json)]
    pub sold: Vec<Sold>,
    /// What the job earned the provider, with all its bookings.
    pub earned: Option<Amount>,
    /// Cash that the provider keeps: it is deducted from their payout.
    pub cash: Option<Amount>,
}

impl JobDetails {
    /// How the earning depends on what is sold, if the commission is a percentage.
    pub fn pay_note(&self, commission: Commission) -> Option<String> {
        pay_note(self.vertical, &self.sold, commission)
    }
}

fn pay_note(vertical: Vertical, sold: &[Sold], commission: Commission) -> Option<String> {
    match commission {
        Commission::FlatPerJob(_) => None,
        Commission::Percentage(_) => vertical.pay_note(sold),
    }
}

/// What is sold with the first approved version of a booking's price.
macro_rules! sold {
    () => {
        "coalesce((select jsonb_agg(jsonb_build_object('kind', l.kind, 'quantity', l.quantity) order by l.position)
                   from quote_lines l
                   where l.tenant_id = b.tenant_id and l.quote_id = (
                       select q.id from quotes q
                       where q.tenant_id = b.tenant_id and q.booking_id = b.id and q.state = 'approved'
                       order by q.version limit 1)), '[]') as sold"
    };
}

/// The bookings of a job: one, several, or none.
pub(super) async fn job_details(
    db: &mut PgConnection,
    job: Id<Job>,
    provider: Id<Provider>,
) -> Result<Vec<JobDetails>, AppError> {
    Ok(sqlx::query_as(concat!(
        "select b.id as booking_id, b.reference, b.phase, s.name as service_name, s.vertical, b.contact_name, b.contact_phone, b.notes,
                b.payment_method, b.billed_to, b.hides_price, b.scheduled_at, price.owed, price.ceiling, ",
        sold!(),
        ",
                (select sum(e.amount)::bigint from earnings e
                 where e.tenant_id = jb.tenant_id and e.job_id = jb.job_id and e.provider_id = $2 and e.kind <> 'cash_kept') as earned,
                (select sum(p.amount)::bigint from payments p
                 where p.tenant_id = b.tenant_id and p.booking_id = b.id and p.received_by = $2 and p.method = 'cash'
                   and p.status in ('pending', 'confirmed')) as cash
         from job_bookings jb
         join bookings b on (b.tenant_id, b.id) = (jb.tenant_id, jb.booking_id)
         join services s on (s.tenant_id, s.id) = (b.tenant_id, b.service_id)
         cross join lateral (
             select coalesce(sum(q.total_amount), 0)::bigint as owed, coalesce(sum(q.ceiling_amount) filter (where q.kind <> 'adjustment'), 0)::bigint as ceiling
             from quotes q where q.tenant_id = b.tenant_id and q.booking_id = b.id and q.state = 'approved'
         ) price
         where jb.tenant_id = app.current_tenant() and jb.job_id = $1
         order by b.id limit 200"
    ))
    .bind(job)
    .bind(provider)
    .fetch_all(db)
    .await?)
}

/// The job in whose place a provider had this one, after one or several moves, if they have it now.
pub(super) async fn kept_as(
    db: &mut PgConnection,
    job: Id<Job>,
    provider: Id<Provider>,
) -> Result<Option<Id<Job>>, AppError> {
    Ok(sqlx::query_scalar(
        "with recursive later as (
             select j.id from jobs j where j.tenant_id = app.current_tenant() and j.replaces = $1
             union
             select j.id from later l join jobs j on j.tenant_id = app.current_tenant() and j.replaces = l.id
         )
         select a.job_id from later l join assignments a on a.tenant_id = app.current_tenant() and a.job_id = l.id
         where a.provider_id = $2 and a.state <> 'ended'
         limit 1",
    )
    .bind(job)
    .bind(provider)
    .fetch_optional(db)
    .await?)
}

/// One of the people who are on a job.
#[derive(Debug, Clone, FromRow)]
pub(super) struct Member {
    pub name: String,
    pub leads: bool,
}

/// The crew of a job, the lead first.
pub(super) async fn crew(db: &mut PgConnection, job: Id<Job>) -> Result<Vec<Member>, AppError> {
    Ok(sqlx::query_as(
        "select p.name, a.leads from assignments a join providers p on (p.tenant_id, p.id) = (a.tenant_id, a.provider_id)
         where a.tenant_id = app.current_tenant() and a.job_id = $1 and a.state <> 'ended'
         order by a.leads desc, a.assigned_at, a.id",
    )
    .bind(job)
    .fetch_all(db)
    .await?)
}

/// Joins the first booking of a job `j` as `b`, and the number of its bookings; nothing while it has none.
macro_rules! first_booking {
    () => {
        "left join lateral (
             select b.tenant_id, b.id, s.name, s.vertical, s.icon, count(*) over () as bookings
             from job_bookings jb
             join bookings b on (b.tenant_id, b.id) = (jb.tenant_id, jb.booking_id)
             join services s on (s.tenant_id, s.id) = (b.tenant_id, b.service_id)
             where (jb.tenant_id, jb.job_id) = (j.tenant_id, j.id)
             order by b.id limit 1
         ) b on true"
    };
}

/// The columns of [`WhatFor`], of a job `j` and its [`first_booking`].
macro_rules! what_for {
    () => {
        "b.name as service_name, b.icon, j.kind as opened_as, coalesce(j.vertical, b.vertical) as vertical, coalesce(b.bookings, 0) as bookings"
    };
}

/// What a job is for: the service of its first booking, or what its kind of business calls it while it has none.
#[derive(Debug, Clone, FromRow)]
pub(super) struct WhatFor {
    service_name: Option<String>,
    icon: Option<String>,
    opened_as: String,
    vertical: Option<String>,
    /// How many bookings it is for.
    pub bookings: i64,
}

impl WhatFor {
    pub fn name(&self) -> &str {
        self.service_name.as_deref().unwrap_or_else(|| name_of_job(self.vertical(), &self.opened_as))
    }

    pub fn glyph(&self) -> Glyph {
        self.icon.as_deref().map_or_else(|| glyph_of_job(self.vertical()), glyph)
    }

    /// `None` if only another version knows it.
    fn vertical(&self) -> Option<Vertical> {
        self.vertical.as_deref().and_then(|code| code.parse().ok())
    }
}

#[derive(FromRow)]
struct WhatForRow {
    id: Id<Job>,
    #[sqlx(flatten)]
    what: WhatFor,
}

pub(super) async fn what_for(db: &mut PgConnection, jobs: &[Id<Job>]) -> Result<HashMap<Id<Job>, WhatFor>, AppError> {
    let found: Vec<WhatForRow> = sqlx::query_as(concat!(
        "select j.id, ",
        what_for!(),
        " from jobs j ",
        first_booking!(),
        " where j.tenant_id = app.current_tenant() and j.id = any($1)"
    ))
    .bind(jobs)
    .fetch_all(db)
    .await?;
    Ok(found.into_iter().map(|row| (row.id, row.what)).collect())
}

#[derive(FromRow)]
struct AroundRow {
    latitude: Option<f64>,
    longitude: Option<f64>,
    accuracy: Option<f32>,
    recorded_at: Option<DateTime<Utc>>,
    has_home: bool,
    has_open_jobs: bool,
}

/// Where a provider is, and whether it is worth looking for open jobs.
pub(super) struct Around {
    pub position: Option<Position>,
    /// Whether we know where they live.
    pub has_home: bool,
    pub has_open_jobs: bool,
}

pub(super) async fn around(db: &mut PgConnection, provider: Id<Provider>) -> Result<Around, AppError> {
    let row: AroundRow = sqlx::query_as(
        "select l.latitude, l.longitude, l.accuracy, l.recorded_at, p.latitude is not null as has_home,
                exists (select from jobs j
                        where j.tenant_id = app.current_tenant() and j.dispatching = 'discover' and j.state = 'open'
                          and j.discover_until > app.now()) as has_open_jobs
         from providers p
         left join provider_positions l on (l.tenant_id, l.provider_id) = (p.tenant_id, p.id)
         where p.tenant_id = app.current_tenant() and p.id = $1",
    )
    .bind(provider)
    .fetch_one(db)
    .await?;
    let place = row.latitude.zip(row.longitude);
    let point = place.map(|(latitude, longitude)| GeoPoint::new(latitude, longitude)).transpose().or_internal()?;
    let known = point.zip(row.recorded_at);
    let position = known.map(|(point, recorded_at)| Position { point, accuracy: row.accuracy, recorded_at });
    Ok(Around { position, has_home: row.has_home, has_open_jobs: row.has_open_jobs })
}

/// A pending offer, with its job's details.
#[derive(Debug, Clone, FromRow)]
pub(super) struct WaitingOffer {
    pub id: Id<Offer>,
    #[sqlx(flatten)]
    pub what: WhatFor,
    pub address: String,
    pub distance_meters: i32,
    pub travel_seconds: i32,
    pub pay_amount: Amount,
    #[sqlx(flatten)]
    pub commission: AgreedCommission,
    #[sqlx(json)]
    pub sold: Vec<Sold>,
    pub offered_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

impl WaitingOffer {
    /// See [`JobDetails::pay_note`].
    pub fn pay_note(&self, commission: Commission) -> Option<String> {
        pay_note(self.what.vertical()?, &self.sold, commission)
    }
}

/// The provider's pending offer, if it hasn't expired.
pub(super) async fn waiting_offer(
    db: &mut PgConnection,
    provider: Id<Provider>,
) -> Result<Option<WaitingOffer>, AppError> {
    Ok(sqlx::query_as(
        concat!(
        "select o.id, ",
        what_for!(),
        ", j.address, o.distance_meters, o.travel_seconds, o.pay_amount, o.commission_type, o.commission_rate,
                o.flat_fee_amount, o.offered_at, o.expires_at, ",
        sold!(),
        "
         from offers o
         join jobs j on (j.tenant_id, j.id) = (o.tenant_id, o.job_id) ",
        first_booking!(),
        " where o.tenant_id = app.current_tenant() and o.provider_id = $1 and o.state = 'pending' and o.expires_at > app.now()
         limit 1"
    ),
    )
    .bind(provider)
    .fetch_optional(db)
    .await?)
}

#[derive(Debug, Clone, FromRow)]
pub(super) struct ListedJob {
    pub id: Id<Job>,
    pub state: JobState,
    #[sqlx(flatten)]
    pub what: WhatFor,
    pub address: String,
    pub window_start: DateTime<Utc>,
    pub promised_at: Option<DateTime<Utc>>,
    pub assigned_at: DateTime<Utc>,
    /// Given back by the provider or withdrawn by staff.
    pub lost: bool,
    pub earned: Option<Amount>,
}

macro_rules! select_listed_job {
    ($rest:literal) => {
        concat!(
            "select j.id, j.state, ",
            what_for!(),
            ", j.address, j.window_start, j.promised_at, a.assigned_at,
                    a.state = 'ended' and (j.ended_at is null or a.ended_at < j.ended_at) as lost,
                    (select sum(e.amount)::bigint from earnings e
                     where e.tenant_id = j.tenant_id and e.job_id = j.id and e.provider_id = a.provider_id and e.kind <> 'cash_kept') as earned
             from assignments a
             join jobs j on (j.tenant_id, j.id) = (a.tenant_id, a.job_id) ",
            first_booking!(),
            " ",
            $rest
        )
    };
}

/// A provider's unfinished jobs, the current one first.
pub(super) async fn to_do(db: &mut PgConnection, provider: Id<Provider>) -> Result<Vec<ListedJob>, AppError> {
    Ok(sqlx::query_as(select_listed_job!(
        "where a.tenant_id = app.current_tenant() and a.provider_id = $1 and a.state <> 'ended' order by a.state <> 'under_way', j.window_start limit 20"
    ))
    .bind(provider)
    .fetch_all(db)
    .await?)
}

/// A page of all jobs of a provider, latest first, and their number.
pub(super) async fn jobs(
    db: &mut PgConnection,
    provider: Id<Provider>,
    page: i64,
    per_page: i64,
) -> Result<(Vec<ListedJob>, i64), AppError> {
    let listed = sqlx::query_as(select_listed_job!(
        "where a.tenant_id = app.current_tenant() and a.provider_id = $1 order by a.assigned_at desc, a.id desc limit $2 offset $3"
    ))
    .bind(provider)
    .bind(per_page)
    .bind((page - 1) * per_page)
    .fetch_all(&mut *db)
    .await?;
    let total = sqlx::query_scalar(
        "select count(*) from assignments where tenant_id = app.current_tenant() and provider_id = $1",
    )
    .bind(provider)
    .fetch_one(db)
    .await?;
    Ok((listed, total))
}

/// The earnings of one day, in the tenant's zone.
#[derive(Debug, Clone, FromRow)]
pub(super) struct Day {
    pub date: NaiveDate,
    pub amount: Amount,
    pub jobs: i64,
}

/// A provider's earnings per day since then, latest first; days without earnings are left out.
pub(super) async fn earned_by_day(
    db: &mut PgConnection,
    provider: Id<Provider>,
    zone: &Zone,
    since: DateTime<Utc>,
) -> Result<Vec<Day>, AppError> {
    Ok(sqlx::query_as(
        "select (e.earned_at at time zone $2)::date as date, sum(e.amount)::bigint as amount, count(distinct coalesce(e.job_id, e.booking_id)) filter (where e.kind = 'job') as jobs
         from earnings e where e.tenant_id = app.current_tenant() and e.provider_id = $1 and e.earned_at >= $3 and e.kind <> 'cash_kept'
         group by 1 order by 1 desc",
    )
    .bind(provider)
    .bind(zone.as_str())
    .bind(since)
    .fetch_all(db)
    .await?)
}

/// A provider's unpaid earnings, and what was paid out to them.
#[derive(Debug, Clone, Copy, FromRow)]
pub(super) struct Balance {
    pub earned: Amount,
    pub jobs: i64,
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

pub(super) async fn balance(db: &mut PgConnection, provider: Id<Provider>) -> Result<Balance, AppError> {
    Ok(sqlx::query_as(
        "select coalesce(sum(amount) filter (where status <> 'paid_out' and kind <> 'cash_kept'), 0)::bigint as earned,
                count(distinct coalesce(job_id, booking_id)) filter (where status <> 'paid_out' and kind = 'job') as jobs,
                coalesce(sum(amount) filter (where status <> 'paid_out' and kind = 'cash_kept'), 0)::bigint as cash_kept,
                (select coalesce(sum(amount), 0)::bigint from payments where tenant_id = app.current_tenant() and received_by = $1 and status = 'pending' and method = 'cash')
                    as cash_to_confirm,
                coalesce(sum(amount) filter (where status = 'paid_out'), 0)::bigint as paid,
                count(*) as count
         from earnings where tenant_id = app.current_tenant() and provider_id = $1",
    )
    .bind(provider)
    .fetch_one(db)
    .await?)
}

#[derive(Debug, Clone, FromRow)]
pub(super) struct ListedEarning {
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
pub(super) async fn earnings(
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
         where e.provider_id = $1
         order by e.earned_at desc, e.id desc limit $2 offset $3",
    )
    .bind(provider)
    .bind(per_page)
    .bind((page - 1) * per_page)
    .fetch_all(db)
    .await?)
}

#[derive(Debug, Clone, FromRow)]
pub(super) struct ListedPayout {
    pub status: String,
    pub total_amount: Amount,
    pub jobs: i64,
    pub created_at: DateTime<Utc>,
    pub paid_at: Option<DateTime<Utc>>,
}

/// A provider's latest payouts.
pub(super) async fn payouts(db: &mut PgConnection, provider: Id<Provider>) -> Result<Vec<ListedPayout>, AppError> {
    Ok(sqlx::query_as(
        "select p.status, p.total_amount, p.created_at, p.paid_at,
                (select count(distinct coalesce(e.job_id, e.booking_id)) from payout_items i join earnings e on (e.tenant_id, e.id) = (i.tenant_id, i.earning_id)
                 where i.tenant_id = p.tenant_id and i.payout_id = p.id and e.kind = 'job') as jobs
         from payouts p where p.tenant_id = app.current_tenant() and p.provider_id = $1 order by p.created_at desc, p.id desc limit 12",
    )
    .bind(provider)
    .fetch_all(db)
    .await?)
}
