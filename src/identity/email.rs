//! The account's e-mail: confirming it, and changing it, which both the old and the new address must confirm.
//!
//! ```text
//! requested ──> pending (a day) ──old confirms, new confirms, in any order──> changed
//!                  └─────────── withdrawn, or expired ─────────> unchanged
//! ```

use chrono::TimeDelta;
use engine::{EmailAddress, field::isolated};
use leptos::server;
use serde::{Deserialize, Serialize};

use super::{
    email_changes,
    one_time::{self, purpose},
    store,
    token::Token,
};
use crate::{
    customers,
    db::Tx,
    error::{AppError, Next, OrInternal, OrInvalid},
    limits::Limit,
    notifications::{self, Email},
    server::context,
};

/// How long a link is valid.
const LIFETIME: TimeDelta = TimeDelta::hours(24);

/// Sends a link that confirms the signed-in user's address.
#[server(endpoint = "send_verification")]
pub async fn send_verification() -> Result<Next, AppError> {
    let ctx = context()?;
    let user = ctx.in_person()?;
    ctx.limit(Limit::SendCode, &user.email).await?;
    let mut tx = ctx.begin().await?;
    let token = one_time::issue(&mut tx, purpose::VERIFY_EMAIL, Some(user.id), &user.email, LIFETIME).await?;
    let mail = Email {
        to: user.email.parse().or_internal()?,
        subject: t!("identity-confirm-your-e-mail").into(),
        lines: vec![
            t!("identity-hello-is-this-your-address-then", name = isolated(&user.name)),
            t!("identity-if-you-didnt-expect-this-you").into(),
        ],
        action: Some((t!("identity-confirm-my-e-mail"), ctx.url(&format!("/verify/{}", token.reveal())))),
        kind: "email-verification",
    };
    notifications::email(&mut tx, &ctx.app, mail).await?;
    tx.commit().await?;
    Ok(Next::said("/account/security", t!("identity-check-your-inbox-we-have-sent")))
}

/// The form of the page behind a link.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LinkForm {
    pub token: String,
}

/// Marks the account's address as confirmed.
#[server(endpoint = "verify_email")]
pub async fn verify_email(#[server(flatten)] form: LinkForm) -> Result<Next, AppError> {
    let ctx = context()?;
    let mut tx = ctx.begin().await?;
    let redeemed = one_time::redeem(&mut tx, purpose::VERIFY_EMAIL, &Token::from(form.token.as_str())).await?;
    let redeemed = redeemed.ok_or_else(link_is_over)?;
    let user = store::find(&mut tx, redeemed.user.ok_or(AppError::NotFound)?).await?.ok_or(AppError::NotFound)?;
    if redeemed.payload != user.email.as_str() {
        return Err(AppError::conflict(t!("identity-your-accounts-e-mail-has-changed")));
    }
    store::verify_email(&mut tx, user.id).await?;
    tx.commit().await?;
    let to = if ctx.user.is_some() { "/account/bookings" } else { "/sign-in" };
    Ok(Next::said(to, t!("identity-your-e-mail-is-confirmed")))
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ChangeEmailForm {
    pub email: String,
}

/// Asks both addresses to confirm the change. If the new one already has an account, only that account's owner is told.
#[server(endpoint = "change_email")]
pub async fn change_email(#[server(flatten)] form: ChangeEmailForm) -> Result<Next, AppError> {
    let ctx = context()?;
    let user = ctx.confirmed()?;
    let new = form.email.parse::<EmailAddress>().or_invalid("email")?;
    if new.as_str() == user.email {
        return Err(AppError::invalid("email", t!("identity-this-is-already-your-e-mail")));
    }
    ctx.limit(Limit::SendCode, new.as_str()).await?;
    let mut tx = ctx.begin().await?;
    let expires_at = tx.now + LIFETIME;
    email_changes::begin(&mut tx, user, &new, expires_at).await?;
    let brand = isolated(&ctx.tenant.name);
    let at_old = one_time::issue(&mut tx, purpose::AGREE_AT_OLD, Some(user.id), (), LIFETIME).await?;
    let at_new = one_time::issue(&mut tx, purpose::AGREE_AT_NEW, Some(user.id), (), LIFETIME).await?;
    if user.is_email_verified {
        let mail = Email {
            to: user.email.parse().or_internal()?,
            subject: t!("identity-confirm-the-change-of-your-e").into(),
            lines: vec![
                t!("identity-hello-you-asked-to-change-the", name = isolated(&user.name), brand = brand, new = new),
                t!("identity-if-you-didnt-ask-dont-confirm", phone = ctx.tenant.spoken_phone),
            ],
            action: Some((t!("identity-confirm-the-change"), ctx.url(&format!("/email/{}", at_old.reveal())))),
            kind: "email-change-old",
        };
        notifications::email(&mut tx, &ctx.app, mail).await?;
    }
    let taken = store::email_is_taken(&mut tx, &new).await?;
    let mail = if taken {
        Email {
            to: new,
            subject: t!("identity-someone-tried-to-use-your-address", brand = brand),
            lines: vec![
                t!("identity-someone-tried-to-change-the-e", brand = brand),
                t!("identity-if-it-was-you-sign-in").into(),
            ],
            action: Some((t!("identity-sign-in"), ctx.url("/sign-in"))),
            kind: "email-change-known",
        }
    } else {
        Email {
            to: new,
            subject: t!("identity-confirm-your-new-e-mail-at", brand = brand),
            lines: vec![
                t!("identity-someone-wants-to-sign-in-at", brand = brand),
                t!("identity-if-you-didnt-expect-this-you").into(),
            ],
            action: Some((t!("identity-confirm-the-change"), ctx.url(&format!("/email/{}", at_new.reveal())))),
            kind: "email-change-new",
        }
    };
    notifications::email(&mut tx, &ctx.app, mail).await?;
    tx.commit().await?;
    Ok(Next::said("/account/security", t!("identity-check-both-inboxes-confirm-the-change")))
}

/// Withdraws the pending change of address.
#[server(endpoint = "keep_email")]
pub async fn keep_email() -> Result<Next, AppError> {
    let ctx = context()?;
    let user = ctx.in_person()?;
    let mut tx = ctx.begin().await?;
    email_changes::withdraw(&mut tx, user.id).await?;
    tx.commit().await?;
    Ok(Next::said("/account/security", t!("identity-your-e-mail-is-unchanged")))
}

/// Confirms the change at the address that got this link; the second confirmation applies it.
#[server(endpoint = "agree_to_email")]
pub async fn agree_to_email(#[server(flatten)] form: LinkForm) -> Result<Next, AppError> {
    let ctx = context()?;
    let token = Token::from(form.token.as_str());
    let mut tx = ctx.begin().await?;
    let at_old = one_time::redeem(&mut tx, purpose::AGREE_AT_OLD, &token).await?;
    let (redeemed, side) = if let Some(redeemed) = at_old {
        (redeemed, email_changes::Side::Old)
    } else {
        let at_new = one_time::redeem(&mut tx, purpose::AGREE_AT_NEW, &token).await?;
        (at_new.ok_or_else(link_is_over)?, email_changes::Side::New)
    };
    let user = redeemed.user.ok_or(AppError::NotFound)?;
    let change = email_changes::agree(&mut tx, user, side).await?.ok_or_else(link_is_over)?;
    let said = if change.is_agreed() {
        store::change_email(&mut tx, user, &change.new_email).await?;
        customers::store::change_email_of_user(&mut tx, user, &change.new_email).await?;
        email_changes::end(&mut tx, user).await?;
        // Links sent to the old address are no longer valid.
        one_time::revoke(&mut tx, purpose::RESET_PASSWORD, user).await?;
        one_time::revoke(&mut tx, purpose::VERIFY_EMAIL, user).await?;
        t!("identity-your-e-mail-was-changed-from")
    } else {
        t!("identity-thank-you-now-confirm-it-in")
    };
    tx.commit().await?;
    let to = if ctx.user.is_some() { "/account/security" } else { "/sign-in" };
    Ok(Next::said(to, said))
}

/// The user whose address the link confirms, while it is valid.
pub(super) async fn to_verify(tx: &mut Tx, token: &Token) -> Result<Option<String>, AppError> {
    let found = one_time::peek(tx, purpose::VERIFY_EMAIL, token).await?;
    Ok(found.and_then(|redeemed| redeemed.payload.as_str().map(str::to_owned)))
}

/// The change that the link confirms, while it is valid.
pub(super) async fn to_agree_to(tx: &mut Tx, token: &Token) -> Result<Option<email_changes::EmailChange>, AppError> {
    for purpose in [purpose::AGREE_AT_OLD, purpose::AGREE_AT_NEW] {
        if let Some(user) = one_time::peek(tx, purpose, token).await?.and_then(|redeemed| redeemed.user) {
            return email_changes::find(tx, user).await;
        }
    }
    Ok(None)
}

fn link_is_over() -> AppError {
    AppError::conflict(t!("identity-this-link-was-already-used"))
}
