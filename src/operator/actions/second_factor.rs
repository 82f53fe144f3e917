//! Operators' second factor: setting it up, signing in with it, removing it.

use leptos::server;
use serde::{Deserialize, Serialize};

use super::account::{begin_session, has_password, unfinished_sign_in};
use crate::{
    error::{AppError, Next},
    identity::{
        own_path,
        second_factor::{Proof, SecondFactor, actions::wrong_code},
    },
    limits::Limit,
    operator::{
        OperatorCtx, operator_context,
        second_factor::prove,
        store::{
            accounts, log, second_factors,
            sign_ins::{self, UnfinishedSignIn},
        },
    },
};

const PAGE: &str = "/operator/security";
const CODES_PAGE: &str = "/operator/security/codes";

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PasswordOnlyForm {
    /// Required again, so that nobody can set up their own second factor at an unattended screen.
    pub password: String,
}

/// Begins the set-up, after checking the password: the next page shows the secret for the app.
#[server(endpoint = "operator_begin_second_factor")]
pub async fn operator_begin_second_factor(#[server(flatten)] form: PasswordOnlyForm) -> Result<Next, AppError> {
    let ctx = operator_context()?;
    has_password(&ctx, form.password).await?;
    let mut tx = ctx.begin().await?;
    second_factors::begin(&mut tx, &ctx.app.keys).await?;
    tx.commit().await?;
    Ok(Next::to(PAGE))
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CodeForm {
    /// Six digits from the app, or a recovery code.
    pub code: String,
}

/// Activates the second factor with its first code. Signs out other devices, and shows the recovery codes.
#[server(endpoint = "operator_enable_second_factor")]
pub async fn operator_enable_second_factor(#[server(flatten)] form: CodeForm) -> Result<Next, AppError> {
    let ctx = operator_context()?;
    count_try(&ctx).await?;
    let mut tx = ctx.begin().await?;
    let factor = second_factors::find(&mut tx).await?.ok_or(AppError::NotFound)?;
    let now = tx.now;
    let step = factor.step_of(&ctx.app.keys, &form.code, now)?.ok_or_else(wrong_code)?;
    second_factors::confirm(&mut tx, step).await?;
    second_factors::renew_recovery_codes(&mut tx, &ctx.app.keys).await?;
    log::add(&mut tx, "second_factor_on", serde_json::json!({})).await?;
    accounts::end_sessions(&mut tx).await?;
    let token = begin_session(&ctx, &mut tx, ctx.operator()?).await?;
    tx.commit().await?;
    ctx.cookie.set(&token);
    Ok(Next::said(CODES_PAGE, t!("operator-your-second-factor-is-on-other")))
}

/// Creates new recovery codes, after checking the password.
#[server(endpoint = "operator_renew_recovery_codes")]
pub async fn operator_renew_recovery_codes(#[server(flatten)] form: PasswordOnlyForm) -> Result<Next, AppError> {
    let ctx = operator_context()?;
    has_password(&ctx, form.password).await?;
    let mut tx = ctx.begin().await?;
    second_factors::find(&mut tx).await?.filter(SecondFactor::is_active).ok_or(AppError::NotFound)?;
    second_factors::renew_recovery_codes(&mut tx, &ctx.app.keys).await?;
    log::add(&mut tx, "recovery_codes_renewed", serde_json::json!({})).await?;
    tx.commit().await?;
    Ok(Next::to(CODES_PAGE))
}

/// Stops showing the recovery codes: the operator has saved them.
#[server(endpoint = "operator_hide_recovery_codes")]
pub async fn operator_hide_recovery_codes() -> Result<Next, AppError> {
    let ctx = operator_context()?;
    let mut tx = ctx.begin().await?;
    second_factors::hide_recovery_codes(&mut tx).await?;
    tx.commit().await?;
    Ok(Next::to("/operator"))
}

/// Removes the second factor, with one of its codes. If one is required, the next page asks for a new one: this is how to change phones.
#[server(endpoint = "operator_remove_second_factor")]
pub async fn operator_remove_second_factor(#[server(flatten)] form: CodeForm) -> Result<Next, AppError> {
    let ctx = operator_context()?;
    count_try(&ctx).await?;
    let mut tx = ctx.begin().await?;
    prove(&mut tx, &ctx.app.keys, &form.code).await?.ok_or_else(wrong_code)?;
    second_factors::remove(&mut tx).await?;
    log::add(&mut tx, "second_factor_off", serde_json::json!({})).await?;
    tx.commit().await?;
    Ok(Next::said(PAGE, t!("operator-your-second-factor-is-off")))
}

/// Finishes a sign-in with the second factor. After the fifth wrong code the sign-in restarts.
#[server(endpoint = "operator_finish_sign_in")]
pub async fn operator_finish_sign_in(#[server(flatten)] form: CodeForm) -> Result<Next, AppError> {
    let ctx = operator_context()?;
    let (waiting, UnfinishedSignIn { operator, next }) =
        unfinished_sign_in(&ctx).await?.ok_or(AppError::Unauthenticated)?;
    ctx.limit(Limit::TryCode, &operator.id.to_string()).await?;
    let mut tx = ctx.begin_as(&operator).await?;
    let left = sign_ins::take_try(&mut tx, &waiting).await?.ok_or(AppError::Unauthenticated)?;
    let Some(proof) = prove(&mut tx, &ctx.app.keys, &form.code).await? else {
        log::add(&mut tx, "second_factor_failed", serde_json::json!({})).await?;
        tx.commit().await?;
        if left > 0 {
            return Err(wrong_code());
        }
        ctx.cookie.clear();
        return Ok(Next::said("/sign-in", t!("operator-that-was-wrong-five-times-sign")));
    };
    sign_ins::end(&mut tx, &waiting).await?;
    let token = begin_session(&ctx, &mut tx, &operator).await?;
    if let Proof::RecoveryCode(left) = proof {
        log::add(&mut tx, "recovery_code_used", serde_json::json!({ "left": left })).await?;
    }
    tx.commit().await?;
    ctx.succeeded(Limit::TryCode, &operator.id.to_string()).await?;
    ctx.cookie.set(&token);
    Ok(match proof {
        Proof::RecoveryCode(left) => Next::said(PAGE, t!("operator-you-have-recovery-codes-left", left = left)),
        Proof::Authenticator => Next::to(own_path(&next).unwrap_or("/operator")),
    })
}

async fn count_try(ctx: &OperatorCtx) -> Result<(), AppError> {
    ctx.limit(Limit::TryCode, &ctx.operator()?.id.to_string()).await
}
