//! All SQL on `notifications`.

use chrono::{DateTime, TimeDelta, Utc};
use engine::Id;
use sqlx::{FromRow, PgConnection};

use super::EventRef;
use crate::error::AppError;

#[derive(Debug)]
pub struct Notification;

/// An unsent message is useless after this time, because its links have expired.
const CONTENT_LIFETIME: TimeDelta = TimeDelta::days(7);

/// How long the record of a sent message is kept.
const LOG_LIFETIME: TimeDelta = TimeDelta::days(90);

#[derive(FromRow)]
pub(super) struct Waiting {
    pub sealed_content: Vec<u8>,
}

#[derive(FromRow)]
pub(super) struct Unsent {
    pub kind: String,
    pub created_at: DateTime<Utc>,
    pub sealed_content: Vec<u8>,
}

pub(super) async fn insert(
    db: &mut PgConnection,
    channel: &str,
    kind: &str,
    sealed_content: &[u8],
) -> Result<Id<Notification>, AppError> {
    let id = Id::new();
    sqlx::query("insert into notifications (id, channel, kind, sealed_content) values ($1, $2, $3, $4)")
        .bind(id)
        .bind(channel)
        .bind(kind)
        .bind(sealed_content)
        .execute(db)
        .await?;
    Ok(id)
}

/// Inserts a message about an event; `None` if this channel already has it.
pub(super) async fn insert_about(
    db: &mut PgConnection,
    channel: &str,
    kind: &str,
    about: EventRef,
    sealed_content: &[u8],
) -> Result<Option<Id<Notification>>, AppError> {
    Ok(sqlx::query_scalar(
        "insert into notifications (id, channel, kind, booking_id, deed_id, sealed_content) values ($1, $2, $3, $4, $5, $6)
         on conflict (tenant_id, booking_id, kind, deed_id, channel) do nothing
         returning id",
    )
    .bind(Id::<Notification>::new())
    .bind(channel)
    .bind(kind)
    .bind(about.booking)
    .bind(about.id)
    .bind(sealed_content)
    .fetch_optional(db)
    .await?)
}

/// The message, unless it was sent already.
pub(super) async fn find_waiting(db: &mut PgConnection, id: Id<Notification>) -> Result<Option<Waiting>, AppError> {
    Ok(sqlx::query_as("select sealed_content from notifications where tenant_id = app.current_tenant() and id = $1 and status = 'waiting'")
        .bind(id)
        .fetch_optional(db)
        .await?)
}

/// Deletes the text of a message that a server accepted.
pub(super) async fn mark_sent(db: &mut PgConnection, id: Id<Notification>) -> Result<(), AppError> {
    sqlx::query(
        "update notifications set status = 'sent', sent_at = app.now(), sealed_content = null, error = null
         where tenant_id = app.current_tenant() and id = $1 and status = 'waiting'",
    )
    .bind(id)
    .execute(db)
    .await?;
    Ok(())
}

/// Marks a message that will never be sent.
pub(super) async fn mark_failed(db: &mut PgConnection, id: Id<Notification>, error: &str) -> Result<(), AppError> {
    sqlx::query(
        "update notifications set status = 'failed', sealed_content = null, error = $2 where tenant_id = app.current_tenant() and id = $1 and status = 'waiting'",
    )
    .bind(id)
    .bind(error)
    .execute(db)
    .await?;
    Ok(())
}

/// Marks a message that stays in the mailbox of a development machine.
pub(super) async fn mark_kept(db: &mut PgConnection, id: Id<Notification>) -> Result<(), AppError> {
    sqlx::query("update notifications set status = 'kept' where tenant_id = app.current_tenant() and id = $1 and status = 'waiting'")
        .bind(id)
        .execute(db)
        .await?;
    Ok(())
}

/// Records why an attempt failed.
pub(super) async fn note_error(db: &mut PgConnection, id: Id<Notification>, error: &str) -> Result<(), AppError> {
    sqlx::query(
        "update notifications set error = $2 where tenant_id = app.current_tenant() and id = $1 and status = 'waiting'",
    )
    .bind(id)
    .bind(error)
    .execute(db)
    .await?;
    Ok(())
}

/// Messages with their content, the newest first.
pub(super) async fn list_unsent(db: &mut PgConnection, most: i64) -> Result<Vec<Unsent>, AppError> {
    Ok(sqlx::query_as(
        "select kind, created_at, sealed_content from notifications where tenant_id = app.current_tenant() and sealed_content is not null
         order by created_at desc, id desc limit $1",
    )
    .bind(most)
    .fetch_all(db)
    .await?)
}

/// Deletes the content of a tenant's messages that were never sent, and deletes old records. Returns the number of rows.
pub async fn sweep(db: &mut PgConnection, now: DateTime<Utc>) -> Result<u64, AppError> {
    let wiped = sqlx::query(
        "update notifications set status = 'failed', sealed_content = null, error = coalesce(error, 'expired')
         where tenant_id = app.current_tenant() and sealed_content is not null and created_at <= $1",
    )
    .bind(now - CONTENT_LIFETIME)
    .execute(&mut *db)
    .await?;
    let forgotten =
        sqlx::query("delete from notifications where tenant_id = app.current_tenant() and created_at <= $1")
            .bind(now - LOG_LIFETIME)
            .execute(db)
            .await?;
    Ok(wiped.rows_affected() + forgotten.rows_affected())
}
