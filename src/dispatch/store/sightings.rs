//! `job_sightings`: which provider was shown which job that providers take themselves.

use engine::Id;
use sqlx::PgConnection;

use crate::{dispatch::Job, error::AppError, providers::Provider};

/// The jobs were shown to a provider. Those that were shown before keep their time.
pub(in crate::dispatch) async fn shown(
    db: &mut PgConnection,
    provider: Id<Provider>,
    jobs: &[Id<Job>],
) -> Result<(), AppError> {
    sqlx::query("insert into job_sightings (job_id, provider_id) select unnest($2::uuid[]), $1 on conflict do nothing")
        .bind(provider)
        .bind(jobs)
        .execute(db)
        .await?;
    Ok(())
}

/// What a provider did with a job they were shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::dispatch) enum Deed {
    Viewed,
    Hid,
    ShowedAgain,
    Took,
}

/// Writes what a provider did; `NotFound` if they were never shown the job.
pub(in crate::dispatch) async fn record(
    db: &mut PgConnection,
    provider: Id<Provider>,
    job: Id<Job>,
    deed: Deed,
) -> Result<(), AppError> {
    let written = sqlx::query(
        "update job_sightings
         set viewed_at = case when $3 then coalesce(viewed_at, app.now()) else viewed_at end,
             hidden_at = case when $4 then app.now() when $5 then null else hidden_at end,
             taken_at  = case when $6 then app.now() else taken_at end
         where tenant_id = app.current_tenant() and job_id = $2 and provider_id = $1",
    )
    .bind(provider)
    .bind(job)
    .bind(deed == Deed::Viewed)
    .bind(deed == Deed::Hid)
    .bind(deed == Deed::ShowedAgain)
    .bind(deed == Deed::Took)
    .execute(db)
    .await?;
    if written.rows_affected() == 1 { Ok(()) } else { Err(AppError::NotFound) }
}

/// Whether a provider was shown a job.
pub(in crate::dispatch) async fn was_shown(
    db: &mut PgConnection,
    provider: Id<Provider>,
    job: Id<Job>,
) -> Result<bool, AppError> {
    Ok(sqlx::query_scalar(
        "select exists (select from job_sightings
                        where tenant_id = app.current_tenant() and job_id = $2 and provider_id = $1)",
    )
    .bind(provider)
    .bind(job)
    .fetch_one(db)
    .await?)
}
