use chrono::{DateTime, Utc};
use engine::{Commission, field::isolated};
use leptos::{prelude::*, server_fn::ServerFn};

use super::{
    area,
    in_words::{Stages, due, earned_with, stages_of, state_label},
    minutes,
    open_job::{open_jobs, open_jobs_near},
    tone, when,
};
use crate::{
    dispatch::{self, JobState},
    error::AppError,
    places::geocoding::Place,
    portal::{
        ProviderFrame, Shift,
        elements::{OfferCountdown, SharePosition},
        store::{self, ListedJob, WaitingOffer},
    },
    providers::{self, Position, Provider, ProviderStatus, actions::SharePosition as SharePositionAction},
    server::{Answer, Page, Visit},
    tenants::Tenant,
    ui::{
        self, ButtonForm, Card, Glyph, HiddenField, Icon, LinkCard, PrimaryLink, SecondaryButton, Section, StatCard,
        Tone, time::distance,
    },
    words::count,
};

/// `/provider`: the pending offer, the current job, the position, today's earnings. `?near=` looks up a place to set as the position.
pub async fn home(visit: Visit) -> Result<Answer, AppError> {
    let mut tx = visit.begin().await?;
    let now = tx.now;
    let tenant = visit.ctx.tenant.clone();
    let provider = providers::of_user(&mut tx, &visit.ctx).await?;
    let around = store::around(&mut tx, provider.id).await?;
    let offer = store::waiting_offer(&mut tx, provider.id).await?;
    let to_do = store::to_do(&mut tx, provider.id).await?;
    let (today, _) = tenant.zone.day_bounds(tenant.zone.date(now));
    let day = store::earned_by_day(&mut tx, provider.id, &tenant.zone, today).await?.pop();
    if let Some(offer) = &offer {
        dispatch::store::offers::mark_seen(&mut tx, offer.id).await?;
    }
    let stages = stages_of(&mut tx, &tenant, &to_do).await?;
    let open = if around.has_open_jobs { open_jobs_near(&mut tx, &tenant, &provider).await? } else { Vec::new() };
    tx.commit().await?;
    let near = visit.query("near").map(str::to_owned);
    let places = match &near {
        Some(text) => visit.ctx.app.geocoder.search(text, tenant.center).await.places,
        None => Vec::new(),
    };

    let ctx = visit.ctx;
    Page::new(t!("portal-home"), move || {
        let shift = Shift::of(&provider, usize::from(offer.is_some()));
        let earned = day.as_ref().map_or(engine::Amount::ZERO, |day| day.amount);
        let note = earned_with(day.map(|day| day.earned_with).unwrap_or_default());
        let has_duty = tenant.has_duty();
        let lead = lead(&provider, has_duty, now, offer.is_some(), !to_do.is_empty());
        let is_held = provider.hold_at(now).is_some();
        let asks_place = if has_duty { provider.is_on_duty() } else { !around.has_home };
        view! {
            <ProviderFrame ctx path="/provider" shift>
                <ui::Page title=t!("portal-hello", first_name = isolated(provider.first_name())) lead=lead>
                    {awaiting(&provider, &tenant)}
                    {on_hold(&provider, &tenant, now)}
                    <div id="work" class="stack" data-live="">
                        {offer.map(|offer| offer_card(&tenant, offer, provider.commission, now))}
                        {(!to_do.is_empty()).then(|| work(&tenant, to_do, &stages, now))}
                        {open_jobs(&tenant, open, now)}
                    </div>
                    <div class="stats">
                        <StatCard label=t!("portal-earned-today") value=tenant.money(earned).to_string() note=note glyph=Glyph::Wallet />
                        <StatCard label=t!("portal-rating") value=rating(&provider) note=reviews(&provider) glyph=Glyph::Star />
                    </div>
                    {asks_place.then(|| whereabouts(&tenant, around.position, now, is_held, near, places))}
                </ui::Page>
            </ProviderFrame>
        }
    })
    .answer()
}

fn lead(provider: &Provider, has_duty: bool, now: DateTime<Utc>, has_offer: bool, has_work: bool) -> &'static str {
    match (provider.status, provider.is_on_duty()) {
        (ProviderStatus::Active, _) if has_offer => t!("portal-you-have-a-new-offer"),
        (ProviderStatus::Active, _) if has_work => t!("portal-you-have-work-to-do"),
        (ProviderStatus::Active, _) if provider.hold_at(now).is_some() => t!("portal-you-get-no-offers-at-present"),
        (ProviderStatus::Active, _) if !has_duty => t!("portal-offers-appear-here"),
        (ProviderStatus::Active, true) => t!("portal-youre-on-duty-offers-appear-here"),
        (ProviderStatus::Active, false) => t!("portal-youre-off-duty-flip-the-switch"),
        (ProviderStatus::Pending, _) => t!("portal-thanks-for-joining"),
        (ProviderStatus::Rejected, _) => t!("portal-it-didnt-work-out-this-time"),
        (ProviderStatus::Inactive | ProviderStatus::Suspended, _) => t!("portal-your-account-is-inactive"),
    }
}

/// What a provider who can't work yet is waiting for.
fn awaiting(provider: &Provider, tenant: &Tenant) -> Option<impl IntoView + use<>> {
    let call = format!("tel:{}", tenant.phone);
    let phone = tenant.phone.parse::<engine::Phone>().map_or_else(|_| tenant.phone.clone(), |phone| phone.national());
    let (title, text) = match provider.status {
        ProviderStatus::Active => return None,
        ProviderStatus::Pending => {
            (t!("portal-your-account-is-waiting-for-approval"), t!("portal-we-check-your-documents-and-equipment"))
        }
        ProviderStatus::Rejected => (t!("portal-you-werent-accepted"), t!("portal-we-cant-work-with-you-right")),
        ProviderStatus::Inactive | ProviderStatus::Suspended => {
            (t!("portal-you-cant-take-jobs-right-now"), t!("portal-your-earnings-are-paid-out-as"))
        }
    };
    let reason = provider
        .status_reason
        .clone()
        .map(|reason| view! { <p>{t!("portal-the-office-says", reason = isolated(&reason))}</p> });
    Some(view! {
        <ui::Alert tone=Tone::Info title=title>
            {reason}
            <p>{text}</p>
            <p><a href=call>{t!("portal-call-the-office")} {phone}</a></p>
        </ui::Alert>
    })
}

/// Until when, and why, an active provider gets no offers.
fn on_hold(provider: &Provider, tenant: &Tenant, now: DateTime<Utc>) -> Option<impl IntoView + use<>> {
    let hold = provider.hold_at(now).filter(|_| provider.status == ProviderStatus::Active)?;
    let title = t!("portal-you-get-no-offers-until", when = when(tenant, hold.until, now));
    let reason = t!("portal-the-office-says", reason = isolated(&hold.reason));
    Some(view! { <ui::Alert tone=Tone::Warning title><p>{reason}</p></ui::Alert> })
}

fn offer_card(
    tenant: &Tenant,
    offer: WaitingOffer,
    commission: Commission,
    now: DateTime<Utc>,
) -> impl IntoView + use<> {
    let left = u32::try_from((offer.expires_at - now).num_seconds().max(0)).unwrap_or(0);
    let total = u32::try_from((offer.expires_at - offer.offered_at).num_seconds().max(1)).unwrap_or(1);
    let href = format!("/provider/offers/{}", offer.id);
    let pay = tenant.money(offer.pay_amount).to_string();
    let pay_note = offer.pay_note(offer.commission.or(commission));
    let until = tenant.time_to_the_second(offer.expires_at);
    let way = t!(
        "portal-way-from-you-about",
        distance_meters = tenant.distance(engine::Meters(offer.distance_meters.into())),
        travel_seconds = minutes(tenant, offer.travel_seconds.into())
    );
    view! {
        <Card>
            <div class="row-between offer-top">
                <div class="stack-tight">
                    <p class="muted small">{t!("portal-new-offer-you-earn")}</p>
                    <p class="headline-figure">{pay}</p>
                    {pay_note.map(|text| view! { <p class="small">{text}</p> })}
                    <p>{offer.what.name().to_owned()}</p>
                </div>
                <OfferCountdown seconds_left=left seconds_total=total until=until />
            </div>
            <div class="offer-place">
                <Icon glyph=Glyph::MapPin />
                <p>{area(&offer.address)} <br /> <span class="muted">{way}</span></p>
            </div>
            <div class="wide"><PrimaryLink href=href>{t!("portal-see-the-offer")} <Icon glyph=Glyph::ArrowRight /></PrimaryLink></div>
        </Card>
    }
}

fn work(tenant: &Tenant, jobs: Vec<ListedJob>, stages: &Stages, now: DateTime<Utc>) -> impl IntoView + use<> {
    let cards = jobs
        .into_iter()
        .map(|job| {
            let expected = job.promised_at.unwrap_or(job.window_start);
            let address = isolated(&job.address);
            let detail = match job.state {
                JobState::Assigned | JobState::EnRoute => format!("{address} · {}", due(tenant, expected, now)),
                _ => address.to_string(),
            };
            let aside = state_label(&job, stages);
            view! {
                <li><LinkCard href=format!("/provider/jobs/{}", job.id) glyph=job.what.glyph() title=job.what.name().to_owned() detail aside /></li>
            }
        })
        .collect_view();
    view! { <Section title=t!("portal-your-work")><ul class="link-cards">{cards}</ul></Section> }
}

/// The provider's known position, why we ask for it, and the ways to share it.
fn whereabouts(
    tenant: &Tenant,
    position: Option<Position>,
    now: DateTime<Utc>,
    is_held: bool,
    near: Option<String>,
    places: Vec<Place>,
) -> impl IntoView + use<> {
    let fresh = position.filter(|position| position.is_fresh(now, tenant.settings.position_fresh()));
    let known = match (fresh, position) {
        (Some(position), _) if is_held => {
            let text = t!("portal-location-updated", ago = distance(position.recorded_at, now));
            view! { <p class="muted">{text}</p> }.into_any()
        }
        (Some(position), _) => {
            let text = t!("portal-location-updated", ago = distance(position.recorded_at, now));
            view! { <ui::Alert tone=Tone::Success title=t!("portal-you-can-get-offers")><p>{text}</p></ui::Alert> }
                .into_any()
        }
        (None, Some(position)) => {
            let text = t!(
                "portal-it-was-last-updated-at-update",
                when = when(tenant, position.recorded_at, now),
                ago = distance(position.recorded_at, now)
            );
            view! { <ui::Alert tone=Tone::Warning title=t!("portal-your-location-is-out-of-date")><p>{text}</p></ui::Alert> }
                .into_any()
        }
        (None, None) => view! {
            <ui::Alert tone=Tone::Warning title=t!("portal-we-dont-know-where-you-are")>
                <p>{t!("portal-you-get-no-offers-without-it")}</p>
            </ui::Alert>
        }
        .into_any(),
    };
    let still_here = position.map(|position| {
        view! {
            <div class="wide-form">
                <ButtonForm action=SharePositionAction::PATH>
                    <HiddenField name="latitude" value=position.point.latitude().to_string() />
                    <HiddenField name="longitude" value=position.point.longitude().to_string() />
                    <SecondaryButton><Icon glyph=Glyph::RefreshCw />{t!("portal-im-still-here")}</SecondaryButton>
                </ButtonForm>
            </div>
        }
    });
    let is_looking = near.is_some();
    let postcode = tenant.postcode();
    let why = if tenant.has_duty() {
        t!("portal-we-use-your-location-only-while")
    } else {
        t!("portal-we-use-your-location-to-offer")
    };
    view! {
        <Section title=t!("portal-your-location")>
            {known}
            <SharePosition>{t!("portal-type-where-you-are-below")}</SharePosition>
            {still_here}
            <details class="other-place" open=is_looking>
                <summary class="button button-quiet">{t!("portal-type-where-you-are")}</summary>
                <form class="form" method="get" action="/provider" role="search">
                    <ui::SearchField label=t!("portal-address-place-or", postcode = postcode) name="near" state=ui::FieldState::of(near.clone().unwrap_or_default()) />
                    <SecondaryButton><Icon glyph=Glyph::Search />{t!("portal-find")}</SecondaryButton>
                </form>
                {near.map(|text| choices(&text, places, postcode))}
            </details>
            <p class="faint small">{why}</p>
        </Section>
    }
}

fn choices(text: &str, places: Vec<Place>, postcode: &str) -> impl IntoView + use<> {
    if places.is_empty() {
        let text = t!("portal-we-found-no-place-called-try", text = text, postcode = postcode);
        return view! { <p class="muted">{text}</p> }.into_any();
    }
    let choices = places
        .into_iter()
        .map(|place| {
            view! {
                <ButtonForm action=SharePositionAction::PATH>
                    <HiddenField name="latitude" value=place.point.latitude().to_string() />
                    <HiddenField name="longitude" value=place.point.longitude().to_string() />
                    <SecondaryButton><Icon glyph=Glyph::MapPin />{t!("portal-im-at", label = place.label())}</SecondaryButton>
                </ButtonForm>
            }
        })
        .collect_view();
    view! { <div class="stack wide">{choices}</div> }.into_any()
}

fn rating(provider: &Provider) -> String {
    provider.rating().map_or_else(|| "–".to_owned(), |mean| format!("{mean:.1}"))
}

fn reviews(provider: &Provider) -> String {
    match provider.review_count {
        0 => t!("portal-no-reviews-yet").to_owned(),
        reviews => t!("portal-counted-reviews", reviews = count(reviews)),
    }
}

/// The badge of a job's state.
pub(super) fn badge(state: JobState) -> impl IntoView {
    view! { <ui::Badge tone=tone(state) label=state.label() /> }
}
