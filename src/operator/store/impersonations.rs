//! All SQL on `impersonations`.

use chrono::{DateTime, Utc};
use engine::Id;
use sqlx::{FromRow, PgConnection};

use crate::{
    error::AppError,
    identity::{User, token::Token},
    operator::{Impersonation, Operator},
};

/// An impersonation in a list.
#[derive(Debug, FromRow)]
pub struct Listed {
    pub id: Id<Impersonation>,
    pub user_id: Id<User>,
    pub user_name: String,
    pub operator_name: String,
    pub reason: String,
    pub created_at: DateTime<Utc>,
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended or will end.
    pub ends_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
}

const LISTED: &str = "select i.id, i.user_id, u.name as user_name, i.operator_name, i.reason, i.created_at, i.started_at, i.ends_at, i.ended_at
     from impersonations i join users u on u.tenant_id = i.tenant_id and u.id = i.user_id";

pub struct NewImpersonation<'a> {
    pub id: Id<Impersonation>,
    pub user: Id<User>,
    pub operator: &'a Operator,
    pub reason: &'a str,
    pub token: &'a Token,
    pub token_expires_at: DateTime<Utc>,
}

/// Stores a request to act as a user, until the token expires.
pub async fn insert(db: &mut PgConnection, impersonation: &NewImpersonation<'_>) -> Result<(), AppError> {
    sqlx::query(
        "insert into impersonations (id, user_id, operator_id, operator_name, reason, token_hash, token_expires_at) values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(impersonation.id)
    .bind(impersonation.user)
    .bind(impersonation.operator.id)
    .bind(&impersonation.operator.name)
    .bind(impersonation.reason)
    .bind(impersonation.token.hash())
    .bind(impersonation.token_expires_at)
    .execute(db)
    .await?;
    Ok(())
}

/// The impersonation of a valid token.
pub async fn find_by_token(
    db: &mut PgConnection,
    token: &Token,
    now: DateTime<Utc>,
) -> Result<Option<Impersonation>, AppError> {
    Ok(sqlx::query_as(
        "select id, user_id, operator_id, operator_name, reason from impersonations
         where tenant_id = app.current_tenant() and token_hash = $1 and started_at is null and token_expires_at > $2",
    )
    .bind(token.hash())
    .bind(now)
    .fetch_optional(db)
    .await?)
}

/// Uses the token up; false if it was used or has expired.
pub async fn start(
    db: &mut PgConnection,
    id: Id<Impersonation>,
    now: DateTime<Utc>,
    ends_at: DateTime<Utc>,
) -> Result<bool, AppError> {
    let done = sqlx::query(
        "update impersonations set started_at = $2, ends_at = $3 where tenant_id = app.current_tenant() and id = $1 and started_at is null and token_expires_at > $2",
    )
    .bind(id)
    .bind(now)
    .bind(ends_at)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Stops it; false if it has already ended.
pub async fn end(db: &mut PgConnection, id: Id<Impersonation>, now: DateTime<Utc>) -> Result<bool, AppError> {
    let done =
        sqlx::query("update impersonations set ended_at = $2 where tenant_id = app.current_tenant() and id = $1 and ended_at is null and ends_at > $2")
            .bind(id)
            .bind(now)
            .execute(db)
            .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn find(db: &mut PgConnection, id: Id<Impersonation>) -> Result<Option<Listed>, AppError> {
    let query = format!("{LISTED} where i.id = $1");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(id).fetch_optional(db).await?)
}

/// The latest ones of the tenant.
pub async fn list(db: &mut PgConnection, most: i64) -> Result<Vec<Listed>, AppError> {
    let query = format!("{LISTED} order by i.created_at desc, i.id desc limit $1");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(most).fetch_all(db).await?)
}
