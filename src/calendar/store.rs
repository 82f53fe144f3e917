//! All SQL on `resources` and `reservations`.

use chrono::{DateTime, Utc};
use engine::Id;
use sqlx::PgConnection;

use crate::{dispatch::Job, error::AppError, providers::Provider};

/// Marks the ids of resources.
struct Resource;

/// Marks the ids of reservations.
struct Reservation;

/// Holds a provider for a job, from when to when. `Conflict` if somebody else holds them in that time.
pub async fn reserve_provider(
    db: &mut PgConnection,
    provider: Id<Provider>,
    job: Id<Job>,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<(), AppError> {
    let resource = resource_of(db, provider).await?;
    sqlx::query("insert into reservations (id, resource_id, starts_at, ends_at, job_id) values ($1, $2, $3, $4, $5)")
        .bind(Id::<Reservation>::new())
        .bind(resource)
        .bind(from)
        .bind(to)
        .bind(job)
        .execute(db)
        .await?;
    Ok(())
}

/// The resource that stands for a provider, made when first needed.
async fn resource_of(db: &mut PgConnection, provider: Id<Provider>) -> Result<Id<Resource>, AppError> {
    sqlx::query(
        "insert into resources (id, kind, name, provider_id) select $1, 'provider', p.name, p.id from providers p where p.id = $2
         on conflict on constraint resources_provider_key do nothing",
    )
    .bind(Id::<Resource>::new())
    .bind(provider)
    .execute(&mut *db)
    .await?;
    let (id,) = sqlx::query_as("select id from resources where provider_id = $1").bind(provider).fetch_one(db).await?;
    Ok(id)
}

/// Lets go of everything a job holds.
pub async fn release(db: &mut PgConnection, job: Id<Job>) -> Result<(), AppError> {
    sqlx::query("update reservations set state = 'released' where job_id = $1 and state = 'held'")
        .bind(job)
        .execute(db)
        .await?;
    Ok(())
}

/// Ends what a job holds at this time instead of later: it was done sooner. What hadn't begun is let go of.
pub async fn shorten(db: &mut PgConnection, job: Id<Job>, to: DateTime<Utc>) -> Result<(), AppError> {
    sqlx::query(
        "update reservations
         set ends_at = case when starts_at < $2 then $2 else ends_at end, state = case when starts_at < $2 then state else 'released' end
         where job_id = $1 and state = 'held' and ends_at > $2",
    )
    .bind(job)
    .bind(to)
    .execute(db)
    .await?;
    Ok(())
}
