//! Lists of a provider's jobs.

use chrono::{DateTime, Utc};
use engine::{Amount, Id};
use sqlx::{FromRow, PgConnection};

use super::what_for::{WhatFor, first_booking, what_for_columns};
use crate::{
    dispatch::{Job, JobState},
    error::AppError,
    providers::Provider,
};

#[derive(Debug, Clone, FromRow)]
pub(in crate::portal) struct ListedJob {
    pub id: Id<Job>,
    pub state: JobState,
    #[sqlx(flatten)]
    pub what: WhatFor,
    pub address: String,
    pub window_start: DateTime<Utc>,
    pub promised_at: Option<DateTime<Utc>>,
    pub assigned_at: DateTime<Utc>,
    /// Given back by the provider or withdrawn by staff.
    pub lost: bool,
    pub earned: Option<Amount>,
}

macro_rules! select_listed_job {
    ($rest:literal) => {
        concat!(
            "select j.id, j.state, ",
            what_for_columns!(),
            ", j.address, j.window_start, j.promised_at, a.assigned_at,
                    a.state = 'ended' and (j.ended_at is null or a.ended_at < j.ended_at) as lost,
                    (select sum(e.amount)::bigint from earnings e
                     where e.tenant_id = j.tenant_id and e.job_id = j.id and e.provider_id = a.provider_id and e.kind <> 'cash_kept') as earned
             from assignments a
             join jobs j on (j.tenant_id, j.id) = (a.tenant_id, a.job_id) ",
            first_booking!(),
            " ",
            $rest
        )
    };
}

/// A provider's unfinished jobs, the current one first.
pub(in crate::portal) async fn to_do(
    db: &mut PgConnection,
    provider: Id<Provider>,
) -> Result<Vec<ListedJob>, AppError> {
    Ok(sqlx::query_as(select_listed_job!(
        "where a.tenant_id = app.current_tenant() and a.provider_id = $1 and a.state <> 'ended' order by a.state <> 'under_way', j.window_start limit 20"
    ))
    .bind(provider)
    .fetch_all(db)
    .await?)
}

/// A page of all jobs of a provider, latest first, and their number.
pub(in crate::portal) async fn jobs(
    db: &mut PgConnection,
    provider: Id<Provider>,
    page: i64,
    per_page: i64,
) -> Result<(Vec<ListedJob>, i64), AppError> {
    let listed = sqlx::query_as(select_listed_job!(
        "where a.tenant_id = app.current_tenant() and a.provider_id = $1 order by a.assigned_at desc, a.id desc limit $2 offset $3"
    ))
    .bind(provider)
    .bind(per_page)
    .bind((page - 1) * per_page)
    .fetch_all(&mut *db)
    .await?;
    let total = sqlx::query_scalar(
        "select count(*) from assignments where tenant_id = app.current_tenant() and provider_id = $1",
    )
    .bind(provider)
    .fetch_one(db)
    .await?;
    Ok((listed, total))
}
