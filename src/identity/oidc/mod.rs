//! Signing in with an account at another provider: `OpenID` Connect, code flow with PKCE, state and nonce. Tables `identity_providers`,
//! `identity_links`.
//!
//! ```text
//! /sign-in/with/{provider} ──> the provider ──> /sign-in/with/{provider}/callback ──> whose account?
//!     linked already                                        ──> signed in (after the second factor, if there is one)
//!     an account with the e-mail, verified there and here   ──> linked, signed in
//!     nobody's e-mail, verified there                       ──> a new customer's account
//!     anything else                                         ──> back to the sign-in page, which says why
//! ```

pub mod actions;
mod conversation;
mod network;
pub mod pages;
mod refusal;
pub mod store;
#[cfg(test)]
mod tests;

pub use refusal::Refusal;
pub use store::SEALED_FOR;

use engine::field::isolated;
use serde_json::json;

use super::{Role, User, store as accounts};
use crate::{
    audit,
    db::Tx,
    error::AppError,
    notifications::{self, Email},
    server::Ctx,
};
use conversation::Identity;
use store::IdentityProvider;

/// The account of this person at the provider; links or creates it if necessary.
async fn account_of(
    tx: &mut Tx,
    ctx: &Ctx,
    provider: &IdentityProvider,
    identity: &Identity,
) -> Result<Result<User, Refusal>, AppError> {
    if let Some(user) = store::linked_user(tx, provider.id, &identity.subject).await? {
        return Ok(accounts::find(tx, user).await?.ok_or(Refusal::Closed));
    }
    let Some(email) = &identity.verified_email else {
        return Ok(Err(Refusal::NoVerifiedEmail));
    };
    let user = match accounts::find_by_email(tx, email).await? {
        Some(user) if !user.is_email_verified => return Ok(Err(Refusal::UnverifiedHere)),
        Some(user) => user,
        None if accounts::email_is_taken(tx, email).await? => return Ok(Err(Refusal::Closed)),
        None => {
            let new = accounts::NewUser {
                id: engine::Id::new(),
                name: identity.name.clone().unwrap_or_else(|| name_from(email.as_str())),
                email: email.clone(),
                phone: None,
                password_hash: None,
                roles: vec![Role::Customer],
            };
            accounts::insert(tx, &new).await?;
            accounts::verify_email(tx, new.id).await?;
            accounts::find(tx, new.id).await?.ok_or(AppError::NotFound)?
        }
    };
    store::link(tx, provider.id, &identity.subject, user.id).await?;
    audit::event(tx, "identity_linked", Some(("users", user.id.uuid())), json!({ "provider": provider.slug })).await?;
    let mail = Email {
        to: email.clone(),
        subject: t!("identity-you-can-sign-in-with", label = isolated(&provider.label)),
        lines: vec![
            t!(
                "identity-hello-your-account-with-is-linked",
                name = isolated(&user.name),
                business = isolated(&ctx.tenant.name),
                label = isolated(&provider.label)
            ),
            t!("identity-if-it-wasnt-you-call-us", phone = ctx.tenant.spoken_phone),
        ],
        action: Some((t!("identity-open-my-account"), ctx.url("/account/security"))),
        kind: "identity-linked",
    };
    notifications::email(tx, &ctx.app, mail).await?;
    Ok(Ok(user))
}

/// A name if the provider gives none: `rosa.parks@…` is rosa.parks.
fn name_from(email: &str) -> String {
    email.split('@').next().unwrap_or(email).to_owned()
}
