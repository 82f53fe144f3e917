//! The table `queue.tasks`, behind functions of schema `app`.

use chrono::{DateTime, Utc};
use engine::Id;
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{FromRow, PgConnection, types::Json};
use uuid::Uuid;

use super::Failure;
use crate::{
    error::{AppError, OrInternal},
    tenants::Tenant,
};

/// A claimed task.
#[derive(Debug, Clone, FromRow)]
pub struct Task {
    pub id: i64,
    /// `None` for a task of the platform itself.
    pub tenant_id: Option<Id<Tenant>>,
    pub kind: String,
    pub(super) payload: Json<serde_json::Value>,
    /// Number of this attempt, from 1.
    pub attempts: i32,
    /// The claim's token: the worker can change the task only while this claim is the latest.
    pub(super) lease: Uuid,
}

impl Task {
    /// The handler's data.
    pub fn payload<T: DeserializeOwned>(&self) -> Result<T, AppError> {
        T::deserialize(&self.payload.0).or_internal()
    }

    /// The task's tenant, of a kind that always has one.
    pub fn tenant(&self) -> Result<Id<Tenant>, AppError> {
        self.tenant_id.ok_or_else(|| AppError::internal(&format!("a task of kind `{}` without a tenant", self.kind)))
    }
}

/// Figures of the background work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromRow)]
pub struct Figures {
    /// Including tasks for later.
    pub waiting: i64,
    pub failed: i64,
    /// How overdue the oldest unclaimed task is, seconds.
    pub task_late_seconds: i64,
    /// How overdue the oldest deadline is, seconds.
    pub deadline_late_seconds: i64,
    pub failing_deadlines: i64,
}

/// Enqueues a task in this transaction, to run at `run_at`. With a key, it replaces the waiting task with that key.
pub async fn enqueue(
    db: &mut PgConnection,
    kind: &str,
    payload: impl Serialize,
    run_at: DateTime<Utc>,
    key: Option<&str>,
) -> Result<(), AppError> {
    let payload = serde_json::to_value(payload).or_internal()?;
    sqlx::query("select app.enqueue($1, $2, $3, $4)")
        .bind(kind)
        .bind(Json(payload))
        .bind(run_at)
        .bind(key)
        .execute(db)
        .await?;
    Ok(())
}

/// Deletes the task with this key, if it still waits.
pub async fn cancel(db: &mut PgConnection, key: &str) -> Result<(), AppError> {
    sqlx::query("select app.cancel_task($1)").bind(key).execute(db).await?;
    Ok(())
}

/// Figures of the background work of the whole installation.
pub async fn figures(db: &mut PgConnection) -> Result<Figures, AppError> {
    Ok(sqlx::query_as(
        "select waiting, failed, task_late_seconds, deadline_late_seconds, failing_deadlines from app.background_figures()",
    )
    .fetch_one(db)
    .await?)
}

/// Claims tasks that are due at `at`, the earliest first. Other kinds are left to a newer binary.
pub(super) async fn claim(
    db: &mut PgConnection,
    at: DateTime<Utc>,
    until: DateTime<Utc>,
    most: i32,
    kinds: &[&str],
) -> Result<Vec<Task>, AppError> {
    Ok(sqlx::query_as("select id, tenant_id, kind, payload, attempts, lease from app.tasks_claim($1, $2, $3, $4)")
        .bind(at)
        .bind(until)
        .bind(most)
        .bind(kinds)
        .fetch_all(db)
        .await?)
}

/// Extends a claim; false if another worker has claimed the task since.
pub(super) async fn extend(db: &mut PgConnection, task: &Task, until: DateTime<Utc>) -> Result<bool, AppError> {
    Ok(sqlx::query_scalar("select app.task_extend($1, $2, $3)")
        .bind(task.id)
        .bind(task.lease)
        .bind(until)
        .fetch_one(db)
        .await?)
}

/// Deletes a finished task; false if another worker has claimed it since.
pub(super) async fn complete(db: &mut PgConnection, task: &Task) -> Result<bool, AppError> {
    Ok(sqlx::query_scalar("select app.task_complete($1, $2)").bind(task.id).bind(task.lease).fetch_one(db).await?)
}

/// Puts a failed task back until `again_at`, or gives it up after its last attempt; false if another worker has claimed it since.
pub(super) async fn fail(
    db: &mut PgConnection,
    task: &Task,
    failure: &Failure,
    again_at: DateTime<Utc>,
    at: DateTime<Utc>,
) -> Result<bool, AppError> {
    Ok(sqlx::query_scalar("select app.task_fail($1, $2, $3, $4, $5)")
        .bind(task.id)
        .bind(task.lease)
        .bind(failure.to_string())
        .bind(again_at)
        .bind(at)
        .fetch_one(db)
        .await?)
}

/// Ensures that a task of this kind is waiting; an existing one keeps its time.
pub(super) async fn schedule(db: &mut PgConnection, kind: &str, next_at: DateTime<Utc>) -> Result<(), AppError> {
    sqlx::query("select app.task_schedule($1, $2)").bind(kind).bind(next_at).execute(db).await?;
    Ok(())
}

/// When the next task of these kinds is due.
pub(super) async fn next_at(db: &mut PgConnection, kinds: &[&str]) -> Result<Option<DateTime<Utc>>, AppError> {
    Ok(sqlx::query_scalar("select app.tasks_next_at($1)").bind(kinds).fetch_one(db).await?)
}
