//! Sessions: a cookie with a random token; the database stores its hash. A session belongs to one tenant and is invalid on another host.
//!
//! ```text
//! sign-in ──> a new token, the old one is invalid ──used within `idle`──> … ──> ends at the latest `longest` after signing in
//! password, roles or status changed, or "sign out everywhere" ──> every other session of the account ends
//! ```

mod backend;
mod current;
mod open;
mod record;
mod sessions;

use axum_login::{AuthManagerLayer, AuthManagerLayerBuilder};
use chrono::{DateTime, Utc};
use engine::Id;
use sqlx::FromRow;
use time::Duration;
use tower_sessions::{Expiry, SessionManagerLayer, cookie::SameSite};

pub use self::{
    backend::{AuthSession, Backend, Credentials},
    current::with_auth_session,
    open::{OpenSession, Proven},
};
pub(super) use self::{
    backend::{session_failed, store_failed},
    current::auth_session,
};
use self::{
    record::{CONFIRMED_KEY, IMPERSONATOR_KEY, LIFETIME_KEY, Lifetime, PROVEN_KEY},
    sessions::Sessions,
};
use super::{Passwords, User, events, store};
use crate::{
    db::{Db, Tx},
    error::AppError,
    operator::Impersonator,
    server::{Ctx, scope::RequestScope},
};

/// How long the browser keeps the cookie. The database decides when the session ends.
const COOKIE: Duration = Duration::days(90);

/// A browser with a session.
#[derive(Debug, Clone, FromRow)]
pub struct Device {
    pub id: Id<OpenSession>,
    /// The browser's user agent.
    pub user_agent: Option<String>,
    /// First part of the last address.
    pub address: Option<String>,
    pub created_at: DateTime<Utc>,
    /// The last use, to the minute.
    pub last_seen_at: DateTime<Utc>,
}

/// Signs in: invalidates the old token and issues a new one. The user has just proven their identity.
pub async fn begin_session(user: &User, proven: Proven) -> Result<(), AppError> {
    let mut auth = auth_session()?;
    auth.session.clear().await;
    auth.session.cycle_id().await.map_err(store_failed)?;
    confirm_session(&auth).await?;
    auth.session.insert(PROVEN_KEY, proven).await.map_err(store_failed)?;
    auth.session.insert(LIFETIME_KEY, Lifetime::of(user)).await.map_err(store_failed)?;
    auth.login(user).await.map_err(session_failed)?;
    events::signed_in(&auth.backend.db, &*RequestScope::required()?, user).await
}

/// Signs an operator in as a user: marked as such, for a limited time, and without any proof of the user's identity.
pub async fn begin_impersonated_session(user: &User, impersonator: &Impersonator) -> Result<(), AppError> {
    let mut auth = auth_session()?;
    auth.session.clear().await;
    auth.session.cycle_id().await.map_err(store_failed)?;
    auth.session.insert(IMPERSONATOR_KEY, impersonator).await.map_err(store_failed)?;
    auth.session.insert(LIFETIME_KEY, Lifetime::Impersonation).await.map_err(store_failed)?;
    auth.login(user).await.map_err(session_failed)
}

pub async fn end_session() -> Result<(), AppError> {
    auth_session()?.logout().await.map(drop).map_err(session_failed)
}

/// Issues a new token, because the user has just proven their identity again. Doesn't revive a session that has ended since.
pub(super) async fn confirm(ctx: &Ctx) -> Result<(), AppError> {
    let auth = auth_session()?;
    let session = ctx.session.ok_or(AppError::Unauthenticated)?;
    let mut tx = ctx.begin().await?;
    if !revoke_session(&mut tx, ctx.user()?.id, session.id).await? {
        return Err(AppError::Unauthenticated);
    }
    tx.commit().await?;
    auth.session.cycle_id().await.map_err(store_failed)?;
    confirm_session(&auth).await
}

async fn confirm_session(auth: &AuthSession) -> Result<(), AppError> {
    let now = auth.backend.now();
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

/// The current account of the session's owner, while the session exists. For streams, which outlast the request. Doesn't count as use of the
/// session.
pub async fn current_session_user(ctx: &Ctx, session: OpenSession, owner: &User) -> Result<Option<User>, AppError> {
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

/// The account's sessions, the last used first.
pub async fn devices(tx: &mut Tx, user: Id<User>) -> Result<Vec<Device>, AppError> {
    let now = tx.now;
    Ok(sqlx::query_as("select id, user_agent, address, created_at, last_seen_at from app.sessions_of($1, $2)")
        .bind(user)
        .bind(now)
        .fetch_all(&mut **tx)
        .await?)
}

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
