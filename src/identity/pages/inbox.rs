use leptos::prelude::*;

use crate::{
    error::AppError,
    server::{Answer, Page, Visit},
    tenants::pages::CustomerFrame,
    ui::{self, EmptyState, Glyph, SecondaryLink},
};

/// `/sign-up/sent`: says that the link to finish signing up was sent.
pub async fn sign_up_sent(visit: Visit) -> Result<Answer, AppError> {
    check_your_inbox(visit, t!("identity-weve-sent-you-a-link-open"), "/sign-up")
}

/// `/reset/sent`: says that the link to choose a new password was sent, if there is an account.
pub async fn reset_sent(visit: Visit) -> Result<Answer, AppError> {
    check_your_inbox(visit, t!("identity-if-there-is-an-account-with"), "/reset")
}

fn check_your_inbox(visit: Visit, text: &'static str, again: &'static str) -> Result<Answer, AppError> {
    let ctx = visit.ctx;
    Page::new(t!("identity-check-your-inbox"), move || {
        view! {
            <CustomerFrame ctx>
                <ui::CompactPage title=t!("identity-check-your-inbox")>
                    <EmptyState glyph=Glyph::Mail title=t!("identity-weve-sent-you-an-e-mail") text>
                        <SecondaryLink href=again>{t!("identity-try-another-address")}</SecondaryLink>
                    </EmptyState>
                    <p class="muted">{t!("identity-nothing-after-a-few-minutes-check")}</p>
                </ui::CompactPage>
            </CustomerFrame>
        }
    })
    .answer()
}
