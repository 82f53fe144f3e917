//! `jobs` and `job_bookings`.

use chrono::{DateTime, Utc};
use engine::{GeoPoint, Id};
use sqlx::{FromRow, PgConnection};

use super::{
    job_row::{DispatchColumns, JobRow, select_job},
    still_there,
};
use crate::{
    bookings::Booking,
    dispatch::{Dispatching, Job, JobChange, JobState, NewJob},
    error::AppError,
    providers::Provider,
};

/// Stores a new open job with its bookings.
pub async fn insert(
    db: &mut PgConnection,
    id: Id<Job>,
    job: &NewJob,
    dispatch_at: Option<DateTime<Utc>>,
    is_published: bool,
    replaces: Option<Id<Job>>,
) -> Result<(), AppError> {
    let way = DispatchColumns::from(job.dispatching);
    let destination = job.destination.as_ref();
    let destination_point = destination.and_then(|destination| destination.point);
    sqlx::query(
        "insert into jobs (id, kind, state, address, latitude, longitude, destination_address, destination_latitude, destination_longitude,
                           window_start, window_end, expected_minutes, skills, staff_needed, dispatching, search_from,
                           discover_within_meters, discover_until, is_published, dispatch_at, vertical, replaces)
         values ($1, $2, 'open', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)",
    )
    .bind(id)
    .bind(&job.kind)
    .bind(&job.address)
    .bind(job.point.map(GeoPoint::latitude))
    .bind(job.point.map(GeoPoint::longitude))
    .bind(destination.map(|destination| &destination.address))
    .bind(destination_point.map(GeoPoint::latitude))
    .bind(destination_point.map(GeoPoint::longitude))
    .bind(job.window_start)
    .bind(job.window_end)
    .bind(job.expected_minutes)
    .bind(&job.skills)
    .bind(job.staff_needed)
    .bind(way.mode)
    .bind(way.search_from)
    .bind(way.within_meters)
    .bind(way.until)
    .bind(is_published)
    .bind(dispatch_at)
    .bind(job.vertical)
    .bind(replaces)
    .execute(&mut *db)
    .await?;
    sqlx::query("insert into job_bookings (job_id, booking_id) select $1, unnest($2::uuid[])")
        .bind(id)
        .bind(&job.bookings)
        .execute(db)
        .await?;
    Ok(())
}

/// A job by id.
pub async fn find(db: &mut PgConnection, id: Id<Job>) -> Result<Option<Job>, AppError> {
    let row = sqlx::query_as::<_, JobRow>(select_job!("where j.tenant_id = app.current_tenant() and j.id = $1"))
        .bind(id)
        .fetch_optional(db)
        .await?;
    row.map(Job::try_from).transpose()
}

/// A published job by id.
pub async fn find_published(db: &mut PgConnection, id: Id<Job>) -> Result<Option<Job>, AppError> {
    let row = sqlx::query_as::<_, JobRow>(select_job!(
        "where j.tenant_id = app.current_tenant() and j.id = $1 and j.is_published"
    ))
    .bind(id)
    .fetch_optional(db)
    .await?;
    row.map(Job::try_from).transpose()
}

/// Jobs by their ids, locked in the order of the ids.
pub async fn lock_all(db: &mut PgConnection, ids: &[Id<Job>]) -> Result<Vec<Job>, AppError> {
    let rows = sqlx::query_as::<_, JobRow>(select_job!(
        "where j.tenant_id = app.current_tenant() and j.id = any($1) order by j.id for no key update of j"
    ))
    .bind(ids)
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Job::try_from).collect()
}

/// A job, locked; `NotFound` if there is none.
pub async fn lock(db: &mut PgConnection, id: Id<Job>) -> Result<Job, AppError> {
    lock_all(db, &[id]).await?.pop().ok_or(AppError::NotFound)
}

/// The unfinished jobs of a booking, oldest first.
pub async fn open_of_booking(db: &mut PgConnection, booking: Id<Booking>) -> Result<Vec<Job>, AppError> {
    let rows = sqlx::query_as::<_, JobRow>(select_job!(
        "join job_bookings b on (b.tenant_id, b.job_id) = (j.tenant_id, j.id)
         where b.tenant_id = app.current_tenant() and b.booking_id = $1 and j.state not in ('done', 'unsuccessful', 'cancelled')
         order by j.id"
    ))
    .bind(booking)
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Job::try_from).collect()
}

/// The job that the dispatcher must handle next, if it is due by `until`, and when.
pub async fn next_due(
    db: &mut PgConnection,
    until: DateTime<Utc>,
) -> Result<Option<(Id<Job>, DateTime<Utc>)>, AppError> {
    Ok(sqlx::query_as("select id, dispatch_at from jobs where tenant_id = app.current_tenant() and dispatch_at <= $1 order by dispatch_at, id limit 1")
        .bind(until)
        .fetch_optional(db)
        .await?)
}

#[derive(FromRow)]
struct HeldJobRow {
    #[sqlx(flatten)]
    job: JobRow,
    holder: Option<Id<Provider>>,
}

/// An unfinished job of a booking, this one or the first, and the provider who has it.
pub async fn open_with_holder(
    db: &mut PgConnection,
    booking: Id<Booking>,
    job: Option<Id<Job>>,
) -> Result<Option<(Job, Option<Id<Provider>>)>, AppError> {
    let row = sqlx::query_as::<_, HeldJobRow>(select_job!(
        ", (select a.provider_id from assignments a where a.tenant_id = j.tenant_id and a.job_id = j.id and a.state <> 'ended' and a.leads) as holder",
        "join job_bookings b on (b.tenant_id, b.job_id) = (j.tenant_id, j.id)
         where b.tenant_id = app.current_tenant() and b.booking_id = $1 and ($2::uuid is null or j.id = $2)
           and j.state not in ('done', 'unsuccessful', 'cancelled')
         order by j.window_start, j.id limit 1"
    ))
    .bind(booking)
    .bind(job)
    .fetch_optional(db)
    .await?;
    row.map(|row| Ok((Job::try_from(row.job)?, row.holder))).transpose()
}

/// The bookings of a job, in the order in which they are locked.
pub async fn bookings_of(db: &mut PgConnection, job: Id<Job>) -> Result<Vec<Id<Booking>>, AppError> {
    Ok(sqlx::query_scalar("select booking_id from job_bookings where tenant_id = app.current_tenant() and job_id = $1 order by booking_id")
        .bind(job)
        .fetch_all(db)
        .await?)
}

/// Adds a booking to a job. False if it is there already.
pub async fn add_booking(db: &mut PgConnection, job: Id<Job>, booking: Id<Booking>) -> Result<bool, AppError> {
    let added = sqlx::query("insert into job_bookings (job_id, booking_id) values ($1, $2) on conflict do nothing")
        .bind(job)
        .bind(booking)
        .execute(db)
        .await?;
    Ok(added.rows_affected() == 1)
}

/// Takes a booking from a job. False if it isn't there.
pub async fn remove_booking(db: &mut PgConnection, job: Id<Job>, booking: Id<Booking>) -> Result<bool, AppError> {
    let removed = sqlx::query(
        "delete from job_bookings where tenant_id = app.current_tenant() and job_id = $1 and booking_id = $2",
    )
    .bind(job)
    .bind(booking)
    .execute(db)
    .await?;
    Ok(removed.rows_affected() == 1)
}

/// The states of a booking's other jobs that aren't cancelled, and whether no provider is left to ask for them.
pub async fn states_of_others(
    db: &mut PgConnection,
    booking: Id<Booking>,
    job: Id<Job>,
) -> Result<Vec<(JobState, bool)>, AppError> {
    Ok(sqlx::query_as(
        "select j.state, j.search_exhausted_at is not null
         from job_bookings b join jobs j on (j.tenant_id, j.id) = (b.tenant_id, b.job_id)
         where b.tenant_id = app.current_tenant() and b.booking_id = $1 and j.id <> $2 and j.state <> 'cancelled'",
    )
    .bind(booking)
    .bind(job)
    .fetch_all(db)
    .await?)
}

/// Whether another booking that isn't over needs the job. The caller has locked the job, so whoever cancels last sees that nobody does.
pub async fn is_needed_by_others(db: &mut PgConnection, job: Id<Job>, booking: Id<Booking>) -> Result<bool, AppError> {
    Ok(sqlx::query_scalar(
        "select exists (select from job_bookings jb join bookings b on (b.tenant_id, b.id) = (jb.tenant_id, jb.booking_id)
                        where jb.tenant_id = app.current_tenant() and jb.job_id = $1 and b.id <> $2
                          and b.phase not in ('completed', 'cancelled', 'no_show'))",
    )
    .bind(job)
    .bind(booking)
    .fetch_one(db)
    .await?)
}

/// Writes a change of state and its times. A new search clears the progress of the previous provider.
pub async fn apply(db: &mut PgConnection, id: Id<Job>, change: &JobChange) -> Result<(), AppError> {
    let changed = sqlx::query(
        "update jobs set
             state       = $3,
             dispatch_at = $5,
             outcome     = coalesce($7, outcome),
             assigned_at = case when $3 = 'assigned' then $4 when $3 = 'open' then null else assigned_at end,
             promised_at = case when $3 = 'assigned' then $6 when $3 = 'open' then null else promised_at end,
             en_route_at = case when $3 = 'en_route' then $4 when $3 = 'open' then null else en_route_at end,
             arrived_at  = case when $3 = 'arrived' then $4 when $3 = 'open' then null else arrived_at end,
             started_at  = case when $3 = 'in_progress' then $4 else started_at end,
             ended_at    = case when $3 in ('done', 'unsuccessful', 'cancelled') then $4 else ended_at end,
             search_exhausted_at = case when $3 = 'assigned' then null else search_exhausted_at end,
             updated_at  = $4
         where tenant_id = app.current_tenant() and id = $1 and state = $2",
    )
    .bind(id)
    .bind(change.from)
    .bind(change.to)
    .bind(change.at)
    .bind(change.dispatch_at)
    .bind(change.promised_at)
    .bind(&change.outcome)
    .execute(db)
    .await?;
    still_there(changed.rows_affected())
}

/// Writes when the dispatcher handles a job next, since when it searches, and since when no provider is left.
pub async fn set_search(
    db: &mut PgConnection,
    id: Id<Job>,
    dispatch_at: Option<DateTime<Utc>>,
    started_at: Option<DateTime<Utc>>,
    exhausted_at: Option<DateTime<Utc>>,
) -> Result<(), AppError> {
    sqlx::query("update jobs set dispatch_at = $2, search_started_at = $3, search_exhausted_at = $4, updated_at = app.now() where tenant_id = app.current_tenant() and id = $1")
        .bind(id)
        .bind(dispatch_at)
        .bind(started_at)
        .bind(exhausted_at)
        .execute(db)
        .await?;
    Ok(())
}

/// Writes when the provider was at the destination.
pub async fn set_reached(db: &mut PgConnection, id: Id<Job>, at: DateTime<Utc>) -> Result<(), AppError> {
    let changed = sqlx::query(
        "update jobs set reached_at = $2, updated_at = $2
         where tenant_id = app.current_tenant() and id = $1 and state = 'in_progress' and reached_at is null",
    )
    .bind(id)
    .bind(at)
    .execute(db)
    .await?;
    still_there(changed.rows_affected())
}

/// Writes how a job finds its provider from now on.
pub async fn set_dispatching(db: &mut PgConnection, id: Id<Job>, dispatching: Dispatching) -> Result<(), AppError> {
    let way = DispatchColumns::from(dispatching);
    sqlx::query(
        "update jobs set dispatching = $2, search_from = $3, discover_within_meters = $4, discover_until = $5, updated_at = app.now()
         where tenant_id = app.current_tenant() and id = $1",
    )
    .bind(id)
    .bind(way.mode)
    .bind(way.search_from)
    .bind(way.within_meters)
    .bind(way.until)
    .execute(db)
    .await?;
    Ok(())
}

/// Writes a new location.
pub async fn set_place(
    db: &mut PgConnection,
    id: Id<Job>,
    address: &str,
    place: GeoPoint,
    dispatch_at: Option<DateTime<Utc>>,
) -> Result<(), AppError> {
    sqlx::query("update jobs set address = $2, latitude = $3, longitude = $4, dispatch_at = $5, updated_at = app.now() where tenant_id = app.current_tenant() and id = $1")
        .bind(id)
        .bind(address)
        .bind(place.latitude())
        .bind(place.longitude())
        .bind(dispatch_at)
        .execute(db)
        .await?;
    Ok(())
}
