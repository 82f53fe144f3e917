use leptos::prelude::*;

use crate::{
    error::AppError,
    identity::{own_path, passkeys::elements::PasskeySignIn},
    server::{Answer, Page, Visit},
    tenants::pages::CustomerFrame,
    ui,
};

/// `/sign-in/passkey?next=…`: by passkey. A separate page, because the page with the password has no scripts.
pub async fn passkey(visit: Visit) -> Result<Answer, AppError> {
    let next = visit.query("next").unwrap_or_default().to_owned();
    if let Some(user) = &visit.ctx.user {
        return Ok(Answer::Redirect(own_path(&next).unwrap_or(user.home()).to_owned()));
    }
    let ctx = visit.ctx;
    Page::new(t!("identity-sign-in-with-a-passkey"), move || {
        let password = super::with_next("/sign-in", &next);
        view! {
            <CustomerFrame ctx>
                <ui::CompactPage
                    title=t!("identity-sign-in-with-a-passkey")
                    lead=t!("identity-your-device-asks-for-your-fingerprint")
                >
                    <ui::Card>
                        <PasskeySignIn next />
                    </ui::Card>
                    <p><a href=password>{t!("identity-sign-in-with-a-password-instead")}</a></p>
                </ui::CompactPage>
            </CustomerFrame>
        }
    })
    .answer()
}
