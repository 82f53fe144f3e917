//! How somebody can get into their account and where they are in, as an administrator sees it who helps them.

use chrono::{DateTime, Utc};
use engine::Id;
use sqlx::FromRow;

use super::User;
use crate::{db::Tx, error::AppError};

/// Factors and sessions of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromRow)]
pub struct WaysIn {
    /// An authenticator app is asked for.
    pub has_second_factor: bool,
    /// How many passkeys it has.
    pub passkeys: i64,
    /// In how many browsers it is signed in.
    pub sessions: i64,
    /// When one of them was last used, to the minute.
    pub last_seen_at: Option<DateTime<Utc>>,
}

/// The factors and sessions of an account.
pub async fn of(tx: &mut Tx, user: Id<User>) -> Result<WaysIn, AppError> {
    let now = tx.now;
    Ok(sqlx::query_as(
        "select exists (select from second_factors f where f.user_id = $1 and f.confirmed_at is not null) as has_second_factor,
                (select count(*) from passkeys k where k.user_id = $1) as passkeys, count(s.id) as sessions, max(s.last_seen_at) as last_seen_at
         from app.sessions_of($1, $2) s",
    )
    .bind(user)
    .bind(now)
    .fetch_one(&mut **tx)
    .await?)
}

/// Takes authenticator app, recovery codes and passkeys off an account. Returns whether it had any.
pub async fn remove_factors(tx: &mut Tx, user: Id<User>) -> Result<bool, AppError> {
    let second = super::second_factor::store::remove(tx, user).await?;
    let passkeys = super::passkeys::store::delete_all(tx, user).await?;
    Ok(second || passkeys)
}
