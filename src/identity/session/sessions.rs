//! The session store for `tower-sessions`.

use std::collections::HashMap;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use engine::Id;
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::{postgres::types::PgInterval, types::Json};
use time::OffsetDateTime;
use tower_sessions::{
    SessionStore,
    session::{Id as SessionId, Record},
    session_store,
};

use super::{
    open::OpenSession,
    record::{UserKey, impersonator_of, is_confirmed, lifetime_of, proven_of, user_of},
};
use crate::{
    db::Db,
    error::{AppError, OrInternal},
    identity::store,
    server::scope::RequestScope,
};

/// Stores sessions in Postgres, by the hash of their token.
#[derive(Debug, Clone)]
pub struct Sessions {
    pub(super) db: Db,
}

fn hash(id: &SessionId) -> Vec<u8> {
    Sha256::digest(id.0.to_be_bytes()).to_vec()
}

/// Converts an error for the session layer, which answers with an empty page. The request keeps the cause, and a proper error page replaces it.
fn failed(error: AppError) -> session_store::Error {
    let text = error.to_string();
    if let Some(scope) = RequestScope::current() {
        let _ = scope.failure.set(error);
    }
    session_store::Error::Backend(text)
}

fn interval(time: TimeDelta) -> Result<PgInterval, AppError> {
    PgInterval::try_from(time).or_internal()
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        self.insert(record).await.map_err(failed)
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        self.update(record).await.map_err(failed)
    }

    async fn load(&self, id: &SessionId) -> session_store::Result<Option<Record>> {
        self.find(id).await.map_err(failed)
    }

    async fn delete(&self, id: &SessionId) -> session_store::Result<()> {
        self.remove(id).await.map_err(failed)
    }
}

impl Sessions {
    /// Inserts a session: a new sign-in, or an existing session with a new token.
    async fn insert(&self, record: &Record) -> Result<(), AppError> {
        let scope = RequestScope::required()?;
        let mut tx = self.db.begin_system(scope.tenant.id).await?;
        let lifetime = lifetime_of(record);
        sqlx::query("select app.session_create($1, $2, $3, $4, $5, $6, $7, $8)")
            .bind(hash(&record.id))
            .bind(user_of(record).map(|key| key.1))
            .bind(Json(&record.data))
            .bind(&scope.user_agent)
            .bind(scope.address.prefix())
            .bind(tx.now)
            .bind(interval(lifetime.idle())?)
            .bind(interval(lifetime.longest())?)
            .execute(&mut *tx)
            .await?;
        tx.commit().await
    }

    /// Changes a session if it still exists. Doesn't revive one that has ended.
    async fn update(&self, record: &Record) -> Result<(), AppError> {
        let scope = RequestScope::required()?;
        let mut tx = self.db.begin_system(scope.tenant.id).await?;
        let lifetime = lifetime_of(record);
        sqlx::query("select app.session_save($1, $2, $3, $4, $5, $6)")
            .bind(hash(&record.id))
            .bind(user_of(record).map(|key| key.1))
            .bind(Json(&record.data))
            .bind(tx.now)
            .bind(interval(lifetime.idle())?)
            .bind(interval(lifetime.longest())?)
            .execute(&mut *tx)
            .await?;
        tx.commit().await
    }

    async fn find(&self, id: &SessionId) -> Result<Option<Record>, AppError> {
        let scope = RequestScope::required()?;
        let mut tx = self.db.begin_system(scope.tenant.id).await?;
        let now = tx.now;
        let row = sqlx::query_as::<_, (Id<OpenSession>, Json<HashMap<String, Value>>, DateTime<Utc>)>(
            "select id, data, expires_at from app.session_load($1, $2, $3)",
        )
        .bind(hash(id))
        .bind(scope.address.prefix())
        .bind(now)
        .fetch_optional(&mut *tx)
        .await?;
        let Some((session, data, expires_at)) = row else {
            return Ok(None);
        };
        let expiry_date = OffsetDateTime::from_unix_timestamp(expires_at.timestamp()).or_internal()?;
        let record = Record { id: *id, data: data.0, expiry_date };
        if let Some(UserKey(tenant, user)) = user_of(&record)
            && tenant == scope.tenant.id
            && let Some(user) = store::find(&mut tx, user).await?
        {
            let _ = scope.user.set(user);
            if let Some(impersonator) = impersonator_of(&record) {
                let _ = scope.impersonator.set(impersonator);
            }
            let open =
                OpenSession { id: session, is_confirmed: is_confirmed(&record, now), proven: proven_of(&record) };
            let _ = scope.session.set(open);
        }
        tx.commit().await?;
        Ok(Some(record))
    }

    async fn remove(&self, id: &SessionId) -> Result<(), AppError> {
        let scope = RequestScope::required()?;
        let mut tx = self.db.begin_system(scope.tenant.id).await?;
        sqlx::query("select app.session_delete($1)").bind(hash(id)).execute(&mut *tx).await?;
        tx.commit().await
    }
}
