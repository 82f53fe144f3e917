//! How administrators configure identity providers.

use engine::Id;
use leptos::server;
use serde::{Deserialize, Serialize};

use super::store::{self, IdentityProvider, ProviderDetails};
use crate::{
    config::Environment,
    error::{AppError, FieldErrors, Next},
    identity::policy,
    server::{Ctx, context},
};

const PAGE: &str = "/admin/settings/sign-in";

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ProviderForm {
    pub slug: String,
    pub label: String,
    pub issuer: String,
    pub client_id: String,
    pub client_secret: String,
    pub enabled: String,
}

#[server(endpoint = "add_identity_provider")]
pub async fn add_identity_provider(#[server(flatten)] form: ProviderForm) -> Result<Next, AppError> {
    let ctx = asked_by_administrator()?;
    let details = details(&ctx, &form)?;
    let mut tx = ctx.begin().await?;
    store::insert(&mut tx, &ctx.app.keys, &details).await?;
    tx.commit().await?;
    Ok(Next::said(PAGE, t!("identity-added-try-it-in-a-private")))
}

/// Changes a provider's settings.
#[server(endpoint = "change_identity_provider")]
pub async fn change_identity_provider(
    provider: Id<IdentityProvider>,
    #[server(flatten)] form: ProviderForm,
) -> Result<Next, AppError> {
    let ctx = asked_by_administrator()?;
    let details = details(&ctx, &form)?;
    let mut tx = ctx.begin().await?;
    store::update(&mut tx, &ctx.app.keys, provider, &details).await?;
    tx.commit().await?;
    Ok(Next::said(PAGE, t!("identity-saved")))
}

#[server(endpoint = "remove_identity_provider")]
pub async fn remove_identity_provider(provider: Id<IdentityProvider>) -> Result<Next, AppError> {
    let ctx = asked_by_administrator()?;
    let mut tx = ctx.begin().await?;
    store::remove(&mut tx, provider).await?;
    tx.commit().await?;
    Ok(Next::said(PAGE, t!("identity-removed")))
}

/// The request of an administrator who has just given a fresh proof.
fn asked_by_administrator() -> Result<Ctx, AppError> {
    let ctx = context()?;
    ctx.allowed(policy::can_set_up_sign_in)?;
    ctx.confirmed()?;
    Ok(ctx)
}

fn details(ctx: &Ctx, form: &ProviderForm) -> Result<ProviderDetails, AppError> {
    let mut errors = FieldErrors::default();
    let label = errors.take("label", engine::field::required(&form.label, 40));
    let client_id = errors.take("client_id", engine::field::required(&form.client_id, 300));
    let slug = form.slug.trim().to_owned();
    let is_slug = (2..=40).contains(&slug.len())
        && slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !is_slug {
        errors.add("slug", t!("identity-use-2-to-40-lowercase-letters"));
    }
    let issuer = form.issuer.trim().to_owned();
    if !is_issuer(&issuer, ctx.app.config.environment) {
        errors.add("issuer", t!("identity-enter-the-providers-address-like-https"));
    }
    let client_secret = Some(form.client_secret.trim()).filter(|secret| !secret.is_empty()).map(Into::into);
    let (Some(label), Some(client_id), true) = (label, client_id, errors.is_empty()) else {
        return Err(errors.into_error());
    };
    Ok(ProviderDetails { slug, label, issuer, client_id, client_secret, is_enabled: form.enabled == "true" })
}

/// A URL with TLS and without a query, as the standard requires; in development also without TLS.
fn is_issuer(text: &str, environment: Environment) -> bool {
    let Ok(url) = reqwest::Url::parse(text) else {
        return false;
    };
    let is_safe = url.scheme() == "https" || (url.scheme() == "http" && environment != Environment::Production);
    is_safe
        && url.has_host()
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && text.len() <= 300
}
