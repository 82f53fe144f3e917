//! Signing in and out.

use engine::EmailAddress;
use leptos::server;
use serde::{Deserialize, Serialize};

use super::{
    Credentials, events,
    session::{auth_session, session_failed},
    sign_in_as,
};
use crate::{
    error::{AppError, FieldErrors, Next},
    limits::Limit,
    server::context,
};

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SignInForm {
    pub email: String,
    pub password: String,
    pub next: String,
}

/// Signs in with e-mail and password. The answer is the same whether the account doesn't exist or the password is wrong.
#[server(endpoint = "sign_in")]
pub async fn sign_in(#[server(flatten)] form: SignInForm) -> Result<Next, AppError> {
    let ctx = context()?;
    let mut errors = FieldErrors::default();
    let email = errors.take("email", form.email.parse::<EmailAddress>());
    if form.password.is_empty() {
        errors.add("password", t!("identity-enter-your-password"));
    }
    let Some(email) = email.filter(|_| errors.is_empty()) else {
        return Err(errors.into_error());
    };
    ctx.limit(Limit::SignIn, email.as_str()).await?;
    let auth = auth_session()?;
    let credentials = Credentials { email: email.clone(), password: form.password };
    let Some(user) = auth.authenticate(credentials).await.map_err(session_failed)? else {
        events::sign_in_failed(&ctx, &email).await?;
        return Err(AppError::invalid("password", t!("identity-e-mail-or-password-is-wrong")));
    };
    ctx.succeeded(Limit::SignIn, email.as_str()).await?;
    sign_in_as(&user, &form.next).await
}

#[server(endpoint = "sign_out")]
pub async fn sign_out() -> Result<Next, AppError> {
    events::signed_out(&context()?).await?;
    let mut auth = auth_session()?;
    auth.logout().await.map_err(session_failed)?;
    Ok(Next::said("/", t!("identity-you-are-signed-out")))
}
