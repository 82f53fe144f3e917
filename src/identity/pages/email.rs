use leptos::{prelude::*, server_fn::ServerFn};

use super::dead_link::dead_link;
use crate::{
    error::AppError,
    identity::{
        email::{AgreeToEmail, VerifyEmail, to_agree_to, to_verify},
        token::Token,
    },
    server::{Answer, Page, Visit},
    tenants::pages::CustomerFrame,
    ui,
};

/// `/verify/{token}`: asks to confirm the address. Opening the link confirms nothing, because mail programs open links to preview them.
pub async fn verify(visit: Visit) -> Result<Answer, AppError> {
    let token: String = visit.param("token")?;
    let Some(email) = to_verify(&mut visit.begin().await?, &Token::from(token.as_str())).await? else {
        return dead_link(visit.ctx, t!("identity-to-my-account"), "/account/security");
    };
    let ctx = visit.ctx;
    Page::new(t!("identity-confirm-your-e-mail"), move || {
        view! {
            <CustomerFrame ctx>
                <ui::CompactPage title=t!("identity-confirm-your-e-mail") lead=t!("identity-is-your-address", email = email)>
                    <ui::Card>
                        <ui::PostForm action=VerifyEmail::PATH>
                            <ui::HiddenField name="token" value=token />
                            <ui::PrimaryButton>{t!("identity-yes-confirm-it")}</ui::PrimaryButton>
                        </ui::PostForm>
                    </ui::Card>
                </ui::CompactPage>
            </CustomerFrame>
        }
    })
    .answer()
}

/// `/email/{token}`: asks to confirm the change of address.
pub async fn agree(visit: Visit) -> Result<Answer, AppError> {
    let token: String = visit.param("token")?;
    let Some(change) = to_agree_to(&mut visit.begin().await?, &Token::from(token.as_str())).await? else {
        return dead_link(visit.ctx, t!("identity-to-my-account"), "/account/security");
    };
    let form = visit.form(AgreeToEmail::PATH);
    let ctx = visit.ctx;
    Page::new(t!("identity-change-of-e-mail"), move || {
        let lead = t!("identity-your-account-moves-to-once-you", new_email = change.new_email);
        view! {
            <CustomerFrame ctx>
                <ui::CompactPage title=t!("identity-change-of-e-mail") lead>
                    <ui::ErrorSummary form />
                    <ui::Card>
                        <ui::PostForm action=AgreeToEmail::PATH>
                            <ui::HiddenField name="token" value=token />
                            <ui::PrimaryButton>{t!("identity-i-agree")}</ui::PrimaryButton>
                        </ui::PostForm>
                    </ui::Card>
                </ui::CompactPage>
            </CustomerFrame>
        }
    })
    .answer()
}
