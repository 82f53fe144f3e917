use engine::field::isolated;
use leptos::{prelude::*, server_fn::ServerFn};

use super::frame::OperatorFrame;
use crate::{
    error::AppError,
    operator::{OperatorCtx, actions::OperatorChangePassword},
    server::{Answer, Page, Visit},
    ui,
};

/// `/operator/account`: the operator's password.
pub async fn account(visit: Visit<OperatorCtx>) -> Result<Answer, AppError> {
    let operator = visit.ctx.operator()?.clone();
    let form = visit.form(OperatorChangePassword::PATH);
    Page::new(t!("operator-your-account"), move || {
        let (password, new_password) = (form.field("password"), form.field("new_password"));
        let lead = format!("{}, {}", isolated(&operator.name), operator.email);
        view! {
            <OperatorFrame operator path="/operator/account">
                <ui::Page title=t!("operator-your-account") lead>
                    <ui::ErrorSummary form />
                    <ui::TitledCard title=t!("operator-change-your-password")>
                        <ui::PostForm action=OperatorChangePassword::PATH>
                            <ui::PasswordField label=t!("operator-your-password") name="password" state=password />
                            <ui::NewPasswordField label=t!("operator-new-password") name="new_password" state=new_password />
                            <p class="faint small">{t!("operator-you-stay-signed-in-on-this")}</p>
                            <ui::PrimaryButton>{t!("operator-change-password")}</ui::PrimaryButton>
                        </ui::PostForm>
                    </ui::TitledCard>
                </ui::Page>
            </OperatorFrame>
        }
    })
    .answer()
}
