use engine::{Id, Reference, field::isolated};
use leptos::{prelude::*, server_fn::ServerFn};

use super::booking_parts::{Decisions, History, Payments, PlaceForm, Price, Request};
use crate::{
    admin::{
        AdminFrame, Waiting,
        actions::{DeclineBooking, PlaceBooking, ResolveAlerts},
        store::booking::{self, BookingDetails},
        tones,
    },
    bookings::{Booking, LocationSource, Phase, WaitsFor, key},
    dispatch::{self, JobProgress, JobState, actions::SearchAgain},
    error::AppError,
    server::{Answer, Page, Visit},
    tenants::Tenant,
    ui::{self, Badge, Description, Glyph, Icon, TitledCard, Tone, live::Live, time::distance},
    verticals::About,
};

/// `/admin/bookings/{reference}`: one booking, and staff's actions on it.
pub async fn booking(visit: Visit) -> Result<Answer, AppError> {
    let reference: Reference = visit.param("reference")?;
    let placing = visit.form(PlaceBooking::PATH);
    let declining = visit.form(DeclineBooking::PATH);
    let searched = visit.query("place").map(str::to_owned);
    let mut tx = visit.begin().await?;
    let now = tx.now;
    let waiting = Waiting::load(&mut tx).await?;
    let found = booking::find(&mut tx, &reference).await?.ok_or(AppError::NotFound)?;
    let about = found.booking.vertical.about_one(&mut tx, found.booking.id).await?;
    let jobs = dispatch::jobs_of(&mut tx, found.booking.id).await?;
    let (decisions, decisions_are_cut) = dispatch::decisions_of(&mut tx, found.booking.id).await?;
    drop(tx);
    let key = key::of_link(&visit.ctx.app.keys, found.sealed_access_token.as_deref(), found.over_at(), now)
        .inspect_err(|error| tracing::warn!(%error, "the secret of a booking's link can't be read"))
        .unwrap_or_default();
    let link = key.map(|key| visit.ctx.url(&key.following_path()));
    let twins = found.twins();
    let ctx = visit.ctx;
    let needs_place = found.booking.phase == Phase::Confirmed && found.booking.point.is_none();
    let places = match &searched {
        Some(text) if needs_place => ctx.app.geocoder.search(text, ctx.tenant.center).await.places,
        _ => Vec::new(),
    };
    Page::new(reference.to_string(), move || {
        let tenant = ctx.tenant.clone();
        let BookingDetails { booking, service, events, quotes, payments, alerts, .. } = found;
        let lead = format!("{} · {}", isolated(&service), distance(booking.created_at, now));
        let path = format!("/admin/bookings/{}", booking.reference);
        let alerts = alerts
            .0
            .into_iter()
            .map(|alert| view! { <ui::Alert tone=Tone::Warning title=alert.message><p class="muted small">{distance(alert.created_at, now)}</p></ui::Alert> })
            .collect_view();
        let answer = (booking.waits_for == Some(WaitsFor::Approval))
            .then(|| view! { <Request tenant=tenant.clone() booking=booking.clone() form=declining.clone() /> });
        let resolve = (!alerts.is_empty()).then(|| resolve_button(booking.id, path.clone()));
        let cancel = booking.is_cancellable().then(|| {
            view! {
                <ui::SecondaryLink href=format!("{path}/move")>"Move"</ui::SecondaryLink>
                <ui::SecondaryLink href=format!("{path}/cancel")>"Cancel booking"</ui::SecondaryLink>
            }
        });
        let place_form = needs_place.then(|| {
            view! { <PlaceForm tenant=tenant.clone() page=path.clone() booking=booking.clone() searched found=places form=placing.clone() /> }
        });
        view! {
            <AdminFrame ctx waiting path=path.clone()>
                <ui::WidePage title=booking.reference.to_string() lead actions=move || cancel>
                    <ui::ErrorSummary form=placing />
                    <div id="booking-alerts" class="stack" data-live>{alerts} {resolve} {likeness(&twins)}</div>
                    <div class="split">
                        <div>
                            {answer}
                            {place_form}
                            <div id="booking-work" class="stack" data-live>
                                <Work tenant=tenant.clone() booking=booking.clone() jobs />
                                <History tenant=tenant.clone() phase=booking.phase events=events.0 />
                                <Decisions tenant=tenant.clone() decisions are_cut=decisions_are_cut now />
                            </div>
                        </div>
                        <div>
                            <Facts tenant=tenant.clone() booking=booking.clone() about />
                            {link.map(|url| {
                                view! {
                                    <TitledCard title="Customer's link">
                                        <p class="muted">"It opens this booking without an account."</p>
                                        <ui::CopyableLink url label="The customer's link" />
                                    </TitledCard>
                                }
                            })}
                            <div id="booking-money" class="stack" data-live>
                                <Price tenant=tenant.clone() booking=booking.id quotes=quotes.0 />
                                <Payments tenant payments=payments.0 />
                            </div>
                        </div>
                    </div>
                </ui::WidePage>
                <Live topic="board" />
            </AdminFrame>
        }
    })
    .answer()
}

fn likeness(twins: &[Reference]) -> impl IntoView + use<> {
    let links = twins
        .iter()
        .map(|twin| view! { <a href=format!("/admin/bookings/{twin}")>{twin.to_string()}</a> " " })
        .collect_view();
    (!twins.is_empty()).then(|| {
        view! {
            <ui::Alert tone=Tone::Warning title="Possible duplicate">
                <p>"Same phone, service, location and time: " {links}</p>
            </ui::Alert>
        }
    })
}

fn resolve_button(booking: Id<Booking>, next: String) -> impl IntoView {
    view! {
        <ui::ButtonForm action=ResolveAlerts::PATH>
            <ui::HiddenField name="booking" value=booking.to_string() />
            <ui::HiddenField name="next" value=next />
            <ui::SecondaryButton>"Mark resolved"</ui::SecondaryButton>
        </ui::ButtonForm>
    }
}

/// The jobs, a card for each.
#[component]
fn Work(tenant: std::sync::Arc<Tenant>, booking: Booking, jobs: Vec<JobProgress>) -> AnyView {
    if jobs.is_empty() {
        return view! {
            <TitledCard title="Dispatch">
                <Badge tone=tones::of_phase(booking.phase) label=booking.phase.label() />
            </TitledCard>
        }
        .into_any();
    }
    let count = jobs.len();
    let cards = jobs.into_iter().enumerate().map(|(index, progress)| {
        let assign = format!("/admin/bookings/{}/assign", booking.reference);
        let (title, assign) = if count == 1 {
            ("Dispatch".to_owned(), assign)
        } else {
            let when = tenant.date_time(progress.window_start);
            (format!("Job {} of {count} · {when}", index + 1), format!("{assign}?job={}", progress.job_id))
        };
        view! { <JobCard title assign tenant=tenant.clone() booking=booking.clone() progress /> }
    });
    cards.collect_view().into_any()
}

/// The provider of a job, their progress, and the actions staff can take.
#[component]
fn JobCard(
    title: String,
    assign: String,
    tenant: std::sync::Arc<Tenant>,
    booking: Booking,
    progress: JobProgress,
) -> impl IntoView {
    let state = progress.state;
    // The phase says the same of a job that was done or cancelled.
    let ended = matches!(state, JobState::Done | JobState::Cancelled) && booking.phase.is_terminal();
    let tone = if state.is_searching() { Tone::Warning } else { tones::of_phase(booking.phase) };
    let provider = progress.provider.as_ref().map(|provider| {
        let rating = provider.rating.map(|average| {
            view! { <ui::Rating average count=provider.review_count.unsigned_abs() /> }
        });
        view! {
            <div class="person">
                <ui::Avatar name=provider.name.clone() />
                <div>
                    <p class="person-name"><a href=format!("/admin/providers/{}", provider.id)>{isolated(&provider.name).to_string()}</a> " " {rating}</p>
                    <p class="person-detail">{provider.vehicle.clone()}</p>
                </div>
                <ui::IconLink label=format!("Call {}", isolated(&provider.name)) glyph=Glyph::Phone href=format!("tel:{}", provider.phone.as_str()) />
            </div>
        }
    });
    let moments = [
        ("Promised", progress.promised_at.filter(|_| progress.arrived_at.is_none())),
        ("Assigned", progress.assigned_at),
        ("Arrived", progress.arrived_at),
        ("Ended", progress.ended_at),
    ]
    .into_iter()
    .filter_map(|(term, at)| Some((term, tenant.date_time(at?))))
    .map(|(term, at)| view! { <Description term>{at}</Description> })
    .collect_view();
    let outcome = progress.outcome.clone().map(|outcome| view! { <p class="muted">{outcome}</p> });
    let may_search = state.is_searching() && booking.point.is_some();
    let search_again = may_search.then(|| {
        view! {
            <ui::ButtonForm action=SearchAgain::PATH>
                <ui::HiddenField name="job" value=progress.job_id.to_string() />
                <ui::SecondaryButton><Icon glyph=Glyph::RefreshCw />"Search again"</ui::SecondaryButton>
            </ui::ButtonForm>
        }
    });
    let may_reassign = matches!(state, JobState::Assigned | JobState::EnRoute | JobState::Arrived);
    let actions = if booking.phase.is_terminal() {
        ().into_any()
    } else if state.is_searching() {
        view! { <div class="row"><ui::PrimaryLink href=assign>"Assign a provider"</ui::PrimaryLink> {search_again}</div> }.into_any()
    } else if may_reassign {
        view! { <div class="row"><ui::SecondaryLink href=assign>"Reassign"</ui::SecondaryLink></div> }.into_any()
    } else {
        ().into_any()
    };
    view! {
        <TitledCard title>
            <div class="row">
                {(!ended).then(|| view! { <Badge tone label=state.label() /> })}
                {booking.phase.is_terminal().then(|| view! { <Badge tone=tones::of_phase(booking.phase) label=booking.phase.label() /> })}
            </div>
            {provider}
            <ui::DescriptionList>{moments}</ui::DescriptionList>
            {outcome}
            {actions}
        </TitledCard>
    }
}

/// The customer, place, time and details.
#[component]
fn Facts(tenant: std::sync::Arc<Tenant>, booking: Booking, about: About) -> impl IntoView {
    let call = format!("tel:{}", booking.contact.phone.as_str());
    let customer = format!("/admin/customers/{}", booking.customer_id);
    let email = booking.contact.email.as_ref().map(|email| {
        let (write, email) = (format!("mailto:{email}"), email.to_string());
        view! { <Description term="E-mail"><a href=write>{email}</a></Description> }
    });
    let when = booking.scheduled_at.map_or_else(|| "As soon as possible".to_owned(), |at| tenant.full_date_time(at));
    let source = match booking.location_source {
        LocationSource::Device => "from the device",
        LocationSource::Pin => "pin on the map",
        LocationSource::Place => "chosen place",
        LocationSource::Address => "address only",
    };
    let facts = about
        .facts
        .into_iter()
        .map(|fact| view! { <Description term=fact.label>{fact.text}</Description> })
        .collect_view();
    let notes = booking.notes.clone().map(|notes| view! { <Description term="Notes">{notes}</Description> });
    let payer = payer(&booking);
    let priority = booking.is_priority.then(|| view! { <Badge tone=Tone::Danger label="Priority" /> });
    let cancelled = booking.cancellation.clone().map(|cancellation| {
        let text = format!("by {}, fee {}", cancellation.by, tenant.money(cancellation.fee));
        view! { <Description term="Cancelled">{text}{cancellation.reason.map(|reason| format!(": {}", isolated(&reason)))}</Description> }
    });
    view! {
        <TitledCard title="Booking">
            {priority}
            <ui::DescriptionList>
                <Description term="Customer"><a href=customer>{booking.contact.name.clone()}</a></Description>
                <Description term="Phone"><a href=call>{booking.contact.phone.national()}</a></Description>
                {email}
                <Description term="Where">{booking.address.clone()} <br /> <span class="faint small">{source}</span></Description>
                <Description term="When">{when}</Description>
                {facts}
                {payer}
                {notes}
                <Description term="Booked">{tenant.full_date_time(booking.created_at)}</Description>
                {cancelled}
            </ui::DescriptionList>
        </TitledCard>
    }
}

/// How the customer pays, or who pays instead.
fn payer(booking: &Booking) -> AnyView {
    let Some(billing) = booking.billing.clone() else {
        let method = booking.payment_method.label();
        return view! { <Description term="Pays by">{method}</Description> }.into_any();
    };
    let hidden = billing.hides_price.then(|| {
        view! { <br /><span class="faint small">"The customer and the provider see no price"</span> }
    });
    view! {
        <Description term="Billed to">{billing.to} {hidden}</Description>
        {billing.purchase_order.map(|number| view! { <Description term="Purchase order">{number}</Description> })}
    }
    .into_any()
}
