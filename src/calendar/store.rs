//! All SQL on `resources` and `reservations`.

use chrono::{DateTime, TimeDelta, Utc};
use engine::{Id, TimeSpan};
use sqlx::PgConnection;

use crate::{bookings::Booking, dispatch::Job, error::AppError, providers::Provider};

struct Resource;

struct Reservation;

/// Reserves a provider for a job in this time. `Conflict` if another reservation overlaps with it.
pub async fn reserve_provider(
    db: &mut PgConnection,
    provider: Id<Provider>,
    job: Id<Job>,
    time: TimeSpan,
) -> Result<(), AppError> {
    reserve_providers(db, &[(provider, time)], job).await
}

/// Reserves several providers for a job, each in their time: all of them, or none. `Conflict` if another reservation of one of them overlaps.
pub async fn reserve_providers(
    db: &mut PgConnection,
    times: &[(Id<Provider>, TimeSpan)],
    job: Id<Job>,
) -> Result<(), AppError> {
    let providers: Vec<_> = times.iter().map(|(provider, _)| *provider).collect();
    add_resources(db, &providers).await?;
    sqlx::query(
        "insert into reservations (id, resource_id, starts_at, ends_at, job_id)
         select wanted.id, r.id, wanted.starts_at, wanted.ends_at, $5
         from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[]) as wanted (id, provider_id, starts_at, ends_at)
         join resources r on r.tenant_id = app.current_tenant() and r.provider_id = wanted.provider_id
         order by r.id",
    )
    .bind(times.iter().map(|_| Id::<Reservation>::new()).collect::<Vec<_>>())
    .bind(providers)
    .bind(times.iter().map(|(_, time)| time.starts_at).collect::<Vec<_>>())
    .bind(times.iter().map(|(_, time)| time.ends_at).collect::<Vec<_>>())
    .bind(job)
    .execute(db)
    .await?;
    Ok(())
}

/// The resources of providers are created when first needed.
async fn add_resources(db: &mut PgConnection, providers: &[Id<Provider>]) -> Result<(), AppError> {
    sqlx::query(
        "insert into resources (id, kind, name, provider_id)
         select wanted.id, 'provider', p.name, p.id
         from unnest($1::uuid[], $2::uuid[]) as wanted (id, provider_id)
         join providers p on p.tenant_id = app.current_tenant() and p.id = wanted.provider_id
         order by p.id
         on conflict on constraint resources_provider_key do nothing",
    )
    .bind(providers.iter().map(|_| Id::<Resource>::new()).collect::<Vec<_>>())
    .bind(providers)
    .execute(db)
    .await?;
    Ok(())
}

/// Releases the reservations of these providers for a job.
pub async fn release_providers(
    db: &mut PgConnection,
    providers: &[Id<Provider>],
    job: Id<Job>,
) -> Result<(), AppError> {
    sqlx::query(
        "update reservations v set state = 'released' from resources r
         where v.tenant_id = app.current_tenant() and v.job_id = $2 and v.state = 'held'
           and (r.tenant_id, r.id) = (v.tenant_id, v.resource_id) and r.provider_id = any($1)",
    )
    .bind(providers)
    .bind(job)
    .execute(db)
    .await?;
    Ok(())
}

/// Releases all reservations of a job.
pub async fn release(db: &mut PgConnection, job: Id<Job>) -> Result<(), AppError> {
    sqlx::query("update reservations set state = 'released' where tenant_id = app.current_tenant() and job_id = $1 and state = 'held'")
        .bind(job)
        .execute(db)
        .await?;
    Ok(())
}

/// Ends the reservations of a finished job: frees the rest of their time and records the actual end.
pub async fn complete(db: &mut PgConnection, job: Id<Job>, at: DateTime<Utc>) -> Result<(), AppError> {
    sqlx::query(
        "update reservations set state = 'released', ends_at = case when starts_at < $2 then least(ends_at, $2) else ends_at end
         where tenant_id = app.current_tenant() and job_id = $1 and state = 'held'",
    )
    .bind(job)
    .bind(at)
    .execute(db)
    .await?;
    Ok(())
}

/// Releases what a booking itself reserves: time of resources, and places of slots.
pub async fn release_all_of(db: &mut PgConnection, booking: Id<Booking>) -> Result<(), AppError> {
    sqlx::query(
        "update reservations set state = 'released'
         where tenant_id = app.current_tenant() and booking_id = $1 and state = 'held'",
    )
    .bind(booking)
    .execute(&mut *db)
    .await?;
    sqlx::query(
        "update slot_claims set released_at = app.now()
         where tenant_id = app.current_tenant() and booking_id = $1 and released_at is null",
    )
    .bind(booking)
    .execute(db)
    .await?;
    Ok(())
}

/// Ends what a completed booking itself reserves: the rest of its time is free again, and so are places in slots that haven't begun.
pub async fn complete_all_of(db: &mut PgConnection, booking: Id<Booking>, at: DateTime<Utc>) -> Result<(), AppError> {
    sqlx::query(
        "update reservations set state = 'released', ends_at = case when starts_at < $2 then least(ends_at, $2) else ends_at end
         where tenant_id = app.current_tenant() and booking_id = $1 and state = 'held'",
    )
    .bind(booking)
    .bind(at)
    .execute(&mut *db)
    .await?;
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

/// Moves the time that a booking itself reserves. `Conflict` if it isn't free then.
pub async fn shift_all_of(db: &mut PgConnection, booking: Id<Booking>, by: TimeDelta) -> Result<(), AppError> {
    // All of it is released first: two stretches in a row would be in each other's way while they move.
    let own: Vec<uuid::Uuid> = sqlx::query_scalar(
        "update reservations set state = 'released'
         where tenant_id = app.current_tenant() and booking_id = $1 and state = 'held' returning id",
    )
    .bind(booking)
    .fetch_all(&mut *db)
    .await?;
    sqlx::query(
        "update reservations
         set state = 'held', starts_at = starts_at + make_interval(secs => $2), ends_at = ends_at + make_interval(secs => $2)
         where tenant_id = app.current_tenant() and id = any($1)",
    )
    .bind(own)
    .bind(by.num_seconds() as f64)
    .execute(db)
    .await?;
    Ok(())
}

/// Whether a booking has places in a slot that it shares with others.
pub async fn has_claims(db: &mut PgConnection, booking: Id<Booking>) -> Result<bool, AppError> {
    Ok(sqlx::query_scalar(
        "select exists (select from slot_claims
                        where tenant_id = app.current_tenant() and booking_id = $1 and released_at is null)",
    )
    .bind(booking)
    .fetch_one(db)
    .await?)
}
