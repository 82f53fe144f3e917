use std::collections::HashMap;

use chrono::{DateTime, Utc};
use engine::{Id, Reference, field::isolated};
use leptos::{prelude::*, server_fn::ServerFn};

use super::{
    booking_parts::{Decisions, History, Payments, PlaceForm, Price, Request, phase_badge},
    job_parts::{assign_link, crew, moments, provider, search_again},
};
use crate::{
    admin::{
        AdminFrame, Waiting,
        actions::{BeginBooking, CompleteBooking, DeclineBooking, MissBooking, PlaceBooking, ResolveAlerts},
        store::booking::{self, BookingDetails},
        tones,
    },
    bookings::{
        Booking, LocationSource, Phase, WaitsFor, key,
        people::{self, Person},
        proposals,
    },
    db::Tx,
    dispatch::{self, Job, JobProgress, JobState},
    error::AppError,
    fulfilment::{actions::StartJob, step},
    server::{Answer, Page, Visit},
    tenants::Tenant,
    ui::{self, Badge, Description, TitledCard, Tone, live::Live, time::distance},
    verticals::{About, Seen, Side},
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
    let about = found.booking.vertical.about_one(&mut tx, &visit.ctx.tenant, found.booking.id).await?;
    let jobs = dispatch::jobs_of(&mut tx, found.booking.id).await?;
    let user = visit.ctx.user.clone().ok_or(AppError::NotFound)?;
    let seen = Seen { visit: &visit, booking: &found.booking, about: &about, side: Side::Staff(&user) };
    let panels = found.booking.vertical.panels(&mut tx, &seen).await?;
    let starts = starts(&mut tx, &visit.ctx.tenant, &found.booking, &jobs).await?;
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
        let BookingDetails { booking, service, events, quotes, payments, alerts, people, .. } = found;
        let when = booking
            .scheduled_at
            .map_or_else(|| t!("admin-as-soon-as-possible").to_owned(), |at| tenant.appointment(at));
        let lead = format!("{} · {when}", isolated(&service));
        let path = format!("/admin/bookings/{}", booking.reference);
        let alerts = alerts
            .0
            .into_iter()
            .map(|alert| view! { <ui::Alert tone=Tone::Warning title=alert.message><p class="muted small">{distance(alert.created_at, now)}</p></ui::Alert> })
            .collect_view();
        let answer = (booking.waits_for == Some(WaitsFor::Approval))
            .then(|| view! { <Request tenant=tenant.clone() booking=booking.clone() form=declining.clone() /> });
        let more = proposals::may_propose(&booking).then(|| format!("{path}/price"));
        let resolve = (!alerts.is_empty()).then(|| resolve_button(booking.id, path.clone()));
        let cancel = booking.is_cancellable().then(|| {
            view! {
                <ui::SecondaryLink href=format!("{path}/move")>{t!("admin-move-plain")}</ui::SecondaryLink>
                <ui::SecondaryLink href=format!("{path}/cancel")>{t!("admin-cancel-booking")}</ui::SecondaryLink>
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
                    // On a phone one below the other: what to do, then whose it is and where, then what happened.
                    <div class="split split-aside">
                        <div>
                            {answer}
                            {place_form}
                            {panels.into_iter().map(ViewFnOnce::run).collect_view()}
                            <div id="booking-work" class="stack" data-live>
                                <Work tenant=tenant.clone() booking=booking.clone() jobs starts now />
                            </div>
                        </div>
                        <div>
                            <Facts tenant=tenant.clone() booking=booking.clone() about people=people.0 />
                            {link.map(|url| {
                                view! {
                                    <TitledCard title=t!("admin-customers-link")>
                                        <p class="muted">{t!("admin-it-opens-this-booking-without-an")}</p>
                                        <ui::CopyableLink url label=t!("admin-the-customers-link") />
                                    </TitledCard>
                                }
                            })}
                            <div id="booking-money" class="stack" data-live>
                                <Price tenant=tenant.clone() booking=booking.clone() more quotes=quotes.0 />
                                <Payments tenant=tenant.clone() payments=payments.0 />
                            </div>
                        </div>
                        <div id="booking-history" class="stack" data-live>
                            <History tenant=tenant.clone() phase=booking.phase events=events.0 />
                            <Decisions tenant decisions are_cut=decisions_are_cut now />
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
            <ui::Alert tone=Tone::Warning title=t!("admin-possible-duplicate")>
                <p>{t!("admin-same-phone-service-location-and-time")} {links}</p>
            </ui::Alert>
        }
    })
}

fn resolve_button(booking: Id<Booking>, next: String) -> impl IntoView {
    view! {
        <ui::ButtonForm action=ResolveAlerts::PATH>
            <ui::HiddenField name="booking" value=booking.to_string() />
            <ui::HiddenField name="next" value=next />
            <ui::SecondaryButton>{t!("admin-mark-resolved")}</ui::SecondaryButton>
        </ui::ButtonForm>
    }
}

/// The jobs, a card for each.
#[component]
fn Work(
    tenant: std::sync::Arc<Tenant>,
    booking: Booking,
    jobs: Vec<JobProgress>,
    mut starts: HashMap<Id<Job>, Start>,
    now: DateTime<Utc>,
) -> AnyView {
    if jobs.is_empty() {
        // A request is answered in its own card.
        let agreed = booking.phase != Phase::Pending;
        return agreed.then(|| view! { <Jobless tenant booking /> }).into_any();
    }
    let count = jobs.len();
    // One job was done and another failed: staff decide how the booking ends.
    let is_left_over = booking.phase == Phase::InProgress && jobs.iter().all(|job| job.state.is_over());
    let rest = is_left_over.then(|| view! { <Jobless tenant=tenant.clone() booking=booking.clone() /> });
    let cards = jobs.into_iter().enumerate().map(|(index, progress)| {
        let (job, reference) = (progress.job_id, &booking.reference);
        let assign = match (progress.is_published, count) {
            (true, _) => format!("/admin/jobs/{job}/assign"),
            (false, 1) => format!("/admin/bookings/{reference}/assign"),
            (false, _) => format!("/admin/bookings/{reference}/assign?job={job}"),
        };
        let title = if count == 1 {
            t!("admin-dispatch").to_owned()
        } else {
            let when = tenant.date_time(progress.window_start);
            t!("admin-job-of", index = index + 1, count = count, when = when)
        };
        let start = starts.remove(&progress.job_id);
        view! { <JobCard title assign tenant=tenant.clone() booking=booking.clone() progress start now /> }
    });
    let cards = cards.collect_view();
    view! { {cards} {rest} }.into_any()
}

/// A booking for which nobody comes: its time, and the buttons that begin and end it.
#[component]
fn Jobless(tenant: std::sync::Arc<Tenant>, booking: Booking) -> impl IntoView {
    let times = [(t!("admin-from"), booking.scheduled_at), (t!("admin-until"), booking.ends_at)].into_iter();
    let times = times.filter_map(|(term, at)| Some((term, tenant.full_date_time(at?))));
    let times = times.map(|(term, at)| view! { <Description term>{at}</Description> }).collect_view();
    let step = match booking.phase {
        Phase::Confirmed if booking.waits_for.is_none() => Some((BeginBooking::PATH, t!("admin-it-has-begun-button"))),
        Phase::InProgress => Some((CompleteBooking::PATH, t!("admin-it-is-over"))),
        _ => None,
    };
    let step = step.map(|(action, label)| {
        view! {
            <ui::ButtonForm action>
                <ui::HiddenField name="booking" value=booking.id.to_string() />
                <ui::PrimaryButton>{label}</ui::PrimaryButton>
            </ui::ButtonForm>
        }
    });
    let missed = (booking.phase == Phase::Confirmed && booking.waits_for.is_none()).then(|| {
        view! {
            <ui::ConfirmForm
                action=MissBooking::PATH
                label=t!("admin-didnt-come")
                question=t!("admin-it-is-closed-as-a-no")
            >
                <ui::HiddenField name="booking" value=booking.id.to_string() />
                <ui::DangerButton>{t!("admin-close-as-a-no-show")}</ui::DangerButton>
            </ui::ConfirmForm>
        }
    });
    view! {
        <TitledCard title=t!("admin-progress")>
            <div class="row">{phase_badge(booking.phase)}</div>
            <ui::DescriptionList>{times}</ui::DescriptionList>
            <div class="row">{step} {missed}</div>
        </TitledCard>
    }
}

/// The provider of a job, their progress, and the actions staff can take.
#[component]
fn JobCard(
    title: String,
    assign: String,
    tenant: std::sync::Arc<Tenant>,
    booking: Booking,
    progress: JobProgress,
    start: Option<Start>,
    now: DateTime<Utc>,
) -> impl IntoView {
    let state = progress.state;
    let search_begins = progress.search_to_come(&tenant.settings, now);
    // The phase says the same of a job that was done or cancelled.
    let ended = matches!(state, JobState::Done | JobState::Cancelled) && booking.phase.is_terminal();
    let (tone, label) = match search_begins {
        Some(_) => (Tone::Neutral, t!("admin-scheduled")),
        None if state.is_searching() => (Tone::Warning, state.label()),
        None => (tones::of_phase(booking.phase), state.label()),
    };
    let begins = search_begins.map(|at| {
        view! { <p class="muted">{t!("admin-the-search-begins", at = tenant.date_time(at))}</p> }
    });
    let outcome = progress.outcome.clone().map(|outcome| view! { <p class="muted">{outcome}</p> });
    let may_search =
        state.is_searching() && booking.point.is_some() && progress.asks_providers && search_begins.is_none();
    let search_again = may_search.then(|| search_again(progress.job_id));
    let assign = assign_link(&progress, assign);
    let actions = (!booking.phase.is_terminal() && (assign.is_some() || search_again.is_some()))
        .then(|| view! { <div class="row">{assign} {search_again}</div> });
    let whole = progress.is_published.then(|| {
        view! { <p><a href=format!("/admin/jobs/{}", progress.job_id)>{t!("admin-see-the-job-with-all-its-bookings")}</a></p> }
    });
    let start = start.map(|start| start.form(progress.job_id));
    view! {
        <TitledCard title>
            <div class="row">
                {(!ended).then(|| view! { <Badge tone label /> })}
                {booking.phase.is_terminal().then(|| phase_badge(booking.phase))}
            </div>
            {provider(&progress)}
            {crew(&progress)}
            {begins}
            <ui::DescriptionList>{moments(&tenant, &progress)}</ui::DescriptionList>
            {outcome}
            {whole}
            {actions}
            {start}
        </TitledCard>
    }
}

/// Staff can begin the work of a provider who doesn't get the customer's code.
struct Start {
    /// What the provider has to tell before.
    told_first: Option<String>,
}

impl Start {
    fn form(self, job: Id<Job>) -> AnyView {
        if let Some(first) = self.told_first {
            return view! { <p class="muted">{first}</p> }.into_any();
        }
        view! {
            <ui::ConfirmForm
                action=StartJob::PATH
                label=t!("admin-start-without-the-code")
                question=t!("admin-make-sure-that-the-provider-is")
            >
                <ui::HiddenField name="job" value=job.to_string() />
                <ui::SecondaryButton>{t!("admin-start-the-work")}</ui::SecondaryButton>
            </ui::ConfirmForm>
        }
        .into_any()
    }
}

/// The jobs whose work staff can begin.
async fn starts(
    tx: &mut Tx,
    tenant: &Tenant,
    booking: &Booking,
    jobs: &[JobProgress],
) -> Result<HashMap<Id<Job>, Start>, AppError> {
    let mut starts = HashMap::new();
    if !booking.vertical.asks_code(tx, booking).await? {
        return Ok(starts);
    }
    for progress in jobs.iter().filter(|job| job.state == JobState::Arrived) {
        if let Some(job) = dispatch::store::jobs::find(tx, progress.job_id).await? {
            starts.insert(job.id, Start { told_first: step::told_first(tx, tenant, &job).await? });
        }
    }
    Ok(starts)
}

/// The customer, place, time and details.
#[component]
fn Facts(tenant: std::sync::Arc<Tenant>, booking: Booking, about: About, people: Vec<Person>) -> impl IntoView {
    let call = format!("tel:{}", booking.contact.phone.as_str());
    let customer = format!("/admin/customers/{}", booking.customer_id);
    let email = booking.contact.email.as_ref().map(|email| {
        let (write, email) = (format!("mailto:{email}"), email.to_string());
        view! { <Description term=t!("admin-e-mail")><a href=write>{email}</a></Description> }
    });
    let when =
        booking.scheduled_at.map_or_else(|| t!("admin-as-soon-as-possible").to_owned(), |at| tenant.full_date_time(at));
    let source = match booking.location_source {
        LocationSource::Device => t!("admin-from-the-device"),
        LocationSource::Pin => t!("admin-pin-on-the-map"),
        LocationSource::Place => t!("admin-chosen-place"),
        LocationSource::Address => t!("admin-address-only"),
    };
    let facts = about
        .facts
        .into_iter()
        .map(|fact| view! { <Description term=fact.label>{fact.text}</Description> })
        .collect_view();
    let until = booking.ends_at.map(|at| tenant.full_date_time(at));
    let until = until.map(|until| view! { <Description term=t!("admin-until")>{until}</Description> });
    let number =
        (booking.units > 1).then(|| view! { <Description term=t!("admin-number")>{booking.units}</Description> });
    let with =
        people::names(&people).map(|names| view! { <Description term=t!("admin-with-label")>{names}</Description> });
    let stage = about.stage.map(|stage| view! { <Badge tone=Tone::Info label=stage /> });
    let notes = booking.notes.clone().map(|notes| view! { <Description term=t!("admin-notes")>{notes}</Description> });
    let payer = payer(&booking);
    let booked = if booking.phase == Phase::Pending { t!("admin-requested") } else { t!("admin-booked") };
    let priority = booking.is_priority.then(|| view! { <Badge tone=Tone::Danger label=t!("admin-priority") /> });
    let badges = (priority.is_some() || stage.is_some()).then(|| view! { <div class="row">{priority} {stage}</div> });
    let cancelled = booking.cancellation.clone().map(|cancellation| {
        let text = t!("admin-by-fee", by = cancellation.by, fee = tenant.money(cancellation.fee));
        view! { <Description term=t!("admin-cancelled")>{text}{cancellation.reason.map(|reason| format!(": {}", isolated(&reason)))}</Description> }
    });
    view! {
        <TitledCard title=t!("admin-booking")>
            {badges}
            <ui::DescriptionList>
                <Description term=t!("admin-customer")><a href=customer>{booking.contact.name.clone()}</a></Description>
                <Description term=t!("admin-phone")><a href=call>{booking.contact.phone.national()}</a></Description>
                {email}
                <Description term=t!("admin-where")>{booking.address.clone()} <br /> <span class="faint small">{source}</span></Description>
                <Description term=t!("admin-when")>{when}</Description>
                {until}
                {number}
                {facts}
                {with}
                {payer}
                {notes}
                <Description term=booked>{tenant.full_date_time(booking.created_at)}</Description>
                {cancelled}
            </ui::DescriptionList>
        </TitledCard>
    }
}

/// How the customer pays, or who pays instead.
fn payer(booking: &Booking) -> AnyView {
    let Some(billing) = booking.billing.clone() else {
        let method = booking.payment_method.label();
        return view! { <Description term=t!("admin-pays-by")>{method}</Description> }.into_any();
    };
    let hidden = billing.hides_price.then(|| {
        view! { <br /><span class="faint small">{t!("admin-the-customer-and-the-provider-see")}</span> }
    });
    view! {
        <Description term=t!("admin-billed-to")>{billing.to} {hidden}</Description>
        {billing.purchase_order.map(|number| view! { <Description term=t!("admin-purchase-order")>{number}</Description> })}
    }
    .into_any()
}
