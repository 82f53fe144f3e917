//! Forgotten passwords: a link to the account's e-mail address, with which the owner chooses a new one.

use chrono::{DateTime, TimeDelta, Utc};
use engine::{EmailAddress, Id, field::isolated};
use leptos::server;
use serde::{Deserialize, Serialize};

use super::{
    User,
    notices::tell_of_new_password,
    one_time::{self, purpose},
    password,
    session::revoke_sessions,
    store,
    token::Token,
};
use crate::{
    db::Tx,
    error::{AppError, Next, OrInvalid},
    limits::Limit,
    notifications::{self, Email},
    server::{App, context},
    tasks::{self, Task},
};

/// The task that sends the link.
pub const SEND: &str = "send_reset_link";

/// How long the link is valid.
const LIFETIME: TimeDelta = TimeDelta::hours(1);

#[derive(Debug, Serialize, Deserialize)]
struct Request {
    email: EmailAddress,
    /// Absolute address, to which the token is added.
    url: String,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RequestResetForm {
    pub email: String,
}

/// Sends a link to choose a new password, if the address has an account. Earlier links stay valid until one of them is used. A task looks up whether
/// the account exists, so that neither the response nor its time reveals it.
#[server(endpoint = "request_reset")]
pub async fn request_reset(#[server(flatten)] form: RequestResetForm) -> Result<Next, AppError> {
    let ctx = context()?;
    let email = form.email.parse::<EmailAddress>().or_invalid("email")?;
    ctx.limit(Limit::Reset, email.as_str()).await?;
    match ctx.limit(Limit::SendReset, email.as_str()).await {
        Ok(()) => {}
        // Enough links were sent to this mailbox, and each of them works.
        Err(AppError::TooMany(_)) => return Ok(Next::to("/reset/sent")),
        Err(error) => return Err(error),
    }
    let mut tx = ctx.begin().await?;
    let now = tx.now;
    tasks::enqueue(&mut tx, SEND, Request { email, url: ctx.url("/reset/") }, now, None).await?;
    tx.commit().await?;
    Ok(Next::to("/reset/sent"))
}

/// What the form behind the link sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ResetPasswordForm {
    pub token: String,
    pub password: String,
}

/// Sets the password chosen with the link. Ends every session of the account and notifies its owner.
#[server(endpoint = "reset_password")]
pub async fn reset_password(#[server(flatten)] form: ResetPasswordForm) -> Result<Next, AppError> {
    let ctx = context()?;
    ctx.limit(Limit::Invite, "").await?;
    let token = Token::from(form.token.as_str());
    let (user, _) = owner(&mut ctx.begin().await?, &token).await?.ok_or_else(link_is_over)?;
    password::check(&form.password, &[&user.email, &user.name, &ctx.tenant.name]).or_invalid("password")?;
    let hash = ctx.app.passwords.hash(form.password).await?;
    let mut tx = ctx.begin().await?;
    one_time::redeem(&mut tx, purpose::RESET_PASSWORD, &token).await?.ok_or_else(link_is_over)?;
    store::set_password(&mut tx, user.id, &hash).await?;
    store::verify_email(&mut tx, user.id).await?;
    revoke_sessions(&mut tx, user.id, None).await?;
    tell_of_new_password(&mut tx, &ctx, &user).await?;
    tx.commit().await?;
    // The owner proved access to the mailbox: their next sign-in isn't blocked by other people's attempts with the old password.
    ctx.proven(Limit::SignIn, &user.email).await?;
    Ok(Next::said("/sign-in", t!("identity-your-new-password-is-set-sign")))
}

/// The link's secret for an account without a password.
pub async fn issue(tx: &mut Tx, user: Id<User>, lifetime: TimeDelta) -> Result<Token, AppError> {
    one_time::issue(tx, purpose::RESET_PASSWORD, Some(user), (), lifetime).await
}

/// The user of a valid link, and when it expires.
pub(super) async fn owner(tx: &mut Tx, token: &Token) -> Result<Option<(User, DateTime<Utc>)>, AppError> {
    let Some(found) = one_time::peek(tx, purpose::RESET_PASSWORD, token).await? else {
        return Ok(None);
    };
    let Some(user) = found.user else { return Ok(None) };
    Ok(store::find(tx, user).await?.map(|user| (user, found.expires_at)))
}

fn link_is_over() -> AppError {
    AppError::conflict(t!("identity-this-link-was-already-used-ask-again"))
}

/// Handles the task [`SEND`].
pub async fn send(app: &App, task: &Task) -> Result<(), AppError> {
    let tenant = task.tenant_id.ok_or(AppError::NotFound)?;
    let Request { email, url } = task.payload()?;
    let mut tx = app.db.begin_system(tenant).await?;
    let Some(user) = store::find_by_email(&mut tx, &email).await? else {
        return Ok(());
    };
    let token = one_time::issue_another(&mut tx, purpose::RESET_PASSWORD, Some(user.id), (), LIFETIME).await?;
    let mail = Email {
        to: email,
        subject: t!("identity-choose-a-new-password").into(),
        lines: vec![
            t!("identity-hello-use-this-link-to-choose", name = isolated(&user.name)),
            t!("identity-if-you-didnt-ask-password-stays").into(),
        ],
        action: Some((t!("identity-choose-a-new-password"), format!("{url}{}", token.reveal()))),
        kind: "password-reset",
    };
    notifications::email(&mut tx, app, mail).await?;
    tx.commit().await
}
