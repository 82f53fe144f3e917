use leptos::prelude::*;

use crate::{
    error::AppError,
    server::{Answer, Ctx, Page},
    tenants::pages::CustomerFrame,
    ui::{self, EmptyState, Glyph, PrimaryLink},
    words::Phrase,
};

/// The page of a link that was used, has expired, or never existed: how to get a new one.
pub(super) fn dead_link(ctx: Ctx, label: &'static str, href: &'static str) -> Result<Answer, AppError> {
    dead_link_because(ctx, t!("identity-for-your-safety-these-links-work"), label, href)
}

/// The same, with an additional text.
pub fn dead_link_because(
    ctx: Ctx,
    text: &'static str,
    label: &'static str,
    href: &'static str,
) -> Result<Answer, AppError> {
    const TITLE: Phrase = phrase!("identity-this-link-has-expired-or-was");
    Page::new(TITLE.say(), move || {
        view! {
            <CustomerFrame ctx>
                <ui::CompactPage title=TITLE.say()>
                    <EmptyState
                        glyph=Glyph::Clock
                        title=t!("identity-link-expired")
                        text
                    >
                        <PrimaryLink href=href>{label}</PrimaryLink>
                    </EmptyState>
                </ui::CompactPage>
            </CustomerFrame>
        }
    })
    .not_found()
    .answer()
}
