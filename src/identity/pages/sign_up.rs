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
    Page::new("Create an account", move || {
        let sign_in = super::with_next("/sign-in", &next);
        view! {
            <CustomerFrame ctx>
                <ui::CompactPage title="Create an account" lead="See all your bookings in one place. You can book without one, too.">
                    <ui::ErrorSummary form=form.clone() />
                    <ui::Card>
                        <ui::PostForm action=SignUp::PATH>
                            <ui::HiddenField name="next" value=next />
                            <ui::TextField label="Name" name="name" state=form.field("name") autocomplete="name" />
                            <ui::EmailField
                                label="E-mail"
                                name="email"
                                state=form.field("email")
                                hint="We'll send a link there to choose your password."
                            />
                            <ui::PhoneField label="Phone" name="phone" state=form.field("phone") />
                            <ui::PrimaryButton>"Continue"</ui::PrimaryButton>
                        </ui::PostForm>
                    </ui::Card>
                    <p>"Have an account? " <a href=sign_in>"Sign in"</a></p>
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
        return dead_link(visit.ctx, "Sign up again", "/sign-up");
    };
    let form = visit.form(FinishSignUp::PATH);
    let ctx = visit.ctx;
    Page::new("Choose your password", move || {
        view! {
            <CustomerFrame ctx>
                <ui::CompactPage title=format!("Welcome, {}", isolated(&applicant.name)) lead="Choose a password, and your account is ready.">
                    <ui::ErrorSummary form=form.clone() />
                    <ui::Card>
                        <ui::PostForm action=FinishSignUp::PATH>
                            <ui::HiddenField name="token" value=token />
                            <p>"You sign in as " <span class="strong">{applicant.email.to_string()}</span> "."</p>
                            <ui::NewPasswordField label="Password" name="password" state=form.field("password") hint=PASSWORD_HINT />
                            <ui::PrimaryButton>"Create account"</ui::PrimaryButton>
                        </ui::PostForm>
                    </ui::Card>
                </ui::CompactPage>
            </CustomerFrame>
        }
    })
    .answer()
}
