//! Sessions: a cookie with a random token, of which the database knows the hash. A session belongs to one tenant; on another host it is nobody's.
//!
//! ```text
//! sign-in ──> a new token, the old one is dead ──used within `idle`──> … ──> ends at the latest `longest` after signing in
//! password, roles or status changed, or "sign out everywhere" ──> every other session of the account is dead
//! ```

mod sessions;

use std::fmt::{self, Display};

use axum_login::{AuthManagerLayer, AuthManagerLayerBuilder, AuthUser, AuthnBackend};
use chrono::{DateTime, TimeDelta, Utc};
use engine::{EmailAddress, Id, field::isolated};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use time::Duration;
use tower_sessions::{Expiry, SessionManagerLayer, cookie::SameSite, session::Record};

use self::sessions::Sessions;
use super::{
    AccountStatus, Passwords, User, events,
    store::{self, SignInAccount},
};
use crate::{
    db::{Db, Tx},
    error::AppError,
    operator::{Impersonator, impersonation},
    server::{Ctx, scope::RequestScope},
    tenants::Tenant,
};

/// How long the browser keeps the cookie. When the session ends is the database's to say.
const COOKIE: Duration = Duration::days(90);

/// For how long a password that was just typed, or what takes its place, counts as proof that it is still the same person.
const CONFIRMED: TimeDelta = TimeDelta::minutes(15);

/// How long a session lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Lifetime {
    /// Nobody is signed in: what a sign-in keeps while it is under way.
    Stranger,
    /// Customers and providers, who work from their own phone.
    Usual,
    /// The back office, whose screens stand where others pass.
    Staff,
    /// An operator who acts as somebody.
    Impersonation,
}

impl Lifetime {
    fn of(user: &User) -> Self {
        if user.is_staff() { Self::Staff } else { Self::Usual }
    }

    /// How long it may be unused.
    const fn idle(self) -> TimeDelta {
        match self {
            Self::Stranger => TimeDelta::hours(1),
            Self::Usual => TimeDelta::days(14),
            Self::Staff => TimeDelta::hours(12),
            Self::Impersonation => impersonation::LONGEST,
        }
    }

    /// How long after signing in it ends in any case.
    const fn longest(self) -> TimeDelta {
        match self {
            Self::Stranger => TimeDelta::hours(1),
            Self::Usual => TimeDelta::days(90),
            Self::Staff => TimeDelta::days(7),
            Self::Impersonation => impersonation::LONGEST,
        }
    }
}

/// Where a session keeps how long it lasts, and when its owner last proved who they are.
const LIFETIME_KEY: &str = "lifetime";
const CONFIRMED_KEY: &str = "confirmed_at";

/// Where a session keeps what its owner proved when they signed in.
const PROVEN_KEY: &str = "proven";

/// Where the session of an operator who acts as somebody keeps who they are.
const IMPERSONATOR_KEY: &str = "impersonator";

/// What a request knows of its session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenSession {
    /// Names it to its owner; opens nothing.
    pub id: Id<OpenSession>,
    /// Whether its owner proved who they are within the last quarter of an hour.
    pub is_confirmed: bool,
    /// What they proved when they signed in.
    pub proven: Proven,
}

/// How many factors somebody has shown to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proven {
    /// A password, a link, a code by text message, or a provider's word.
    OneFactor,
    /// With a second factor; or a passkey, which is unlocked: having the device and being its owner.
    TwoFactors,
}

/// A browser in which somebody is signed in.
#[derive(Debug, Clone, FromRow)]
pub struct Device {
    /// Its session.
    pub id: Id<OpenSession>,
    /// The browser, as it calls itself.
    pub user_agent: Option<String>,
    /// First part of the address it was last seen at.
    pub address: Option<String>,
    /// When they signed in.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub last_seen_at: DateTime<Utc>,
}

/// Signs in: the old session's token is dead, a new one begins. The password, or what takes its place, has just been proven.
pub async fn begin_session(user: &User, proven: Proven) -> Result<(), AppError> {
    let mut auth = auth_session().await?;
    auth.session.clear().await;
    auth.session.cycle_id().await.map_err(store_failed)?;
    confirm_session(&auth).await?;
    auth.session.insert(PROVEN_KEY, proven).await.map_err(store_failed)?;
    auth.session.insert(LIFETIME_KEY, Lifetime::of(user)).await.map_err(store_failed)?;
    auth.login(user).await.map_err(session_failed)?;
    events::signed_in(&auth.backend.db, &scope()?, user).await
}

/// Signs an operator in as a user: marked as that, and for a while only. They have proven nothing of that user.
pub async fn begin_impersonated_session(user: &User, impersonator: &Impersonator) -> Result<(), AppError> {
    let mut auth = auth_session().await?;
    auth.session.clear().await;
    auth.session.cycle_id().await.map_err(store_failed)?;
    auth.session.insert(IMPERSONATOR_KEY, impersonator).await.map_err(store_failed)?;
    auth.session.insert(LIFETIME_KEY, Lifetime::Impersonation).await.map_err(store_failed)?;
    auth.login(user).await.map_err(session_failed)
}

/// Signs out.
pub async fn end_session() -> Result<(), AppError> {
    auth_session().await?.logout().await.map(drop).map_err(session_failed)
}

/// Goes on under a new token: the session's owner has just proven again who they are. A session that was ended meanwhile doesn't.
pub(super) async fn confirm(ctx: &Ctx) -> Result<(), AppError> {
    let auth = auth_session().await?;
    let session = ctx.session.ok_or(AppError::Unauthenticated)?;
    let mut tx = ctx.begin().await?;
    if !revoke_session(&mut tx, ctx.user()?.id, session.id).await? {
        return Err(AppError::Unauthenticated);
    }
    tx.commit().await?;
    auth.session.cycle_id().await.map_err(store_failed)?;
    confirm_session(&auth).await
}

/// Notes that the session's owner has just proven who they are.
async fn confirm_session(auth: &AuthSession) -> Result<(), AppError> {
    let now = auth.backend.db.clock.now();
    auth.session.insert(CONFIRMED_KEY, now).await.map_err(store_failed)
}

/// Ends the sessions of an account, all of them or all but one. Returns how many.
pub async fn revoke_sessions(tx: &mut Tx, user: Id<User>, except: Option<Id<OpenSession>>) -> Result<i64, AppError> {
    Ok(sqlx::query_scalar("select app.sessions_revoke($1, $2)").bind(user).bind(except).fetch_one(&mut **tx).await?)
}

/// Ends one session of an account. Returns whether there was one.
pub(super) async fn revoke_session(tx: &mut Tx, user: Id<User>, id: Id<OpenSession>) -> Result<bool, AppError> {
    let gone: i64 =
        sqlx::query_scalar("select app.session_revoke($1, $2)").bind(user).bind(id).fetch_one(&mut **tx).await?;
    Ok(gone > 0)
}

/// The owner of a session as they are now, while it goes on: for what was begun with it and lasts. Asking isn't using it.
pub async fn session_goes_on(ctx: &Ctx, session: OpenSession, owner: &User) -> Result<Option<User>, AppError> {
    let mut tx = ctx.begin().await?;
    let now = tx.now;
    let lives: bool = sqlx::query_scalar("select app.session_lives($1, $2, $3)")
        .bind(session.id)
        .bind(owner.id)
        .bind(now)
        .fetch_one(&mut *tx)
        .await?;
    if !lives {
        return Ok(None);
    }
    Ok(store::find(&mut tx, owner.id).await?.filter(|user| user.session_stamp == owner.session_stamp))
}

/// Where the account is signed in, what was used last first.
pub async fn devices(tx: &mut Tx, user: Id<User>) -> Result<Vec<Device>, AppError> {
    let now = tx.now;
    Ok(sqlx::query_as("select id, user_agent, address, created_at, last_seen_at from app.sessions_of($1, $2)")
        .bind(user)
        .bind(now)
        .fetch_all(&mut **tx)
        .await?)
}

/// The session of the request that is being answered.
pub(super) async fn auth_session() -> Result<AuthSession, AppError> {
    scope()?.auth.get().cloned().ok_or_else(|| AppError::internal(&"there is no session outside of a tenant's pages"))
}

/// What went wrong with a session.
pub(super) fn session_failed(error: axum_login::Error<Backend>) -> AppError {
    match error {
        axum_login::Error::Backend(error) => error,
        axum_login::Error::Session(error) => store_failed(error),
    }
}

/// Why the table of sessions could not be read or written.
pub(super) fn store_failed(error: tower_sessions::session::Error) -> AppError {
    let kept = RequestScope::current().and_then(|scope| scope.failure.get().cloned());
    kept.unwrap_or_else(|| AppError::internal(&error))
}

/// The session of a request: who is signed in, and the means to sign in and out.
pub type AuthSession = axum_login::AuthSession<Backend>;

/// Sessions and sign-in, as a layer around the tenant's pages.
pub fn auth_layer(db: Db, passwords: Passwords) -> AuthManagerLayer<Backend, Sessions> {
    let sessions = SessionManagerLayer::new(Sessions { db: db.clone() })
        .with_name("__Host-session")
        .with_secure(true)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_expiry(Expiry::OnInactivity(COOKIE));
    AuthManagerLayerBuilder::new(Backend { db, passwords }, sessions).build()
}

/// A user's id is only meaningful within its tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserKey(Id<Tenant>, Id<User>);

impl Display for UserKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.0, self.1)
    }
}

impl AuthUser for User {
    type Id = UserKey;

    fn id(&self) -> UserKey {
        UserKey(self.tenant_id, self.id)
    }

    fn session_auth_hash(&self) -> &[u8] {
        &self.session_stamp
    }
}

/// What a person signs in with.
pub struct Credentials {
    /// Sign-in name.
    pub email: EmailAddress,
    /// As typed.
    pub password: String,
}

/// Looks accounts up for `axum-login`.
#[derive(Clone)]
pub struct Backend {
    db: Db,
    passwords: Passwords,
}

impl Backend {
    /// The time as sessions count it.
    pub(super) fn now(&self) -> DateTime<Utc> {
        self.db.clock.now()
    }
}

impl AuthnBackend for Backend {
    type User = User;
    type Credentials = Credentials;
    type Error = AppError;

    /// The active account that these credentials open. Takes the same time whether there is one or not.
    async fn authenticate(&self, credentials: Credentials) -> Result<Option<User>, AppError> {
        let tenant = scope()?.tenant;
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
        // The session store has just read it, in the transaction that read the session.
        Ok(scope()?.user.get().filter(|user| user.id() == *key).cloned())
    }
}

/// What the owner of a closed account, who has just typed the right password, is told.
fn closed(account: &SignInAccount, tenant: &Tenant) -> String {
    let reason = account
        .reason
        .as_deref()
        .map(|reason| format!(": {}", isolated(reason.trim_end_matches('.'))))
        .unwrap_or_default();
    format!("This account is {}{reason}. If you think that is wrong, call {}.", account.status, tenant.spoken_phone())
}

fn scope() -> Result<RequestScope, AppError> {
    RequestScope::current().ok_or_else(|| AppError::internal(&"a session was used outside of a request"))
}

/// Where `axum-login` keeps its part of a session.
const AUTH_KEY: &str = "axum-login.data";

fn user_of(record: &Record) -> Option<UserKey> {
    record.data.get(AUTH_KEY)?.get("user_id").and_then(|id| serde_json::from_value(id.clone()).ok())
}

fn lifetime_of(record: &Record) -> Lifetime {
    let said = record.data.get(LIFETIME_KEY).and_then(|lifetime| serde_json::from_value(lifetime.clone()).ok());
    said.filter(|_| user_of(record).is_some()).unwrap_or(Lifetime::Stranger)
}

fn impersonator_of(record: &Record) -> Option<Impersonator> {
    record.data.get(IMPERSONATOR_KEY).and_then(|who| serde_json::from_value(who.clone()).ok())
}

fn proven_of(record: &Record) -> Proven {
    let said = record.data.get(PROVEN_KEY).and_then(|proven| serde_json::from_value(proven.clone()).ok());
    said.unwrap_or(Proven::OneFactor)
}

fn is_confirmed(record: &Record, now: DateTime<Utc>) -> bool {
    let at: Option<DateTime<Utc>> =
        record.data.get(CONFIRMED_KEY).and_then(|at| serde_json::from_value(at.clone()).ok());
    at.is_some_and(|at| now - at < CONFIRMED)
}
