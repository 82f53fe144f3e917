use engine::Id;
use sqlx::PgConnection;

use crate::{
    bookings::{self, Booking},
    dispatch::Job,
    error::AppError,
};

/// Maximum number of bookings cancelled at once: what fits into the time of a form.
pub const MOST_AT_ONCE: usize = 50;

/// The open bookings of a job that is over which have no other job, the first that were made: at most [`MOST_AT_ONCE`].
pub async fn left_behind(db: &mut PgConnection, job: Id<Job>) -> Result<Vec<Booking>, AppError> {
    let ids = of_job(db, job, None).await?;
    let mut found = bookings::store::find_all(db, &ids).await?;
    found.sort_by_key(|booking| (booking.created_at, booking.id));
    Ok(found)
}

/// Whether the job left this booking behind.
pub async fn is_left_behind(db: &mut PgConnection, job: Id<Job>, booking: Id<Booking>) -> Result<bool, AppError> {
    Ok(!of_job(db, job, Some(booking)).await?.is_empty())
}

async fn of_job(db: &mut PgConnection, job: Id<Job>, only: Option<Id<Booking>>) -> Result<Vec<Id<Booking>>, AppError> {
    Ok(sqlx::query_scalar(
        "select b.id
         from job_bookings jb join bookings b on b.tenant_id = jb.tenant_id and b.id = jb.booking_id
         where jb.tenant_id = app.current_tenant() and jb.job_id = $1 and ($2::uuid is null or b.id = $2)
           and b.phase in ('pending', 'confirmed', 'dispatched')
           and not exists (
               select from job_bookings other join jobs j on j.tenant_id = other.tenant_id and j.id = other.job_id
               where other.tenant_id = b.tenant_id and other.booking_id = b.id and j.state not in ('done', 'unsuccessful', 'cancelled'))
         order by b.created_at, b.id
         limit $3",
    )
    .bind(job)
    .bind(only)
    .bind(i64::try_from(MOST_AT_ONCE).unwrap_or(i64::MAX))
    .fetch_all(db)
    .await?)
}
