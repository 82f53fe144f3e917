use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    error::AppError,
    identity::actions::{SignUp, own_path},
    server::{Answer, Page, Visit},
    tenants::pages::CustomerFrame,
    ui,
};

/// `/sign-up?next=…`: a customer's account.
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
                <ui::Page title="Create an account" lead="See all your bookings in one place. You can book without one, too.">
                    <ui::ErrorSummary form=form.clone() />
                    <ui::Card>
                        <ui::PostForm action=SignUp::PATH>
                            <ui::HiddenField name="next" value=next />
                            <ui::TextField label="Name" name="name" state=form.field("name") autocomplete="name" />
                            <ui::EmailField label="E-mail" name="email" state=form.field("email") />
                            <ui::PhoneField label="Phone" name="phone" state=form.field("phone") />
                            <ui::NewPasswordField label="Password" name="password" state=form.field("password") />
                            <ui::PrimaryButton>"Create account"</ui::PrimaryButton>
                        </ui::PostForm>
                    </ui::Card>
                    <p>"Have an account? " <a href=sign_in>"Sign in"</a></p>
                </ui::Page>
            </CustomerFrame>
        }
    })
    .answer()
}
