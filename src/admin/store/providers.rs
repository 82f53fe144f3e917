use chrono::{DateTime, Utc};
use engine::{Amount, Id, Phone, Reference};
use sqlx::{FromRow, PgConnection, types::Json};

use crate::{
    dispatch::JobState,
    error::AppError,
    payouts::EarningStatus,
    providers::{Provider, ProviderStatus},
};

/// A provider in the list.
#[derive(Debug, Clone, FromRow)]
pub struct Listed {
    pub id: Id<Provider>,
    pub name: String,
    pub phone: Phone,
    pub status: ProviderStatus,
    /// Since when they are on duty; `None`: off duty.
    pub on_duty_since: Option<DateTime<Utc>>,
    /// Until when they get no offers.
    pub held_until: Option<DateTime<Utc>>,
    pub vehicle: Option<String>,
    /// Sum of the stars of all reviews.
    pub rating_sum: i64,
    pub review_count: i32,
    /// Whether they have a job in progress.
    pub busy: bool,
    /// Unpaid earnings, less the cash they keep.
    pub unpaid: Amount,
}

impl Listed {
    /// Whether they can get an offer right now, as far as the list knows.
    pub fn is_free(&self) -> bool {
        self.on_duty_since.is_some() && self.held_until.is_none() && !self.busy
    }
}

pub const MOST: i64 = 500;

/// Providers by name, of one status or all, whose name, phone or e-mail contains the search text; at most [`MOST`].
pub async fn list(
    db: &mut PgConnection,
    status: Option<ProviderStatus>,
    wanted: Option<&str>,
) -> Result<Vec<Listed>, AppError> {
    let providers = sqlx::query_as(
        "select p.id, p.name, p.phone, p.status, p.on_duty_since, case when p.held_until > app.now() then p.held_until end as held_until, p.vehicle, p.rating_sum, p.review_count,
                exists (select from assignments a where a.tenant_id = p.tenant_id and a.provider_id = p.id and a.state = 'under_way') as busy,
                (select coalesce(sum(e.amount), 0)::bigint from earnings e
                 where e.tenant_id = p.tenant_id and e.provider_id = p.id and e.status = 'pending') as unpaid
         from providers p
         where p.tenant_id = app.current_tenant() and ($1::text is null or p.status = $1)
           and ($2::text is null or strpos(lower(p.name), $2) > 0 or strpos(p.email, $2) > 0
                or (length(regexp_replace($2, '\\D', '', 'g')) > 3 and strpos(p.phone, regexp_replace($2, '\\D', '', 'g')) > 0))
         order by p.status = 'pending' desc, p.name, p.id
         limit $3",
    )
    .bind(status)
    .bind(wanted.map(|text| text.trim().to_lowercase()))
    .bind(MOST)
    .fetch_all(db)
    .await?;
    Ok(providers)
}

/// A recent job of a provider, and what it earned.
#[derive(Debug, Clone, FromRow)]
pub struct Work {
    /// The booking it is for; the first of several, none if there is none.
    pub reference: Option<Reference>,
    /// How many more bookings it is for.
    pub others: i64,
    pub service: String,
    /// The job's progress, or how it ended.
    pub state: JobState,
    /// Whether they no longer have the job: another provider has it, or nobody.
    pub given_away: bool,
    pub assigned_at: DateTime<Utc>,
    /// Their share, if known yet.
    pub earned: Option<Amount>,
    pub earning_status: Option<EarningStatus>,
}

/// The last jobs of a provider, the newest first.
pub async fn last_jobs(db: &mut PgConnection, provider: Id<Provider>, most: i64) -> Result<Vec<Work>, AppError> {
    let jobs = sqlx::query_as(
        "select b.reference, coalesce(b.others, 0) as others, coalesce(b.service, j.kind) as service, j.state, a.assigned_at,
                a.state = 'ended' and (j.ended_at is null or a.ended_at < j.ended_at) as given_away,
                e.amount as earned, e.status as earning_status
         from (select * from assignments where tenant_id = app.current_tenant() and provider_id = $1 order by assigned_at desc limit $2) a
         join jobs j on j.tenant_id = a.tenant_id and j.id = a.job_id
         left join lateral (
             select b.reference, s.name as service, count(*) over () - 1 as others
             from job_bookings jb
             join bookings b on b.tenant_id = jb.tenant_id and b.id = jb.booking_id
             join services s on s.tenant_id = b.tenant_id and s.id = b.service_id
             where jb.tenant_id = j.tenant_id and jb.job_id = j.id
             order by b.id limit 1) b on true
         left join lateral (
             select sum(amount)::bigint as amount, min(status) as status from earnings
             where tenant_id = j.tenant_id and job_id = j.id and provider_id = a.provider_id and kind <> 'cash_kept'
             having count(*) > 0) e on true
         order by a.assigned_at desc, a.id desc",
    )
    .bind(provider)
    .bind(most)
    .fetch_all(db)
    .await?;
    Ok(jobs)
}

/// More data for a provider's page.
#[derive(Debug, Clone, FromRow)]
pub struct Figures {
    /// Their last position.
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
    pub recorded_at: Option<DateTime<Utc>>,
    /// Unpaid earnings, less the cash they keep.
    pub unpaid: Amount,
    /// Cash they keep that isn't deducted in a paid payout yet, negative; included in [`Self::unpaid`].
    pub cash_kept: Amount,
    /// Cash they took that isn't confirmed.
    pub cash_to_confirm: Amount,
    pub paid: Amount,
    pub done: i64,
    /// Offers of the last 90 days that they accepted.
    pub accepted: i64,
    /// Offers of the last 90 days that they answered, or saw and let expire.
    pub answered: i64,
    /// The skills to choose from: code and name of the business's services. An archived one only if they have it.
    pub services: Json<Vec<(String, String)>>,
}

/// Position, sums and the skills to choose from.
pub async fn figures(db: &mut PgConnection, provider: Id<Provider>) -> Result<Figures, AppError> {
    let figures = sqlx::query_as(
        "select l.latitude, l.longitude, l.recorded_at,
                coalesce((select sum(amount) from earnings where tenant_id = app.current_tenant() and provider_id = $1 and status = 'pending'), 0)::bigint as unpaid,
                coalesce((select sum(amount) from earnings where tenant_id = app.current_tenant() and provider_id = $1 and status = 'pending' and kind = 'cash_kept'), 0)::bigint as cash_kept,
                coalesce((select sum(amount) from payments where tenant_id = app.current_tenant() and received_by = $1 and status = 'pending' and method = 'cash'), 0)::bigint
                    as cash_to_confirm,
                coalesce((select sum(amount) from earnings where tenant_id = app.current_tenant() and provider_id = $1 and status = 'paid_out'), 0)::bigint as paid,
                (select count(distinct job_id) from earnings where tenant_id = app.current_tenant() and provider_id = $1 and kind = 'job') as done,
                recent.accepted, recent.answered,
                (select coalesce(jsonb_agg(jsonb_build_array(s.slug, s.name) order by s.position, s.name), '[]') from services s
                 where s.tenant_id = app.current_tenant() and s.provider_id is null
                   and (s.status <> 'archived' or s.slug in (select skill from provider_skills k where k.tenant_id = s.tenant_id and k.provider_id = $1)))
                    as services
         from (select count(*) filter (where o.state = 'accepted') as accepted,
                      count(*) filter (where o.state in ('accepted', 'declined') or (o.state = 'timed_out' and o.seen_at is not null)) as answered
               from offers o
               where o.tenant_id = app.current_tenant() and o.provider_id = $1 and o.offered_at > app.now() - interval '90 days') recent
         left join provider_positions l on l.tenant_id = app.current_tenant() and l.provider_id = $1",
    )
    .bind(provider)
    .fetch_one(db)
    .await?;
    Ok(figures)
}
