//! Ending reservations: what was agreed isn't any more, or it is done.

use chrono::{DateTime, Utc};
use engine::Id;
use sqlx::PgConnection;

use super::{Holder, conflicts, hold::find_resources, lock, slots};
use crate::{bookings::Booking, dispatch::Job, error::AppError, providers::Provider};

/// Releases the reservations of these providers for a job.
pub async fn release_providers(
    db: &mut PgConnection,
    providers: &[Id<Provider>],
    job: Id<Job>,
) -> Result<(), AppError> {
    let resources: Vec<_> = find_resources(db, providers).await?.into_values().collect();
    lock::resources(db, &resources).await?;
    sqlx::query(
        "update reservations set state = 'released'
         where tenant_id = app.current_tenant() and job_id = $2 and resource_id = any($1) and state <> 'released'",
    )
    .bind(&resources)
    .bind(job)
    .execute(&mut *db)
    .await?;
    conflicts::settle(db, &resources).await
}

/// Releases all reservations of a holder.
pub async fn release(db: &mut PgConnection, holder: Holder) -> Result<(), AppError> {
    let Some(own) = lock::own(db, holder).await? else { return Ok(()) };
    sqlx::query(
        "update reservations set state = 'released'
         where tenant_id = app.current_tenant() and id = any($1)",
    )
    .bind(own.ids)
    .execute(&mut *db)
    .await?;
    conflicts::settle(db, &own.resources).await
}

/// Ends the reservations of a holder that is done: frees the rest of their time and records the actual end.
pub async fn complete(db: &mut PgConnection, holder: Holder, at: DateTime<Utc>) -> Result<(), AppError> {
    let Some(own) = lock::own(db, holder).await? else { return Ok(()) };
    sqlx::query(
        "update reservations set state = 'released', ends_at = case when starts_at < $2 then least(ends_at, $2) else ends_at end
         where tenant_id = app.current_tenant() and id = any($1)",
    )
    .bind(own.ids)
    .bind(at)
    .execute(&mut *db)
    .await?;
    conflicts::settle(db, &own.resources).await
}

/// Releases what a booking itself reserves: time of resources, and places of slots.
pub async fn release_all_of(db: &mut PgConnection, booking: Id<Booking>) -> Result<(), AppError> {
    release(db, Holder::Booking(booking)).await?;
    slots::give_back(db, booking).await
}

/// Ends what a completed booking itself reserves: the rest of its time is free again, and so are places in slots that haven't begun.
pub async fn complete_all_of(db: &mut PgConnection, booking: Id<Booking>, at: DateTime<Utc>) -> Result<(), AppError> {
    complete(db, Holder::Booking(booking), at).await?;
    sqlx::query(
        "update slot_claims c set released_at = $2 from slots s
         where c.tenant_id = app.current_tenant() and c.booking_id = $1 and c.released_at is null
           and (s.tenant_id, s.id) = (c.tenant_id, c.slot_id) and s.starts_at > $2",
    )
    .bind(booking)
    .bind(at)
    .execute(db)
    .await?;
    Ok(())
}
