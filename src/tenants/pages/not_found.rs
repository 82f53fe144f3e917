use leptos::prelude::*;

use super::CustomerFrame;
use crate::{
    catalog::{self, PricedService},
    error::AppError,
    server::{Ctx, Page},
    ui::{self, Glyph, Icon, PrimaryLink, SecondaryLink, Section},
    verticals::pages::{offered, service_cards},
};

/// What answers where nothing is: the business's frame, and what can be booked with it.
pub async fn not_found(ctx: Ctx) -> Page {
    // A page that only says that nothing is here must not fail for what it offers instead.
    let services = bookable(&ctx).await.unwrap_or_default();
    Page::new("Not found", move || {
        let tenant = ctx.tenant.clone();
        let call = format!("tel:{}", tenant.phone);
        let offers = (!services.is_empty()).then(|| {
            view! { <Section title="What do you need?">{service_cards(&tenant, &services)}</Section> }
        });
        view! {
            <CustomerFrame ctx>
                <ui::Page title="Not found" lead=AppError::NotFound.to_string()>
                    <p class="row">
                        <PrimaryLink href="/">"To the start page"</PrimaryLink>
                        <SecondaryLink href=call><Icon glyph=Glyph::Phone />"Call us"</SecondaryLink>
                    </p>
                    {offers}
                </ui::Page>
            </CustomerFrame>
        }
    })
    .not_found()
}

async fn bookable(ctx: &Ctx) -> Result<Vec<PricedService>, AppError> {
    let mut tx = ctx.begin().await?;
    Ok(offered(&ctx.tenant, catalog::store::list_active(&mut tx).await?))
}
