//! Operators' sign-ins with the right password that wait for a code.

use chrono::{DateTime, Utc};
use sqlx::{FromRow, PgConnection};

use crate::{error::AppError, identity::token::Token, operator::Operator};

#[derive(FromRow)]
pub struct UnfinishedSignIn {
    #[sqlx(flatten)]
    pub operator: Operator,
    pub next: String,
}

/// Stores the acting operator's pending sign-in until this time.
pub async fn begin(
    db: &mut PgConnection,
    token: &Token,
    next: &str,
    expires_at: DateTime<Utc>,
) -> Result<(), AppError> {
    sqlx::query("select app.operator_sign_in_begin($1, $2, $3)")
        .bind(token.hash())
        .bind(next)
        .bind(expires_at)
        .execute(db)
        .await?;
    Ok(())
}

/// The pending sign-in with this token, while attempts are left.
pub async fn find(db: &mut PgConnection, token: &Token) -> Result<Option<UnfinishedSignIn>, AppError> {
    Ok(sqlx::query_as("select id, email, name, has_second_factor, next from app.operator_sign_in($1)")
        .bind(token.hash())
        .fetch_optional(db)
        .await?)
}

/// Counts an attempt of the acting operator and returns how many are left; `None` if none is allowed.
pub async fn take_try(db: &mut PgConnection, token: &Token) -> Result<Option<i32>, AppError> {
    Ok(sqlx::query_scalar("select app.operator_sign_in_try($1)").bind(token.hash()).fetch_one(db).await?)
}

pub async fn end(db: &mut PgConnection, token: &Token) -> Result<(), AppError> {
    sqlx::query("select app.operator_sign_in_end($1)").bind(token.hash()).execute(db).await?;
    Ok(())
}
