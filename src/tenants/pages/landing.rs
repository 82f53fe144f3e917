use engine::{Amount, field::isolated};
use leptos::prelude::*;

use super::CustomerFrame;
use crate::{
    catalog::PricedService,
    error::AppError,
    providers::store::Reputation,
    server::{Answer, Page, Visit, listing},
    tenants::Tenant,
    ui::{Feature, Glyph, Hero, Icon, PrimaryLink, SecondaryLink},
    verticals::pages::service_cards,
};

/// `/`: the brand, its services with their lowest prices, and its area.
pub async fn landing(visit: Visit) -> Result<Answer, AppError> {
    let ctx = visit.ctx;
    let storefront = ctx.app.storefronts.find(&ctx.app.db, &ctx.app.live, ctx.tenant.id).await?;
    let description = listing::in_one_sentence(&ctx.tenant);
    let rating = storefront.reputation.average().map(|average| (average, storefront.reputation.review_count));
    let business = listing::business(&ctx.app, &ctx.tenant, rating);
    Page::new(ctx.tenant.name.clone(), move || {
        let tenant = ctx.tenant.clone();
        view! {
            <CustomerFrame ctx>
                <main id="main" tabindex="-1">
                    {hero(&tenant, &storefront.reputation)}
                    {service_band(&tenant, &storefront.offered(&tenant))}
                    {how_it_works(&tenant)}
                    {coverage(&tenant)}
                    {questions(&tenant)}
                </main>
            </CustomerFrame>
        }
    })
    .listed(description)
    .with_business(business)
    .answer()
}

fn hero(tenant: &Tenant, reputation: &Reputation) -> impl IntoView + use<> {
    let call = format!("tel:{}", tenant.phone);
    let phone = tenant.spoken_phone.clone();
    let rating = reputation.average().map(|average| {
        let reviews = reputation.review_count;
        let reviews = if reviews == 1 { "1 review".to_owned() } else { format!("{reviews} reviews") };
        view! { <li><Icon glyph=Glyph::Star />{format!("{average:.1} out of 5 from {reviews}")}</li> }
    });
    let on_duty = match reputation.on_duty {
        0 => None,
        1 => Some("1 technician on duty now".to_owned()),
        many => Some(format!("{many} technicians on duty now")),
    };
    let eyebrow = region(tenant).to_owned();
    let title = if tenant.tagline.is_empty() {
        format!("Book with {}", isolated(&tenant.name))
    } else {
        tenant.tagline.clone()
    };
    view! {
        <Hero
            eyebrow=eyebrow
            title
            lead="Book in about a minute. See the full price before you confirm, and track your technician live, no login needed."
        >
            <div class="hero-actions">
                <PrimaryLink href="/book">"Get help now"<Icon glyph=Glyph::ArrowRight /></PrimaryLink>
                <SecondaryLink href=call><Icon glyph=Glyph::Phone />{phone}</SecondaryLink>
            </div>
            <ul class="hero-facts">
                {rating}
                {on_duty.map(|words| view! { <li><Icon glyph=Glyph::UserCheck />{words}</li> })}
                <li><Icon glyph=Glyph::Receipt />"Price before you confirm"</li>
                <li><Icon glyph=Glyph::ShieldCheck />"No account needed"</li>
            </ul>
        </Hero>
    }
}

/// The area in short: the coverage text up to its list of places. The brand's name if there is no such text.
fn region(tenant: &Tenant) -> &str {
    match tenant.coverage.split([':', '.']).next().map(str::trim) {
        Some(region) if !region.is_empty() => region,
        _ => &tenant.name,
    }
}

fn service_band(tenant: &Tenant, services: &[&PricedService]) -> impl IntoView + use<> {
    let cards = if services.is_empty() {
        view! { <p class="muted">"Nothing can be booked online right now. Call us, we may still be able to help."</p> }
            .into_any()
    } else {
        service_cards(tenant, services).into_any()
    };
    view! {
        <section class="band">
            <div class="band-heading">
                <h2>"What do you need?"</h2>
                <p>"One flat price, call-out included. Towing adds a per-mile charge."</p>
            </div>
            {cards}
        </section>
    }
}

fn how_it_works(tenant: &Tenant) -> impl IntoView + use<> {
    let places = format!(
        "Use your phone's location, drop a pin on the map, or type an address, place or {}.",
        tenant.postcode()
    );
    view! {
        <section class="band band-surface">
            <div class="band-heading">
                <h2>"How it works"</h2>
            </div>
            <div class="features">
                <Feature
                    glyph=Glyph::MapPin
                    title="1. Tell us where you are"
                    text=places
                />
                <Feature
                    glyph=Glyph::Receipt
                    title="2. See the price and confirm"
                    text="Every charge and the most you could pay. We send no one until you confirm."
                />
                <Feature
                    glyph=Glyph::Truck
                    title="3. Track your technician"
                    text="We ask the nearest qualified technician first. You see who's coming, in what vehicle and when. Pay when the work is done."
                />
            </div>
        </section>
    }
}

fn coverage(tenant: &Tenant) -> impl IntoView + use<> {
    view! {
        <section class="band">
            <div class="band-heading">
                <h2>"Service area"</h2>
                {(!tenant.coverage.is_empty()).then(|| view! { <p>{tenant.coverage.clone()}</p> })}
            </div>
            <p class="muted">"Just outside? Call us and we'll tell you right away if we can come."</p>
        </section>
    }
}

fn questions(tenant: &Tenant) -> impl IntoView + use<> {
    let money = |minor: i64| tenant.money(Amount(minor)).to_string();
    let settings = &tenant.settings;
    let transfers = match (settings.cashapp_handle.is_some(), settings.zelle_handle.is_some()) {
        (true, true) => "cash, CashApp or Zelle",
        (true, false) => "cash or CashApp",
        (false, true) => "cash or Zelle",
        (false, false) => "cash",
    };
    let questions = [
        (
            "Is the price I see the price I pay?",
            "Yes. Towing is priced by the mile: you approve a maximum and pay for actual miles, never more than that.".to_owned(),
        ),
        (
            "What does cancelling cost?",
            format!(
                "Nothing until a technician takes the job. After that {}, and {} once they have arrived. It's free if we're later than promised. You see the fee before you cancel.",
                money(settings.dispatch_fee),
                money(settings.dry_run_fee)
            ),
        ),
        ("How do I pay?", format!("With {transfers}, when the work is done. We don't take cards yet.")),
        (
            "What if I don't know where I am?",
            "Write what you see: an exit, a mile marker, a store. If we can't find it on the map, we'll call you.".to_owned(),
        ),
        (
            "Do I need an account?",
            "No. Your booking's link is enough to track or cancel it. With an account, all your bookings are in one place.".to_owned(),
        ),
    ];
    let items = questions
        .into_iter()
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
    let phone = tenant.spoken_phone.clone();
    view! {
        <section class="band band-surface">
            <div class="band-heading">
                <h2>"Good to know"</h2>
            </div>
            <div class="questions">{items}</div>
            <div class="row closing-actions">
                <PrimaryLink href="/book">"Get help now"<Icon glyph=Glyph::ArrowRight /></PrimaryLink>
                <SecondaryLink href=call><Icon glyph=Glyph::Phone />{phone}</SecondaryLink>
            </div>
        </section>
    }
}
