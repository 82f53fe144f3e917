//! Signing in with a passkey: the device proves that it has a key, after its owner unlocked it by finger, face or PIN. Table `passkeys`.
//!
//! ```text
//! options (a challenge, stored in the session) ─> the browser asks the device ─> its answer is checked against challenge, host and public key
//! ```
//! A passkey belongs to one host name, so it can't be used on a copy of the page elsewhere. It is two factors in one: having the device and unlocking
//! it. Passkeys need JavaScript; every other sign-in method works without.

pub mod actions;
mod ceremony;
pub mod elements;
pub mod store;
#[cfg(test)]
mod tests;

use engine::field::isolated;

use super::User;
use crate::{
    db::Tx,
    error::{AppError, OrInternal},
    notifications::{self, Email},
    server::Ctx,
};

/// Notifies the account's owner of a change to its passkeys, in case it wasn't them.
async fn tell_of_change(tx: &mut Tx, ctx: &Ctx, user: &User, what: &str) -> Result<(), AppError> {
    let mail = Email {
        to: user.email.parse().or_internal()?,
        subject: what.to_owned(),
        lines: vec![
            t!(
                "identity-hello-with-just-now",
                name = isolated(&user.name),
                what = what,
                business = isolated(&ctx.tenant.name)
            ),
            t!("identity-if-it-wasnt-you-choose-a-new-password", phone = ctx.tenant.spoken_phone),
        ],
        action: Some((t!("identity-open-security-settings"), ctx.url("/account/security"))),
        kind: "passkeys-changed",
    };
    notifications::email(tx, &ctx.app, mail).await
}
