//! Signing up: asks for name and e-mail first; the owner of that mailbox chooses the password. So nobody can create an account in another
//! person's name, and the form doesn't reveal who has an account.
//!
//! ```text
//! form ──> "check your inbox" ──> a link, valid for a day ──> password ──> signed in
//!                            └──> "you already have an account", if there is one
//! ```

use chrono::TimeDelta;
use engine::{
    EmailAddress, Id, Phone,
    field::{self, isolated},
};
use leptos::server;
use serde::{Deserialize, Serialize};

use super::{Proven, Role, begin_session, one_time, own_path, password, store, token::Token};
use crate::{
    customers::{self, Contact},
    db::Tx,
    error::{AppError, FieldErrors, Next, OrInvalid},
    limits::Limit,
    notifications::{self, Email},
    server::context,
};

/// The purpose of the link's token.
const PURPOSE: &str = "sign_up";

/// How long the link is valid.
const LIFETIME: TimeDelta = TimeDelta::hours(24);

/// The person signing up, as stored with the token.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Applicant {
    pub name: String,
    pub email: EmailAddress,
    phone: Phone,
    next: String,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SignUpForm {
    pub name: String,
    pub email: String,
    pub phone: String,
    pub next: String,
}

/// Sends a link to finish signing up. The response and its time are the same whether the address has an account or not: only the e-mail to its owner
/// differs.
#[server(endpoint = "sign_up")]
pub async fn sign_up(#[server(flatten)] form: SignUpForm) -> Result<Next, AppError> {
    let ctx = context()?;
    let mut errors = FieldErrors::default();
    let name = errors.take("name", field::required(&form.name, 120));
    let email = errors.take("email", form.email.parse::<EmailAddress>());
    let phone = errors.take("phone", Phone::parse(&form.phone, &ctx.tenant.region));
    let (Some(name), Some(email), Some(phone)) = (name, email, phone) else {
        return Err(errors.into_error());
    };
    ctx.limit(Limit::SignUp, email.as_str()).await?;
    let mut tx = ctx.begin().await?;
    // Issued in either case, so that both take the same time; it is sent only if there is no account.
    let applicant = Applicant { name, email: email.clone(), phone, next: form.next };
    let token = one_time::issue(&mut tx, PURPOSE, None, applicant, LIFETIME).await?;
    let brand = isolated(&ctx.tenant.name);
    let mail = if store::email_is_taken(&mut tx, &email).await? {
        Email {
            to: email,
            subject: t!("identity-you-already-have-an-account-at", brand = brand),
            lines: vec![
                t!("identity-someone-probably-you-tried-to-sign", brand = brand),
                t!("identity-if-you-dont-remember-the-password").into(),
                t!("identity-if-it-wasnt-you-you-can").into(),
            ],
            action: Some((t!("identity-sign-in"), ctx.url("/sign-in"))),
            kind: "sign-up-known",
        }
    } else {
        Email {
            to: email,
            subject: t!("identity-finish-signing-up-at", brand = brand),
            lines: vec![
                // Without the name, or strangers could send their own text in our name.
                t!("identity-choose-a-password-and-your-account").into(),
                t!("identity-if-you-didnt-ask-no-account").into(),
            ],
            action: Some((t!("identity-choose-a-password"), ctx.url(&format!("/sign-up/{}", token.reveal())))),
            kind: "sign-up",
        }
    };
    notifications::email(&mut tx, &ctx.app, mail).await?;
    tx.commit().await?;
    Ok(Next::to("/sign-up/sent"))
}

/// The form behind the link.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FinishSignUpForm {
    pub token: String,
    pub password: String,
}

/// Creates the account with the chosen password, and signs in.
#[server(endpoint = "finish_sign_up")]
pub async fn finish_sign_up(#[server(flatten)] form: FinishSignUpForm) -> Result<Next, AppError> {
    let ctx = context()?;
    ctx.limit(Limit::Invite, "").await?;
    let token = Token::from(form.token.as_str());
    let applicant = applicant(&mut ctx.begin().await?, &token).await?.ok_or_else(link_is_over)?;
    password::check(&form.password, &[applicant.email.as_str(), &applicant.name, &ctx.tenant.name])
        .or_invalid("password")?;
    // Before the transaction, because hashing may have to wait.
    let password_hash = Some(ctx.app.passwords.hash(form.password).await?);
    let mut tx = ctx.begin().await?;
    one_time::redeem(&mut tx, PURPOSE, &token).await?.ok_or_else(link_is_over)?;
    let Applicant { name, email, phone, next } = applicant;
    let id = Id::new();
    let contact = Contact { name: name.clone(), phone: phone.clone(), email: Some(email.clone()) };
    let new = store::NewUser { id, name, email, phone: Some(phone), password_hash, roles: vec![Role::Customer] };
    store::insert(&mut tx, &new).await?;
    store::verify_email(&mut tx, id).await?;
    customers::store::insert_for_user(&mut tx, id, &contact).await?;
    let user = store::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    tx.commit().await?;
    begin_session(&user, Proven::OneFactor).await?;
    Ok(Next::said(own_path(&next).unwrap_or("/account/bookings"), t!("identity-welcome-your-account-is-ready")))
}

/// The data of a valid link.
pub(super) async fn applicant(tx: &mut Tx, token: &Token) -> Result<Option<Applicant>, AppError> {
    let found = one_time::peek(tx, PURPOSE, token).await?;
    Ok(found.and_then(|redeemed| serde_json::from_value(redeemed.payload).ok()))
}

fn link_is_over() -> AppError {
    AppError::conflict(t!("identity-this-link-was-already-used-sign-up-again"))
}
