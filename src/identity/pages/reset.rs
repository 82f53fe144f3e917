use leptos::{prelude::*, server_fn::ServerFn};

use super::{PASSWORD_HINT, dead_link::dead_link};
use crate::{
    error::AppError,
    identity::{
        has_password,
        reset::{RequestReset, ResetPassword, owner},
        token::Token,
    },
    server::{Answer, Page, Visit},
    tenants::pages::CustomerFrame,
    ui,
};

/// `/reset`: asks for the e-mail address.
pub async fn reset(visit: Visit) -> Result<Answer, AppError> {
    let form = visit.form(RequestReset::PATH);
    let ctx = visit.ctx;
    Page::new("Forgot your password?", move || {
        view! {
            <CustomerFrame ctx>
                <ui::CompactPage title="Forgot your password?" lead="We'll e-mail you a link to choose a new one.">
                    <ui::ErrorSummary form=form.clone() />
                    <ui::Card>
                        <ui::PostForm action=RequestReset::PATH>
                            <ui::EmailField label="E-mail" name="email" state=form.field("email") autocomplete="username" />
                            <ui::PrimaryButton>"Send me a link"</ui::PrimaryButton>
                        </ui::PostForm>
                    </ui::Card>
                    <p><a href="/sign-in">"Back to sign-in"</a></p>
                </ui::CompactPage>
            </CustomerFrame>
        }
    })
    .answer()
}

/// `/reset/{token}`: asks for the new password.
pub async fn new_password(visit: Visit) -> Result<Answer, AppError> {
    let token: String = visit.param("token")?;
    let mut tx = visit.begin().await?;
    let Some((user, expires_at)) = owner(&mut tx, &Token::from(token.as_str())).await? else {
        return dead_link(visit.ctx, "Send me another link", "/reset");
    };
    let has_password = has_password(&mut tx, user.id).await?;
    drop(tx);
    let form = visit.form(ResetPassword::PATH);
    let ctx = visit.ctx;
    let (title, consequence) = if has_password {
        ("Choose a new password", " You will be signed out everywhere.")
    } else {
        ("Choose a password", "")
    };
    Page::new(title, move || {
        let until = ctx.tenant.date_time(expires_at);
        let lead = format!("For {}. The link works once, until {until}.{consequence}", user.email);
        view! {
            <CustomerFrame ctx>
                <ui::CompactPage title lead>
                    <ui::ErrorSummary form=form.clone() />
                    <ui::Card>
                        <ui::PostForm action=ResetPassword::PATH>
                            <ui::HiddenField name="token" value=token />
                            <ui::NewPasswordField
                                label="New password"
                                name="password"
                                state=form.field("password")
                                hint=PASSWORD_HINT
                            />
                            <ui::PrimaryButton>"Set password"</ui::PrimaryButton>
                        </ui::PostForm>
                    </ui::Card>
                </ui::CompactPage>
            </CustomerFrame>
        }
    })
    .answer()
}
