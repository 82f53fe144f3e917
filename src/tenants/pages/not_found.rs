use leptos::prelude::*;

use super::CustomerFrame;
use crate::{
    error::AppError,
    server::{Ctx, Page},
    ui::{self, Glyph, Icon, PrimaryLink, SecondaryLink, Section},
    verticals::pages::service_cards,
};

/// The page for unknown paths: the business's frame, and the services to book.
pub async fn not_found(ctx: Ctx) -> Page {
    // This page must not fail because the services can't be loaded.
    let storefront = ctx.app.storefronts.find(&ctx.app.db, &ctx.app.live, ctx.tenant.id).await.ok();
    Page::new(t!("tenants-not-found"), move || {
        let tenant = ctx.tenant.clone();
        let call = format!("tel:{}", tenant.phone);
        let services = storefront.as_deref().map(|storefront| storefront.offered(&tenant)).unwrap_or_default();
        let offers = (!services.is_empty()).then(|| {
            let cards = service_cards(&tenant, &services);
            view! { <Section title=t!("tenants-what-do-you-need")>{cards}</Section> }
        });
        view! {
            <CustomerFrame ctx>
                <ui::Page title=t!("tenants-not-found") lead=AppError::NotFound.to_string()>
                    <p class="row">
                        <PrimaryLink href="/">{t!("tenants-to-the-start-page")}</PrimaryLink>
                        <SecondaryLink href=call><Icon glyph=Glyph::Phone />{t!("tenants-call-us")}</SecondaryLink>
                    </p>
                    {offers}
                </ui::Page>
            </CustomerFrame>
        }
    })
    .not_found()
}
