use engine::field::isolated;
use leptos::prelude::*;

use super::CustomerFrame;
use crate::{
    catalog::PricedService,
    error::AppError,
    providers::store::Reputation,
    server::{Answer, Page, Visit, listing},
    tenants::Tenant,
    ui::{Feature, Glyph, Hero, Icon, PrimaryLink, SecondaryLink},
    verticals::{Landing, LandingStep, Words, pages::service_cards},
};

/// A kind of business that the tenant offers.
struct Offered {
    words: &'static Words,
    landing: Landing,
    is_one_of_many: bool,
}

/// `/`: the brand, its services with their lowest prices, and its area.
pub async fn landing(visit: Visit) -> Result<Answer, AppError> {
    let ctx = visit.ctx;
    let storefront = ctx.app.storefronts.find(&ctx.app.db, &ctx.app.live, ctx.tenant.id).await?;
    let description = listing::in_one_sentence(&ctx.tenant);
    let rating = storefront.reputation.average().map(|average| (average, storefront.reputation.review_count));
    let business = listing::business(&ctx.app, &ctx.tenant, rating);
    Page::new(ctx.tenant.name.clone(), move || {
        let tenant = ctx.tenant.clone();
        let kinds: Vec<Offered> = tenant
            .verticals
            .iter()
            .map(|vertical| Offered {
                words: vertical.words(),
                landing: vertical.landing(&tenant, &storefront.reputation),
                is_one_of_many: tenant.verticals.len() > 1,
            })
            .collect();
        // Where a booking begins elsewhere, the services may all be providers' own.
        let lists = tenant.begins_at() == "/book" || !storefront.offered(&tenant).is_empty();
        let services = lists.then(|| service_band(&tenant, &kinds, &storefront.offered(&tenant)));
        view! {
            <CustomerFrame ctx>
                <main id="main" tabindex="-1">
                    {hero(&tenant, &kinds, &storefront.reputation)}
                    {services}
                    {kinds.iter().map(how_it_works).collect_view()}
                    {coverage(&tenant, &kinds)}
                    {questions(&tenant, kinds)}
                </main>
            </CustomerFrame>
        }
    })
    .listed(description)
    .with_business(business)
    .answer()
}

fn hero(tenant: &Tenant, kinds: &[Offered], reputation: &Reputation) -> impl IntoView + use<> {
    let call = format!("tel:{}", tenant.phone);
    let phone = tenant.spoken_phone.clone();
    let rating = reputation.average().map(|average| {
        let reviews = t!("tenants-counted-reviews", reviews = crate::words::count(reputation.review_count));
        view! { <li><Icon glyph=Glyph::Star />{t!("tenants-out-of-5-from", average = format!("{:.1}", average), reviews = reviews)}</li> }
    });
    let eyebrow = region(tenant).to_owned();
    let title = if tenant.tagline.is_empty() {
        t!("tenants-book-with", business = isolated(&tenant.name))
    } else {
        tenant.tagline.clone()
    };
    let main = kinds.first();
    let lead = main.map_or("", |main| main.landing.lead);
    let on_duty = main.and_then(|main| main.landing.on_duty.clone());
    let begin = begin(kinds);
    let begins_at = tenant.begins_at();
    view! {
        <Hero eyebrow=eyebrow title lead>
            <div class="hero-actions">
                <PrimaryLink href=begins_at>{begin}<Icon glyph=Glyph::ArrowRight /></PrimaryLink>
                <SecondaryLink href=call><Icon glyph=Glyph::Phone />{phone}</SecondaryLink>
            </div>
            <ul class="hero-facts">
                {rating}
                {on_duty.map(|words| view! { <li><Icon glyph=Glyph::UserCheck />{words}</li> })}
                <li><Icon glyph=Glyph::Receipt />{t!("tenants-price-before-you-confirm")}</li>
                <li><Icon glyph=Glyph::ShieldCheck />{t!("tenants-no-account-needed")}</li>
            </ul>
        </Hero>
    }
}

/// The button that begins a booking.
fn begin(kinds: &[Offered]) -> &'static str {
    kinds.first().map_or(t!("tenants-book"), |main| main.words.begin.say())
}

/// The area in short: the coverage text up to its list of places. The brand's name if there is no such text.
fn region(tenant: &Tenant) -> &str {
    match tenant.coverage.split([':', '.']).next().map(str::trim) {
        Some(region) if !region.is_empty() => region,
        _ => &tenant.name,
    }
}

fn service_band(tenant: &Tenant, kinds: &[Offered], services: &[&PricedService]) -> impl IntoView + use<> {
    let cards = if services.is_empty() {
        view! { <p class="muted">{t!("tenants-nothing-can-be-booked-online-right")}</p> }.into_any()
    } else {
        service_cards(tenant, services).into_any()
    };
    let prices =
        (!services.is_empty()).then(|| kinds.iter().map(|kind| view! { <p>{kind.landing.prices}</p> }).collect_view());
    view! {
        <section class="band">
            <div class="band-heading">
                <h2>{t!("tenants-what-do-you-need")}</h2>
                {prices}
            </div>
            {cards}
        </section>
    }
}

fn how_it_works(kind: &Offered) -> impl IntoView + use<> {
    let steps = kind
        .landing
        .steps
        .iter()
        .map(|LandingStep { glyph, title, text }| view! { <Feature glyph=*glyph title=*title text=text.clone() /> })
        .collect_view();
    let heading = if kind.is_one_of_many {
        t!("tenants-how-kind-works", label = kind.words.label.say())
    } else {
        t!("tenants-how-it-works-title").to_owned()
    };
    view! {
        <section class="band band-surface">
            <div class="band-heading">
                <h2>{heading}</h2>
            </div>
            <div class="features">{steps}</div>
        </section>
    }
}

fn coverage(tenant: &Tenant, kinds: &[Offered]) -> impl IntoView + use<> {
    let area = kinds.first().map(|main| view! { <p class="muted">{main.landing.area}</p> });
    view! {
        <section class="band">
            <div class="band-heading">
                <h2>{t!("tenants-service-area")}</h2>
                {(!tenant.coverage.is_empty()).then(|| view! { <p>{tenant.coverage.clone()}</p> })}
            </div>
            {area}
        </section>
    }
}

fn questions(tenant: &Tenant, kinds: Vec<Offered>) -> impl IntoView + use<> {
    let settings = &tenant.settings;
    let transfers = match (settings.cashapp_handle.is_some(), settings.zelle_handle.is_some()) {
        (true, true) => t!("tenants-cash-cashapp-or-zelle"),
        (true, false) => t!("tenants-cash-or-cashapp"),
        (false, true) => t!("tenants-cash-or-zelle"),
        (false, false) => "cash",
    };
    let of_all = [
        (t!("tenants-how-do-i-pay"), t!("tenants-with-when-the-work-is-done", transfers = transfers)),
        (t!("tenants-do-i-need-an-account"), t!("tenants-no-your-bookings-link-is-enough").to_owned()),
    ];
    let begin = begin(&kinds);
    let items = kinds
        .into_iter()
        .flat_map(|kind| kind.landing.questions)
        .chain(of_all)
        .map(|(question, answer)| {
            view! {
                <details class="question">
                    <summary>{question}</summary>
                    <p>{answer}</p>
                </details>
            }
        })
        .collect_view();
    let call = format!("tel:{}", tenant.phone);
    let (phone, begins_at) = (tenant.spoken_phone.clone(), tenant.begins_at());
    view! {
        <section class="band band-surface">
            <div class="band-heading">
                <h2>{t!("tenants-good-to-know")}</h2>
            </div>
            <div class="questions">{items}</div>
            <div class="row closing-actions">
                <PrimaryLink href=begins_at>{begin}<Icon glyph=Glyph::ArrowRight /></PrimaryLink>
                <SecondaryLink href=call><Icon glyph=Glyph::Phone />{phone}</SecondaryLink>
            </div>
        </section>
    }
}
