//! The parts of a booking's pages.

use chrono::{DateTime, TimeDelta, Utc};
use engine::{Meters, field::isolated, road_distance};
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    bookings::{
        Booking, Key, Phase, WaitsFor, price_line,
        quotes::{QuoteState, StoredQuote},
        store,
    },
    db::Tx,
    dispatch::{JobProgress, JobProvider, JobState},
    error::AppError,
    fulfilment::{
        actions::KeepLooking as KeepLookingAction,
        progress_view::{ProgressView, provider_name, was_declined},
    },
    payments::in_words,
    tenants::Tenant,
    ui::{
        Avatar, Badge, ButtonForm, Description, DescriptionList, Glyph, HiddenField, Icon, PriceLines, PrimaryLink,
        ProgressSteps, Rating, SecondaryButton, TitledCard,
        time::{distance, is_any_minute, span},
    },
    verticals::Situation,
};

/// How the booking stands, in the words of its kind of business; a request that was declined says so.
pub(super) async fn progress_view(tx: &mut Tx, at: &Situation<'_>) -> Result<ProgressView, AppError> {
    let booking = at.booking;
    if booking.phase == Phase::Cancelled && was_declined(&store::timeline(tx, booking.id).await?) {
        return Ok(ProgressView::declined(booking));
    }
    Ok(booking.vertical.standing(at))
}

/// Status: the badge, the steps, the arrival, the provider, and whom to call.
#[component]
pub(super) fn ProgressCard(
    tenant: std::sync::Arc<Tenant>,
    booking: Booking,
    progress_view: ProgressView,
    progress: Option<JobProgress>,
    /// What the customer tells the provider before the work begins.
    code: Option<String>,
    now: DateTime<Utc>,
) -> impl IntoView {
    let arrival = progress.as_ref().and_then(|progress| Arrival::of(&tenant, &booking, progress, now));
    let progress = progress.filter(|_| !booking.phase.is_terminal());
    let crew = progress.as_ref().filter(|progress| progress.crew.len() > 1).map(JobProgress::first_names);
    let provider = progress.and_then(|progress| progress.provider);
    let badge = view! { <Badge tone=progress_view.tone label=progress_view.badge /> };
    let steps = progress_view.labels(&booking);
    let call = match &provider {
        Some(provider) => {
            (provider.phone.to_string(), t!("fulfilment-call", first_name = isolated(provider.first_name())))
        }
        None => (tenant.phone.clone(), t!("fulfilment-call-business", business = isolated(&tenant.name))),
    };
    let headline = match arrival {
        Some(Arrival { label, figure, around, source }) => view! {
            <div class="row-between">
                <div>
                    <p class="muted small">{label}</p>
                    <p class="headline-figure">{figure}</p>
                    {around.map(|around| view! { <p class="muted">{around}</p> })}
                </div>
                {badge}
            </div>
            <p class="faint small">{source}</p>
        }
        .into_any(),
        None => view! { <div class="row-between"><p>{progress_view.explanation}</p>{badge}</div> }.into_any(),
    };
    view! {
        <div class="card">
            {headline}
            {progress_view.step.map(|current| view! { <ProgressSteps label=t!("fulfilment-your-booking") steps current /> })}
            {provider.map(|provider| view! { <hr /><ProviderLine provider /> })}
            {crew.map(|names| view! { <p class="muted">{t!("fulfilment-coming")} {names}</p> })}
            {code.map(|code| view! {
                <p class="muted small">{t!("fulfilment-your-code")}</p>
                <p class="headline-figure">{code}</p>
                <p class="muted">{t!("fulfilment-tell-it-to-whoever-comes-once")}</p>
            })}
            {(!booking.phase.is_terminal())
                .then(|| {
                    view! {
                        <div class="wide">
                            <PrimaryLink href=format!("tel:{}", call.0)>
                                <Icon glyph=Glyph::Phone />
                                {call.1}
                            </PrimaryLink>
                        </div>
                    }
                })}
        </div>
    }
}

/// If no provider was found: a button that restarts the search.
#[component]
pub(super) fn KeepLooking(key: Key, booking: Booking, is_stuck: bool) -> impl IntoView {
    let nobody_found = is_stuck && booking.phase == Phase::Confirmed && booking.waits_for == Some(WaitsFor::Staff);
    nobody_found.then(|| {
        view! {
            <ButtonForm action=KeepLookingAction::PATH>
                {key.fields().map(|(name, value)| view! { <HiddenField name value /> })}
                <SecondaryButton>{t!("fulfilment-keep-looking")}</SecondaryButton>
            </ButtonForm>
        }
    })
}

/// The provider, their vehicle and rating.
#[component]
fn ProviderLine(provider: JobProvider) -> impl IntoView {
    let name = isolated(provider.first_name()).to_string();
    let reviews = u32::try_from(provider.review_count).unwrap_or_default();
    view! {
        <div class="person">
            <Avatar name=provider.name.clone() />
            <div>
                <p class="person-name">
                    {name} " " {provider.rating.map(|average| view! { <Rating average count=reviews /> })}
                </p>
                <p class="person-detail">{provider.vehicle.unwrap_or_default()}</p>
            </div>
        </div>
    }
}

/// The estimated arrival, and how reliable it is.
struct Arrival {
    label: &'static str,
    figure: String,
    around: Option<String>,
    source: String,
}

impl Arrival {
    fn of(tenant: &Tenant, booking: &Booking, progress: &JobProgress, now: DateTime<Utc>) -> Option<Self> {
        let eta = progress.eta(&tenant.settings, now)?;
        let source = source(tenant, booking, progress, now);
        if is_any_minute(eta, now) {
            return Some(Self {
                label: t!("fulfilment-arrives"),
                figure: t!("fulfilment-any-minute").to_owned(),
                around: None,
                source,
            });
        }
        if eta < now {
            return Some(Self { label: t!("fulfilment-promised-for"), figure: tenant.time(eta), around: None, source });
        }
        let figure = match (eta - now).num_seconds() {
            seconds @ ..5_400 => t!("ui-minutes", minutes = (seconds + 59) / 60),
            _ => span(eta, now),
        };
        let is_soon = (eta - now).num_seconds() < 5_400;
        let time = if is_soon { tenant.time(eta) } else { tenant.appointment(eta) };
        let around = Some(t!("fulfilment-around", time = time));
        Some(Self { label: t!("fulfilment-arrives-in-about"), figure, around, source })
    }
}

/// A position no older than this is where the provider is; an older one is where they were.
const STILL_THERE: TimeDelta = TimeDelta::minutes(3);

/// Below this distance, the text is in words, because the estimate isn't more precise.
const NEARBY: Meters = Meters::from_miles(0.1);

/// The basis of the estimate with its age: for an old position, when it was measured. After the promised time it says what happens next.
fn source(tenant: &Tenant, booking: &Booking, progress: &JobProgress, now: DateTime<Utc>) -> String {
    let name = isolated(provider_name(booking, Some(progress)));
    let has_set_out = progress.state == JobState::EnRoute;
    let seen = match (progress.seen_lately(&tenant.settings, now), &progress.position) {
        (Some(position), _) => {
            let away = booking.point.map(|place| road_distance(position.point, place));
            let seen = distance(position.recorded_at, now);
            let is_now = now - position.recorded_at < STILL_THERE;
            let away = away.map(|away| match away {
                away if away < NEARBY => t!("fulfilment-nearby").to_owned(),
                away => t!("fulfilment-away", distance = tenant.distance(away)),
            });
            match (away, is_now, has_set_out) {
                (None, ..) => t!("fulfilment-shares-their-location", name = name, seen = seen),
                (Some(away), true, true) => t!("fulfilment-is-away", name = name, away = away, seen = seen),
                (Some(away), true, false) => {
                    t!("fulfilment-is-away-and-hasnt-left", name = name, away = away, seen = seen)
                }
                (Some(away), false, true) => t!("fulfilment-was-away", name = name, away = away, seen = seen),
                (Some(away), false, false) => {
                    t!("fulfilment-was-away-and-hasnt-left", name = name, away = away, seen = seen)
                }
            }
        }
        (None, Some(position)) => {
            t!("fulfilment-was-last-seen-at", name = name, recorded_at = tenant.time(position.recorded_at))
        }
        (None, None) if !has_set_out && progress.window_start > now => {
            t!("fulfilment-leaves-in-time-short", name = name)
        }
        (None, None) => t!("fulfilment-this-is-the-arrival-time-we").to_owned(),
    };
    match progress.promised_at.filter(|promised| *promised < now) {
        Some(promised) => {
            let promised = tenant.time(promised);
            t!("fulfilment-were-past-our-arrival-time-so", seen = seen, promised = promised)
        }
        None => seen,
    }
}

/// The arrival, for the timeline.
pub(super) fn arrival(tenant: &Tenant, progress: Option<&JobProgress>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let progress = progress.filter(|progress| matches!(progress.state, JobState::Assigned | JobState::EnRoute))?;
    progress.eta(&tenant.settings, now).filter(|eta| *eta > now)
}

/// The price: every line of every approved quote, the sum, and the ceiling; or only who pays, if they hide the price.
#[component]
pub(super) fn PriceCard(
    tenant: std::sync::Arc<Tenant>,
    booking: Booking,
    versions: Vec<StoredQuote>,
    #[prop(optional)] paid: Vec<String>,
) -> impl IntoView {
    if let Some(payer) = booking.hidden_payer() {
        let payer = in_words::billed_to(payer);
        return view! { <TitledCard title=t!("fulfilment-payment")><p>{payer}</p></TitledCard> }.into_any();
    }
    let counting = || versions.iter().filter(|version| version.state == QuoteState::Approved);
    let total: engine::Amount = counting().map(|version| version.quote.total()).sum();
    let consents = counting().filter(|version| version.kind.raises_ceiling());
    let ceiling: engine::Amount = consents.map(|version| version.quote.ceiling()).sum();
    let lines: Vec<_> =
        counting().flat_map(|version| version.quote.lines()).map(|line| price_line(&tenant, line)).collect();
    let tax = tenant.included_tax(counting().map(|version| &version.quote));
    let open = !booking.phase.is_terminal() && ceiling > total;
    let below = booking.vertical.words().told.below_the_most;
    let note = open.then(|| below.with([("most", &tenant.money(ceiling))]));
    let payments = if paid.is_empty() { vec![in_words::intended(&tenant, &booking)] } else { paid };
    let payments = payments.into_iter().map(|payment| view! { <p>{payment}</p> }).collect_view();
    let words = if lines.is_empty() {
        view! { <p>{t!("fulfilment-nothing-to-pay")}</p> }.into_any()
    } else {
        view! {
            <PriceLines lines total=tenant.money(total).to_string() note=tax />
            {note.map(|note| view! { <p class="faint small">{note}</p> })}
            <DescriptionList>
                <Description term=t!("fulfilment-payment")>{payments}</Description>
            </DescriptionList>
        }
        .into_any()
    };
    view! { <TitledCard title=t!("fulfilment-price")>{words}</TitledCard> }.into_any()
}
