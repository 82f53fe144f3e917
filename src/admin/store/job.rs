use chrono::{DateTime, Utc};
use engine::{Id, Phone, Reference};
use sqlx::{FromRow, PgConnection};

use crate::{bookings::Phase, dispatch::Job, error::AppError, verticals::name_of_job};

/// Maximum number of bookings shown on the page of a job.
pub const MOST_BOOKINGS: usize = 200;

/// A booking on a job.
#[derive(Debug, Clone, FromRow)]
pub struct Aboard {
    pub reference: Reference,
    pub service: String,
    pub contact_name: String,
    pub contact_phone: Phone,
    /// How many people or things.
    pub units: i32,
    pub phase: Phase,
}

/// The bookings on a job, and how many there are in all.
#[derive(Debug, Clone, Copy, FromRow)]
pub struct Count {
    pub bookings: i64,
    /// Those that aren't over.
    pub open: i64,
    /// Sum of the bookings' units.
    pub people: i64,
}

/// The time in which a provider had a job.
#[derive(Debug, Clone, FromRow)]
pub struct Turn {
    pub name: String,
    pub assigned_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    /// Why they no longer have it; none if they did it.
    pub end_reason: Option<String>,
}

/// The name of the service of a job, or else what its kind of business calls it.
pub async fn name(db: &mut PgConnection, job: &Job) -> Result<String, AppError> {
    let name = sqlx::query_scalar("select name from services where tenant_id = app.current_tenant() and slug = $1")
        .bind(&job.kind)
        .fetch_optional(db)
        .await?;
    Ok(name.unwrap_or_else(|| name_of_job(job.vertical, &job.kind).to_owned()))
}

/// The bookings on a job, the first that were made: at most [`MOST_BOOKINGS`].
pub async fn bookings(db: &mut PgConnection, job: Id<Job>) -> Result<Vec<Aboard>, AppError> {
    Ok(sqlx::query_as(
        "select b.reference, s.name as service, b.contact_name, b.contact_phone, b.units, b.phase
         from job_bookings jb
         join bookings b on b.tenant_id = jb.tenant_id and b.id = jb.booking_id
         join services s on s.tenant_id = b.tenant_id and s.id = b.service_id
         where jb.tenant_id = app.current_tenant() and jb.job_id = $1
         order by b.created_at, b.id
         limit $2",
    )
    .bind(job)
    .bind(i64::try_from(MOST_BOOKINGS).unwrap_or(i64::MAX))
    .fetch_all(db)
    .await?)
}

/// How many bookings and people are on a job.
pub async fn count(db: &mut PgConnection, job: Id<Job>) -> Result<Count, AppError> {
    Ok(sqlx::query_as(
        "select count(*) as bookings, count(*) filter (where b.phase not in ('completed', 'cancelled', 'no_show')) as open,
                coalesce(sum(b.units), 0)::bigint as people
         from job_bookings jb join bookings b on b.tenant_id = jb.tenant_id and b.id = jb.booking_id
         where jb.tenant_id = app.current_tenant() and jb.job_id = $1",
    )
    .bind(job)
    .fetch_one(db)
    .await?)
}

/// Who has or had a job, the latest 100, the first one first.
pub async fn turns(db: &mut PgConnection, job: Id<Job>) -> Result<Vec<Turn>, AppError> {
    Ok(sqlx::query_as(
        "select * from (
             select a.id, p.name, a.assigned_at, a.ended_at, a.end_reason
             from assignments a join providers p on p.tenant_id = a.tenant_id and p.id = a.provider_id
             where a.tenant_id = app.current_tenant() and a.job_id = $1
             order by a.assigned_at desc, a.id desc limit 100
         ) latest
         order by assigned_at, id",
    )
    .bind(job)
    .fetch_all(db)
    .await?)
}
