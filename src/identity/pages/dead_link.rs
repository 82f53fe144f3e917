use leptos::prelude::*;

use crate::{
    error::AppError,
    server::{Answer, Ctx, Page},
    tenants::pages::CustomerFrame,
    ui::{self, EmptyState, Glyph, PrimaryLink},
};

/// The page of a link that was used, has expired, or never existed: how to get a new one.
pub(super) fn dead_link(ctx: Ctx, label: &'static str, href: &'static str) -> Result<Answer, AppError> {
    dead_link_because(ctx, "For your safety, these links work once and expire. You can get a new one.", label, href)
}

/// The same, with an additional text.
pub fn dead_link_because(
    ctx: Ctx,
    text: &'static str,
    label: &'static str,
    href: &'static str,
) -> Result<Answer, AppError> {
    const TITLE: &str = "This link has expired or was already used";
    Page::new(TITLE, move || {
        view! {
            <CustomerFrame ctx>
                <ui::CompactPage title=TITLE>
                    <EmptyState
                        glyph=Glyph::Clock
                        title="Link expired"
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
