use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    error::AppError,
    identity::{
        actions::{SignOut, own_path},
        has_password,
        security::ConfirmPassword,
    },
    server::{Answer, Page, Visit},
    tenants::pages::CustomerFrame,
    ui,
};

/// `/account/confirm?next=…`: the password once more, before something that can't be taken back. Who has just typed it goes on.
pub async fn confirm(visit: Visit) -> Result<Answer, AppError> {
    let next = own_path(visit.query("next").unwrap_or_default()).unwrap_or("/account/security").to_owned();
    if visit.ctx.confirmed().is_ok() {
        return Ok(Answer::Redirect(next));
    }
    let has_password = has_password(&mut *visit.begin().await?, visit.ctx.user()?.id).await?;
    let form = visit.form(ConfirmPassword::PATH);
    let ctx = visit.ctx;
    Page::new("Confirm that it is you", move || {
        let state = form.field("password");
        let card = if has_password {
            view! {
                <ui::PostForm action=ConfirmPassword::PATH>
                    <ui::HiddenField name="next" value=next />
                    <ui::PasswordField label="Password" name="password" state />
                    <ui::PrimaryButton>"Continue"</ui::PrimaryButton>
                </ui::PostForm>
            }
            .into_any()
        } else {
            view! {
                <p>"Your account has no password. Sign out and in again, then come back within a quarter of an hour."</p>
                <ui::PostForm action=SignOut::PATH>
                    <ui::PrimaryButton>"Sign out"</ui::PrimaryButton>
                </ui::PostForm>
            }
            .into_any()
        };
        view! {
            <CustomerFrame ctx>
                <ui::CompactPage title="Confirm that it is you" lead="Before we change this, we ask for your password once more.">
                    <ui::ErrorSummary form />
                    <ui::Card>{card}</ui::Card>
                </ui::CompactPage>
            </CustomerFrame>
        }
    })
    .answer()
}
