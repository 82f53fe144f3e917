use std::collections::HashSet;

use engine::Id;
use sqlx::PgConnection;

use crate::{
    bookings::{self, Booking},
    dispatch::Job,
    error::AppError,
};

/// Maximum number of bookings cancelled at once.
pub const MOST_AT_ONCE: usize = 50;

/// Selects from the open bookings of cancelled job `$1` that have no other job; the rest of the statement follows.
macro_rules! left_behind {
    ($what:literal, $rest:literal) => {
        concat!(
            "select ",
            $what,
            " from job_bookings jb join bookings b on b.tenant_id = jb.tenant_id and b.id = jb.booking_id
             where jb.tenant_id = app.current_tenant() and jb.job_id = $1 and b.phase in ('pending', 'confirmed', 'dispatched')
               and not exists (
                   select from job_bookings other join jobs j on j.tenant_id = other.tenant_id and j.id = other.job_id
                   where other.tenant_id = b.tenant_id and other.booking_id = b.id and j.state not in ('done', 'unsuccessful', 'cancelled')) ",
            $rest
        )
    };
}

/// The bookings that a cancelled job left behind, the first that were made: at most [`MOST_AT_ONCE`].
pub async fn left_behind(db: &mut PgConnection, job: Id<Job>) -> Result<Vec<Booking>, AppError> {
    let sql = left_behind!("b.id", "order by b.created_at, b.id limit $2");
    let limit = i64::try_from(MOST_AT_ONCE).unwrap_or(i64::MAX);
    let ids: Vec<Id<Booking>> = sqlx::query_scalar(sql).bind(job).bind(limit).fetch_all(&mut *db).await?;
    let mut found = bookings::store::find_all(db, &ids).await?;
    found.sort_by_key(|booking| (booking.created_at, booking.id));
    Ok(found)
}

/// How many bookings a cancelled job left behind.
pub async fn count_left_behind(db: &mut PgConnection, job: Id<Job>) -> Result<i64, AppError> {
    Ok(sqlx::query_scalar(left_behind!("count(*)", "")).bind(job).fetch_one(db).await?)
}

/// Which of these bookings a cancelled job left behind.
pub async fn those_left_behind(
    db: &mut PgConnection,
    job: Id<Job>,
    bookings: &[Id<Booking>],
) -> Result<HashSet<Id<Booking>>, AppError> {
    let sql = left_behind!("b.id", "and b.id = any($2)");
    let left: Vec<Id<Booking>> = sqlx::query_scalar(sql).bind(job).bind(bookings).fetch_all(db).await?;
    Ok(left.into_iter().collect())
}
