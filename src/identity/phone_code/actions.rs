//! Requesting a code and entering it.

use engine::{Id, Phone, field::isolated};
use leptos::server;
use serde::{Deserialize, Serialize};

use super::{
    Purpose, SEND,
    store::{self, PhoneCode, Try},
};
use crate::{
    error::{AppError, Next, OrInvalid},
    identity::{
        own_path,
        second_factor::actions::tell,
        session::{auth_session, confirm, store_failed},
        sign_in_as, store as accounts,
    },
    limits::Limit,
    server::{Ctx, context},
    tasks,
};

/// The session key of the requested code.
const KEY: &str = "phone_code";

/// A sign-in code that this browser has requested.
#[derive(Serialize, Deserialize)]
pub(super) struct AskedFor {
    code: Id<PhoneCode>,
    pub(super) phone: String,
    pub(super) next: String,
}

impl AskedFor {
    /// The request stored in this browser's session.
    pub(super) async fn find() -> Result<Option<Self>, AppError> {
        auth_session()?.session.get(KEY).await.map_err(store_failed)
    }
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PhoneForm {
    /// With or without country code.
    pub phone: String,
    pub next: String,
}

/// Sends a code if an account signs in with this number; the response is the same if none does.
#[server(endpoint = "request_sign_in_code")]
pub async fn request_sign_in_code(#[server(flatten)] form: PhoneForm) -> Result<Next, AppError> {
    let ctx = context()?;
    let (phone, code) = ask_for(&ctx, Purpose::SignIn, &form.phone).await?;
    let auth = auth_session()?;
    // A signed-in user is only proving their identity here, and stays signed in if that fails.
    if ctx.user.is_none() {
        auth.session.clear().await;
        auth.session.cycle_id().await.map_err(store_failed)?;
    }
    let asked_for = AskedFor { code, phone: phone.to_string(), next: form.next };
    auth.session.insert(KEY, asked_for).await.map_err(store_failed)?;
    Ok(Next::to("/sign-in/phone/code"))
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PhoneCodeForm {
    pub code: String,
}

/// Signs in with the code.
#[server(endpoint = "sign_in_with_phone_code")]
pub async fn sign_in_with_phone_code(#[server(flatten)] form: PhoneCodeForm) -> Result<Next, AppError> {
    let ctx = context()?;
    let asked_for = AskedFor::find().await?.ok_or(AppError::Unauthenticated)?;
    six_digits(&form.code)?;
    ctx.limit(Limit::TryCode, &asked_for.phone).await?;
    let mut tx = ctx.begin().await?;
    let tried = store::try_code(&mut tx, &ctx.app.keys, Purpose::SignIn, asked_for.code, &form.code).await?;
    let user = match tried {
        Try::Right(user) => accounts::find(&mut tx, user).await?,
        Try::Wrong | Try::Over => None,
    };
    tx.commit().await?;
    let Some(user) = user else {
        return Err(refusal(tried));
    };
    ctx.succeeded(Limit::TryCode, &asked_for.phone).await?;
    if ctx.is_own(&user) {
        confirm(&ctx).await?;
        return Ok(Next::to(own_path(&asked_for.next).unwrap_or(user.home())));
    }
    sign_in_as(&user, &asked_for.next).await
}

/// Sends a code to confirm a phone number. A confirmed number can be used to sign in.
#[server(endpoint = "request_phone_verification")]
pub async fn request_phone_verification(#[server(flatten)] form: PhoneForm) -> Result<Next, AppError> {
    let ctx = context()?;
    ctx.confirmed()?;
    ask_for(&ctx, Purpose::Verify, &form.phone).await?;
    Ok(Next::to("/account/phone"))
}

/// Confirms the number with its code, and notifies the account's owner of the new sign-in method.
#[server(endpoint = "verify_phone")]
pub async fn verify_phone(#[server(flatten)] form: PhoneCodeForm) -> Result<Next, AppError> {
    let ctx = context()?;
    let user = ctx.confirmed()?;
    six_digits(&form.code)?;
    ctx.limit(Limit::TryCode, &user.id.to_string()).await?;
    let mut tx = ctx.begin().await?;
    let (code, phone) =
        store::find_verification(&mut tx, &ctx.app.keys, user.id).await?.ok_or_else(|| refusal(Try::Over))?;
    let tried = store::try_code(&mut tx, &ctx.app.keys, Purpose::Verify, code, &form.code).await?;
    if tried != Try::Right(user.id) {
        tx.commit().await?;
        return Err(refusal(tried));
    }
    accounts::verify_phone(&mut tx, user.id, &phone).await?;
    let said =
        t!("identity-a-code-sent-to-can-now", national = phone.national(), business = isolated(&ctx.tenant.name));
    tell(&mut tx, &ctx, user, "phone_verified", t!("identity-sign-in-by-phone-was-turned-on"), &said).await?;
    tx.commit().await?;
    Ok(Next::said("/account/phone", t!("identity-your-number-is-confirmed-you-can")))
}

/// Stops codes to the account's number from signing in.
#[server(endpoint = "remove_phone_sign_in")]
pub async fn remove_phone_sign_in() -> Result<Next, AppError> {
    let ctx = context()?;
    let user = ctx.confirmed()?;
    let mut tx = ctx.begin().await?;
    store::delete_all(&mut tx, user.id).await?;
    if accounts::unverify_phone(&mut tx, user.id).await? {
        let said = t!("identity-no-sign-in-by-text-message-at", business = isolated(&ctx.tenant.name));
        tell(&mut tx, &ctx, user, "phone_removed", t!("identity-sign-in-by-phone-was-turned-off"), &said).await?;
    }
    tx.commit().await?;
    Ok(Next::said("/account/phone", t!("identity-sign-in-by-phone-is-off")))
}

/// Rejects text that can't be a code, before it counts as an attempt.
fn six_digits(typed: &str) -> Result<(), AppError> {
    if engine::field::to_ascii(typed).chars().filter(char::is_ascii_digit).count() == 6 {
        return Ok(());
    }
    Err(AppError::invalid("code", t!("identity-enter-the-six-digits-from-the")))
}

/// Requests a code for the number as typed.
async fn ask_for(ctx: &Ctx, purpose: Purpose, typed: &str) -> Result<(Phone, Id<PhoneCode>), AppError> {
    if !ctx.app.channels.can_text() {
        return Err(AppError::NotFound);
    }
    let phone = Phone::parse(typed, &ctx.tenant.region).or_invalid("phone")?;
    ctx.limit(Limit::SendCode, phone.as_str()).await?;
    let user = match purpose {
        Purpose::SignIn => None,
        Purpose::Verify => Some(ctx.user()?.id),
    };
    let mut tx = ctx.begin().await?;
    let code = store::insert(&mut tx, &ctx.app.keys, purpose, user, &phone).await?;
    let now = tx.now;
    tasks::enqueue(&mut tx, SEND, code, now, None).await?;
    tx.commit().await?;
    Ok((phone, code))
}

fn refusal(tried: Try) -> AppError {
    AppError::invalid(
        "code",
        match tried {
            Try::Over => t!("identity-this-code-no-longer-works-ask"),
            Try::Wrong | Try::Right(_) => t!("identity-that-isnt-the-code-we-sent"),
        },
    )
}
