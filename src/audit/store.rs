//! All SQL on `audit_log`.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use crate::error::AppError;

/// Records a deed that changes no row of a business table, by the transaction's actor: `sign_in`, `export`, … `object` names a table and a row of it.
/// No personal values in `details`: they are shown as they are, for years.
pub async fn event(
    db: &mut PgConnection,
    deed: &str,
    object: Option<(&str, Uuid)>,
    details: Value,
) -> Result<(), AppError> {
    sqlx::query("select app.audit_event($1, $2, $3, $4)")
        .bind(deed)
        .bind(object.map(|(table, _)| table))
        .bind(object.map(|(_, id)| id))
        .bind(Json(details))
        .execute(db)
        .await?;
    Ok(())
}

/// Forgets the addresses of entries older than half a year; says how many.
pub async fn forget_addresses(db: &mut PgConnection, now: DateTime<Utc>) -> Result<i64, AppError> {
    Ok(sqlx::query_scalar("select app.audit_forget_addresses($1)").bind(now).fetch_one(db).await?)
}
