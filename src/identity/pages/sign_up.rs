use engine::field::isolated;
use leptos::{prelude::*, server_fn::ServerFn};

use super::{PASSWORD_HINT, dead_link::dead_link};
use crate::{
    error::AppError,
    identity::{
        own_path,
        sign_up::{FinishSignUp, SignUp, applicant},
        token::Token,
    },
    server::{Answer, Page, Visit},
    tenants::pages::CustomerFrame,
    ui,
};

/// `/sign-up?next=…`: creates a customer's account. The password is chosen with the link that is sent.
pub async fn sign_up(visit: Visit) -> Result<Answer, AppError> {
    let next = visit.query("next").unwrap_or_default().to_owned();
    if let Some(user) = &visit.ctx.user {
        return Ok(Answer::Redirect(own_path(&next).unwrap_or(user.home()).to_owned()));
    }
    let form = visit.form(SignUp::PATH);
    let ctx = visit.ctx;
    Page::new(t!("identity-create-an-account"), move || {
        let sign_in = super::with_next("/sign-in", &next);
        view! {
            <CustomerFrame ctx>
                <ui::CompactPage title=t!("identity-create-an-account") lead=t!("identity-see-all-your-bookings-in-one")>
                    <ui::ErrorSummary form=form.clone() />
                    <ui::Card>
                        <ui::PostForm action=SignUp::PATH>
                            <ui::HiddenField name="next" value=next />
                            <ui::TextField label=t!("identity-name") name="name" state=form.field("name") autocomplete="name" />
                            <ui::EmailField
                                label=t!("identity-e-mail")
                                name="email"
                                state=form.field("email")
                                hint=t!("identity-well-send-a-link-there-to")
                            />
                            <ui::PhoneField label=t!("identity-phone") name="phone" state=form.field("phone") />
                            <ui::PrimaryButton>{t!("identity-continue")}</ui::PrimaryButton>
                        </ui::PostForm>
                    </ui::Card>
                    <p>{t!("identity-have-an-account")} <a href=sign_in>{t!("identity-sign-in")}</a></p>
                </ui::CompactPage>
            </CustomerFrame>
        }
    })
    .answer()
}

/// `/sign-up/{token}`: asks for a password and creates the account.
pub async fn finish_sign_up(visit: Visit) -> Result<Answer, AppError> {
    let token: String = visit.param("token")?;
    let Some(applicant) = applicant(&mut visit.begin().await?, &Token::from(token.as_str())).await? else {
        return dead_link(visit.ctx, t!("identity-sign-up-again"), "/sign-up");
    };
    let form = visit.form(FinishSignUp::PATH);
    let ctx = visit.ctx;
    Page::new(t!("identity-choose-your-password"), move || {
        view! {
            <CustomerFrame ctx>
                <ui::CompactPage title=t!("identity-welcome", name = isolated(&applicant.name)) lead=t!("identity-choose-a-password-for-your-account")>
                    <ui::ErrorSummary form=form.clone() />
                    <ui::Card>
                        <ui::PostForm action=FinishSignUp::PATH>
                            <ui::HiddenField name="token" value=token />
                            <p>{t!("identity-you-sign-in-as")} <span class="strong">{applicant.email.to_string()}</span> "."</p>
                            <ui::NewPasswordField label=t!("identity-password") name="password" state=form.field("password") hint=PASSWORD_HINT.say() />
                            <ui::PrimaryButton>{t!("identity-create-account")}</ui::PrimaryButton>
                        </ui::PostForm>
                    </ui::Card>
                </ui::CompactPage>
            </CustomerFrame>
        }
    })
    .answer()
}
