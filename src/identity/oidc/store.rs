//! All SQL on `identity_providers` and `identity_links`.

use engine::Id;
use secrecy::SecretString;
use sqlx::{FromRow, PgConnection};

use crate::{
    error::{AppError, OrInternal},
    identity::User,
    secrets::Keys,
};

/// The encryption purpose of a client secret.
pub const SEALED_FOR: &str = "oidc-client-secret";

/// An identity provider of the tenant.
#[derive(Debug, Clone, FromRow)]
pub struct IdentityProvider {
    pub id: Id<IdentityProvider>,
    pub slug: String,
    /// The name on the button: "Google".
    pub label: String,
    /// Its issuer URL, which its tokens must contain.
    pub issuer: String,
    pub client_id: String,
    sealed_client_secret: Vec<u8>,
    /// Whether the sign-in page offers it.
    pub is_enabled: bool,
}

impl IdentityProvider {
    pub(super) fn client_secret(&self, keys: &Keys) -> Result<SecretString, AppError> {
        let plain = keys.open(SEALED_FOR, &self.sealed_client_secret)?;
        String::from_utf8(plain).map(Into::into).or_internal()
    }
}

/// A provider's settings by an administrator.
#[derive(Debug)]
pub struct ProviderDetails {
    pub slug: String,
    pub label: String,
    pub issuer: String,
    pub client_id: String,
    /// Our client secret; none keeps the stored one.
    pub client_secret: Option<SecretString>,
    /// Whether the sign-in page offers it.
    pub is_enabled: bool,
}

#[derive(Debug, Clone, FromRow)]
pub struct OfferedProvider {
    pub slug: String,
    /// The label of its button.
    pub label: String,
}

/// The providers on the sign-in page.
pub async fn list_offered(db: &mut PgConnection) -> Result<Vec<OfferedProvider>, AppError> {
    Ok(sqlx::query_as("select slug, label from identity_providers where tenant_id = app.current_tenant() and is_enabled order by label, slug")
        .fetch_all(db)
        .await?)
}

/// The offered providers linked to the account.
pub async fn list_linked(db: &mut PgConnection, user: Id<User>) -> Result<Vec<OfferedProvider>, AppError> {
    Ok(sqlx::query_as(
        "select slug, label from identity_providers p
         where p.tenant_id = app.current_tenant() and is_enabled and exists (select from identity_links l where l.tenant_id = app.current_tenant() and l.provider_id = p.id and l.user_id = $1)
         order by label, slug",
    )
    .bind(user)
    .fetch_all(db)
    .await?)
}

pub(super) async fn list(db: &mut PgConnection) -> Result<Vec<IdentityProvider>, AppError> {
    Ok(sqlx::query_as(
        "select id, slug, label, issuer, client_id, sealed_client_secret, is_enabled from identity_providers where tenant_id = app.current_tenant() order by label, slug",
    )
    .fetch_all(db)
    .await?)
}

/// The offered provider with this name.
pub(super) async fn find_offered(db: &mut PgConnection, slug: &str) -> Result<Option<IdentityProvider>, AppError> {
    Ok(sqlx::query_as(
        "select id, slug, label, issuer, client_id, sealed_client_secret, is_enabled from identity_providers where tenant_id = app.current_tenant() and slug = $1 and is_enabled",
    )
    .bind(slug)
    .fetch_optional(db)
    .await?)
}

/// Stores a new provider; requires a client secret.
pub async fn insert(
    db: &mut PgConnection,
    keys: &Keys,
    details: &ProviderDetails,
) -> Result<Id<IdentityProvider>, AppError> {
    let secret = sealed(keys, details)
        .ok_or_else(|| AppError::invalid("client_secret", t!("identity-enter-the-client-secret")))?;
    let id = Id::new();
    sqlx::query(
        "insert into identity_providers (id, slug, label, issuer, client_id, sealed_client_secret, is_enabled) values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(id)
    .bind(&details.slug)
    .bind(&details.label)
    .bind(&details.issuer)
    .bind(&details.client_id)
    .bind(secret)
    .bind(details.is_enabled)
    .execute(db)
    .await?;
    Ok(id)
}

/// Changes a provider. A different issuer has different people, so all links are removed then.
pub(super) async fn update(
    db: &mut PgConnection,
    keys: &Keys,
    id: Id<IdentityProvider>,
    details: &ProviderDetails,
) -> Result<(), AppError> {
    sqlx::query(
        "delete from identity_links l using identity_providers p
         where l.tenant_id = app.current_tenant() and (p.tenant_id, p.id) = (l.tenant_id, l.provider_id) and p.id = $1 and p.issuer <> $2",
    )
    .bind(id)
    .bind(&details.issuer)
    .execute(&mut *db)
    .await?;
    let updated = sqlx::query(
        "update identity_providers
         set slug = $2, label = $3, issuer = $4, client_id = $5, sealed_client_secret = coalesce($6, sealed_client_secret), is_enabled = $7,
             updated_at = app.now()
         where tenant_id = app.current_tenant() and id = $1",
    )
    .bind(id)
    .bind(&details.slug)
    .bind(&details.label)
    .bind(&details.issuer)
    .bind(&details.client_id)
    .bind(sealed(keys, details))
    .bind(details.is_enabled)
    .execute(db)
    .await?;
    if updated.rows_affected() == 1 { Ok(()) } else { Err(AppError::NotFound) }
}

fn sealed(keys: &Keys, details: &ProviderDetails) -> Option<Vec<u8>> {
    use secrecy::ExposeSecret;
    details.client_secret.as_ref().map(|secret| keys.seal(SEALED_FOR, secret.expose_secret().as_bytes()))
}

/// Removes a provider. Its users need another sign-in method.
pub(super) async fn remove(db: &mut PgConnection, id: Id<IdentityProvider>) -> Result<(), AppError> {
    let removed = sqlx::query("delete from identity_providers where tenant_id = app.current_tenant() and id = $1")
        .bind(id)
        .execute(db)
        .await?;
    if removed.rows_affected() == 1 { Ok(()) } else { Err(AppError::NotFound) }
}

/// The account linked to a person of a provider.
pub(super) async fn linked_user(
    db: &mut PgConnection,
    provider: Id<IdentityProvider>,
    subject: &str,
) -> Result<Option<Id<User>>, AppError> {
    Ok(sqlx::query_scalar("select user_id from identity_links where tenant_id = app.current_tenant() and provider_id = $1 and subject = $2")
        .bind(provider)
        .bind(subject)
        .fetch_optional(db)
        .await?)
}

/// Links a person and an account. Of two concurrent links the first one wins.
pub(super) async fn link(
    db: &mut PgConnection,
    provider: Id<IdentityProvider>,
    subject: &str,
    user: Id<User>,
) -> Result<(), AppError> {
    sqlx::query(
        "insert into identity_links (provider_id, subject, user_id) values ($1, $2, $3) on conflict do nothing",
    )
    .bind(provider)
    .bind(subject)
    .bind(user)
    .execute(db)
    .await?;
    Ok(())
}

/// Removes every link of an account. Returns whether there were any.
pub(in crate::identity) async fn unlink_all(db: &mut PgConnection, user: Id<User>) -> Result<bool, AppError> {
    let deleted = sqlx::query("delete from identity_links where tenant_id = app.current_tenant() and user_id = $1")
        .bind(user)
        .execute(db)
        .await?;
    Ok(deleted.rows_affected() > 0)
}
