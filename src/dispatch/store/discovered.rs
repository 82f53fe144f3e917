//! The open jobs that providers take themselves.

use engine::{GeoPoint, Id};
use sqlx::{FromRow, PgConnection};

use super::{
    DEGREE,
    job_row::{JobRow, select_job},
};
use crate::{
    dispatch::Job,
    error::{AppError, OrInternal},
    providers::Provider,
};

#[derive(FromRow)]
struct DiscoveredRow {
    #[sqlx(flatten)]
    job: JobRow,
    is_hidden: bool,
    from_latitude: f64,
    from_longitude: f64,
}

/// A job that a provider may take themselves, unless it is too far away.
pub(in crate::dispatch) struct Discovered {
    pub job: Job,
    /// Where the provider is, or lives.
    pub from: GeoPoint,
    pub is_hidden: bool,
}

impl TryFrom<DiscoveredRow> for Discovered {
    type Error = AppError;

    fn try_from(row: DiscoveredRow) -> Result<Self, AppError> {
        let from = GeoPoint::new(row.from_latitude, row.from_longitude).or_internal()?;
        Ok(Self { job: Job::try_from(row.job)?, from, is_hidden: row.is_hidden })
    }
}

/// Maximum number of open jobs read for one provider, the earliest first.
const DISCOVERED_AT_MOST: i64 = 500;

/// The open jobs, or this one, that a provider may take themselves, the earliest first: they have the skills and never had the job before. Counts from
/// their last position, or else their home. Those that are too far east or west are still among them.
pub(in crate::dispatch) async fn to_discover(
    db: &mut PgConnection,
    provider: Id<Provider>,
    only: Option<Id<Job>>,
) -> Result<Vec<Discovered>, AppError> {
    let rows = sqlx::query_as::<_, DiscoveredRow>(select_job!(
        ", h.hidden_at is not null as is_hidden, me.latitude as from_latitude, me.longitude as from_longitude",
        "cross join (select coalesce(l.latitude, p.latitude) as latitude, coalesce(l.longitude, p.longitude) as longitude
                     from providers p left join provider_positions l on (l.tenant_id, l.provider_id) = (p.tenant_id, p.id)
                     where p.tenant_id = app.current_tenant() and p.id = $1) me
         left join job_sightings h on (h.tenant_id, h.job_id, h.provider_id) = (j.tenant_id, j.id, $1)
         where j.tenant_id = app.current_tenant() and j.dispatching = 'discover' and j.state = 'open' and j.discover_until > app.now()
           and ($2::uuid is null or j.id = $2)
           and abs(j.latitude - me.latitude) * $4 <= j.discover_within_meters
           and not exists (select from unnest(j.skills) as wanted (skill)
                           where not exists (select from provider_skills s
                                             where s.tenant_id = j.tenant_id and s.provider_id = $1 and s.skill = wanted.skill))
           and not exists (select from assignments a where a.tenant_id = j.tenant_id and a.job_id = j.id and a.provider_id = $1)
         order by j.window_start, j.id limit $3"
    ))
    .bind(provider)
    .bind(only)
    .bind(DISCOVERED_AT_MOST)
    .bind(DEGREE)
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Discovered::try_from).collect()
}
