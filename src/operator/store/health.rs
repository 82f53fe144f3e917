//! The state of the installation, and background work that was given up.

use chrono::{DateTime, Utc};
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

use crate::error::AppError;

#[derive(Debug, Clone, FromRow)]
pub struct Health {
    pub active: i64,
    pub paused: i64,
    pub cancelled: i64,
    /// Signed-in users.
    pub sessions: i64,
}

/// A task that was given up.
#[derive(Debug, FromRow)]
pub struct FailedTask {
    pub id: i64,
    pub tenant: Option<String>,
    pub kind: String,
    pub attempts: i32,
    pub last_error: Option<String>,
    pub created_at: DateTime<Utc>,
    /// When it was given up.
    pub failed_at: DateTime<Utc>,
}

/// A deadline whose last attempt failed.
#[derive(Debug, FromRow)]
pub struct FailingDeadline {
    pub tenant: String,
    pub kind: String,
    /// The id of its row.
    pub subject_id: Uuid,
    pub due_at: DateTime<Utc>,
    /// Number of attempts since the last success.
    pub attempts: i32,
    /// The last error; `None` if the worker died before it could record one.
    pub last_error: Option<String>,
}

pub async fn figures(db: &mut PgConnection) -> Result<Health, AppError> {
    Ok(sqlx::query_as("select active, paused, cancelled, sessions from app.operator_health()").fetch_one(db).await?)
}

/// The tasks that were given up, the latest first.
pub async fn failed_tasks(db: &mut PgConnection, most: i64) -> Result<Vec<FailedTask>, AppError> {
    Ok(sqlx::query_as("select id, tenant, kind, attempts, last_error, created_at, failed_at from app.failed_tasks($1)")
        .bind(most)
        .fetch_all(db)
        .await?)
}

/// The failing deadlines, the most overdue first.
pub async fn failing_deadlines(db: &mut PgConnection, most: i64) -> Result<Vec<FailingDeadline>, AppError> {
    Ok(sqlx::query_as("select tenant, kind, subject_id, due_at, attempts, last_error from app.failing_deadlines($1)")
        .bind(most)
        .fetch_all(db)
        .await?)
}

/// Retries a failing deadline now; false if it is no longer failing.
pub async fn retry_deadline(db: &mut PgConnection, kind: &str, subject: Uuid) -> Result<bool, AppError> {
    Ok(sqlx::query_scalar("select app.failing_deadline_retry($1, $2)").bind(kind).bind(subject).fetch_one(db).await?)
}

/// Retries a task; returns its kind, or `None` if it is no longer failed.
pub async fn retry(db: &mut PgConnection, task: i64) -> Result<Option<String>, AppError> {
    Ok(sqlx::query_scalar("select app.failed_task_retry($1)").bind(task).fetch_one(db).await?)
}

/// Deletes a task that a person has resolved; returns its kind, or `None` if it is no longer failed.
pub async fn resolve(db: &mut PgConnection, task: i64) -> Result<Option<String>, AppError> {
    Ok(sqlx::query_scalar("select app.failed_task_resolve($1)").bind(task).fetch_one(db).await?)
}
