//! The sign-in methods and sessions of an account, for an administrator who helps its owner.

use chrono::{DateTime, Utc};
use engine::Id;
use sqlx::FromRow;

use super::User;
use crate::{db::Tx, error::AppError};

/// Sign-in methods and sessions of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromRow)]
pub struct SignInMethods {
    /// Whether an authenticator app is required.
    pub has_second_factor: bool,
    pub passkeys: i64,
    pub has_phone: bool,
    /// Number of linked accounts at identity providers.
    pub accounts_elsewhere: i64,
    pub sessions: i64,
    /// The last use of any session, to the minute.
    pub last_seen_at: Option<DateTime<Utc>>,
}

pub async fn of(tx: &mut Tx, user: Id<User>) -> Result<SignInMethods, AppError> {
    let now = tx.now;
    Ok(sqlx::query_as(
        "select exists (select from second_factors f where f.tenant_id = app.current_tenant() and f.user_id = $1 and f.confirmed_at is not null) as has_second_factor,
                (select count(*) from passkeys k where k.tenant_id = app.current_tenant() and k.user_id = $1) as passkeys,
                exists (select from users u where u.tenant_id = app.current_tenant() and u.id = $1 and u.phone_verified_at is not null) as has_phone,
                (select count(*) from identity_links l where l.tenant_id = app.current_tenant() and l.user_id = $1) as accounts_elsewhere, count(s.id) as sessions, max(s.last_seen_at) as last_seen_at
         from app.sessions_of($1, $2) s",
    )
    .bind(user)
    .bind(now)
    .fetch_one(&mut **tx)
    .await?)
}

impl SignInMethods {
    /// Whether [`remove_all`] would remove anything.
    pub const fn has_any(self) -> bool {
        self.has_second_factor || self.passkeys > 0 || self.has_phone || self.accounts_elsewhere > 0
    }
}

/// Removes every sign-in method except the password, and the second factor, so that a lost phone or laptop grants no access. Each can be set up
/// again. Returns what was removed, in words.
pub async fn remove_all(tx: &mut Tx, user: Id<User>) -> Result<Vec<&'static str>, AppError> {
    use super::{email_changes, oidc, passkeys, phone_code, second_factor, store};

    // Somebody with the phone may have begun to change the account's e-mail to their own.
    email_changes::withdraw(tx, user).await?;
    let mut removed = Vec::new();
    if second_factor::store::remove(tx, user).await? {
        removed.push(t!("identity-authenticator-app-and-recovery-codes"));
    }
    if passkeys::store::delete_all(tx, user).await? {
        removed.push("passkeys");
    }
    phone_code::store::delete_all(tx, user).await?;
    if store::unverify_phone(tx, user).await? {
        removed.push(t!("identity-signing-in-by-text-message"));
    }
    if oidc::store::unlink_all(tx, user).await? {
        removed.push(t!("identity-signing-in-with-accounts-elsewhere"));
    }
    Ok(removed)
}
