//! Operators' accounts, sessions and rejected forms.

use chrono::{DateTime, TimeDelta, Utc};
use engine::{EmailAddress, Id};
use sqlx::{FromRow, PgConnection, postgres::types::PgInterval, types::Json};

use crate::{
    error::{AppError, OrInternal},
    identity::token::Token,
    operator::{Operator, model::IDLE},
    ui::form::FormState,
};

#[derive(FromRow)]
struct WithPassword {
    #[sqlx(flatten)]
    operator: Operator,
    password_hash: String,
}

/// An operator with the hash of their password.
pub async fn find_with_password(
    db: &mut PgConnection,
    email: &EmailAddress,
) -> Result<Option<(Operator, String)>, AppError> {
    let row = sqlx::query_as::<_, WithPassword>(
        "select id, email, name, has_second_factor, password_hash from app.operator_by_email($1)",
    )
    .bind(email)
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.operator, row.password_hash)))
}

/// The hash of the acting operator's password.
pub async fn password_hash(db: &mut PgConnection) -> Result<Option<String>, AppError> {
    Ok(sqlx::query_scalar("select app.operator_password_hash()").fetch_one(db).await?)
}

/// Changes the acting operator's password, and ends all of their sessions but one.
pub async fn set_password(db: &mut PgConnection, hash: &str, but: &Token) -> Result<(), AppError> {
    sqlx::query("select app.operator_set_password($1, $2)").bind(hash).bind(but.hash()).execute(db).await?;
    Ok(())
}

/// Starts a session that ends at `until` at the latest.
pub async fn begin_session(
    db: &mut PgConnection,
    token: &Token,
    operator: Id<Operator>,
    user_agent: Option<&str>,
    ends_at: DateTime<Utc>,
) -> Result<(), AppError> {
    sqlx::query("select app.operator_session_start($1, $2, $3, $4)")
        .bind(token.hash())
        .bind(operator)
        .bind(user_agent)
        .bind(ends_at)
        .execute(db)
        .await?;
    Ok(())
}

/// The operator of a session, while it is valid.
pub async fn find_by_session(db: &mut PgConnection, token: &Token) -> Result<Option<Operator>, AppError> {
    Ok(sqlx::query_as("select id, email, name, has_second_factor from app.operator_session($1, $2)")
        .bind(token.hash())
        .bind(interval(IDLE)?)
        .fetch_optional(db)
        .await?)
}

pub async fn end_session(db: &mut PgConnection, token: &Token) -> Result<(), AppError> {
    sqlx::query("select app.operator_session_end($1)").bind(token.hash()).execute(db).await?;
    Ok(())
}

/// Ends all sessions of the acting operator, and sign-ins that wait for a code.
pub async fn end_sessions(db: &mut PgConnection) -> Result<(), AppError> {
    sqlx::query("select app.operator_sessions_end()").execute(db).await?;
    Ok(())
}

/// Deletes expired sessions and forms.
pub async fn sweep(db: &mut PgConnection) -> Result<(), AppError> {
    sqlx::query("select app.operators_sweep($1)").bind(interval(IDLE)?).execute(db).await?;
    Ok(())
}

/// Stores a rejected form until this time.
pub async fn keep_draft(
    db: &mut PgConnection,
    token: &Token,
    form: &str,
    state: &FormState,
    expires_at: DateTime<Utc>,
) -> Result<(), AppError> {
    sqlx::query("select app.operator_draft_keep($1, $2, $3, $4)")
        .bind(token.hash())
        .bind(form)
        .bind(Json(state))
        .bind(expires_at)
        .execute(db)
        .await?;
    Ok(())
}

/// The rejected form with this token: its action and values.
pub async fn load_draft(db: &mut PgConnection, token: &Token) -> Result<Option<(String, FormState)>, AppError> {
    let row = sqlx::query_as::<_, (String, Json<FormState>)>("select form, contents from app.operator_draft($1)")
        .bind(token.hash())
        .fetch_optional(db)
        .await?;
    Ok(row.map(|(form, Json(state))| (form, state)))
}

fn interval(time: TimeDelta) -> Result<PgInterval, AppError> {
    PgInterval::try_from(time).or_internal()
}
