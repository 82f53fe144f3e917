//! Adding, using and removing passkeys. The islands call them; only removing is a plain form.

use engine::{Id, field};
use leptos::server;
use serde::{Deserialize, Serialize};

use super::{
    ceremony,
    store::{self, Passkey},
    tell_of_change,
};
use crate::{
    audit,
    error::{AppError, Next, OrInvalid},
    identity::{self, own_path, session},
    limits::Limit,
    server::context,
};

/// The options for creating a passkey, as JSON.
#[server(endpoint = "passkey_registration_options")]
pub async fn passkey_registration_options() -> Result<String, AppError> {
    let ctx = context()?;
    let user = ctx.confirmed()?.clone();
    let auth = session::auth_session()?;
    let mut tx = ctx.begin().await?;
    let known: Vec<_> =
        store::of_user(&mut tx, user.id).await?.into_iter().map(|passkey| passkey.credential.0).collect();
    drop(tx);
    if known.len() >= MOST {
        return Err(AppError::conflict(t!("identity-your-account-has-the-maximum-number")));
    }
    ceremony::registration_options(&ctx, &auth.session, &user, &known).await
}

/// Maximum number of passkeys per account.
const MOST: usize = 20;

/// The form after the device has created a passkey.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AddPasskeyForm {
    /// The owner's name for it.
    pub name: String,
    /// The device's answer, as JSON.
    pub credential: String,
}

/// Stores a passkey that the device has created.
#[server(endpoint = "add_passkey")]
pub async fn add_passkey(#[server(flatten)] form: AddPasskeyForm) -> Result<Next, AppError> {
    let ctx = context()?;
    let user = ctx.confirmed()?.clone();
    let name = field::required(&form.name, 60).or_invalid("name")?;
    let auth = session::auth_session()?;
    let credential = ceremony::register(&ctx, &auth.session, &form.credential).await?;
    let mut tx = ctx.begin().await?;
    store::insert(&mut tx, user.id, &name, &credential).await?;
    audit::event(&mut tx, "passkey_added", Some(("users", user.id.uuid())), serde_json::json!({})).await?;
    tell_of_change(&mut tx, &ctx, &user, t!("identity-a-passkey-was-added-to-your")).await?;
    tx.commit().await?;
    Ok(Next::said("/account/passkeys", t!("identity-your-passkey-is-ready-next-time")))
}

/// The options for signing in with a passkey, as JSON.
#[server(endpoint = "passkey_sign_in_options")]
pub async fn passkey_sign_in_options() -> Result<String, AppError> {
    let ctx = context()?;
    ctx.limit(Limit::Passkey, "").await?;
    let auth = session::auth_session()?;
    ceremony::authentication_options(&ctx, &auth.session).await
}

/// The form after the device has proven that it has a passkey.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PasskeySignInForm {
    /// The device's answer, as JSON.
    pub credential: String,
    pub next: String,
}

/// Signs in with a passkey. It counts as two factors: the device, and what unlocks it.
#[server(endpoint = "sign_in_with_passkey")]
pub async fn sign_in_with_passkey(#[server(flatten)] form: PasskeySignInForm) -> Result<Next, AppError> {
    let ctx = context()?;
    let auth = session::auth_session()?;
    let claim = ceremony::Claim::read(&ctx, &auth.session, &form.credential).await?;
    let mut tx = ctx.begin().await?;
    let user = identity::store::find(&mut tx, claim.user.into()).await?.ok_or_else(ceremony::refused)?;
    if ctx.user.is_some() && !ctx.is_own(&user) {
        return Err(AppError::conflict(t!("identity-this-passkey-belongs-to-another-account")));
    }
    let mut passkey = store::find(&mut tx, user.id, &claim.credential_id).await?.ok_or_else(ceremony::refused)?;
    let before = passkey.credential.0.clone();
    let result = claim.check(&before)?;
    passkey.credential.0.update_credential(&result);
    let now = tx.now;
    store::record_use(&mut tx, &passkey, &before, now).await?;
    tx.commit().await?;
    identity::begin_session(&user, identity::Proven::TwoFactors).await?;
    Ok(Next::to(own_path(&form.next).unwrap_or(user.home())))
}

/// Removes a passkey. The device may keep its half, which no longer works.
#[server(endpoint = "remove_passkey")]
pub async fn remove_passkey(id: Id<Passkey>) -> Result<Next, AppError> {
    let ctx = context()?;
    let user = ctx.confirmed()?.clone();
    let mut tx = ctx.begin().await?;
    store::delete(&mut tx, user.id, id).await?;
    audit::event(&mut tx, "passkey_removed", Some(("users", user.id.uuid())), serde_json::json!({})).await?;
    tell_of_change(&mut tx, &ctx, &user, t!("identity-a-passkey-was-removed-from-your")).await?;
    tx.commit().await?;
    Ok(Next::said("/account/passkeys", t!("identity-the-passkey-is-removed")))
}
