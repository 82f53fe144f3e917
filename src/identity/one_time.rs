//! Secrets that work once and are sent to somebody: reset links, confirmations, invitations. Table `one_time_tokens` stores only their hash.

use chrono::{DateTime, TimeDelta, Utc};
use engine::Id;
use serde::Serialize;
use sqlx::types::Json;

use super::{User, token::Token};
use crate::{
    db::Tx,
    error::{AppError, OrInternal},
};

pub mod purpose {
    /// Confirms the account's address.
    pub const VERIFY_EMAIL: &str = "email_verification";
    /// Confirms a change of address, at the old one.
    pub const AGREE_AT_OLD: &str = "email_change_old";
    /// Confirms a change of address, at the new one.
    pub const AGREE_AT_NEW: &str = "email_change_new";
    /// Chooses a new password.
    pub const RESET_PASSWORD: &str = "password_reset";
}

enum OneTimeToken {}

/// The data of a token.
#[derive(Debug, Clone, PartialEq)]
pub struct Redeemed {
    /// The account, if there was one.
    pub user: Option<Id<User>>,
    /// Further data.
    pub payload: serde_json::Value,
    pub expires_at: DateTime<Utc>,
}

/// Issues a token that works once within its lifetime. Invalidates earlier ones of the same account and purpose.
pub async fn issue(
    tx: &mut Tx,
    purpose: &str,
    user: Option<Id<User>>,
    payload: impl Serialize,
    lifetime: TimeDelta,
) -> Result<Token, AppError> {
    if let Some(user) = user {
        revoke(tx, purpose, user).await?;
    }
    issue_another(tx, purpose, user, payload, lifetime).await
}

/// Like [`issue`], but keeps earlier tokens valid: if others can request tokens, they must not be able to invalidate the owner's.
pub async fn issue_another(
    tx: &mut Tx,
    purpose: &str,
    user: Option<Id<User>>,
    payload: impl Serialize,
    lifetime: TimeDelta,
) -> Result<Token, AppError> {
    let payload = serde_json::to_value(payload).or_internal()?;
    let token = Token::random();
    let expires_at = tx.now + lifetime;
    sqlx::query(
        "insert into one_time_tokens (id, user_id, purpose, token_hash, payload, expires_at) values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(Id::<OneTimeToken>::new())
    .bind(user)
    .bind(purpose)
    .bind(token.hash())
    .bind(Json(payload))
    .bind(expires_at)
    .execute(&mut **tx)
    .await?;
    Ok(token)
}

/// Invalidates every unused token of this account and purpose.
pub async fn revoke(tx: &mut Tx, purpose: &str, user: Id<User>) -> Result<(), AppError> {
    sqlx::query("delete from one_time_tokens where tenant_id = app.current_tenant() and user_id = $1 and purpose = $2 and used_at is null")
        .bind(user)
        .bind(purpose)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Uses the token up. `None` if it is unknown, for another purpose, expired, or used before: of two concurrent uses one succeeds.
pub async fn redeem(tx: &mut Tx, purpose: &str, token: &Token) -> Result<Option<Redeemed>, AppError> {
    let now = tx.now;
    let row = sqlx::query_as::<_, (Option<Id<User>>, Json<serde_json::Value>, DateTime<Utc>)>(
        "update one_time_tokens set used_at = $3
         where tenant_id = app.current_tenant() and token_hash = $1 and purpose = $2 and used_at is null and expires_at > $3
         returning user_id, payload, expires_at",
    )
    .bind(token.hash())
    .bind(purpose)
    .bind(now)
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|(user, Json(payload), expires_at)| Redeemed { user, payload, expires_at }))
}

/// The token's data, without using it: for the page that its link opens.
pub async fn peek(tx: &mut Tx, purpose: &str, token: &Token) -> Result<Option<Redeemed>, AppError> {
    let now = tx.now;
    let row = sqlx::query_as::<_, (Option<Id<User>>, Json<serde_json::Value>, DateTime<Utc>)>(
        "select user_id, payload, expires_at from one_time_tokens
         where tenant_id = app.current_tenant() and token_hash = $1 and purpose = $2 and used_at is null and expires_at > $3",
    )
    .bind(token.hash())
    .bind(purpose)
    .bind(now)
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|(user, Json(payload), expires_at)| Redeemed { user, payload, expires_at }))
}

/// Deletes the expired tokens of a tenant, used or not.
pub async fn sweep(tx: &mut Tx) -> Result<u64, AppError> {
    let now = tx.now;
    Ok(sqlx::query("delete from one_time_tokens where tenant_id = app.current_tenant() and expires_at <= $1")
        .bind(now)
        .execute(&mut **tx)
        .await?
        .rows_affected())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        identity::Role,
        testing::{TestApp, begin, tenant, user},
    };

    const HOUR: TimeDelta = TimeDelta::hours(1);

    #[tokio::test]
    async fn a_token_works_once_and_for_its_purpose_only() {
        let app = TestApp::new().await;
        let atl = tenant(&app, "atl").await;
        let ann = user(&app, atl, "ann", &[Role::Customer]).await;
        let mut tx = begin(&app, atl).await;
        let token = issue(&mut tx, "reset", Some(ann), json!({"x": 1}), HOUR).await.unwrap();
        assert_eq!(redeem(&mut tx, "invite", &token).await.unwrap(), None, "another purpose");
        let peeked = peek(&mut tx, "reset", &token).await.unwrap();
        let redeemed = redeem(&mut tx, "reset", &token).await.unwrap();
        let expires_at = app.now() + HOUR;
        assert_eq!(redeemed, Some(Redeemed { user: Some(ann), payload: json!({"x": 1}), expires_at }));
        assert_eq!(peeked, redeemed, "looking uses nothing up");
        assert_eq!(redeem(&mut tx, "reset", &token).await.unwrap(), None, "used");
        assert_eq!(peek(&mut tx, "reset", &token).await.unwrap(), None, "used");
        drop(tx);
        app.done().await;
    }

    #[tokio::test]
    async fn a_token_is_invalidated_by_a_newer_one_and_by_time() {
        let app = TestApp::new().await;
        let atl = tenant(&app, "atl").await;
        let ann = user(&app, atl, "ann", &[Role::Customer]).await;
        let mut tx = begin(&app, atl).await;
        let older = issue(&mut tx, "reset", Some(ann), (), HOUR).await.unwrap();
        let other = issue(&mut tx, "invite", Some(ann), (), HOUR).await.unwrap();
        let newer = issue(&mut tx, "reset", Some(ann), (), HOUR).await.unwrap();
        assert_eq!(peek(&mut tx, "reset", &older).await.unwrap(), None, "superseded");
        assert!(peek(&mut tx, "reset", &newer).await.unwrap().is_some());
        assert!(peek(&mut tx, "invite", &other).await.unwrap().is_some(), "other purposes stay");
        tx.commit().await.unwrap();

        app.pass(HOUR).await;
        let mut tx = begin(&app, atl).await;
        assert_eq!(redeem(&mut tx, "reset", &newer).await.unwrap(), None, "expired");
        assert_eq!(sweep(&mut tx).await.unwrap(), 2);
        drop(tx);
        app.done().await;
    }

    #[tokio::test]
    async fn a_token_redeemed_twice_at_once_works_once() {
        let app = TestApp::new().await;
        let atl = tenant(&app, "atl").await;
        let mut tx = begin(&app, atl).await;
        let token = issue(&mut tx, "invite", None, (), HOUR).await.unwrap();
        tx.commit().await.unwrap();
        let attempt = async || {
            let mut tx = begin(&app, atl).await;
            let redeemed = redeem(&mut tx, "invite", &token).await.unwrap();
            tx.commit().await.unwrap();
            redeemed.is_some()
        };
        let (one, other) = tokio::join!(attempt(), attempt());
        assert!(one ^ other, "{one} {other}");
        app.done().await;
    }

    #[tokio::test]
    async fn a_token_is_worth_nothing_at_another_tenant() {
        let app = TestApp::new().await;
        let atl = tenant(&app, "atl").await;
        let other = tenant(&app, "other").await;
        let mut tx = begin(&app, atl).await;
        let token = issue(&mut tx, "invite", None, (), HOUR).await.unwrap();
        tx.commit().await.unwrap();
        let mut elsewhere = begin(&app, other).await;
        assert_eq!(redeem(&mut elsewhere, "invite", &token).await.unwrap(), None);
        drop(elsewhere);
        app.done().await;
    }
}
