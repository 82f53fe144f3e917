use chrono::{DateTime, Utc};
use engine::{CancellationStage, Distance, Quote, field::isolated};
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    bookings::{Booking, LocationSource, Whereabouts},
    catalog::PricedService,
    catalog::ServiceRules,
    error::{AppError, FieldErrors},
    identity::token::Token,
    server::{Answer, Ctx, Page, Visit},
    tenants::{Tenant, pages::CustomerFrame},
    ui::{
        Alert, Choice, Description, DescriptionList, ErrorSummary, Glyph, HiddenField, Icon, PhoneActions, PostForm,
        PriceLines, PrimaryButton, PrimaryLink, QuietLink, RadioGroup, SecondaryLink, StickyActions, TitledCard, Tone,
        WidePage, form::FormState,
    },
    verticals::{
        parts::not_bookable,
        roadside::{
            Pricing, RoadsideRequest, Rules,
            actions::{ChoosePlaces, ConfirmBooking},
            draft::{self, Question, Side, Terms},
            duplicates,
            make::price,
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
    let asks_destination = terms.service.asks_destination;
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
                <crate::ui::Page title="Some details need to be corrected">
                    <BookingSteps at=Step::Review />
                    <Alert tone=Tone::Warning title="This booking needs a change">{reasons}</Alert>
                    <PrimaryLink href=back>"Change the details"</PrimaryLink>
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
    questions: Vec<Question>,
    answered: FormState,
) -> Result<Answer, AppError> {
    Page::new("Which place is it?", move || {
        let groups = questions
            .into_iter()
            .map(|Question { side, words, found }| {
                let (name, legend, none) = match side {
                    Side::Pickup => ("address", "Where is the car?", "None of these. Please call me"),
                    Side::Destination => {
                        ("destination", "Where should it go?", "None of these. I'll tell the technician")
                    }
                };
                let mut choices: Vec<_> =
                    found.places.iter().map(|place| Choice::new(place.point.to_string(), place.described())).collect();
                choices.push(Choice::new("none", none));
                let hint = format!("You wrote “{}”. Choose the right place, or the closest one.", isolated(&words));
                view! { <RadioGroup legend name state=answered.field(name) hint choices /> }
            })
            .collect_view();
        view! {
            <CustomerFrame ctx>
                <crate::ui::Page title="Which place is it?" lead="So your technician drives to the right spot.">
                    <BookingSteps at=Step::Review />
                    <PostForm action=ChoosePlaces::PATH>
                        <ErrorSummary form=answered.clone() />
                        <HiddenField name="draft" value=draft />
                        {groups}
                        <StickyActions>
                            <PrimaryButton>"Continue"<Icon glyph=Glyph::ArrowRight /></PrimaryButton>
                            <QuietLink href=back>"Back"</QuietLink>
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
    Page::new("Review your booking", move || {
        let notice = unplaced_notice(&reviewed.request.place);
        let details = details_card(&ctx, &reviewed);
        let price = price_card(&ctx.tenant, &reviewed);
        let steps = next_steps(&ctx.tenant, &reviewed.rules, &reviewed.request, reviewed.now);
        let Reviewed { draft, twin, pricing, quote, .. } = reviewed;
        let label = confirm_label(&pricing, &quote, twin.is_some());
        let label_on_phone = label.clone();
        let beside = twin.as_ref().map(|twin| twin.reference.to_string()).unwrap_or_default();
        let question = twin.map(|twin| booked_already(&ctx, &twin));
        let (total, ceiling) = (quote.total().minor().to_string(), quote.ceiling().minor().to_string());
        view! {
            <CustomerFrame ctx>
                <WidePage title="Review your booking" lead="Nothing is booked until you confirm.">
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
                            <TitledCard title="What happens next">
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
        None => "As soon as possible".to_owned(),
        Some(at) => format!("{} {}", ctx.tenant.date_time(at), ctx.tenant.zone.abbreviation(at)),
    };
    let contact = request.contact.clone();
    let reach = [Some(contact.phone.national()), contact.email.map(|email| email.to_string())];
    let reach = reach.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let payment = format!("{}, when the work is done", request.payment_method.label());
    let notes = request.notes.clone().map(|notes| view! { <Description term="Notes">{notes}</Description> });
    let (name, back) = (name.clone(), back.clone());
    view! {
        <TitledCard title=name>
            <DescriptionList>
                <Description term="Where">{place}</Description>
                {destination}
                <Description term="Vehicle">{vehicle}</Description>
                <Description term="When">{when}</Description>
                <Description term="Contact">{contact.name} <br /> <span class="muted small">{reach}</span></Description>
                <Description term="Payment">{payment}</Description>
                {notes}
            </DescriptionList>
            <SecondaryLink href=back><Icon glyph=Glyph::Pencil />"Change details"</SecondaryLink>
        </TitledCard>
    }
}

/// The price in lines, the ceiling, and the cancellation fees.
fn price_card(tenant: &Tenant, reviewed: &Reviewed) -> impl IntoView + use<> {
    let Reviewed { pricing, distance, quote, .. } = reviewed;
    let lines = pricing.shown_lines(quote);
    let total = pricing.money(quote.total());
    let total_label = if matches!(distance, Distance::Unknown { .. }) { "From" } else { "Total" };
    let most = format!("At most {}", pricing.money(quote.ceiling()));
    let ceiling = pricing
        .ceiling_sentence(quote, *distance)
        .map(|sentence| view! { <Alert tone=Tone::Info title=most><p>{sentence}</p></Alert> });
    let (cancelling, note) = (cancelling(tenant, quote), pricing.included_tax(quote));
    view! {
        <TitledCard title="Price">
            <PriceLines lines total total_label note />
            {ceiling}
            <p class="muted small">{cancelling}</p>
        </TitledCard>
    }
}

fn confirm_label(pricing: &Pricing, quote: &Quote, is_another: bool) -> String {
    let label = if is_another { "Book another anyway" } else { "Confirm" };
    if quote.is_open() {
        format!("{label}, at most {}", pricing.money(quote.ceiling()))
    } else {
        format!("{label} for {}", pricing.money(quote.total()))
    }
}

/// Asks for confirmation before the same is booked a second time. Doesn't show the other booking's link: knowing a phone number proves nothing.
fn booked_already(ctx: &Ctx, twin: &Booking) -> impl IntoView + use<> {
    let call = format!("tel:{}", ctx.tenant.phone);
    let made = ctx.tenant.date_time(twin.created_at);
    view! {
        <Alert tone=Tone::Warning title=format!("You already booked this: {}", twin.reference)>
            <p>
                {format!("It was booked on {made} for the same vehicle, place and time, and is still open. ")}
                "Its link is on the page where you booked it and in the message we sent. Book another only if you need help twice, or "
                <a href=call>"call us"</a> "."
            </p>
        </Alert>
    }
}

fn unplaced_notice(place: &Whereabouts) -> impl IntoView + use<> {
    (place.source == LocationSource::Address).then(|| {
        view! {
            <Alert tone=Tone::Warning title="We couldn't find this on the map">
                <p>"You can still book. We'll call you to find you, then send someone."</p>
            </Alert>
        }
    })
}

fn whereabouts(place: &Whereabouts) -> impl IntoView + use<> {
    let source = match place.source {
        LocationSource::Device => "Your device's location",
        LocationSource::Pin => "Your pin on the map",
        LocationSource::Place => "Found on the map",
        LocationSource::Address => "Not on the map yet",
    };
    view! { {place.address.clone()} <br /> <span class="muted small">{source}</span> }
}

fn destination(to: Option<&Whereabouts>, distance: Distance) -> impl IntoView + use<> {
    let miles = match distance {
        Distance::Known(miles) => Some(format!("About {miles} miles")),
        Distance::None | Distance::Unknown { .. } => None,
    };
    let place = match to {
        Some(to) => whereabouts(to).into_any(),
        None => "Not known yet. Tell your driver".into_any(),
    };
    view! {
        <Description term="Tow to">{place} {miles.map(|miles| view! { <br /><span class="muted small">{miles}</span> })}</Description>
    }
}

/// The cancellation fees that apply later: never more than this booking's price.
fn cancelling(tenant: &Tenant, quote: &Quote) -> String {
    let fee = |stage| tenant.money(Rules::of(tenant).cancellation_fees().due(stage, quote.total())).to_string();
    format!(
        "Cancelling is free until a technician takes the job. Then it costs {}, or {} once they have arrived.",
        fee(CancellationStage::Assigned),
        fee(CancellationStage::Arrived)
    )
}

fn next_steps(
    tenant: &Tenant,
    rules: &ServiceRules,
    request: &RoadsideRequest,
    now: DateTime<Utc>,
) -> impl IntoView + use<> {
    let answer = rules.answer_until(request.scheduled_at, now).map(|until| {
        view! { <li>{format!("We tell you by {} whether we can come.", tenant.date_time(until))}</li> }
    });
    let found = match (request.place.point, request.scheduled_at) {
        (None, _) => "We call you to find out where you are.",
        (Some(_), Some(at)) if at > now => {
            "Shortly before your appointment we pick the technician who can be there first."
        }
        _ => "We ask the nearest technicians right away, one after another.",
    };
    let steps = [found, "You track your technician live, no login needed.", "You pay when the work is done."]
        .map(|step| view! { <li>{step}</li> })
        .collect_view();
    view! { {answer} {steps} }
}
