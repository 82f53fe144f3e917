use leptos::prelude::*;

use crate::{
    error::AppError,
    server::{Answer, Page, Visit},
    tenants::pages::CustomerFrame,
    ui::{self, EmptyState, Glyph, SecondaryLink},
};

/// `/sign-up/sent`: says that the link to finish signing up was sent.
pub async fn sign_up_sent(visit: Visit) -> Result<Answer, AppError> {
    check_your_inbox(visit, "We've sent you a link. Open it within a day to choose your password.", "/sign-up")
}

/// `/reset/sent`: says that the link to choose a new password was sent, if there is an account.
pub async fn reset_sent(visit: Visit) -> Result<Answer, AppError> {
    check_your_inbox(
        visit,
        "If there is an account with this e-mail, a link to choose a new password is on its way. It works for an hour.",
        "/reset",
    )
}

fn check_your_inbox(visit: Visit, text: &'static str, again: &'static str) -> Result<Answer, AppError> {
    let ctx = visit.ctx;
    Page::new("Check your inbox", move || {
        view! {
            <CustomerFrame ctx>
                <ui::CompactPage title="Check your inbox">
                    <EmptyState glyph=Glyph::Mail title="We've sent you an e-mail" text>
                        <SecondaryLink href=again>"Try another address"</SecondaryLink>
                    </EmptyState>
                    <p class="muted">"Nothing after a few minutes? Check your spam folder, or try again."</p>
                </ui::CompactPage>
            </CustomerFrame>
        }
    })
    .answer()
}
