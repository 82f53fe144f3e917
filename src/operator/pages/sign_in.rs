use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    error::AppError,
    identity::{own_path, second_factor::views::CodeField},
    operator::{
        OperatorCtx,
        actions::{OperatorFinishSignIn, OperatorSignIn, unfinished_sign_in},
    },
    server::{Answer, Page, Visit},
    ui::{self, Glyph, TopBar},
};

/// `/sign-in?next=…` of the operators' host. A signed-in operator goes straight to `next`.
pub async fn sign_in(visit: Visit<OperatorCtx>) -> Result<Answer, AppError> {
    let next = visit.query("next").unwrap_or_default().to_owned();
    if visit.ctx.operator.is_some() {
        return Ok(Answer::Redirect(own_path(&next).unwrap_or("/operator").to_owned()));
    }
    // If the form is submitted without this cookie, the browser stores no cookies, and nobody can sign in.
    visit.ctx.device.remember();
    let form = visit.form(OperatorSignIn::PATH);
    Page::new(t!("operator-operators"), move || {
        let (email, password) = (form.field("email"), form.field("password"));
        view! {
            {top_bar()}
            <ui::CompactPage title=t!("operator-sign-in") lead=t!("operator-for-operators-of-this-installation-businesses")>
                <ui::ErrorSummary form />
                <ui::Card>
                    <ui::PostForm action=OperatorSignIn::PATH>
                        <ui::HiddenField name="next" value=next />
                        <ui::EmailField label=t!("operator-e-mail") name="email" state=email autocomplete="username" />
                        <ui::PasswordField label=t!("operator-password") name="password" state=password />
                        <ui::PrimaryButton>{t!("operator-sign-in")}</ui::PrimaryButton>
                    </ui::PostForm>
                </ui::Card>
            </ui::CompactPage>
        }
    })
    .answer()
}

/// `/sign-in/code` of the operators' host: the second factor, after the password.
pub async fn sign_in_code(visit: Visit<OperatorCtx>) -> Result<Answer, AppError> {
    if unfinished_sign_in(&visit.ctx).await?.is_none() {
        return Ok(Answer::Redirect("/sign-in".into()));
    }
    let form = visit.form(OperatorFinishSignIn::PATH);
    Page::new(t!("operator-enter-your-code"), move || {
        let state = form.field("code");
        view! {
            {top_bar()}
            <ui::CompactPage title=t!("operator-enter-your-code") lead=t!("operator-open-your-authenticator-app-and-type")>
                <ui::ErrorSummary form />
                <ui::Card>
                    <ui::PostForm action=OperatorFinishSignIn::PATH>
                        <CodeField state />
                        <ui::PrimaryButton>{t!("operator-sign-in")}</ui::PrimaryButton>
                    </ui::PostForm>
                </ui::Card>
                <p class="muted">
                    {t!("operator-without-your-phone-type-one-of")}
                    <code>"wayside operator reset-factor"</code> "."
                </p>
                <p><ui::QuietLink href="/sign-in">{t!("operator-start-again")}</ui::QuietLink></p>
            </ui::CompactPage>
        }
    })
    .answer()
}

fn top_bar() -> impl IntoView {
    view! {
        <TopBar name="Wayside" mark=Glyph::Route home="/">
            <span class="muted">{t!("operator-operators")}</span>
        </TopBar>
    }
}
