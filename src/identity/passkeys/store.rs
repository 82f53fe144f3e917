//! All SQL on `passkeys`.

use chrono::{DateTime, Utc};
use engine::Id;
use sqlx::{FromRow, PgConnection, types::Json};
use webauthn_rs::prelude::Passkey as Credential;

use crate::{error::AppError, identity::User};

/// A passkey of an account.
#[derive(Debug, Clone, FromRow)]
pub struct Passkey {
    pub id: Id<Passkey>,
    /// The owner's name for it.
    pub name: String,
    /// Public key, signature counter and flags.
    pub credential: Json<Credential>,
    pub created_at: DateTime<Utc>,
    /// The last sign-in with it.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// The account's passkeys, oldest first.
pub async fn of_user(db: &mut PgConnection, user: Id<User>) -> Result<Vec<Passkey>, AppError> {
    Ok(sqlx::query_as(
        "select id, name, credential, created_at, last_used_at from passkeys where tenant_id = app.current_tenant() and user_id = $1 order by created_at, id",
    )
    .bind(user)
    .fetch_all(db)
    .await?)
}

/// The account's passkey with this credential id.
pub(super) async fn find(
    db: &mut PgConnection,
    user: Id<User>,
    credential_id: &[u8],
) -> Result<Option<Passkey>, AppError> {
    Ok(sqlx::query_as(
        "select id, name, credential, created_at, last_used_at from passkeys where tenant_id = app.current_tenant() and user_id = $1 and credential_id = $2",
    )
    .bind(user)
    .bind(credential_id)
    .fetch_optional(db)
    .await?)
}

/// Stores a new passkey; a known one is a conflict.
pub(super) async fn insert(
    db: &mut PgConnection,
    user: Id<User>,
    name: &str,
    credential: &Credential,
) -> Result<(), AppError> {
    sqlx::query("insert into passkeys (id, user_id, name, credential_id, credential) values ($1, $2, $3, $4, $5)")
        .bind(Id::<Passkey>::new())
        .bind(user)
        .bind(name)
        .bind(credential.cred_id())
        .bind(Json(credential))
        .execute(db)
        .await?;
    Ok(())
}

/// Records a use of a passkey. The signature counter may only rise, also with two concurrent sign-ins; otherwise the passkey was copied.
pub(super) async fn record_use(
    db: &mut PgConnection,
    passkey: &Passkey,
    before: &Credential,
    at: DateTime<Utc>,
) -> Result<(), AppError> {
    let used = sqlx::query("update passkeys set credential = $2, last_used_at = $3 where tenant_id = app.current_tenant() and id = $1 and credential = $4")
        .bind(passkey.id)
        .bind(&passkey.credential)
        .bind(at)
        .bind(Json(before))
        .execute(db)
        .await?;
    if used.rows_affected() == 1 {
        Ok(())
    } else {
        Err(AppError::conflict(t!("identity-this-passkey-was-used-somewhere-else")))
    }
}

/// Removes one of the account's passkeys; `NotFound` for another account's.
pub(super) async fn delete(db: &mut PgConnection, user: Id<User>, id: Id<Passkey>) -> Result<(), AppError> {
    let deleted =
        sqlx::query("delete from passkeys where tenant_id = app.current_tenant() and id = $1 and user_id = $2")
            .bind(id)
            .bind(user)
            .execute(db)
            .await?;
    if deleted.rows_affected() == 1 { Ok(()) } else { Err(AppError::NotFound) }
}

/// Removes all passkeys of the account. Returns whether there were any.
pub(in crate::identity) async fn delete_all(db: &mut PgConnection, user: Id<User>) -> Result<bool, AppError> {
    let deleted = sqlx::query("delete from passkeys where tenant_id = app.current_tenant() and user_id = $1")
        .bind(user)
        .execute(db)
        .await?;
    Ok(deleted.rows_affected() > 0)
}
