//! The log of operators' actions: append-only.

use chrono::{DateTime, Utc};
use engine::Id;
use serde_json::Value;
use sqlx::{FromRow, PgConnection, types::Json};

use crate::{error::AppError, tenants::Tenant};

#[derive(Debug, FromRow)]
pub struct Entry {
    pub operator: String,
    pub action: String,
    pub tenant_id: Option<Id<Tenant>>,
    pub tenant: Option<String>,
    pub details: Json<Value>,
    pub address: Option<String>,
    pub at: DateTime<Utc>,
    /// The total number of entries.
    pub total: i64,
}

/// Records an action of the acting operator, for the transaction's tenant if it has one.
pub async fn add(db: &mut PgConnection, action: &str, details: Value) -> Result<(), AppError> {
    sqlx::query("select app.operator_log_add($1, $2)").bind(action).bind(Json(details)).execute(db).await?;
    Ok(())
}

/// Actions, for one tenant or all, the latest first.
pub async fn list(
    db: &mut PgConnection,
    tenant: Option<Id<Tenant>>,
    most: i64,
    skip: i64,
) -> Result<Vec<Entry>, AppError> {
    Ok(sqlx::query_as(
        "select operator, action, tenant_id, tenant, details, address, at, total from app.operator_log($1, $2, $3)",
    )
    .bind(tenant)
    .bind(most)
    .bind(skip)
    .fetch_all(db)
    .await?)
}
