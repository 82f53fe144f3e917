//! The table `queue.deadlines`, behind functions of schema `app`.

use chrono::{DateTime, Utc};
use engine::Id;
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

use super::Failure;
use crate::{error::AppError, tenants::Tenant};

/// A claimed deadline that has passed.
#[derive(Debug, Clone, FromRow)]
pub(super) struct Deadline {
    pub tenant_id: Id<Tenant>,
    pub kind: String,
    pub subject_id: Uuid,
    /// Number of this attempt since the last success, from 1.
    pub attempts: i32,
    pub lease: Uuid,
}

/// Claims deadlines that are due at `at`, the earliest first. A row locked by another transaction is skipped until the next time.
pub(super) async fn claim(
    db: &mut PgConnection,
    at: DateTime<Utc>,
    until: DateTime<Utc>,
    most: i32,
    kinds: &[&str],
) -> Result<Vec<Deadline>, AppError> {
    Ok(sqlx::query_as("select tenant_id, kind, subject_id, attempts, lease from app.deadlines_claim($1, $2, $3, $4)")
        .bind(at)
        .bind(until)
        .bind(most)
        .bind(kinds)
        .fetch_all(db)
        .await?)
}

/// Ends a claim after success.
pub(super) async fn done(db: &mut PgConnection, deadline: &Deadline) -> Result<(), AppError> {
    sqlx::query("select app.deadline_done($1, $2, $3)")
        .bind(&deadline.kind)
        .bind(deadline.subject_id)
        .bind(deadline.lease)
        .execute(db)
        .await?;
    Ok(())
}

/// Ends a claim after a failure: the next attempt is at `again_at`, or when the deadline moves.
pub(super) async fn fail(
    db: &mut PgConnection,
    deadline: &Deadline,
    failure: &Failure,
    again_at: DateTime<Utc>,
) -> Result<(), AppError> {
    sqlx::query("select app.deadline_fail($1, $2, $3, $4, $5)")
        .bind(&deadline.kind)
        .bind(deadline.subject_id)
        .bind(deadline.lease)
        .bind(failure.to_string())
        .bind(again_at)
        .execute(db)
        .await?;
    Ok(())
}

/// Ends a claim because another transaction has locked its row: this isn't counted as an attempt, and the next one is at `again_at`. False if
/// this has gone on for a minute: then it counts as failed.
pub(super) async fn put_off(
    db: &mut PgConnection,
    deadline: &Deadline,
    now: DateTime<Utc>,
    again_at: DateTime<Utc>,
) -> Result<bool, AppError> {
    Ok(sqlx::query_scalar("select app.deadline_put_off($1, $2, $3, $4, $5)")
        .bind(&deadline.kind)
        .bind(deadline.subject_id)
        .bind(deadline.lease)
        .bind(now)
        .bind(again_at)
        .fetch_one(db)
        .await?)
}

/// When the next deadline of these kinds is due.
pub(super) async fn next_at(db: &mut PgConnection, kinds: &[&str]) -> Result<Option<DateTime<Utc>>, AppError> {
    Ok(sqlx::query_scalar("select app.deadlines_next_at($1)").bind(kinds).fetch_one(db).await?)
}
