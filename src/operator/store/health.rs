//! The state of the installation, and background work that was given up.

use chrono::{DateTime, Utc};
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

use crate::error::AppError;

/// Figures of the installation.
#[derive(Debug, Clone, FromRow)]
pub struct Health {
    pub active: i64,
    pub paused: i64,
    pub cancelled: i64,
    /// People who are signed in somewhere.
    pub sessions: i64,
}

/// A task that was given up.
#[derive(Debug, FromRow)]
pub struct FailedTask {
    pub id: i64,
    /// For which tenant, by name.
    pub tenant: Option<String>,
    /// What it was to do.
    pub kind: String,
    /// How often it was tried.
    pub attempts: i32,
    pub last_error: Option<String>,
    /// When it was given out.
    pub created_at: DateTime<Utc>,
    /// When it was given up.
    pub failed_at: DateTime<Utc>,
}

/// A deadline whose last try failed.
#[derive(Debug, FromRow)]
pub struct FailingDeadline {
    /// Whose it is, by name.
    pub tenant: String,
    /// What was to be done.
    pub kind: String,
    /// The row it is about.
    pub subject_id: Uuid,
    pub due_at: DateTime<Utc>,
    /// How often it was tried since it last succeeded.
    pub attempts: i32,
    /// What went wrong; nothing when the worker ended before it could say so.
    pub last_error: Option<String>,
}

/// The figures now.
pub async fn figures(db: &mut PgConnection) -> Result<Health, AppError> {
    Ok(sqlx::query_as("select active, paused, cancelled, sessions from app.operator_health()").fetch_one(db).await?)
}

/// The tasks given up last.
pub async fn failed_tasks(db: &mut PgConnection, most: i64) -> Result<Vec<FailedTask>, AppError> {
    Ok(sqlx::query_as("select id, tenant, kind, attempts, last_error, created_at, failed_at from app.failed_tasks($1)")
        .bind(most)
        .fetch_all(db)
        .await?)
}

/// The deadlines that fail, the most overdue first.
pub async fn failing_deadlines(db: &mut PgConnection, most: i64) -> Result<Vec<FailingDeadline>, AppError> {
    Ok(sqlx::query_as("select tenant, kind, subject_id, due_at, attempts, last_error from app.failing_deadlines($1)")
        .bind(most)
        .fetch_all(db)
        .await?)
}

/// Tries a failing deadline now; false if it doesn't fail (any more).
pub async fn retry_deadline(db: &mut PgConnection, kind: &str, subject: Uuid) -> Result<bool, AppError> {
    Ok(sqlx::query_scalar("select app.failing_deadline_retry($1, $2)").bind(kind).bind(subject).fetch_one(db).await?)
}

/// Tries a task again; gives its kind, or nothing if it isn't given up (any more).
pub async fn retry(db: &mut PgConnection, task: i64) -> Result<Option<String>, AppError> {
    Ok(sqlx::query_scalar("select app.failed_task_retry($1)").bind(task).fetch_one(db).await?)
}

/// Takes a task away that a person has seen to; gives its kind, or nothing if it isn't given up (any more).
pub async fn resolve(db: &mut PgConnection, task: i64) -> Result<Option<String>, AppError> {
    Ok(sqlx::query_scalar("select app.failed_task_resolve($1)").bind(task).fetch_one(db).await?)
}
