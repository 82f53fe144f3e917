use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    error::AppError,
    identity::actions::own_path,
    operator::{OperatorCtx, actions::OperatorSignIn},
    server::{Answer, Page, Visit},
    ui::{self, Glyph, TopBar},
};

/// `/sign-in?next=…` of the operators' host. Who is signed in already goes on.
pub async fn sign_in(visit: Visit<OperatorCtx>) -> Result<Answer, AppError> {
    let next = visit.query("next").unwrap_or_default().to_owned();
    if visit.ctx.operator.is_some() {
        return Ok(Answer::Redirect(own_path(&next).unwrap_or("/operator").to_owned()));
    }
    let form = visit.form(OperatorSignIn::PATH);
    Page::new("Operators", move || {
        let (email, password) = (form.field("email"), form.field("password"));
        view! {
            <TopBar name="Wayside" mark=Glyph::Route home="/">
                <span class="muted">"Operators"</span>
            </TopBar>
            <ui::CompactPage title="Sign in" lead="For those who run this installation. Businesses sign in on their own address.">
                <ui::ErrorSummary form />
                <ui::Card>
                    <ui::PostForm action=OperatorSignIn::PATH>
                        <ui::HiddenField name="next" value=next />
                        <ui::EmailField label="E-mail" name="email" state=email autocomplete="username" />
                        <ui::PasswordField label="Password" name="password" state=password />
                        <ui::PrimaryButton>"Sign in"</ui::PrimaryButton>
                    </ui::PostForm>
                </ui::Card>
            </ui::CompactPage>
        }
    })
    .answer()
}
