use std::collections::HashMap;

use chrono::{DateTime, Utc};
use engine::{Id, field::isolated};
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    admin::{
        AdminFrame, Waiting,
        actions::{ApproveBooking, ResolveAlerts},
        store::board::{self, Card, Cards},
    },
    bookings::{
        self, Booking, Phase, WaitsFor,
        store::{MOST_ALERTS, StaffAlert},
    },
    dispatch::JobState,
    error::AppError,
    server::{Answer, Page, Visit},
    tenants::Tenant,
    ui::{
        self, Badge, Board, BoardCard, BoardColumn, BoardLine, Glyph, Icon, Tone,
        live::Live,
        time::{distance, is_any_minute, span},
    },
    verticals::{About, about_all},
};

/// `/admin`: the board.
pub async fn home(_visit: Visit) -> Result<Answer, AppError> {
    Ok(Answer::Redirect("/admin/board".to_owned()))
}

/// `/admin/board`: bookings in progress, and what waits for a person.
pub async fn board(visit: Visit) -> Result<Answer, AppError> {
    let mut tx = visit.begin().await?;
    let now = tx.now;
    let waiting = Waiting::load(&mut tx).await?;
    let cards = board::cards(&mut tx, now + visit.ctx.tenant.settings.dispatch_lead()).await?;
    let ids: Vec<_> = cards.now.iter().chain(&cards.later).map(|card| (card.id, card.vertical)).collect();
    let about = about_all(&mut tx, &visit.ctx.tenant, &ids).await?;
    let (alerts, are_cut) = bookings::store::open_alerts(&mut tx).await?;
    drop(tx);
    let ctx = visit.ctx;
    Page::new(t!("admin-board"), move || {
        let tenant = ctx.tenant.clone();
        let requests: Vec<_> = cards.requests().into_iter().map(|request| open_request(&tenant, request, now)).collect();
        let lead = match cards.now_in_all + cards.later_in_all {
            0 => t!("admin-nothing-under-way").to_owned(),
            live => t!("admin-counted-live-bookings", bookings = crate::words::count(live)),
        };
        view! {
            <AdminFrame ctx waiting path="/admin/board">
                <ui::WidePage
                    title=t!("admin-board")
                    lead
                    actions=|| view! { <ui::PrimaryLink href="/admin/bookings/new"><Icon glyph=Glyph::Plus />{t!("admin-new-booking")}</ui::PrimaryLink> }
                >
                    <div id="board-alerts" data-live>
                        {(waiting.alerts > 0)
                            .then(|| {
                                view! {
                                    <ui::Attention count=waiting.alerts>
                                        {requests}
                                        {alerts.into_iter().map(|alert| open_alert(alert, now)).collect_view()}
                                    </ui::Attention>
                                }
                            })}
                        {are_cut.then(|| view! { <p class="muted small">{t!("admin-the-newest-are-shown", number = MOST_ALERTS)}</p> })}
                    </div>
                    <div id="board-columns" data-live>
                        {if cards.now.is_empty() && cards.later.is_empty() {
                            view! {
                                <ui::EmptyState
                                    glyph=Glyph::SquareKanban
                                    title=t!("admin-nothing-under-way")
                                    text=t!("admin-a-booking-appears-here-as-soon")
                                />
                            }
                                .into_any()
                        } else {
                            columns(&tenant, &cards, &about, now).into_any()
                        }}
                    </div>
                </ui::WidePage>
                <Live topic="board" />
            </AdminFrame>
        }
    })
    .answer()
}

/// A request that waits for a yes or no.
fn open_request(tenant: &Tenant, request: &Card, now: DateTime<Utc>) -> impl IntoView + use<> {
    let (name, service) = (isolated(&request.contact_name), isolated(&request.service));
    let asks = match request.scheduled_at {
        Some(at) => t!("admin-asks-for-at", name = name, service = service, at = tenant.date_time(at)),
        None => t!("admin-asks-for", name = name, service = service),
    };
    let until = request.expires_at.map(|at| t!("admin-answer-by", at = tenant.date_time(at)));
    let (booking, page) = (request.id.to_string(), format!("/admin/bookings/{}", request.reference));
    let (reference, made, decline) = (request.reference.to_string(), request.created_at, page.clone());
    let actions = move || {
        view! {
            <ui::ButtonForm action=ApproveBooking::PATH>
                <ui::HiddenField name="booking" value=booking />
                <ui::SecondaryButton>{t!("admin-confirm")}</ui::SecondaryButton>
            </ui::ButtonForm>
            <ui::SecondaryLink href=format!("{decline}#answer")>{t!("admin-decline")}</ui::SecondaryLink>
        }
    };
    view! {
        <ui::AttentionItem actions>
            <p>{asks} {until.map(|until| format!(" {until}"))}</p>
            <p class="small">
                <a class="reference" href=page>{reference}</a>
                " · "
                <span class="muted"><ui::RelativeTime at=made now /></span>
            </p>
        </ui::AttentionItem>
    }
}

/// An unresolved alert.
fn open_alert(alert: StaffAlert, now: DateTime<Utc>) -> impl IntoView {
    let (booking, reference) = (alert.booking_id.to_string(), alert.reference.to_string());
    let resolve = move || {
        view! {
            <ui::ButtonForm action=ResolveAlerts::PATH>
                <ui::HiddenField name="booking" value=booking />
                <ui::HiddenField name="next" value="/admin/board" />
                <ui::SecondaryButton>{t!("admin-mark-resolved")}</ui::SecondaryButton>
            </ui::ButtonForm>
        }
    };
    view! {
        <ui::AttentionItem actions=resolve>
            <p>{alert.message}</p>
            <p class="small">
                <a class="reference" href=format!("/admin/bookings/{reference}")>{reference.clone()}</a>
                " · "
                <span class="muted"><ui::RelativeTime at=alert.created_at now /></span>
            </p>
        </ui::AttentionItem>
    }
}

/// The columns, in the order in which a booking moves; later bookings come last.
fn columns(
    tenant: &Tenant,
    cards: &Cards,
    about: &HashMap<Id<Booking>, About>,
    now: DateTime<Utc>,
) -> impl IntoView + use<> {
    let shown = |cards: Vec<&Card>| {
        if cards.is_empty() {
            return view! { <p class="faint small">{t!("admin-none")}</p> }.into_any();
        }
        cards.into_iter().map(|card| one_card(tenant, card, about, now)).collect_view().into_any()
    };
    let column = |title: &'static str, phase: Phase| {
        let cards: Vec<_> = cards.now.iter().filter(|card| card.phase == phase).collect();
        let count = cards.len();
        let content = shown(cards);
        view! { <BoardColumn title count>{content}</BoardColumn> }
    };
    let columns = (
        column(t!("admin-needs-a-provider"), Phase::Confirmed),
        column(Phase::Dispatched.label(), Phase::Dispatched),
        column(Phase::InProgress.label(), Phase::InProgress),
    );
    let later = shown(cards.later.iter().collect());
    let later_in_all = usize::try_from(cards.later_in_all).unwrap_or_default();
    let part = |shown: &[Card], in_all: i64, of: &'static str| {
        (in_all > i64::try_from(shown.len()).unwrap_or(in_all)).then(|| {
            view! {
                <p class="muted small">
                    {t!("admin-the-first-of-are-shown", shown = shown.len(), in_all = in_all, of = of)}
                    <a href="/admin/bookings">{t!("admin-all-bookings")}</a>
                </p>
            }
        })
    };
    let cut_now = part(&cards.now, cards.now_in_all, t!("admin-bookings-under-way"));
    let cut_later = part(&cards.later, cards.later_in_all, t!("admin-bookings-for-later"));
    view! {
        {cut_now}
        {cut_later}
        <Board label=t!("admin-bookings-by-phase")>
            {columns}
            <BoardColumn title=t!("admin-later") count=later_in_all>
                <p class="small"><a href="/admin/bookings?phase=later">{t!("admin-all-bookings-for-later")}</a></p>
                {later}
            </BoardColumn>
        </Board>
    }
}

/// Whether the search hasn't begun yet.
fn is_for_later(tenant: &Tenant, card: &Card, now: DateTime<Utc>) -> bool {
    card.scheduled_at.is_some_and(|at| at > now + tenant.settings.dispatch_lead())
}

fn one_card(tenant: &Tenant, card: &Card, about: &HashMap<Id<Booking>, About>, now: DateTime<Utc>) -> AnyView {
    let about = about.get(&card.id);
    let stage = about.and_then(|about| about.stage);
    let (tone, label) = state_label(tenant, card, stage, now);
    let age = match card.scheduled_at {
        Some(at) if at > now => tenant.date_time(at),
        _ if (now - card.created_at).num_minutes() == 0 => distance(card.created_at, now),
        _ => span(card.created_at, now),
    };
    let priority = card.is_priority.then(|| view! { <Badge tone=Tone::Danger label=t!("admin-priority") /> });
    let provider = card.provider.clone().map(|name| view! { <span class="small strong">{name}</span> });
    let about = about.filter(|about| !about.subject.is_empty()).map(|about| {
        let (glyph, subject) = (card.vertical.words().subject, about.subject.clone());
        view! { <BoardLine glyph>{subject}</BoardLine> }
    });
    let (reference, address, contact) =
        (card.reference.to_string(), card.address.clone(), isolated(&card.contact_name).to_string());
    let shared = card.published_job.map(|job| (t!("admin-the-whole-job"), format!("/admin/jobs/{job}")));
    let next = match (card.phase, card.waits_for) {
        (Phase::Pending, Some(WaitsFor::Approval)) => Some((t!("admin-answer"), "#answer")),
        (Phase::Confirmed, Some(WaitsFor::Location)) => Some((t!("admin-set-location"), "/assign")),
        (Phase::Confirmed, _) => Some((t!("admin-assign-plain"), "/assign")),
        _ => None,
    };
    let next = next.map(|(label, page)| (label, format!("/admin/bookings/{}{page}", card.reference)));
    let action = shared.or(next).map(|(label, href)| {
        let whose = format!(" {reference}");
        view! {
            <span class="board-actions">
                <ui::SecondaryLink href>{label} <span class="visually-hidden">{whose}</span></ui::SecondaryLink>
            </span>
        }
    });
    view! {
        <BoardCard href=format!("/admin/bookings/{}", card.reference) title=card.service.clone() age>
            <p class="faint small"><span class="reference">{reference.clone()}</span> " · " {contact}</p>
            <BoardLine glyph=Glyph::MapPin>{address}</BoardLine>
            {about}
            <div class="board-foot">
                {priority}
                <Badge tone label />
                {provider}
                {action}
            </div>
        </BoardCard>
    }
    .into_any()
}

/// Whether the customer waits for the assigned provider.
fn is_before_arrival(state: JobState) -> bool {
    matches!(state, JobState::Assigned | JobState::EnRoute)
}

/// The status on a card: the most urgent fact first, then the kind's own stage.
fn state_label(tenant: &Tenant, card: &Card, stage: Option<&'static str>, now: DateTime<Utc>) -> (Tone, String) {
    match (card.waits_for, card.phase) {
        (Some(WaitsFor::Staff), _) if card.job_state == Some(JobState::Cancelled) => {
            return (Tone::Danger, t!("admin-job-cancelled").to_owned());
        }
        (Some(WaitsFor::Staff), _) => return (Tone::Danger, t!("admin-no-provider").to_owned()),
        (Some(WaitsFor::Location), _) => return (Tone::Danger, t!("admin-needs-a-location").to_owned()),
        (_, Phase::Confirmed) if is_for_later(tenant, card, now) => {
            return (Tone::Neutral, t!("admin-scheduled").to_owned());
        }
        (Some(WaitsFor::Approval), _) => return (Tone::Warning, t!("admin-requested").to_owned()),
        _ => {}
    }
    let promised = card.promised_at.filter(|_| card.job_state.is_some_and(is_before_arrival));
    match (promised, stage, card.job_state) {
        (Some(promised), ..) if promised < now => {
            let late = match (now - promised).num_minutes() {
                0 => t!("admin-late-label").to_owned(),
                _ => t!("admin-late", ago = span(promised, now)),
            };
            (Tone::Danger, late)
        }
        (_, Some(stage), _) => (Tone::Progress, stage.to_owned()),
        (Some(promised), ..) if is_any_minute(promised, now) => {
            (Tone::Progress, t!("admin-arrives-any-minute").to_owned())
        }
        (Some(promised), ..) => (Tone::Progress, t!("admin-arrives", promised = tenant.time(promised))),
        (None, None, Some(state)) => (Tone::Progress, state.label().to_owned()),
        (None, None, None) => (Tone::Info, card.phase.label().to_owned()),
    }
}
