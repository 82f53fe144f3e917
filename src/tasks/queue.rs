//! The tables of schema `queue`, behind functions of schema `app`.

use chrono::{DateTime, TimeDelta, Utc};
use engine::Id;
use serde::Serialize;
use sqlx::{FromRow, PgConnection, types::Json};
use uuid::Uuid;

use crate::{error::AppError, tenants::Tenant};

/// A claimed piece of background work.
#[derive(Debug, Clone, FromRow)]
pub struct Task {
    /// Identity in the queue.
    pub id: i64,
    /// The tenant it is worked for; none for the platform's own.
    pub tenant_id: Option<Id<Tenant>>,
    /// Which function handles it.
    pub kind: String,
    /// What that function needs to know.
    pub payload: Json<serde_json::Value>,
    /// Which try this is, from 1.
    pub attempts: i32,
}

/// A deadline that has passed.
#[derive(Debug, Clone, FromRow)]
pub(super) struct Due {
    pub tenant_id: Id<Tenant>,
    pub kind: String,
    pub subject_id: Uuid,
}

/// Enqueues a task in this transaction, to run at `run_at`. Under a key, it takes the place of the waiting task with that key.
pub async fn enqueue(
    db: &mut PgConnection,
    kind: &str,
    payload: impl Serialize,
    run_at: DateTime<Utc>,
    key: Option<&str>,
) -> Result<(), AppError> {
    let payload = serde_json::to_value(payload).map_err(|error| AppError::internal(&error))?;
    sqlx::query("select app.enqueue($1, $2, $3, $4)")
        .bind(kind)
        .bind(Json(payload))
        .bind(run_at)
        .bind(key)
        .execute(db)
        .await?;
    Ok(())
}

/// Takes back the task with this key, if it still waits.
pub async fn cancel(db: &mut PgConnection, key: &str) -> Result<(), AppError> {
    sqlx::query("select app.cancel_task($1)").bind(key).execute(db).await?;
    Ok(())
}

/// How many tasks wait and how many were given up.
pub async fn counts(db: &mut PgConnection) -> Result<(i64, i64), AppError> {
    Ok(sqlx::query_as("select waiting, failed from app.task_counts()").fetch_one(db).await?)
}

pub(super) async fn claim(
    db: &mut PgConnection,
    at: DateTime<Utc>,
    lease_seconds: i32,
    most: i32,
) -> Result<Vec<Task>, AppError> {
    Ok(sqlx::query_as(
        "select id, tenant_id, kind, payload, attempts from app.claim_tasks($1, make_interval(secs => $2), $3)",
    )
    .bind(at)
    .bind(f64::from(lease_seconds))
    .bind(most)
    .fetch_all(db)
    .await?)
}

pub(super) async fn complete(db: &mut PgConnection, id: i64) -> Result<(), AppError> {
    sqlx::query("select app.complete_task($1)").bind(id).execute(db).await?;
    Ok(())
}

/// Puts a failed task back, later each time: 10 s, 20 s, 40 s … at most an hour.
pub(super) async fn retry(
    db: &mut PgConnection,
    task: &Task,
    error: &AppError,
    at: DateTime<Utc>,
) -> Result<(), AppError> {
    let wait = TimeDelta::seconds((10_i64 << task.attempts.clamp(1, 9).saturating_sub(1)).min(3600));
    sqlx::query("select app.retry_task($1, $2, $3, $4)")
        .bind(task.id)
        .bind(error.to_string())
        .bind(at + wait)
        .bind(at)
        .execute(db)
        .await?;
    Ok(())
}

pub(super) async fn due(db: &mut PgConnection, at: DateTime<Utc>, most: i32) -> Result<Vec<Due>, AppError> {
    Ok(sqlx::query_as("select tenant_id, kind, subject_id from app.due_deadlines($1, $2)")
        .bind(at)
        .bind(most)
        .fetch_all(db)
        .await?)
}

pub(super) async fn postpone(db: &mut PgConnection, due: &Due, until: DateTime<Utc>) -> Result<(), AppError> {
    sqlx::query("select app.postpone_deadline($1, $2, $3)")
        .bind(&due.kind)
        .bind(due.subject_id)
        .bind(until)
        .execute(db)
        .await?;
    Ok(())
}

/// When the next task is to be worked.
pub(super) async fn next_task_at(db: &mut PgConnection) -> Result<Option<DateTime<Utc>>, AppError> {
    Ok(sqlx::query_scalar("select app.next_task_at()").fetch_one(db).await?)
}

/// When the next deadline passes.
pub(super) async fn next_deadline_at(db: &mut PgConnection) -> Result<Option<DateTime<Utc>>, AppError> {
    Ok(sqlx::query_scalar("select app.next_deadline_at()").fetch_one(db).await?)
}
