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
    Page::new(t!("identity-forgot-your-password"), move || {
        view! {
            <CustomerFrame ctx>
                <ui::CompactPage title=t!("identity-forgot-your-password") lead=t!("identity-well-e-mail-you-a-link")>
                    <ui::ErrorSummary form=form.clone() />
                    <ui::Card>
                        <ui::PostForm action=RequestReset::PATH>
                            <ui::EmailField label=t!("identity-e-mail") name="email" state=form.field("email") autocomplete="username" />
                            <ui::PrimaryButton>{t!("identity-send-me-a-link")}</ui::PrimaryButton>
                        </ui::PostForm>
                    </ui::Card>
                    <p><a href="/sign-in">{t!("identity-back-to-sign-in")}</a></p>
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
        return dead_link(visit.ctx, t!("identity-send-me-another-link"), "/reset");
    };
    let has_password = has_password(&mut tx, user.id).await?;
    drop(tx);
    let form = visit.form(ResetPassword::PATH);
    let ctx = visit.ctx;
    let (title, consequence) = if has_password {
        (t!("identity-choose-a-new-password"), t!("identity-you-will-be-signed-out-everywhere"))
    } else {
        (t!("identity-choose-a-password"), "")
    };
    Page::new(title, move || {
        let until = ctx.tenant.date_time(expires_at);
        let lead =
            t!("identity-for-the-link-works-once-until", email = user.email, until = until, consequence = consequence);
        view! {
            <CustomerFrame ctx>
                <ui::CompactPage title lead>
                    <ui::ErrorSummary form=form.clone() />
                    <ui::Card>
                        <ui::PostForm action=ResetPassword::PATH>
                            <ui::HiddenField name="token" value=token />
                            <ui::NewPasswordField
                                label=t!("identity-new-password")
                                name="password"
                                state=form.field("password")
                                hint=PASSWORD_HINT.say()
                            />
                            <ui::PrimaryButton>{t!("identity-set-password")}</ui::PrimaryButton>
                        </ui::PostForm>
                    </ui::Card>
                </ui::CompactPage>
            </CustomerFrame>
        }
    })
    .answer()
}
