use chrono::{DateTime, Utc};
use engine::{CancellationStage, Distance, Quote};
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    bookings::{Booking, LocationSource, Whereabouts},
    catalog::PricedService,
    catalog::ServiceRules,
    error::{AppError, FieldErrors},
    identity::token::Token,
    places::question::PlaceQuestion,
    server::{Answer, Ctx, Page, Visit},
    tenants::{Tenant, pages::CustomerFrame},
    ui::{
        Alert, Description, DescriptionList, ErrorSummary, Glyph, HiddenField, Icon, PhoneActions, PostForm,
        PriceLines, PrimaryButton, PrimaryLink, QuietLink, SecondaryLink, StickyActions, TitledCard, Tone, WidePage,
        form::FormState,
    },
    verticals::{
        parts::not_bookable,
        roadside::{
            Pricing, RoadsideRequest, RoadsideService, Rules,
            actions::{ChoosePlaces, ConfirmBooking},
            draft::{self, Terms},
            duplicates,
            make::price,
            side::Side,
            steps::booked,
        },
        steps::{BookingSteps, Step},
    },
};

/// `/book/{service}/review?draft=…`: the booking and its price; before that, a choice of places if an address isn't clear.
pub async fn review(visit: Visit, found: PricedService) -> Result<Answer, AppError> {
    let service_path = format!("/book/{}", found.service.slug);
    let answered = visit.form(ChoosePlaces::PATH);
    // A rejected answer has its own draft in the address, and that draft contains the booking's token.
    let draft = if answered.is_rejected() { answered.value("draft") } else { visit.query("draft").unwrap_or_default() };
    let draft = draft.to_owned();
    let mut tx = visit.begin().await?;
    let name = found.service.name.clone();
    let Some(terms) = Terms::load(&mut tx, visit.ctx.user.as_ref().map(|user| user.id), found).await? else {
        return not_bookable(visit, name);
    };
    let token = Token::from(draft.as_str());
    if let Some(path) = booked(&mut tx, &token).await? {
        return Ok(Answer::Redirect(path));
    }
    let Some((_, form)) = draft::open(&mut tx, &token).await? else {
        return Ok(Answer::Redirect(service_path)); // expired, or a bookmark: there is nothing to review
    };
    let now = tx.now;
    let request = terms.read(&visit.ctx.tenant, &form, now);
    let twin = match &request {
        Ok(request) => duplicates::find(&mut tx, terms.service.id, request).await?,
        Err(_) => None,
    };
    drop(tx);

    let back = format!("{service_path}?draft={draft}");
    let asks_destination = RoadsideService::of(&terms.service).asks_destination;
    let request = match request {
        Ok(request) => request,
        Err(errors) => return outdated(visit.ctx, name, back, errors),
    };
    let questions = draft::questions(&visit.ctx.app.geocoder, visit.ctx.tenant.center, &form, asks_destination).await;
    if !questions.is_empty() {
        return which_places(visit.ctx, draft, back, questions, answered);
    }
    let (distance, quote) = price(&visit.ctx.tenant, &terms, &request)?;
    let pricing = terms.pricing(&visit.ctx.tenant);
    let rules = terms.service.rules;
    summary(visit.ctx, Reviewed { name, draft, back, request, rules, twin, pricing, distance, quote, now })
}

/// The page for a form that can no longer be booked unchanged, because time has passed.
fn outdated(ctx: Ctx, name: String, back: String, errors: FieldErrors) -> Result<Answer, AppError> {
    Page::new(name, move || {
        let reasons = errors.0.into_values().map(|reason| view! { <p>{reason}</p> }).collect_view();
        view! {
            <CustomerFrame ctx>
                <crate::ui::Page title=t!("roadside-some-details-need-to-be-corrected")>
                    <BookingSteps at=Step::Review />
                    <Alert tone=Tone::Warning title=t!("roadside-this-booking-needs-a-change")>{reasons}</Alert>
                    <PrimaryLink href=back>{t!("roadside-change-the-details")}</PrimaryLink>
                </crate::ui::Page>
            </CustomerFrame>
        }
    })
    .answer()
}

/// Asks which of several places an address means.
fn which_places(
    ctx: Ctx,
    draft: String,
    back: String,
    questions: Vec<(Side, PlaceQuestion)>,
    answered: FormState,
) -> Result<Answer, AppError> {
    Page::new(t!("roadside-which-place-is-it"), move || {
        let groups = questions
            .into_iter()
            .map(|(side, question)| {
                let words = match side {
                    Side::Pickup => ["address", t!("roadside-where-is-the-car"), t!("roadside-none-of-these-please-call-me")],
                    Side::Destination => {
                        ["destination", t!("roadside-where-should-it-go"), t!("roadside-none-of-these-ill-tell-the")]
                    }
                };
                question.field(words, &answered)
            })
            .collect_view();
        view! {
            <CustomerFrame ctx>
                <crate::ui::Page title=t!("roadside-which-place-is-it") lead=t!("roadside-so-your-technician-drives-to-the")>
                    <BookingSteps at=Step::Review />
                    <PostForm action=ChoosePlaces::PATH>
                        <ErrorSummary form=answered.clone() />
                        <HiddenField name="draft" value=draft />
                        {groups}
                        <StickyActions>
                            <PrimaryButton>{t!("roadside-continue")}<Icon glyph=Glyph::ArrowRight /></PrimaryButton>
                            <QuietLink href=back>{t!("roadside-back")}</QuietLink>
                        </StickyActions>
                    </PostForm>
                </crate::ui::Page>
            </CustomerFrame>
        }
    })
    .answer()
}

struct Reviewed {
    name: String,
    draft: String,
    back: String,
    request: RoadsideRequest,
    rules: ServiceRules,
    /// An open booking that looks the same.
    twin: Option<Booking>,
    pricing: Pricing,
    distance: Distance,
    quote: Quote,
    now: DateTime<Utc>,
}

/// Shows the booking, the price with its lines, and the confirm button.
fn summary(ctx: Ctx, reviewed: Reviewed) -> Result<Answer, AppError> {
    Page::new(t!("roadside-review-your-booking"), move || {
        let notice = unplaced_notice(&reviewed.request.place);
        let details = details_card(&ctx, &reviewed);
        let price = price_card(&ctx.tenant, &reviewed);
        let steps = next_steps(&ctx.tenant, &reviewed.rules, &reviewed.request, reviewed.now);
        let Reviewed { draft, twin, pricing, quote, rules, .. } = reviewed;
        let lead = if rules.instant {
            t!("roadside-nothing-is-booked-yet")
        } else {
            t!("roadside-nothing-is-booked-until-we-confirm")
        };
        let label = confirm_label(&pricing, &quote, rules.instant, twin.is_some());
        let label_on_phone = label.clone();
        let beside = twin.as_ref().map(|twin| twin.reference.to_string()).unwrap_or_default();
        let question = twin.map(|twin| booked_already(&ctx, &twin));
        let (total, ceiling) = (quote.total().minor().to_string(), quote.ceiling().minor().to_string());
        view! {
            <CustomerFrame ctx>
                <WidePage title=t!("roadside-review-your-booking") lead=lead>
                    <BookingSteps at=Step::Review />
                    {question}
                    {notice}
                    <div class="split split-aside">
                        <div>{details}</div>
                        <div class="follow">
                            {price}
                            <PostForm action=ConfirmBooking::PATH id="confirm">
                                <HiddenField name="draft" value=draft />
                                <HiddenField name="total" value=total />
                                <HiddenField name="ceiling" value=ceiling />
                                <HiddenField name="beside" value=beside />
                                <div class="desktop-only wide">
                                    <PrimaryButton><Icon glyph=Glyph::Check />{label}</PrimaryButton>
                                </div>
                            </PostForm>
                        </div>
                        <div>
                            <TitledCard title=t!("roadside-what-happens-next")>
                                <ol class="next-steps">{steps}</ol>
                            </TitledCard>
                        </div>
                    </div>
                    <PhoneActions>
                        <PrimaryButton form="confirm"><Icon glyph=Glyph::Check />{label_on_phone}</PrimaryButton>
                    </PhoneActions>
                </WidePage>
            </CustomerFrame>
        }
    })
    .answer()
}

/// What is booked, where, when and for whom, with a link back to change it.
fn details_card(ctx: &Ctx, reviewed: &Reviewed) -> impl IntoView + use<> {
    let Reviewed { name, back, request, pricing, distance, .. } = reviewed;
    let near = (request.place.source != LocationSource::Place)
        .then_some(request.place.point)
        .flatten()
        .and_then(|point| ctx.app.geocoder.describe(point))
        .filter(|near| !request.place.address.starts_with(near.as_str()));
    let place = view! {
        {whereabouts(&request.place)}
        {near.map(|near| view! { <br /><span class="muted small">{near}</span> })}
    };
    let destination = pricing.asks_destination.then(|| destination(request.destination.as_ref(), *distance));
    let vehicle = request.vehicle.to_string();
    let when = match request.scheduled_at {
        None => t!("roadside-as-soon-as-possible").to_owned(),
        Some(at) => ctx.tenant.appointment(at),
    };
    let contact = request.contact.clone();
    let reach = [Some(contact.phone.national()), contact.email.map(|email| email.to_string())];
    let reach = reach.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let payment = t!("roadside-when-the-work-is-done", label = request.payment_method.label());
    let notes =
        request.notes.clone().map(|notes| view! { <Description term=t!("roadside-notes")>{notes}</Description> });
    let (name, back) = (name.clone(), back.clone());
    view! {
        <TitledCard title=name>
            <DescriptionList>
                <Description term=t!("roadside-where")>{place}</Description>
                {destination}
                <Description term=t!("roadside-vehicle")>{vehicle}</Description>
                <Description term=t!("roadside-when")>{when}</Description>
                <Description term=t!("roadside-contact")>{contact.name} <br /> <span class="muted small">{reach}</span></Description>
                <Description term=t!("roadside-payment")>{payment}</Description>
                {notes}
            </DescriptionList>
            <SecondaryLink href=back><Icon glyph=Glyph::Pencil />{t!("roadside-change-details")}</SecondaryLink>
        </TitledCard>
    }
}

/// The price in lines, the ceiling, and the cancellation fees.
fn price_card(tenant: &Tenant, reviewed: &Reviewed) -> impl IntoView + use<> {
    let Reviewed { pricing, distance, quote, .. } = reviewed;
    let lines = pricing.shown_lines(quote);
    let total = pricing.money(quote.total());
    let total_label =
        if matches!(distance, Distance::Unknown { .. }) { t!("roadside-from") } else { t!("roadside-total") };
    let most = t!("roadside-at-most", ceiling = pricing.money(quote.ceiling()));
    let ceiling = pricing
        .ceiling_sentence(quote, *distance)
        .map(|sentence| view! { <Alert tone=Tone::Info title=most><p>{sentence}</p></Alert> });
    let (cancelling, note) = (cancelling(tenant, quote), pricing.included_tax(quote));
    view! {
        <TitledCard title=t!("roadside-price")>
            <PriceLines lines total total_label note />
            {ceiling}
            <p class="muted small">{cancelling}</p>
        </TitledCard>
    }
}

fn confirm_label(pricing: &Pricing, quote: &Quote, is_instant: bool, is_another: bool) -> String {
    let label = match (is_instant, is_another) {
        (true, false) => t!("roadside-confirm"),
        (true, true) => t!("roadside-book-another-anyway"),
        (false, false) => t!("roadside-send-request"),
        (false, true) => t!("roadside-send-another-request-anyway"),
    };
    if quote.is_open() {
        t!("roadside-label-at-most", label = label, ceiling = pricing.money(quote.ceiling()))
    } else {
        t!("roadside-for", label = label, total = pricing.money(quote.total()))
    }
}

/// Asks for confirmation before the same is booked a second time. Doesn't show the other booking's link: knowing a phone number proves nothing.
fn booked_already(ctx: &Ctx, twin: &Booking) -> impl IntoView + use<> {
    let call = format!("tel:{}", ctx.tenant.phone);
    let made = ctx.tenant.date_time(twin.created_at);
    view! {
        <Alert tone=Tone::Warning title=t!("roadside-you-already-booked-this", reference = twin.reference)>
            <p>
                {t!("roadside-it-was-booked-on-for-the", made = made)}
                {t!("roadside-its-link-is-on-the-page")}
                <a href=call>{t!("roadside-call-us")}</a> "."
            </p>
        </Alert>
    }
}

fn unplaced_notice(place: &Whereabouts) -> impl IntoView + use<> {
    (place.source == LocationSource::Address).then(|| {
        view! {
            <Alert tone=Tone::Warning title=t!("roadside-we-couldnt-find-this-on-the")>
                <p>{t!("roadside-you-can-still-book-well-call")}</p>
            </Alert>
        }
    })
}

fn whereabouts(place: &Whereabouts) -> impl IntoView + use<> {
    let source = match place.source {
        LocationSource::Device => t!("roadside-your-devices-location"),
        LocationSource::Pin => t!("roadside-your-pin-on-the-map"),
        LocationSource::Place => t!("roadside-found-on-the-map"),
        LocationSource::Address => t!("roadside-not-on-the-map-yet"),
    };
    view! { {place.address.clone()} <br /> <span class="muted small">{source}</span> }
}

fn destination(to: Option<&Whereabouts>, distance: Distance) -> impl IntoView + use<> {
    let miles = match distance {
        Distance::Known(miles) => Some(t!("roadside-about-miles", miles = miles)),
        Distance::None | Distance::Unknown { .. } => None,
    };
    let place = match to {
        Some(to) => whereabouts(to).into_any(),
        None => t!("roadside-not-known-yet-tell-your-driver").into_any(),
    };
    view! {
        <Description term=t!("roadside-tow-to")>{place} {miles.map(|miles| view! { <br /><span class="muted small">{miles}</span> })}</Description>
    }
}

/// The cancellation fees that apply later: never more than this booking's price.
fn cancelling(tenant: &Tenant, quote: &Quote) -> String {
    let fee = |stage| tenant.money(Rules::of(tenant).cancellation_fees().due(stage, quote.total())).to_string();
    t!(
        "roadside-cancelling-is-free-until-a-technician",
        assigned = fee(CancellationStage::Assigned),
        arrived = fee(CancellationStage::Arrived)
    )
}

fn next_steps(
    tenant: &Tenant,
    rules: &ServiceRules,
    request: &RoadsideRequest,
    now: DateTime<Utc>,
) -> impl IntoView + use<> {
    let answer = rules.answer_until(request.scheduled_at, now).map(|until| {
        view! { <li>{t!("roadside-we-tell-you-by-whether-we", until = tenant.appointment(until))}</li> }
    });
    let found = match (request.place.point, request.scheduled_at) {
        (None, _) => t!("roadside-we-call-you-to-find-out"),
        (Some(_), Some(at)) if at > now => {
            t!("roadside-shortly-before-your-appointment-we-pick")
        }
        _ => t!("roadside-we-ask-the-nearest-technicians-right"),
    };
    let steps = [found, t!("roadside-you-track-your-technician-live-no"), t!("roadside-you-pay-when-done")]
        .map(|step| view! { <li>{step}</li> })
        .collect_view();
    view! { {answer} {steps} }
}
