//! `/book` and the pages below it: the choice of a service, then the vertical's form.

use leptos::prelude::*;

use super::steps::{BookingSteps, Step};
use crate::{
    catalog::{self, PricedService},
    error::AppError,
    server::{Answer, Page, Visit, listing::in_one_sentence},
    tenants::{Tenant, pages::CustomerFrame},
    ui::{EmptyState, Glyph, Icon, LinkCard, PrimaryLink},
};

pub async fn choose_service(visit: Visit) -> Result<Answer, AppError> {
    let ctx = visit.ctx;
    let storefront = ctx.app.storefronts.find(&ctx.app.db, &ctx.app.live, ctx.tenant.id).await?;
    let begins_at = ctx.tenant.begins_at();
    if begins_at != "/book" && storefront.offered(&ctx.tenant).is_empty() {
        return Ok(Answer::Redirect(begins_at.to_owned()));
    }
    let description = in_one_sentence(&ctx.tenant);
    Page::new(t!("verticals-what-do-you-need"), move || {
        let tenant = ctx.tenant.clone();
        let call = tenant.phone.clone();
        view! {
            <CustomerFrame ctx>
                <crate::ui::Page title=t!("verticals-what-do-you-need") lead=t!("verticals-choose-a-service-you-see-the")>
                    <BookingSteps at=Step::Service />
                    {match storefront.offered(&tenant).as_slice() {
                        [] => nothing_to_book(&tenant).into_any(),
                        services => service_cards(&tenant, services).into_any(),
                    }}
                    <p class="muted">
                        {t!("verticals-not-sure-whats-wrong")} <a href=format!("tel:{call}")>{t!("verticals-call-us")}</a> {t!("verticals-and-well-figure-it-out")}
                    </p>
                </crate::ui::Page>
            </CustomerFrame>
        }
    })
    .listed(description)
    .answer()
}

fn nothing_to_book(tenant: &Tenant) -> impl IntoView + use<> {
    let call = format!("tel:{}", tenant.phone);
    view! {
        <EmptyState glyph=Glyph::TrafficCone title=t!("verticals-nothing-can-be-booked-online-right") text=t!("verticals-call-us-we-may-still-be")>
            <PrimaryLink href=call><Icon glyph=Glyph::Phone />{t!("verticals-call-us")}</PrimaryLink>
        </EmptyState>
    }
}

/// A card for each service, with its icon and its price, and whether the prices contain the tax.
pub fn service_cards(tenant: &Tenant, services: &[&PricedService]) -> impl IntoView + use<> {
    let cards = services
        .iter()
        .map(|offered| {
            let service = &offered.service;
            view! {
                <li>
                    <LinkCard
                        href=format!("/book/{}", service.slug)
                        glyph=Glyph::named(&service.icon).unwrap_or(service.vertical.words().glyph)
                        title=service.name.clone()
                        detail=service.description.clone()
                        aside=service.vertical.least_price(tenant, offered)
                    />
                </li>
            }
        })
        .collect_view();
    let tax = tenant.shown_prices_note().map(|note| view! { <p class="muted small">{note}</p> });
    view! { <ul class="link-cards">{cards}</ul> {tax} }
}

/// `/book/{service}`: the form that books it.
pub async fn booking_form(visit: Visit) -> Result<Answer, AppError> {
    let found = find(&visit).await?;
    found.service.vertical.booking_form(visit, found).await
}

/// `/book/{service}/review`: the review page.
pub async fn review(visit: Visit) -> Result<Answer, AppError> {
    let found = find(&visit).await?;
    found.service.vertical.review(visit, found).await
}

async fn find(visit: &Visit) -> Result<PricedService, AppError> {
    let slug: String = visit.param("service")?;
    let mut tx = visit.begin().await?;
    let found = catalog::store::find_by_slug(&mut tx, &slug).await?.ok_or(AppError::NotFound)?;
    if visit.ctx.tenant.offers(found.service.vertical) { Ok(found) } else { Err(AppError::NotFound) }
}
