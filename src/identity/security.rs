//! How users protect their account: change the password, give a fresh proof, end sessions.

use engine::Id;
use leptos::server;
use serde::{Deserialize, Serialize};

use super::{
    OpenSession, Proven, begin_session,
    notices::tell_of_new_password,
    own_path, password, revoke_sessions,
    session::{confirm, revoke_session},
    store,
};
use crate::{
    error::{AppError, FieldErrors, Next},
    limits::Limit,
    server::context,
};

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ChangePasswordForm {
    pub current_password: String,
    pub new_password: String,
}

/// Changes the password, or sets the first one. Ends the account's other sessions and gives this one a new token.
#[server(endpoint = "change_password")]
pub async fn change_password(#[server(flatten)] form: ChangePasswordForm) -> Result<Next, AppError> {
    let ctx = context()?;
    let user = ctx.in_person()?;
    ctx.limit(Limit::SignIn, &user.email).await?;
    let hash = store::password_hash(&mut *ctx.begin().await?, user.id).await?;
    let mut errors = FieldErrors::default();
    errors.take("new_password", password::check(&form.new_password, &[&user.email, &user.name, &ctx.tenant.name]));
    if hash.is_none() {
        ctx.confirmed()?;
    } else if !ctx.app.passwords.verify(form.current_password, hash).await? {
        errors.add("current_password", t!("identity-that-isnt-your-password"));
    }
    if !errors.is_empty() {
        return Err(errors.into_error());
    }
    let hash = ctx.app.passwords.hash(form.new_password).await?;
    let mut tx = ctx.begin().await?;
    store::set_password(&mut tx, user.id, &hash).await?;
    revoke_sessions(&mut tx, user.id, None).await?;
    tell_of_new_password(&mut tx, &ctx, user).await?;
    let user = store::find(&mut tx, user.id).await?.ok_or(AppError::Unauthenticated)?;
    tx.commit().await?;
    ctx.succeeded(Limit::SignIn, &user.email).await?;
    let proven = ctx.session.map_or(Proven::OneFactor, |session| session.proven);
    begin_session(&user, proven).await?;
    Ok(Next::said("/account/security", t!("identity-your-password-is-changed-other-devices")))
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ConfirmForm {
    pub password: String,
    pub next: String,
}

/// Proves the user's identity by password. Valid for a quarter of an hour.
#[server(endpoint = "confirm_password")]
pub async fn confirm_password(#[server(flatten)] form: ConfirmForm) -> Result<Next, AppError> {
    let ctx = context()?;
    let user = ctx.in_person()?;
    ctx.limit(Limit::SignIn, &user.email).await?;
    let hash = store::password_hash(&mut *ctx.begin().await?, user.id).await?;
    if !ctx.app.passwords.verify(form.password, hash).await? {
        return Err(AppError::invalid("password", t!("identity-that-isnt-your-password")));
    }
    ctx.succeeded(Limit::SignIn, &user.email).await?;
    confirm(&ctx).await?;
    Ok(Next::to(own_path(&form.next).unwrap_or("/account/security")))
}

/// Ends one of the user's own sessions.
#[server(endpoint = "revoke_device")]
pub async fn revoke_device(device: Id<OpenSession>) -> Result<Next, AppError> {
    let ctx = context()?;
    let user = ctx.confirmed()?;
    let mut tx = ctx.begin().await?;
    if !revoke_session(&mut tx, user.id, device).await? {
        return Err(AppError::NotFound);
    }
    tx.commit().await?;
    Ok(Next::said("/account/devices", t!("identity-that-device-is-signed-out")))
}

/// Ends all of the user's own sessions but this one.
#[server(endpoint = "revoke_other_devices")]
pub async fn revoke_other_devices() -> Result<Next, AppError> {
    let ctx = context()?;
    let user = ctx.confirmed()?;
    let mut tx = ctx.begin().await?;
    revoke_sessions(&mut tx, user.id, ctx.session.map(|session| session.id)).await?;
    tx.commit().await?;
    Ok(Next::said("/account/devices", t!("identity-you-are-signed-out-everywhere-else")))
}
