//! Sessions: a cookie with a random token, of which the database knows the hash. A session belongs to one tenant; on another host it is nobody's.

use std::fmt::{self, Display};

use async_trait::async_trait;
use axum_login::{AuthManagerLayer, AuthManagerLayerBuilder, AuthUser, AuthnBackend};
use chrono::TimeDelta;
use engine::{EmailAddress, Id};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::types::Json;
use time::{Duration, OffsetDateTime};
use tower_sessions::{
    Expiry, SessionManagerLayer, SessionStore,
    cookie::SameSite,
    session::{Id as SessionId, Record},
    session_store,
};

use super::{Passwords, User, store};
use crate::{db::Db, error::AppError, server::scope::RequestScope, tenants::Tenant};

/// A session that isn't used for this long ends.
const IDLE: Duration = Duration::days(14);

/// The session of a request: who is signed in, and the means to sign in and out.
pub type AuthSession = axum_login::AuthSession<Backend>;

/// Sessions and sign-in, as a layer around the tenant's pages.
pub fn auth_layer(db: Db, passwords: Passwords) -> AuthManagerLayer<Backend, Sessions> {
    let sessions = SessionManagerLayer::new(Sessions { db: db.clone() })
        .with_name("__Host-session")
        .with_secure(true)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_expiry(Expiry::OnInactivity(IDLE));
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

impl AuthnBackend for Backend {
    type User = User;
    type Credentials = Credentials;
    type Error = AppError;

    async fn authenticate(&self, credentials: Credentials) -> Result<Option<User>, AppError> {
        let tenant = scope()?.tenant;
        let mut tx = self.db.begin_system(tenant.id).await?;
        let found = store::find_with_password(&mut tx, &credentials.email).await?;
        drop(tx);
        let (user, hash) = found.unzip();
        let fits = self.passwords.verify(credentials.password, hash.flatten()).await?;
        Ok(user.filter(|_| fits))
    }

    async fn get_user(&self, key: &UserKey) -> Result<Option<User>, AppError> {
        // The session store has just read it, in the transaction that read the session.
        Ok(scope()?.user.get().filter(|user| user.id() == *key).cloned())
    }
}

fn scope() -> Result<RequestScope, AppError> {
    RequestScope::current().ok_or_else(|| AppError::internal(&"a session was used outside of a request"))
}

/// Where `axum-login` keeps its part of a session.
const AUTH_KEY: &str = "axum-login.data";

fn user_of(record: &Record) -> Option<UserKey> {
    record.data.get(AUTH_KEY)?.get("user_id").and_then(|id| serde_json::from_value(id.clone()).ok())
}

/// Keeps sessions in Postgres, by the hash of their token.
#[derive(Debug, Clone)]
pub struct Sessions {
    db: Db,
}

fn hash(id: &SessionId) -> Vec<u8> {
    Sha256::digest(id.0.to_be_bytes()).to_vec()
}

fn failed(error: impl Display) -> session_store::Error {
    session_store::Error::Backend(error.to_string())
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        self.save(record).await
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        let scope = scope().map_err(failed)?;
        let mut tx = self.db.begin_system(scope.tenant.id).await.map_err(failed)?;
        // By the database's clock; the record's own expiry is by this process's.
        let expires_at = tx.now + TimeDelta::seconds(IDLE.whole_seconds());
        sqlx::query("select app.session_save($1, $2, $3, $4, $5, $6)")
            .bind(hash(&record.id))
            .bind(user_of(record).map(|key| key.1))
            .bind(Json(&record.data))
            .bind(&scope.user_agent)
            .bind(tx.now)
            .bind(expires_at)
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        tx.commit().await.map_err(failed)
    }

    async fn load(&self, id: &SessionId) -> session_store::Result<Option<Record>> {
        let scope = scope().map_err(failed)?;
        let mut tx = self.db.begin_system(scope.tenant.id).await.map_err(failed)?;
        let now = tx.now;
        let row = sqlx::query_as::<
            _,
            (Json<std::collections::HashMap<String, serde_json::Value>>, chrono::DateTime<chrono::Utc>),
        >("select data, expires_at from app.session_load($1, $2)")
        .bind(hash(id))
        .bind(now)
        .fetch_optional(&mut *tx)
        .await
        .map_err(failed)?;
        let Some((data, expires_at)) = row else {
            return Ok(None);
        };
        let expiry_date = OffsetDateTime::from_unix_timestamp(expires_at.timestamp()).map_err(failed)?;
        let record = Record { id: *id, data: data.0, expiry_date };
        if let Some(UserKey(tenant, user)) = user_of(&record)
            && tenant == scope.tenant.id
            && let Some(user) = store::find(&mut tx, user).await.map_err(failed)?
        {
            let _ = scope.user.set(user);
        }
        tx.commit().await.map_err(failed)?;
        Ok(Some(record))
    }

    async fn delete(&self, id: &SessionId) -> session_store::Result<()> {
        let scope = scope().map_err(failed)?;
        let mut tx = self.db.begin_system(scope.tenant.id).await.map_err(failed)?;
        sqlx::query("select app.session_delete($1)").bind(hash(id)).execute(&mut *tx).await.map_err(failed)?;
        tx.commit().await.map_err(failed)
    }
}
