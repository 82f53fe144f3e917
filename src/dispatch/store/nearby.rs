//! Reads the providers' data for the dispatcher: one statement for all of them, never one per provider.

use chrono::{DateTime, Utc};
use engine::{GeoPoint, Id, Meters, TimeSpan};
use sqlx::{FromRow, PgConnection};

use super::{DEGREE, point};
use crate::{
    dispatch::Job,
    error::AppError,
    providers::{Provider, ProviderStatus},
};

#[derive(Debug, Clone, FromRow)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each answers one question of the statement, independent of the others"
)]
pub(in crate::dispatch) struct NearbyProvider {
    pub provider_id: Id<Provider>,
    pub name: String,
    pub vehicle: Option<String>,
    pub status: ProviderStatus,
    pub on_duty: bool,
    pub hold_ends_at: Option<DateTime<Utc>>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    pub recorded_at: Option<DateTime<Utc>>,
    pub skilled: bool,
    /// The expected end of their other job in progress. Work they should have set out for also counts.
    pub under_way_until: Option<DateTime<Utc>>,
    pub pending_offer: bool,
    /// Start and end of each of their reservations that isn't over, in order of time.
    held: Vec<DateTime<Utc>>,
    /// Declined this job, gave it back or lost it.
    pub refused: bool,
    /// Let an offer of it time out in this search.
    pub timed_out: bool,
}

impl NearbyProvider {
    pub fn point(&self) -> Result<Option<GeoPoint>, AppError> {
        point(self.latitude, self.longitude)
    }

    /// The times of their other reservations.
    pub fn holds(&self) -> impl Iterator<Item = TimeSpan> {
        self.held.chunks_exact(2).map(|edges| TimeSpan { starts_at: edges[0], ends_at: edges[1] })
    }
}

/// A [`NearbyProvider`] of `p` (providers) and `l` (their positions), for the job `$1`, the skills `$2`, a search since `$3` and work from `$4` on.
macro_rules! select_seen {
    ($from:literal) => {
        select_seen!($from, "", "")
    };
    ($from:literal, $join:expr, $rest:literal) => {
        concat!(
            "select p.id as provider_id, p.name, p.vehicle, p.status, p.on_duty_since is not null as on_duty, p.held_until as hold_ends_at,
                    l.latitude, l.longitude, l.recorded_at,
                    not exists (select 1 from unnest($2::text[]) as wanted (skill)
                                where not exists (select 1 from provider_skills s
                                                  where s.tenant_id = p.tenant_id and s.provider_id = p.id and s.skill = wanted.skill)) as skilled,
                    (select max(coalesce(v.ends_at, $4)) from assignments a
                     left join reservations v on v.tenant_id = a.tenant_id and v.job_id = a.job_id and v.state = 'held'
                     where a.tenant_id = p.tenant_id and a.provider_id = p.id and a.state <> 'ended' and a.job_id <> $1
                       and (a.state = 'under_way' or v.starts_at <= $4)) as under_way_until,
                    exists (select 1 from offers o
                            where o.tenant_id = p.tenant_id and o.provider_id = p.id and o.state = 'pending' and o.job_id <> $1) as pending_offer,
                    -- Holds of one provider never overlap, so the order of their edges tells which belong together.
                    array(select edge from resources r
                          join reservations v on v.tenant_id = r.tenant_id and v.resource_id = r.id
                          cross join unnest(array[v.starts_at, v.ends_at]) as edge
                          where r.tenant_id = p.tenant_id and r.provider_id = p.id and v.state = 'held' and v.ends_at > $4
                            and v.job_id is distinct from $1
                          order by edge) as held,
                    exists (select 1 from offers o
                            where o.tenant_id = p.tenant_id and o.provider_id = p.id and o.job_id = $1 and o.state = 'declined')
                        or exists (select 1 from assignments a
                                   where a.tenant_id = p.tenant_id and a.provider_id = p.id and a.job_id = $1 and a.state = 'ended') as refused,
                    exists (select 1 from offers o
                            where o.tenant_id = p.tenant_id and o.provider_id = p.id and o.job_id = $1 and o.offered_at >= $3
                              and (o.state = 'timed_out' or (o.state = 'pending' and o.expires_at <= $4))) as timed_out ",
            $from,
            $join,
            $rest
        )
    };
}

/// Joins the last position of `p` as `l`. If `$5` says since when, an older one doesn't count, and without one they are at home.
macro_rules! position_or_home {
    () => {
        "left join provider_positions last on (last.tenant_id, last.provider_id) = (p.tenant_id, p.id)
              and ($5::timestamptz is null or last.recorded_at >= $5)
         cross join lateral (select coalesce(last.latitude, case when $5 is not null then p.latitude end) as latitude,
                                    coalesce(last.longitude, case when $5 is not null then p.longitude end) as longitude, last.recorded_at) l "
    };
}

/// The statement that finds the providers in some cells; a test checks its plan.
pub(in crate::dispatch) const IN_CELLS: &str = select_seen!(
    "from provider_positions l join providers p on (p.tenant_id, p.id) = (l.tenant_id, l.provider_id)
     where l.tenant_id = app.current_tenant() and l.cell = any($5)"
);

/// The providers whose last position is in these cells.
pub(in crate::dispatch) async fn in_cells(
    db: &mut PgConnection,
    job: &Job,
    now: DateTime<Utc>,
    cells: &[i64],
) -> Result<Vec<NearbyProvider>, AppError> {
    Ok(sqlx::query_as(IN_CELLS)
        .bind(job.id)
        .bind(&job.skills)
        .bind(job.search_started_at.unwrap_or(now))
        .bind(now)
        .bind(cells)
        .fetch_all(db)
        .await?)
}

/// Maximum number of providers read by their home, the nearest first.
const LIVING_AROUND: i64 = 500;

/// Active providers who live, or were seen since `homes_after`, around a place.
pub(in crate::dispatch) async fn living_around(
    db: &mut PgConnection,
    job: &Job,
    now: DateTime<Utc>,
    homes_after: DateTime<Utc>,
    place: GeoPoint,
    within: Meters,
) -> Result<Vec<NearbyProvider>, AppError> {
    Ok(sqlx::query_as(select_seen!(
        "from providers p ",
        position_or_home!(),
        "where p.tenant_id = app.current_tenant() and p.status = 'active' and abs(l.latitude - $6) <= $8
         order by power(l.latitude - $6, 2) + power((l.longitude - $7) * cos(radians($6)), 2), p.id limit $9"
    ))
    .bind(job.id)
    .bind(&job.skills)
    .bind(job.search_started_at.unwrap_or(now))
    .bind(now)
    .bind(homes_after)
    .bind(place.latitude())
    .bind(place.longitude())
    .bind(within.0 / DEGREE)
    .bind(LIVING_AROUND)
    .fetch_all(db)
    .await?)
}

/// Maximum number of providers listed who aren't near.
const ELSEWHERE: i64 = 100;

/// Active providers who aren't in `near`: out of reach or without a position. By name.
pub(in crate::dispatch) async fn elsewhere(
    db: &mut PgConnection,
    job: &Job,
    now: DateTime<Utc>,
    homes_after: Option<DateTime<Utc>>,
    near: &[Id<Provider>],
) -> Result<Vec<NearbyProvider>, AppError> {
    Ok(sqlx::query_as(select_seen!(
        "from providers p ",
        position_or_home!(),
        "where p.tenant_id = app.current_tenant() and p.status = 'active' and p.id <> all($6)
         order by p.name, p.id limit $7"
    ))
    .bind(job.id)
    .bind(&job.skills)
    .bind(job.search_started_at.unwrap_or(now))
    .bind(now)
    .bind(homes_after)
    .bind(near)
    .bind(ELSEWHERE)
    .fetch_all(db)
    .await?)
}

/// One provider, wherever they are and whatever their status.
pub(in crate::dispatch) async fn one(
    db: &mut PgConnection,
    job: &Job,
    now: DateTime<Utc>,
    homes_after: Option<DateTime<Utc>>,
    provider: Id<Provider>,
) -> Result<Option<NearbyProvider>, AppError> {
    Ok(sqlx::query_as(select_seen!(
        "from providers p ",
        position_or_home!(),
        "where p.tenant_id = app.current_tenant() and p.id = $6"
    ))
    .bind(job.id)
    .bind(&job.skills)
    .bind(job.search_started_at.unwrap_or(now))
    .bind(now)
    .bind(homes_after)
    .bind(provider)
    .fetch_optional(db)
    .await?)
}
