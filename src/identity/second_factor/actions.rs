//! Setting up the second factor, signing in with it, removing it.

use engine::field::isolated;
use leptos::server;
use serde::{Deserialize, Serialize};

use super::{Proof, SecondFactor, must_use_passkey, prove, store};
use crate::{
    audit,
    db::Tx,
    error::{AppError, Next, OrInternal},
    identity::{
        Proven, User, begin_session, own_path, policy, revoke_sessions, sign_in_as::UnfinishedSignIn, store as accounts,
    },
    limits::Limit,
    notifications::{self, Email},
    server::{Ctx, context},
};

/// Begins the set-up: the next page shows the secret for the app.
#[server(endpoint = "begin_second_factor")]
pub async fn begin_second_factor() -> Result<Next, AppError> {
    let ctx = context()?;
    let user = ctx.confirmed()?;
    let mut tx = ctx.begin().await?;
    passkey_comes_first(&mut tx, &ctx).await?;
    store::begin(&mut tx, &ctx.app.keys, user.id).await?;
    tx.commit().await?;
    Ok(Next::to("/account/second-factor"))
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CodeForm {
    /// Six digits from the app, or a recovery code.
    pub code: String,
}

/// Activates the second factor with its first code. Signs out other devices, and shows the recovery codes.
#[server(endpoint = "enable_second_factor")]
pub async fn enable_second_factor(#[server(flatten)] form: CodeForm) -> Result<Next, AppError> {
    let ctx = context()?;
    let user = ctx.confirmed()?;
    ctx.limit(Limit::TryCode, &user.id.to_string()).await?;
    let mut tx = ctx.begin().await?;
    passkey_comes_first(&mut tx, &ctx).await?;
    let factor = store::find(&mut tx, user.id).await?.ok_or(AppError::NotFound)?;
    let now = tx.now;
    let step = factor.step_of(&ctx.app.keys, &form.code, now)?.ok_or_else(wrong_code)?;
    store::confirm(&mut tx, user.id, step).await?;
    store::renew_recovery_codes(&mut tx, &ctx.app.keys, user.id).await?;
    revoke_sessions(&mut tx, user.id, None).await?;
    let said = t!("identity-from-now-on-signing-in-to");
    tell(&mut tx, &ctx, user, "second_factor_on", t!("identity-your-account-has-a-second-factor"), said).await?;
    let user = accounts::find(&mut tx, user.id).await?.ok_or(AppError::Unauthenticated)?;
    tx.commit().await?;
    begin_session(&user, Proven::TwoFactors).await?;
    Ok(Next::said("/account/second-factor/codes", t!("identity-your-second-factor-is-on-other")))
}

/// Rejects the set-up if the account has a passkey that wasn't used for this session.
async fn passkey_comes_first(tx: &mut Tx, ctx: &Ctx) -> Result<(), AppError> {
    if must_use_passkey(tx, ctx).await? {
        return Err(AppError::conflict(t!("identity-your-account-has-a-passkey-sign")));
    }
    Ok(())
}

/// Creates new recovery codes.
#[server(endpoint = "renew_recovery_codes")]
pub async fn renew_recovery_codes() -> Result<Next, AppError> {
    let ctx = context()?;
    let user = ctx.confirmed()?;
    let mut tx = ctx.begin().await?;
    store::find(&mut tx, user.id).await?.filter(SecondFactor::is_active).ok_or(AppError::NotFound)?;
    store::renew_recovery_codes(&mut tx, &ctx.app.keys, user.id).await?;
    let said = t!("identity-new-recovery-codes-were-created-for");
    tell(&mut tx, &ctx, user, "recovery_codes_renewed", t!("identity-new-recovery-codes"), said).await?;
    tx.commit().await?;
    Ok(Next::to("/account/second-factor/codes"))
}

/// Stops showing the recovery codes: the user has saved them.
#[server(endpoint = "hide_recovery_codes")]
pub async fn hide_recovery_codes() -> Result<Next, AppError> {
    let ctx = context()?;
    let user = ctx.in_person()?;
    let mut tx = ctx.begin().await?;
    store::hide_recovery_codes(&mut tx, user.id).await?;
    tx.commit().await?;
    Ok(Next::to("/account/security"))
}

/// Removes the second factor, with one of its codes.
#[server(endpoint = "remove_second_factor")]
pub async fn remove_second_factor(#[server(flatten)] form: CodeForm) -> Result<Next, AppError> {
    let ctx = context()?;
    let user = ctx.confirmed()?;
    if policy::is_asked_for_second_factor(user) && ctx.tenant.settings.staff_second_factor {
        return Err(AppError::conflict(t!("identity-your-business-requires-a-second-factor")));
    }
    ctx.limit(Limit::TryCode, &user.id.to_string()).await?;
    let mut tx = ctx.begin().await?;
    prove(&mut tx, &ctx.app.keys, user, &form.code).await?.ok_or_else(wrong_code)?;
    store::remove(&mut tx, user.id).await?;
    let said = t!("identity-your-account-no-longer-needs-a");
    tell(&mut tx, &ctx, user, "second_factor_off", t!("identity-your-second-factor-is-off"), said).await?;
    tx.commit().await?;
    Ok(Next::said("/account/security", t!("identity-your-second-factor-is-off-sentence")))
}

/// Finishes a sign-in with the second factor.
#[server(endpoint = "finish_sign_in")]
pub async fn finish_sign_in(#[server(flatten)] form: CodeForm) -> Result<Next, AppError> {
    let ctx = context()?;
    let unfinished = UnfinishedSignIn::find().await?.ok_or(AppError::Unauthenticated)?;
    let user = unfinished.user(&mut ctx.begin().await?).await?.ok_or(AppError::Unauthenticated)?;
    ctx.limit(Limit::TryCode, &user.id.to_string()).await?;
    let mut tx = ctx.begin_as(&user).await?;
    let Some(proof) = prove(&mut tx, &ctx.app.keys, &user, &form.code).await? else {
        audit::event(&mut tx, "second_factor_failed", Some(("users", user.id.uuid())), serde_json::json!({})).await?;
        tx.commit().await?;
        return Err(wrong_code());
    };
    if let Proof::RecoveryCode(left) = proof {
        let said = t!("identity-someone-signed-in-to-your-account", left = left);
        tell(&mut tx, &ctx, &user, "recovery_code_used", t!("identity-a-recovery-code-was-used"), &said).await?;
    }
    tx.commit().await?;
    ctx.succeeded(Limit::TryCode, &user.id.to_string()).await?;
    begin_session(&user, Proven::TwoFactors).await?;
    Ok(match proof {
        Proof::RecoveryCode(left) => {
            Next::said("/account/second-factor", t!("identity-you-have-recovery-codes-left", left = left))
        }
        Proof::Authenticator => Next::to(own_path(&unfinished.next).unwrap_or(user.home())),
    })
}

/// The error for a wrong code.
pub fn wrong_code() -> AppError {
    AppError::invalid("code", t!("identity-that-code-is-wrong-or-was"))
}

/// Notifies the account's owner, in case it wasn't them, and writes to the audit log.
pub(in crate::identity) async fn tell(
    tx: &mut Tx,
    ctx: &Ctx,
    user: &User,
    event: &'static str,
    subject: &str,
    said: &str,
) -> Result<(), AppError> {
    audit::event(tx, event, Some(("users", user.id.uuid())), serde_json::json!({})).await?;
    let mail = Email {
        to: user.email.parse().or_internal()?,
        subject: subject.to_owned(),
        lines: vec![
            t!("identity-hello", name = isolated(&user.name), said = said),
            t!("identity-if-it-wasnt-you-change-your", phone = ctx.tenant.spoken_phone),
        ],
        action: Some((t!("identity-open-my-account"), ctx.url("/account/security"))),
        kind: event,
    };
    notifications::email(tx, &ctx.app, mail).await
}
