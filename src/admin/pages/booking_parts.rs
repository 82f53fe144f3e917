//! The parts of a booking's page.

use chrono::{DateTime, Utc};
use engine::{Meters, Money, Reference, field::isolated};
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    admin::{
        actions::{ApproveBooking, DeclineBooking, PlaceBooking, WithdrawQuote},
        store::booking::{BookingPayment, Event, QuoteVersion},
        tones,
    },
    bookings::{
        Booking, EventKind, Party, Phase, price_line,
        quotes::{QuoteKind, QuoteState},
    },
    dispatch::{Considered, Decision, MOST_DECISIONS},
    places::geocoding::Place,
    tenants::Tenant,
    ui::{self, Badge, FieldState, FormState, PriceLine, Progress, TimelineItem, TitledCard, Tone, time::distance},
    words::count,
};

/// The reference of a booking in a table, which leads to its page.
pub(super) fn reference_link(reference: &Reference) -> impl IntoView + use<> {
    view! { <a class="row-link reference" href=format!("/admin/bookings/{reference}")>{reference.to_string()}</a> }
}

pub(super) fn phase_badge(phase: Phase) -> impl IntoView {
    view! { <Badge tone=tones::of_phase(phase) label=phase.label() /> }
}

/// The timeline for staff, with the author of each entry.
#[component]
pub(super) fn History(tenant: std::sync::Arc<Tenant>, phase: Phase, events: Vec<Event>) -> impl IntoView {
    let last = events.len();
    let answered = |event: &Event| matches!(event.kind, EventKind::Approved | EventKind::Declined);
    let was_requested = phase == Phase::Pending || events.iter().any(answered);
    let items = events
        .into_iter()
        .enumerate()
        .map(|(index, event)| {
            let who = match event.actor {
                Party::Customer => t!("admin-customer").to_owned(),
                Party::System => t!("admin-automatic").to_owned(),
                Party::Staff => event.actor_name.clone().unwrap_or_else(|| t!("admin-staff").to_owned()),
                Party::Provider => event.actor_name.clone().unwrap_or_else(|| t!("admin-provider").to_owned()),
            };
            let progress = match event.kind {
                EventKind::SearchFailed
                | EventKind::Unsuccessful
                | EventKind::Declined
                | EventKind::Cancelled
                | EventKind::NoShow => Progress::Failed,
                _ if index + 1 == last && !phase.is_terminal() => Progress::Current,
                _ => Progress::Done,
            };
            TimelineItem {
                time: tenant.date_time(event.occurred_at),
                label: match event.kind {
                    EventKind::Booked if was_requested => t!("admin-requested").to_owned(),
                    kind => event_label(kind).to_owned(),
                },
                detail: [Some(who), event.note]
                    .iter()
                    .flatten()
                    .map(|part| isolated(part).to_string())
                    .collect::<Vec<_>>()
                    .join(" · "),
                progress,
            }
        })
        .collect();
    view! { <TitledCard title=t!("admin-timeline")><ui::Timeline items /></TitledCard> }
}

fn event_label(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Booked => t!("admin-booked"),
        EventKind::Confirmed | EventKind::Approved => t!("admin-confirmed"),
        EventKind::Declined => t!("admin-declined"),
        EventKind::Moved => t!("admin-moved-label"),
        EventKind::LocationGiven => t!("admin-location-set"),
        EventKind::Dispatched => t!("admin-provider-assigned"),
        EventKind::GivenBack => t!("admin-given-back"),
        EventKind::EnRoute => t!("admin-on-the-way"),
        EventKind::Arrived => t!("admin-arrived"),
        EventKind::Started => t!("admin-work-started"),
        EventKind::Reached => t!("admin-at-the-destination"),
        EventKind::JobDone => t!("admin-job-done"),
        EventKind::JobCalledOff => t!("admin-job-cancelled"),
        EventKind::Completed => t!("admin-completed"),
        EventKind::Unsuccessful => t!("admin-could-not-be-done"),
        EventKind::SearchFailed => t!("admin-no-provider-found"),
        EventKind::SearchResumed => t!("admin-searching-again"),
        EventKind::PriceSettled => t!("admin-price-settled"),
        EventKind::PriceProposed => t!("admin-price-proposed"),
        EventKind::PriceApproved => t!("admin-price-approved"),
        EventKind::PriceDeclined => t!("admin-price-declined"),
        EventKind::PriceWithdrawn => t!("admin-price-withdrawn"),
        EventKind::Cancelled => t!("admin-cancelled"),
        EventKind::NoShow => t!("admin-no-show"),
        EventKind::Paid => t!("admin-paid"),
        EventKind::Reviewed => t!("admin-reviewed"),
        EventKind::Changed | EventKind::Other => t!("admin-changed"),
    }
}

/// Every version of the price with its lines, the current ones last, and the amount due.
#[component]
pub(super) fn Price(
    tenant: std::sync::Arc<Tenant>,
    booking: Booking,
    /// Where staff propose more; `None` if it is too late.
    more: Option<String>,
    quotes: Vec<QuoteVersion>,
) -> impl IntoView {
    let counts = |quote: &&QuoteVersion| quote.state == QuoteState::Approved;
    let owed = tenant.money(quotes.iter().filter(counts).map(|quote| quote.total_amount).sum()).to_string();
    let consents = || quotes.iter().filter(counts).filter(|quote| quote.kind.raises_ceiling());
    let ceiling = consents().map(|quote| quote.ceiling_amount).sum();
    let had_room = consents().any(|quote| quote.ceiling_amount > quote.total_amount);
    let approved_up_to = had_room.then(|| {
        view! { <p class="faint small">{t!("admin-the-customer-approved-up-to", ceiling = tenant.money(ceiling))}</p> }
    });
    // A single version already shows the amount due.
    let sum = (quotes.len() != 1).then(|| {
        view! {
            <hr />
            <div class="row-between">
                <p class="strong">{t!("admin-total-due")}</p>
                <p class="strong figure">{owed}</p>
            </div>
        }
    });
    let more = more
        .map(|href| view! { <div class="row"><ui::SecondaryLink href>{t!("admin-add-to-the-price")}</ui::SecondaryLink></div> });
    let versions = quotes.iter().map(|quote| version(&tenant, &booking, quote)).collect_view();
    view! {
        <TitledCard title=t!("admin-price")>
            {versions}
            {sum}
            {approved_up_to}
            {more}
        </TitledCard>
    }
}

fn version(tenant: &Tenant, booking: &Booking, quote: &QuoteVersion) -> impl IntoView + use<> {
    let is_requested = booking.phase == Phase::Pending;
    let kind = match quote.kind {
        QuoteKind::Original if is_requested => t!("admin-price-if-confirmed"),
        QuoteKind::Original => t!("admin-agreed-price"),
        QuoteKind::Extension => t!("admin-extension"),
        QuoteKind::Adjustment => t!("admin-settled-price"),
        QuoteKind::Overstay => t!("admin-overstay"),
        QuoteKind::Cancellation => t!("admin-cancellation"),
    };
    let (tone, state) = match quote.state {
        QuoteState::Proposed => (Tone::Warning, t!("admin-proposed")),
        QuoteState::Approved if is_requested => (Tone::Info, t!("admin-requested")),
        QuoteState::Approved => (Tone::Success, t!("admin-approved")),
        QuoteState::Rejected => (Tone::Danger, t!("admin-rejected")),
        QuoteState::Expired => (Tone::Neutral, t!("admin-expired")),
        QuoteState::Void => (Tone::Neutral, t!("admin-void")),
    };
    let lines = quote.lines.iter().map(|line| price_line(tenant, line)).collect::<Vec<_>>();
    let settles = quote.kind == QuoteKind::Adjustment;
    let approval = match (&quote.approved_by, quote.approved_at) {
        (Some(_), Some(at)) if settles => t!("admin-within-what-the-customer-approved", at = tenant.date_time(at)),
        (Some(by), Some(at)) => t!("admin-approved-by", by = isolated(by), at = tenant.date_time(at)),
        _ => proposed(tenant, quote),
    };
    let is_line = |what: &&String| quote.lines.iter().any(|line| line.label == **what);
    let description = quote.description.as_ref().filter(|what| !is_line(what));
    let description = description.map(|text| view! { <p>{text.clone()}</p> });
    let (id, booking) = (quote.id.to_string(), booking.id.to_string());
    let withdraw = (quote.state == QuoteState::Proposed).then(|| {
        view! {
            <ui::ButtonForm action=WithdrawQuote::PATH>
                <ui::HiddenField name="booking" value=booking />
                <ui::HiddenField name="quote" value=id />
                <ui::SecondaryButton>{t!("admin-withdraw")}</ui::SecondaryButton>
            </ui::ButtonForm>
        }
    });
    let total = tenant.money(quote.total_amount).to_string();
    // A difference isn't the amount due, so it is shown smaller than a total.
    let prices = if settles {
        let lines = lines.into_iter().chain([PriceLine::new(t!("admin-difference"), total)]).collect();
        view! { <ui::PriceList lines /> }.into_any()
    } else {
        let tax = quote.included_tax_amount;
        let note = (!tax.is_zero()).then(|| tenant.locale.included_tax(None, Money::new(tax, tenant.currency)));
        let counts = matches!(quote.state, QuoteState::Proposed | QuoteState::Approved);
        view! { <div class:price-void=!counts><ui::PriceLines lines total note /></div> }.into_any()
    };
    let kept = quote.kept_fee_amount;
    let kept = (!kept.is_zero()).then(|| {
        view! { <p class="faint small">{t!("admin-of-it-goes-to-the-platform", amount = tenant.money(kept))}</p> }
    });
    view! {
        <div class="stack-tight">
            <div class="row-between">
                <p class="small strong">{format!("{}. {kind}", quote.version)}</p>
                <Badge tone label=state />
            </div>
            {description}
            {prices}
            {kept}
            <p class="faint small">{approval}</p>
            {withdraw}
        </div>
    }
}

/// Who proposed a price, until when it can be answered, and why it was declined.
fn proposed(tenant: &Tenant, quote: &QuoteVersion) -> String {
    let by = quote.offered_by.as_ref().map(|name| t!("admin-proposed-by", name = isolated(name)));
    let until = quote.expires_at.map(|at| t!("admin-to-answer-by", at = tenant.date_time(at)));
    let reason = quote.decline_reason.as_ref().map(|reason| t!("admin-declined-because", reason = isolated(reason)));
    [by, until, reason].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Expected and received payments.
#[component]
pub(super) fn Payments(tenant: std::sync::Arc<Tenant>, payments: Vec<BookingPayment>) -> impl IntoView {
    let rows = payments
        .iter()
        .map(|payment| {
            view! {
                <div class="row-between">
                    <div>
                        <p>{format!("{} · {}", tenant.money(payment.amount), payment.method.label())}</p>
                        <p class="faint small">{tenant.date_time(payment.created_at)}</p>
                    </div>
                    <Badge tone=tones::of_payment(payment.status) label=payment.status.label_of(payment.amount) />
                </div>
            }
        })
        .collect_view();
    (!payments.is_empty()).then(|| {
        view! {
            <TitledCard title=t!("admin-payments")>
                {rows}
                <p class="small"><a href="/admin/payments">{t!("admin-confirm-payments")}</a></p>
            </TitledCard>
        }
    })
}

/// Why a provider was asked or assigned, and all providers who were considered.
#[component]
pub(super) fn Decisions(
    tenant: std::sync::Arc<Tenant>,
    decisions: Vec<Decision>,
    are_cut: bool,
    now: DateTime<Utc>,
) -> impl IntoView {
    let cut =
        are_cut.then(|| view! { <p class="muted small">{t!("admin-the-latest-are-shown", most = MOST_DECISIONS)}</p> });
    let items = decisions
        .iter()
        .map(|decision| {
            let whom = decision.provider_name.clone().map(|name| view! { <span class="strong">{name}</span> " " });
            let about = format!(
                "{} · {} · {}",
                tenant.date_time(decision.decided_at),
                distance(decision.decided_at, now),
                decision.decided_by
            );
            let looked_at = t!("admin-show-candidates", candidates = count(decision.candidates.0.len()));
            let candidates =
                decision.candidates.0.iter().map(|candidate| considered(&tenant, candidate)).collect_view();
            view! {
                <details class="stack-tight">
                    <summary>
                        {whom}
                        <span class="muted">{decision.reason.clone()}</span>
                        <br />
                        <span class="faint small">{about}</span>
                        " "
                        <span class="small strong">{looked_at}</span>
                    </summary>
                    <ul class="stack-tight small">{candidates}</ul>
                </details>
            }
        })
        .collect_view();
    (!decisions.is_empty())
        .then(|| view! { <TitledCard title=t!("admin-dispatch-decisions")>{items}{cut}</TitledCard> })
}

fn considered(tenant: &Tenant, candidate: &Considered) -> impl IntoView + use<> {
    let way = candidate.distance_meters.map(|meters| tenant.locale.short_distance(Meters(f64::from(meters))));
    let minutes = candidate.travel_seconds.map(|seconds| tenant.locale.minutes((seconds + 30) / 60));
    let [way, minutes] = [way, minutes].map(|text| text.map(|text| format!(" · {text}")).unwrap_or_default());
    let ranking = match (candidate.rank, candidate.excluded) {
        (Some(rank), _) => format!("{rank}. "),
        (None, _) => String::new(),
    };
    let reason =
        candidate.excluded.map(|reason| view! { <span class="faint">{format!(" · {}", reason.label())}</span> });
    view! { <li>{ranking}{candidate.name.clone()}<span class="muted">{way}{minutes}</span>{reason}</li> }
}

/// Sets the location of a booking that has only a description: a search, its results, or coordinates.
#[component]
pub(super) fn PlaceForm(
    tenant: std::sync::Arc<Tenant>,
    page: String,
    booking: Booking,
    searched: Option<String>,
    found: Vec<Place>,
    form: FormState,
) -> impl IntoView {
    let postcode = tenant.postcode();
    let nothing = (searched.is_some() && found.is_empty())
        .then(|| view! { <p class="muted">{t!("admin-nothing-found-try-a-street-a", postcode = postcode)}</p> });
    let results = found
        .into_iter()
        .map(|place| {
            let label = place.label();
            view! {
                <div class="row-between">
                    <div>
                        <p>{place.name}</p>
                        <p class="faint small">{format!("{} · {}", place.detail, place.point)}</p>
                    </div>
                    <ui::ButtonForm action=PlaceBooking::PATH>
                        <ui::HiddenField name="booking" value=booking.id.to_string() />
                        <ui::HiddenField name="address" value=label />
                        <ui::HiddenField name="coordinates" value=place.point.to_string() />
                        <ui::SecondaryButton>{t!("admin-use-this-place")}</ui::SecondaryButton>
                    </ui::ButtonForm>
                </div>
            }
        })
        .collect_view();
    let address = if form.was_submitted() { form.field("address") } else { FieldState::of(booking.address.clone()) };
    view! {
        <TitledCard title=t!("admin-where-is-it")>
            <p class="muted">{t!("admin-the-customer-wrote-find-it-on", address = isolated(&booking.address))}</p>
            <ui::SearchBar action=page>
                <ui::SearchField label=t!("admin-place-street-or", postcode = postcode) name="place" state=FieldState::of(searched.unwrap_or(booking.address)) />
            </ui::SearchBar>
            {results}
            {nothing}
            <details>
                <summary class="small">{t!("admin-enter-coordinates")}</summary>
                <ui::PostForm action=PlaceBooking::PATH>
                    <ui::HiddenField name="booking" value=booking.id.to_string() />
                    <ui::TextField label=t!("admin-address") name="address" state=address />
                    <ui::TextField label=t!("admin-latitude-longitude") name="coordinates" state=form.field("coordinates") hint="33.7756, -84.3963" />
                    <ui::SecondaryButton>{t!("admin-set-location")}</ui::SecondaryButton>
                </ui::PostForm>
            </details>
        </TitledCard>
    }
}

/// A request, with the answers staff can give.
#[component]
pub(super) fn Request(tenant: std::sync::Arc<Tenant>, booking: Booking, form: FormState) -> impl IntoView {
    let until = booking.expires_at.map(|at| t!("admin-it-expires-without-an-answer", at = tenant.date_time(at)));
    let is_declining = form.was_submitted();
    let (approved, declined, reason) = (booking.id.to_string(), booking.id.to_string(), form.field("reason"));
    view! {
        <TitledCard title=t!("admin-request") attr:id="answer">
            <p>{t!("admin-the-customer-waits-for-a-yes")} {until.map(|until| view! { " " {until} })}</p>
            <ui::ButtonForm action=ApproveBooking::PATH>
                <ui::HiddenField name="booking" value=approved />
                <ui::PrimaryButton>{t!("admin-confirm")}</ui::PrimaryButton>
            </ui::ButtonForm>
            <details class="confirm" open=is_declining>
                <summary class="button button-secondary">{t!("admin-decline")}</summary>
                <ui::PostForm action=DeclineBooking::PATH>
                    <ui::HiddenField name="booking" value=declined />
                    <ui::TextField label=t!("admin-reason") name="reason" state=reason maxlength=500 hint=t!("admin-the-customer-sees-this") />
                    <div class="row"><ui::DangerButton>{t!("admin-decline-request")}</ui::DangerButton></div>
                </ui::PostForm>
            </details>
        </TitledCard>
    }
}
