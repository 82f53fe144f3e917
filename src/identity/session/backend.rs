//! Authenticates users, for `axum-login`.

use axum_login::{AuthUser, AuthnBackend};
use chrono::{DateTime, Utc};
use engine::{EmailAddress, field::isolated};

use super::record::UserKey;
use crate::{
    db::Db,
    error::AppError,
    identity::{
        AccountStatus, Passwords, User,
        store::{self, SignInAccount},
    },
    server::scope::RequestScope,
    tenants::Tenant,
};

/// The session of a request, with methods to sign in and out.
pub type AuthSession = axum_login::AuthSession<Backend>;

impl AuthUser for User {
    type Id = UserKey;

    fn id(&self) -> UserKey {
        UserKey(self.tenant_id, self.id)
    }

    fn session_auth_hash(&self) -> &[u8] {
        &self.session_stamp
    }
}

pub struct Credentials {
    pub email: EmailAddress,
    pub password: String,
}

/// Looks accounts up for `axum-login`.
#[derive(Clone)]
pub struct Backend {
    pub(super) db: Db,
    pub(super) passwords: Passwords,
}

impl Backend {
    /// The time used for sessions.
    pub fn now(&self) -> DateTime<Utc> {
        self.db.clock.now()
    }
}

impl AuthnBackend for Backend {
    type User = User;
    type Credentials = Credentials;
    type Error = AppError;

    /// The active account of these credentials. Takes the same time whether there is one or not.
    async fn authenticate(&self, credentials: Credentials) -> Result<Option<User>, AppError> {
        let tenant = RequestScope::required()?.tenant.clone();
        let mut tx = self.db.begin_system(tenant.id).await?;
        let found = store::find_to_sign_in(&mut tx, &credentials.email).await?;
        drop(tx);
        let hash = found.as_ref().and_then(|account| account.password_hash.clone());
        let fits = self.passwords.verify(credentials.password, hash).await?;
        match found.filter(|_| fits) {
            Some(account) if account.status == AccountStatus::Active => Ok(Some(account.user)),
            Some(account) => Err(AppError::invalid("email", closed(&account, &tenant))),
            None => Ok(None),
        }
    }

    async fn get_user(&self, key: &UserKey) -> Result<Option<User>, AppError> {
        // The session store has just read the user, in the transaction that read the session.
        Ok(RequestScope::required()?.user.get().filter(|user| user.id() == *key).cloned())
    }
}

/// The message for the owner of a suspended or banned account who has entered the right password.
fn closed(account: &SignInAccount, tenant: &Tenant) -> String {
    let reason = account
        .reason
        .as_deref()
        .map(|reason| format!(": {}", isolated(reason.trim_end_matches('.'))))
        .unwrap_or_default();
    t!("identity-this-account-is-if-you-think", status = account.status, reason = reason, phone = tenant.spoken_phone)
}

pub fn session_failed(error: axum_login::Error<Backend>) -> AppError {
    match error {
        axum_login::Error::Backend(error) => error,
        axum_login::Error::Session(error) => store_failed(error),
    }
}

pub fn store_failed(error: tower_sessions::session::Error) -> AppError {
    let kept = RequestScope::current().and_then(|scope| scope.failure.get().cloned());
    kept.unwrap_or_else(|| AppError::internal(&error))
}
