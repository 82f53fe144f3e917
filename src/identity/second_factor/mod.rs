//! The second factor: codes of an authenticator app (TOTP, RFC 6238), and ten recovery codes for when the phone is lost. Tables `second_factors`,
//! `recovery_codes`.
//!
//! ```text
//! none ──begin──> being set up ──first code──> active ──turned off, with a code──> none
//! ```
//! A tenant may require it of its staff ([`is_required`]): until it is active, no other page opens for them.
//!
//! Operators have one too, in separate tables (`operator::second_factor`); the authenticator, the recovery codes and the views are shared.

pub mod actions;
pub mod authenticator;
mod factor;
pub mod pages;
pub mod recovery;
pub mod store;
#[cfg(test)]
mod tests;
pub mod views;

pub use authenticator::SEED_SEALED_FOR;
pub use factor::SecondFactor;
pub use recovery::SEALED_FOR as RECOVERY_SEALED_FOR;

#[cfg(test)]
use engine::Id;

use super::{Proven, User, passkeys, policy};
use crate::{db::Tx, error::AppError, secrets::Keys, server::Ctx};

/// The kind of code that was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// A code of the app.
    Authenticator,
    /// A recovery code; this many are left.
    RecoveryCode(i64),
}

/// Uses up a code of either kind. `None` if it is wrong or was used before.
pub(super) async fn prove(tx: &mut Tx, keys: &Keys, user: &User, typed: &str) -> Result<Option<Proof>, AppError> {
    let Some(factor) = store::find(tx, user.id).await?.filter(SecondFactor::is_active) else {
        return Ok(None);
    };
    let now = tx.now;
    if let Some(step) = factor.step_of(keys, typed, now)?
        && store::use_step(tx, user.id, step).await?
    {
        return Ok(Some(Proof::Authenticator));
    }
    if store::use_recovery_code(tx, user.id, &recovery::hash(typed)).await? {
        return Ok(Some(Proof::RecoveryCode(store::count_recovery_codes(tx, user.id).await?)));
    }
    Ok(None)
}

/// Activates a second factor for tests; [`code_of`] returns its codes.
#[cfg(test)]
pub async fn activate(tx: &mut Tx, keys: &Keys, user: Id<User>) {
    store::begin(tx, keys, user).await.unwrap();
    store::confirm(tx, user, 0).await.unwrap();
    store::renew_recovery_codes(tx, keys, user).await.unwrap();
}

/// The current code of the account's authenticator app.
#[cfg(test)]
pub async fn code_of(tx: &mut Tx, keys: &Keys, user: Id<User>) -> String {
    let factor = store::find(tx, user).await.unwrap().unwrap();
    factor.authenticator(keys).unwrap().code(tx.now)
}

/// Whether this member of staff must set up a second factor before anything else. A sign-in with a passkey already counts as two factors.
pub fn is_required(ctx: &Ctx) -> bool {
    ctx.tenant.settings.staff_second_factor
        && ctx.impersonated_by.is_none()
        && ctx.session.is_none_or(|session| session.proven == Proven::OneFactor)
        && ctx.user.as_ref().is_some_and(|user| policy::is_asked_for_second_factor(user) && !user.has_second_factor)
}

/// Whether a user who must set up a second factor already has a passkey that wasn't used for this session. Then the password alone can't set up
/// another factor.
pub async fn must_use_passkey(tx: &mut Tx, ctx: &Ctx) -> Result<bool, AppError> {
    match &ctx.user {
        Some(user) if is_required(ctx) => Ok(!passkeys::store::of_user(tx, user.id).await?.is_empty()),
        _ => Ok(false),
    }
}

/// Paths that stay open until the second factor is set up: its page, the sign-in methods that prove identity, and signing out.
pub fn stays_open(path: &str) -> bool {
    path.starts_with("/sign-in/with/")
        || [
            "/account/second-factor",
            "/account/confirm",
            "/sign-in/phone/code",
            "/reset",
            "/reset/sent",
            "/api/begin_second_factor",
            "/api/enable_second_factor",
            "/api/confirm_password",
            "/api/passkey_sign_in_options",
            "/api/sign_in_with_passkey",
            "/api/request_sign_in_code",
            "/api/sign_in_with_phone_code",
            "/api/request_reset",
            "/api/sign_out",
        ]
        .contains(&path)
}
