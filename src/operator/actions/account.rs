use chrono::TimeDelta;
use engine::EmailAddress;
use leptos::server;
use serde::{Deserialize, Serialize};

use crate::{
    db::Tx,
    error::{AppError, FieldErrors, Next, OrInvalid},
    identity::{own_path, password, token::Token},
    limits::Limit,
    operator::{
        Operator, OperatorCtx,
        model::LONGEST,
        operator_context,
        store::{
            accounts, log,
            sign_ins::{self, UnfinishedSignIn},
        },
    },
};

/// How long a sign-in waits for its second factor.
const TIME_LIMIT: TimeDelta = TimeDelta::minutes(10);

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SignInForm {
    pub email: String,
    pub password: String,
    pub next: String,
}

/// Signs an operator in, or asks for their second factor first. Unknown account and wrong password give the same answer after the same time.
#[server(endpoint = "operator_sign_in")]
pub async fn operator_sign_in(#[server(flatten)] form: SignInForm) -> Result<Next, AppError> {
    let ctx = operator_context()?;
    let mut errors = FieldErrors::default();
    let email = errors.take("email", form.email.parse::<EmailAddress>());
    if form.password.is_empty() {
        errors.add("password", t!("operator-enter-your-password"));
    }
    let Some(email) = email.filter(|_| errors.is_empty()) else {
        return Err(errors.into_error());
    };
    ctx.limit(Limit::SignIn, email.as_str()).await?;
    let found = accounts::find_with_password(&mut *ctx.app.db.begin_platform().await?, &email).await?;
    let (operator, hash) = found.unzip();
    let fits = ctx.app.passwords.verify(form.password, hash.clone()).await?;
    let Some(operator) = operator else {
        return Err(wrong());
    };
    let mut tx = ctx.begin_as(&operator).await?;
    // While the hash was computed, the password may have been changed and every session ended.
    if !fits || accounts::password_hash(&mut tx).await? != hash {
        log::add(&mut tx, "sign_in_failed", serde_json::json!({})).await?;
        tx.commit().await?;
        return Err(wrong());
    }
    let next = own_path(&form.next).unwrap_or("/operator");
    if operator.has_second_factor {
        // The token of a pending sign-in opens only the code form; the session gets another one.
        let waiting = Token::random();
        let expires_at = tx.now + TIME_LIMIT;
        if let Some(old) = ctx.cookie.token() {
            accounts::end_session(&mut tx, &old).await?;
        }
        sign_ins::begin(&mut tx, &waiting, next, expires_at).await?;
        tx.commit().await?;
        ctx.succeeded(Limit::SignIn, email.as_str()).await?;
        ctx.cookie.set(&waiting);
        return Ok(Next::to("/sign-in/code"));
    }
    let token = begin_session(&ctx, &mut tx, &operator).await?;
    tx.commit().await?;
    ctx.succeeded(Limit::SignIn, email.as_str()).await?;
    ctx.cookie.set(&token);
    Ok(Next::to(next))
}

/// This browser's sign-in that waits for its code.
pub(in crate::operator) async fn unfinished_sign_in(
    ctx: &OperatorCtx,
) -> Result<Option<(Token, UnfinishedSignIn)>, AppError> {
    let Some(token) = ctx.cookie.token() else { return Ok(None) };
    let found = sign_ins::find(&mut *ctx.app.db.begin_platform().await?, &token).await?;
    Ok(found.map(|unfinished| (token, unfinished)))
}

/// Starts a session and ends the browser's earlier one. Its token goes into the cookie once the transaction is committed.
pub(super) async fn begin_session(ctx: &OperatorCtx, tx: &mut Tx, operator: &Operator) -> Result<Token, AppError> {
    if let Some(old) = ctx.cookie.token() {
        accounts::end_session(tx, &old).await?;
    }
    let token = Token::random();
    let ends_at = tx.now + LONGEST;
    accounts::begin_session(tx, &token, operator.id, ctx.user_agent.as_deref(), ends_at).await?;
    log::add(tx, "sign_in", serde_json::json!({})).await?;
    Ok(token)
}

/// Checks the signed-in operator's password. Each attempt counts towards the limit.
pub(super) async fn has_password(ctx: &OperatorCtx, typed: String) -> Result<(), AppError> {
    let operator = ctx.operator()?;
    ctx.limit(Limit::SignIn, &operator.email).await?;
    let hash = accounts::password_hash(&mut *ctx.begin().await?).await?;
    if !ctx.app.passwords.verify(typed, hash).await? {
        return Err(AppError::invalid("password", t!("operator-that-is-not-your-password")));
    }
    ctx.succeeded(Limit::SignIn, &operator.email).await
}

fn wrong() -> AppError {
    AppError::invalid("password", t!("operator-e-mail-or-password-is-wrong"))
}

/// Signs the operator out on this device.
#[server(endpoint = "operator_sign_out")]
pub async fn operator_sign_out() -> Result<Next, AppError> {
    let ctx = operator_context()?;
    let mut tx = ctx.begin().await?;
    if let Some(token) = ctx.cookie.token() {
        accounts::end_session(&mut tx, &token).await?;
    }
    log::add(&mut tx, "sign_out", serde_json::json!({})).await?;
    tx.commit().await?;
    ctx.cookie.clear();
    Ok(Next::said("/sign-in", t!("operator-you-are-signed-out")))
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PasswordForm {
    pub password: String,
    pub new_password: String,
}

/// Changes the operator's password, and ends their other sessions.
#[server(endpoint = "operator_change_password")]
pub async fn operator_change_password(#[server(flatten)] form: PasswordForm) -> Result<Next, AppError> {
    let ctx = operator_context()?;
    let operator = ctx.operator()?;
    has_password(&ctx, form.password).await?;
    password::check(&form.new_password, &[&operator.email, &operator.name, "Wayside"]).or_invalid("new_password")?;
    let hash = ctx.app.passwords.hash(form.new_password).await?;
    let session = ctx.cookie.token().ok_or(AppError::Unauthenticated)?;
    let mut tx = ctx.begin().await?;
    accounts::set_password(&mut tx, &hash, &session).await?;
    log::add(&mut tx, "password_changed", serde_json::json!({})).await?;
    tx.commit().await?;
    Ok(Next::said("/operator/account", t!("operator-your-new-password-is-set-other")))
}
