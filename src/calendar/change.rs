//! Changing the time of reservations. Old and new time change in one transaction.

use chrono::{DateTime, TimeDelta, Utc};
use engine::Id;
use sqlx::PgConnection;

use super::{Holder, Reservation, conflicts::settle, lock, model::Refusal};
use crate::error::AppError;

/// Moves the reservations of a holder. `Conflict` names a resource that isn't free then; the caller gives up the transaction.
pub async fn shift(db: &mut PgConnection, holder: Holder, by: TimeDelta) -> Result<(), AppError> {
    let Some(own) = lock::own(db, holder).await? else { return Ok(()) };
    let seconds = by.num_seconds() as f64;
    let in_the_way: Option<String> = sqlx::query_scalar(
        "select r.name from reservations own join resources r on (r.tenant_id, r.id) = (own.tenant_id, own.resource_id)
         where own.tenant_id = app.current_tenant() and own.id = any($1)
           and exists (select from reservations other
                       where other.tenant_id = own.tenant_id and other.resource_id = own.resource_id and other.id <> all($1)
                         and other.state <> 'released' and other.state = 'held'
                         and other.ends_at > own.starts_at + make_interval(secs => $2) and other.starts_at < own.ends_at + make_interval(secs => $2))
         order by r.name limit 1",
    )
    .bind(&own.ids)
    .bind(seconds)
    .fetch_optional(&mut *db)
    .await?;
    if let Some(name) = in_the_way {
        return Err(Refusal::Taken(name).into_error());
    }
    // All of it is released first: two stretches in a row would be in each other's way while they move.
    sqlx::query("update reservations set state = 'released' where tenant_id = app.current_tenant() and id = any($1)")
        .bind(&own.ids)
        .execute(&mut *db)
        .await?;
    sqlx::query(
        "update reservations
         set state = 'held', starts_at = starts_at + make_interval(secs => $2), ends_at = ends_at + make_interval(secs => $2)
         where tenant_id = app.current_tenant() and id = any($1)",
    )
    .bind(own.ids)
    .bind(seconds)
    .execute(&mut *db)
    .await?;
    settle(db, &own.resources).await
}

/// What came of a wish for more time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extension {
    Extended,
    /// Nothing has changed: something else is reserved from this instant on.
    FreeUntil(DateTime<Utc>),
}

/// Reserves the resources of a holder until `to`, if they are free.
pub async fn extend(db: &mut PgConnection, holder: Holder, to: DateTime<Utc>) -> Result<Extension, AppError> {
    let Some(own) = lock::own(db, holder).await? else { return Ok(Extension::Extended) };
    let next: Option<DateTime<Utc>> = sqlx::query_scalar(
        "select min(later.starts_at) from reservations own
         join reservations later on (later.tenant_id, later.resource_id) = (own.tenant_id, own.resource_id)
         where own.tenant_id = app.current_tenant() and own.id = any($1) and own.state = 'held'
           and later.id <> all($1) and later.state <> 'released' and later.state = 'held' and later.ends_at > own.ends_at and later.starts_at < $2",
    )
    .bind(&own.ids)
    .bind(to)
    .fetch_one(&mut *db)
    .await?;
    if let Some(next) = next {
        return Ok(Extension::FreeUntil(next));
    }
    lengthen(db, &own.ids, to).await?;
    Ok(Extension::Extended)
}

/// Makes held reservations longer that end before `to`. The caller has seen to what is in the way.
pub(super) async fn lengthen(
    db: &mut PgConnection,
    reservations: &[Id<Reservation>],
    to: DateTime<Utc>,
) -> Result<(), AppError> {
    sqlx::query(
        "update reservations set ends_at = $2
         where tenant_id = app.current_tenant() and id = any($1) and state = 'held' and ends_at < $2",
    )
    .bind(reservations)
    .bind(to)
    .execute(db)
    .await?;
    Ok(())
}

/// Frees the time of a holder from `to` on. Reservations that begin later than that stay.
pub async fn shorten(db: &mut PgConnection, holder: Holder, to: DateTime<Utc>) -> Result<(), AppError> {
    let Some(own) = lock::own(db, holder).await? else { return Ok(()) };
    sqlx::query(
        "update reservations set ends_at = $2
         where tenant_id = app.current_tenant() and id = any($1) and starts_at < $2 and ends_at > $2",
    )
    .bind(own.ids)
    .bind(to)
    .execute(&mut *db)
    .await?;
    settle(db, &own.resources).await
}
