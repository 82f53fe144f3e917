//! The status of a booking, in words for its customer.

use chrono::{DateTime, TimeDelta, Utc};
use engine::field::isolated;

use crate::{
    bookings::{Booking, EventKind, Party, Phase, WaitsFor, store::Event},
    dispatch::{JobProgress, JobState},
    tenants::Tenant,
    ui::{Progress, TimelineItem, Tone},
    verticals::{Milestone, ProgressStep, Situation, Told},
};

/// The status of a booking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgressView {
    pub headline: String,
    /// The explanation, and what to do.
    pub explanation: String,
    /// A word or two, for a badge.
    pub badge: &'static str,
    /// The tone of the badge.
    pub tone: Tone,
    /// What the customer waits through.
    pub steps: &'static [ProgressStep],
    /// The current one, from 0; their number if all are done, and `None` if the booking won't be completed.
    pub step: Option<usize>,
}

impl ProgressView {
    /// The booking's current status.
    pub fn of(at: &Situation<'_>) -> Self {
        Self::along(told(at.booking).steps, at)
    }

    /// The same, for bookings that go through other steps than most of their kind.
    pub fn along(steps: &'static [ProgressStep], at: &Situation<'_>) -> Self {
        let step = reached(at).map(|milestone| ProgressStep::at(steps, milestone));
        Self { steps, step, ..Self::in_words(at) }
    }

    /// The labels of its steps. The first one of a request that waits for an answer says so.
    pub fn labels(&self, booking: &Booking) -> Vec<String> {
        let label = |(nth, step): (usize, &ProgressStep)| match nth {
            0 if booking.phase == Phase::Pending => t!("fulfilment-requested").to_owned(),
            _ => step.label.say().to_owned(),
        };
        self.steps.iter().enumerate().map(label).collect()
    }

    fn in_words(at: &Situation<'_>) -> Self {
        let Situation { tenant, booking, now, .. } = *at;
        let progress = at.job();
        let told = told(booking);
        let name = provider_name(booking, progress);
        let is_jobless = at.jobs.is_empty() && booking.waits_for.is_none();
        match booking.phase {
            Phase::Confirmed if is_jobless => Self::agreed(tenant, booking),
            Phase::InProgress if is_jobless => Self::new(
                t!("fulfilment-in-progress"),
                Tone::Progress,
                t!("fulfilment-it-has-begun"),
                t!("fulfilment-this-page-shows-when-its-over"),
            ),
            Phase::Pending => Self::new(
                t!("fulfilment-requested"),
                Tone::Info,
                t!("fulfilment-we-have-your-request"),
                answer_by(tenant, booking),
            ),
            Phase::Confirmed if is_called_off(at) => Self::new(
                t!("fulfilment-well-call-you"),
                Tone::Warning,
                t!("fulfilment-it-cant-take-place-as-planned"),
                t!("fulfilment-well-call-you-to-agree-on"),
            ),
            Phase::Confirmed => Self::waiting(at),
            Phase::Dispatched => Self::coming(tenant, booking, name, progress, now),
            Phase::InProgress => Self::new(
                t!("fulfilment-in-progress"),
                Tone::Progress,
                t!("fulfilment-is-working-on-it", name = isolated(name)),
                t!("fulfilment-this-page-shows-when-its-done"),
            ),
            Phase::Completed => {
                Self::new(t!("fulfilment-done"), Tone::Success, t!("fulfilment-all-done"), told.done.say())
            }
            Phase::Cancelled => Self::new(
                t!("fulfilment-cancelled"),
                Tone::Neutral,
                t!("fulfilment-this-booking-is-cancelled"),
                cancelled(booking),
            ),
            Phase::NoShow => {
                Self::new(t!("fulfilment-missed"), Tone::Warning, t!("fulfilment-we-missed-you"), told.missed.say())
            }
        }
    }

    /// Somebody said no to a request.
    pub fn declined(booking: &Booking) -> Self {
        let reason = booking.cancellation.as_ref().and_then(|cancellation| cancellation.reason.as_deref());
        let nothing = t!("fulfilment-nothing-to-pay");
        let explanation = match reason {
            Some(reason) => format!("{} {nothing}", in_a_sentence(reason)),
            None => nothing.to_owned(),
        };
        Self::new(t!("fulfilment-declined"), Tone::Neutral, t!("fulfilment-we-cant-take-this-request"), explanation)
    }

    /// Nobody has to come.
    fn agreed(tenant: &Tenant, booking: &Booking) -> Self {
        let headline = match booking.scheduled_at {
            Some(at) => t!("fulfilment-youre-booked-for", at = tenant.appointment(at)),
            None => t!("fulfilment-youre-booked").to_owned(),
        };
        Self::new(t!("fulfilment-booked"), Tone::Success, headline, t!("fulfilment-everything-is-agreed"))
    }

    fn waiting(at: &Situation<'_>) -> Self {
        let Situation { tenant, booking, now, .. } = *at;
        let lead = tenant.settings.dispatch_lead();
        match (booking.waits_for, booking.scheduled_at) {
            (Some(WaitsFor::Location), _) => Self::new(
                t!("fulfilment-location-needed"),
                Tone::Warning,
                t!("fulfilment-where-exactly-are-you"),
                t!("fulfilment-we-couldnt-find-your-address-on"),
            ),
            (Some(WaitsFor::Staff), _) => Self::new(
                t!("fulfilment-looking"),
                Tone::Warning,
                t!("fulfilment-no-one-nearby-is-free-right"),
                t!("fulfilment-a-dispatcher-is-finding-someone-and"),
            ),
            (_, Some(at)) if at - lead > now => Self::new(
                t!("fulfilment-booked"),
                Tone::Info,
                t!("fulfilment-youre-booked-for", at = tenant.appointment(at)),
                told(booking).assigned_later.with([("time", &minutes(lead))]),
            ),
            _ => Self::new(
                t!("fulfilment-looking"),
                Tone::Info,
                told(booking).searching.0.say(),
                told(booking).searching.1.say(),
            ),
        }
    }

    fn coming(
        tenant: &Tenant,
        booking: &Booking,
        name: &str,
        progress: Option<&JobProgress>,
        now: DateTime<Utc>,
    ) -> Self {
        let name = isolated(name);
        let appointment = booking.scheduled_at.filter(|at| *at > now);
        match (progress.map(|progress| progress.state), appointment) {
            (Some(JobState::Arrived), _) => Self::new(
                t!("fulfilment-arrived"),
                Tone::Progress,
                t!("fulfilment-is-here", name = name),
                told(booking).arrived.say(),
            ),
            (Some(JobState::EnRoute), _) => Self::new(
                t!("fulfilment-on-the-way"),
                Tone::Progress,
                t!("fulfilment-is-on-the-way", name = name),
                told(booking).on_the_way.say(),
            ),
            (_, Some(at)) => Self::new(
                t!("fulfilment-booked"),
                Tone::Progress,
                t!("fulfilment-will-come", name = name, at = tenant.appointment(at)),
                t!("fulfilment-leaves-in-time-for-your-appointment", name = name),
            ),
            _ => Self::new(
                t!("fulfilment-accepted"),
                Tone::Progress,
                t!("fulfilment-will-come-to-you", name = name),
                t!("fulfilment-leaves-shortly", name = name),
            ),
        }
    }

    fn new(badge: &'static str, tone: Tone, headline: impl Into<String>, explanation: impl Into<String>) -> Self {
        Self { headline: headline.into(), explanation: explanation.into(), badge, tone, steps: &[], step: None }
    }
}

/// How far the booking is; `None` if it won't be completed.
fn reached(at: &Situation<'_>) -> Option<Milestone> {
    match at.booking.phase {
        Phase::Pending | Phase::Confirmed => Some(Milestone::Booked),
        Phase::Dispatched => Some(match at.job().map(|job| job.state) {
            Some(JobState::Arrived) => Milestone::Begun,
            Some(JobState::EnRoute) => Milestone::OnTheWay,
            _ => Milestone::Booked,
        }),
        Phase::InProgress => Some(Milestone::Begun),
        Phase::Completed => Some(Milestone::Done),
        Phase::Cancelled | Phase::NoShow => None,
    }
}

/// The badge of a booking in a customer's list, by the state of its open job: as on its page, without what that page explains.
pub fn listed_badge(phase: Phase, job: Option<JobState>) -> &'static str {
    match phase {
        Phase::Pending => t!("fulfilment-requested"),
        Phase::Confirmed => t!("fulfilment-booked"),
        Phase::Dispatched => match job {
            Some(JobState::Arrived) => t!("fulfilment-arrived"),
            Some(JobState::EnRoute) => t!("fulfilment-on-the-way"),
            _ => t!("fulfilment-accepted"),
        },
        Phase::InProgress => t!("fulfilment-in-progress"),
        Phase::Completed => t!("fulfilment-done"),
        Phase::Cancelled => t!("fulfilment-cancelled"),
        Phase::NoShow => t!("fulfilment-missed"),
    }
}

/// Whether the booking's jobs were cancelled, and staff decide what becomes of it.
fn is_called_off(at: &Situation<'_>) -> bool {
    at.booking.waits_for == Some(WaitsFor::Staff) && at.jobs.iter().all(|job| job.state.is_over())
}

/// The provider's name, for the customer.
pub fn provider_name<'a>(booking: &Booking, progress: Option<&'a JobProgress>) -> &'a str {
    let provider = progress.and_then(|progress| progress.provider.as_ref());
    provider.map_or(told(booking).provider.say(), |provider| provider.first_name())
}

fn told(booking: &Booking) -> &'static Told {
    &booking.vertical.words().told
}

/// When a request is answered at the latest.
fn answer_by(tenant: &Tenant, booking: &Booking) -> String {
    match booking.expires_at {
        Some(at) => t!("fulfilment-you-have-an-answer-by-nothing", at = tenant.appointment(at)),
        None => t!("fulfilment-well-confirm-it-shortly").to_owned(),
    }
}

fn cancelled(booking: &Booking) -> String {
    match booking.cancellation.as_ref().map(|cancellation| cancellation.by) {
        Some(Party::Customer) => t!("fulfilment-you-cancelled-it-you-can-book"),
        Some(Party::Provider) => t!("fulfilment-it-couldnt-be-done-on-the"),
        Some(Party::Staff) => return cancelled_by_staff(booking),
        Some(Party::System) | None => t!("fulfilment-it-was-cancelled-automatically-you-can"),
    }
    .to_owned()
}

/// The reason is written for the customer.
fn cancelled_by_staff(booking: &Booking) -> String {
    let reason = booking.cancellation.as_ref().and_then(|cancellation| cancellation.reason.as_deref());
    let Some(reason) = reason else { return t!("fulfilment-our-team-cancelled-it-call-us").to_owned() };
    t!("fulfilment-our-team-cancelled-it-because-call-us", reason = in_a_sentence(reason))
}

/// A typed reason with a full stop, unless it ends a sentence by itself.
pub fn in_a_sentence(reason: &str) -> String {
    let stop = if reason.trim_end().ends_with(['.', '!', '?', '…']) { "" } else { "." };
    format!("{}{stop}", isolated(reason.trim_end()))
}

/// Whether the booking began as a request.
fn was_requested(booking: &Booking, events: &[Event]) -> bool {
    let answered = |event: &Event| matches!(event.kind, EventKind::Approved | EventKind::Declined);
    booking.phase == Phase::Pending || events.iter().any(answered)
}

/// Whether somebody said no to the request.
pub fn was_declined(events: &[Event]) -> bool {
    events.iter().any(|event| event.kind == EventKind::Declined)
}

fn minutes(span: TimeDelta) -> String {
    match span.num_minutes() {
        60 => t!("fulfilment-an-hour").to_owned(),
        minutes => t!("fulfilment-minutes", minutes = minutes),
    }
}

/// The timeline for the customer, with the expected arrival.
pub fn timeline(
    tenant: &Tenant,
    booking: &Booking,
    events: &[Event],
    arrival: Option<DateTime<Utc>>,
) -> Vec<TimelineItem> {
    let last = events.len().saturating_sub(1);
    let was_requested = was_requested(booking, events);
    let past = events.iter().enumerate().map(|(index, event)| {
        let progress = match event.kind {
            EventKind::Declined
            | EventKind::Cancelled
            | EventKind::NoShow
            | EventKind::Unsuccessful
            | EventKind::SearchFailed => Progress::Failed,
            _ if index == last && !booking.phase.is_terminal() => Progress::Current,
            _ => Progress::Done,
        };
        let (label, detail) = match event.kind {
            EventKind::Booked if was_requested => {
                (t!("fulfilment-requested").to_owned(), event.note.clone().unwrap_or_default())
            }
            _ => words(told(booking), event),
        };
        let shows_amount = event.kind == EventKind::PriceSettled && booking.hidden_payer().is_some();
        let detail = if shows_amount { String::new() } else { detail };
        TimelineItem { time: tenant.time(event.occurred_at), label, detail, progress }
    });
    let to_come = arrival.map(|at| TimelineItem {
        time: t!("fulfilment-about", at = tenant.time(at)),
        label: t!("fulfilment-arrival").to_owned(),
        detail: String::new(),
        progress: Progress::Upcoming,
    });
    past.chain(to_come).collect()
}

/// Title and details of a timeline entry.
fn words(told: &Told, event: &Event) -> (String, String) {
    let name = isolated(event.actor_name.as_deref().unwrap_or(told.provider.say()));
    let note = event.note.clone().unwrap_or_default();
    match event.kind {
        EventKind::Booked => (t!("fulfilment-booked").to_owned(), note),
        EventKind::Declined => (t!("fulfilment-declined").to_owned(), note),
        EventKind::Moved => (t!("fulfilment-moved-to-another-time").to_owned(), note),
        EventKind::Confirmed | EventKind::Approved => (t!("fulfilment-confirmed").to_owned(), note),
        EventKind::LocationGiven => (t!("fulfilment-we-know-where-you-are").to_owned(), note),
        EventKind::Dispatched if event.actor == Party::Staff => (
            t!("fulfilment-was-assigned", provider = isolated(event.note.as_deref().unwrap_or(told.provider.say()))),
            String::new(),
        ),
        EventKind::Dispatched => (t!("fulfilment-name-accepted", name = name), note),
        EventKind::GivenBack if event.actor == Party::Provider => {
            (t!("fulfilment-cant-make-it", name = name), t!("fulfilment-were-asking-someone-else").to_owned())
        }
        EventKind::GivenBack => (t!("fulfilment-someone-else-is-coming").to_owned(), String::new()),
        EventKind::EnRoute => (t!("fulfilment-is-on-the-way", name = name), note),
        EventKind::Arrived => (t!("fulfilment-name-arrived", name = name), note),
        EventKind::Started => (t!("fulfilment-work-started").to_owned(), note),
        EventKind::Reached => (t!("fulfilment-reached-the-destination", name = name), note),
        EventKind::JobDone => (t!("fulfilment-part-of-the-work-is-done").to_owned(), note),
        EventKind::JobCalledOff => {
            (t!("fulfilment-a-visit-was-cancelled").to_owned(), t!("fulfilment-well-call-you-about-it").to_owned())
        }
        EventKind::Completed => (t!("fulfilment-done").to_owned(), note),
        EventKind::Unsuccessful => (t!("fulfilment-it-couldnt-be-done").to_owned(), note),
        EventKind::SearchFailed => (
            t!("fulfilment-no-one-nearby-was-free").to_owned(),
            t!("fulfilment-a-dispatcher-is-finding-someone-sentence").to_owned(),
        ),
        EventKind::SearchResumed => (t!("fulfilment-asking-again").to_owned(), String::new()),
        EventKind::PriceSettled => (t!("fulfilment-price-settled").to_owned(), note),
        EventKind::PriceProposed => (t!("fulfilment-more-work-was-proposed").to_owned(), note),
        EventKind::PriceApproved => (t!("fulfilment-you-approved-a-price").to_owned(), note),
        EventKind::PriceDeclined => (t!("fulfilment-you-declined-a-price").to_owned(), note),
        EventKind::PriceWithdrawn => (t!("fulfilment-a-proposed-price-was-withdrawn").to_owned(), note),
        EventKind::Cancelled => (cancelled_by(told, event.actor).to_owned(), note),
        EventKind::NoShow => (t!("fulfilment-no-one-was-there").to_owned(), note),
        EventKind::Paid => (t!("fulfilment-payment-received").to_owned(), note),
        EventKind::Reviewed => (t!("fulfilment-you-rated-it").to_owned(), note),
        EventKind::Changed | EventKind::Other => (t!("fulfilment-changed").to_owned(), note),
    }
}

fn cancelled_by(told: &Told, actor: Party) -> &'static str {
    match actor {
        Party::Customer => t!("fulfilment-you-cancelled"),
        Party::Provider => told.cancelled_by_provider.say(),
        Party::Staff => t!("fulfilment-our-team-cancelled"),
        Party::System => t!("fulfilment-cancelled-automatically"),
    }
}
