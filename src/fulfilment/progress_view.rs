//! The status of a booking, in words for its customer.

use chrono::{DateTime, TimeDelta, Utc};
use engine::field::isolated;

use crate::{
    bookings::{Booking, EventKind, Party, Phase, WaitsFor, store::Event},
    dispatch::{JobProgress, JobState},
    tenants::Tenant,
    ui::{Progress, TimelineItem, Tone},
    verticals::{Situation, Told},
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
    /// The current step of the kind's [steps](Told::steps); `None` if the booking won't be completed.
    pub step: Option<usize>,
}

impl ProgressView {
    /// The booking's current status.
    pub fn of(at: &Situation<'_>) -> Self {
        let Situation { tenant, booking, now, .. } = *at;
        let progress = at.job();
        let told = told(booking);
        let name = provider_name(booking, progress);
        let is_jobless = at.jobs.is_empty() && booking.waits_for.is_none();
        match booking.phase {
            Phase::Confirmed if is_jobless => Self::agreed(tenant, booking),
            Phase::InProgress if is_jobless => {
                Self::new("In progress", Tone::Progress, 2, "It has begun", "This page shows when it's over.")
            }
            Phase::Pending => Self::new("Requested", Tone::Info, 0, "We have your request", answer_by(tenant, booking)),
            Phase::Confirmed => Self::waiting(tenant, booking, now),
            Phase::Dispatched => Self::coming(tenant, booking, name, progress, now),
            Phase::InProgress => Self::new(
                "In progress",
                Tone::Progress,
                2,
                format!("{} is working on it", isolated(name)),
                "This page shows when it's done.",
            ),
            Phase::Completed => Self::new("Done", Tone::Success, told.steps.len(), "All done", told.done),
            Phase::Cancelled => Self::over("Cancelled", Tone::Neutral, "This booking is cancelled", cancelled(booking)),
            Phase::NoShow => Self::over("Missed", Tone::Warning, "We missed you", told.missed),
        }
    }

    /// Nobody has to come.
    fn agreed(tenant: &Tenant, booking: &Booking) -> Self {
        let headline = match booking.scheduled_at {
            Some(at) => format!("You're booked for {}", tenant.date_time(at)),
            None => "You're booked".to_owned(),
        };
        Self::new("Booked", Tone::Success, 0, headline, "Everything is agreed.")
    }

    fn waiting(tenant: &Tenant, booking: &Booking, now: DateTime<Utc>) -> Self {
        let lead = tenant.settings.dispatch_lead();
        match (booking.waits_for, booking.scheduled_at) {
            (Some(WaitsFor::Location), _) => Self::new(
                "Location needed",
                Tone::Warning,
                0,
                "Where exactly are you?",
                "We couldn't find your address on the map. We'll call you, or call us now, so we can send someone.",
            ),
            (Some(WaitsFor::Staff), _) => Self::new(
                "A dispatcher is finding someone",
                Tone::Warning,
                0,
                "No one nearby is free right now",
                "A dispatcher is finding someone and will call you. You can wait, call us, or cancel free.",
            ),
            (_, Some(at)) if at - lead > now => Self::new(
                "Booked",
                Tone::Info,
                0,
                format!("You're booked for {}", tenant.date_time(at)),
                told(booking).assigned_later.replace("{time}", &minutes(lead)),
            ),
            _ => Self::new("Looking", Tone::Info, 0, told(booking).searching.0, told(booking).searching.1),
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
            (Some(JobState::Arrived), _) => {
                Self::new("Arrived", Tone::Progress, 2, format!("{name} is here"), told(booking).arrived)
            }
            (Some(JobState::EnRoute), _) => {
                Self::new("On the way", Tone::Progress, 1, format!("{name} is on the way"), told(booking).on_the_way)
            }
            (_, Some(at)) => Self::new(
                "Booked",
                Tone::Progress,
                0,
                format!("{name} will come {}", tenant.date_time(at)),
                format!("{name} leaves in time for your appointment. You'll see it here."),
            ),
            _ => Self::new(
                "Accepted",
                Tone::Progress,
                0,
                format!("{name} will come to you"),
                format!("{name} leaves shortly."),
            ),
        }
    }

    fn new(
        badge: &'static str,
        tone: Tone,
        step: usize,
        headline: impl Into<String>,
        explanation: impl Into<String>,
    ) -> Self {
        Self { headline: headline.into(), explanation: explanation.into(), badge, tone, step: Some(step) }
    }

    fn over(badge: &'static str, tone: Tone, headline: &str, explanation: impl Into<String>) -> Self {
        Self { step: None, ..Self::new(badge, tone, 0, headline, explanation) }
    }
}

/// The provider's name, for the customer.
pub fn provider_name<'a>(booking: &Booking, progress: Option<&'a JobProgress>) -> &'a str {
    let provider = progress.and_then(|progress| progress.provider.as_ref());
    provider.map_or(told(booking).provider, |provider| provider.first_name())
}

fn told(booking: &Booking) -> &'static Told {
    &booking.vertical.words().told
}

/// When a request is answered at the latest.
fn answer_by(tenant: &Tenant, booking: &Booking) -> String {
    match booking.expires_at {
        Some(at) => format!("You have an answer by {}. Nothing is due until then.", tenant.date_time(at)),
        None => "We'll confirm it shortly.".to_owned(),
    }
}

fn cancelled(booking: &Booking) -> String {
    match booking.cancellation.as_ref().map(|cancellation| cancellation.by) {
        Some(Party::Customer) => "You cancelled it. You can book again anytime.",
        Some(Party::Provider) => "It couldn't be done on the spot. We'll call you about what we can do instead.",
        Some(Party::Staff) => return cancelled_by_staff(booking),
        Some(Party::System) | None => "It was cancelled automatically. You can book again anytime.",
    }
    .to_owned()
}

/// The reason is written for the customer.
fn cancelled_by_staff(booking: &Booking) -> String {
    let reason = booking.cancellation.as_ref().and_then(|cancellation| cancellation.reason.as_deref());
    let reason = reason.map(|reason| format!(": {}", isolated(reason))).unwrap_or_default();
    format!("Our team cancelled it{reason}. Call us if you have a question.").replace("..", ".")
}

fn minutes(span: TimeDelta) -> String {
    match span.num_minutes() {
        60 => "an hour".to_owned(),
        minutes => format!("{minutes} minutes"),
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
        let (label, detail) = words(told(booking), event);
        let shows_amount = event.kind == EventKind::PriceSettled && booking.hidden_payer().is_some();
        let detail = if shows_amount { String::new() } else { detail };
        TimelineItem { time: tenant.time(event.occurred_at), label, detail, progress }
    });
    let to_come = arrival.map(|at| TimelineItem {
        time: format!("about {}", tenant.time(at)),
        label: "Arrival".to_owned(),
        detail: String::new(),
        progress: Progress::Upcoming,
    });
    past.chain(to_come).collect()
}

/// Title and details of a timeline entry.
fn words(told: &Told, event: &Event) -> (String, String) {
    let name = isolated(event.actor_name.as_deref().unwrap_or(told.provider));
    let note = event.note.clone().unwrap_or_default();
    match event.kind {
        EventKind::Booked => ("Booked".to_owned(), note),
        EventKind::Declined => ("Declined".to_owned(), note),
        EventKind::Moved => ("Moved to another time".to_owned(), note),
        EventKind::Confirmed | EventKind::Approved => ("Confirmed".to_owned(), note),
        EventKind::LocationGiven => ("We know where you are".to_owned(), note),
        EventKind::Dispatched if event.actor == Party::Staff => {
            (format!("{} was assigned", isolated(event.note.as_deref().unwrap_or(told.provider))), String::new())
        }
        EventKind::Dispatched => (format!("{name} accepted"), note),
        EventKind::GivenBack if event.actor == Party::Provider => {
            (format!("{name} can't make it"), "We're asking someone else.".to_owned())
        }
        EventKind::GivenBack => ("Someone else is coming".to_owned(), String::new()),
        EventKind::EnRoute => (format!("{name} is on the way"), note),
        EventKind::Arrived => (format!("{name} arrived"), note),
        EventKind::Started => ("Work started".to_owned(), note),
        EventKind::Reached => (format!("{name} reached the destination"), note),
        EventKind::JobDone => ("Part of the work is done".to_owned(), note),
        EventKind::JobCalledOff => ("A visit was cancelled".to_owned(), "We'll call you about it.".to_owned()),
        EventKind::Completed => ("Done".to_owned(), note),
        EventKind::Unsuccessful => ("It couldn't be done".to_owned(), note),
        EventKind::SearchFailed => ("No one nearby was free".to_owned(), "A dispatcher is finding someone.".to_owned()),
        EventKind::SearchResumed => ("Asking again".to_owned(), String::new()),
        EventKind::PriceSettled => ("Price settled".to_owned(), note),
        EventKind::PriceProposed => ("More work was proposed".to_owned(), note),
        EventKind::PriceApproved => ("You approved a price".to_owned(), note),
        EventKind::PriceDeclined => ("You declined a price".to_owned(), note),
        EventKind::PriceWithdrawn => ("A proposed price was withdrawn".to_owned(), note),
        EventKind::Cancelled => (cancelled_by(told, event.actor).to_owned(), note),
        EventKind::NoShow => ("No one was there".to_owned(), note),
        EventKind::Paid => ("Payment received".to_owned(), note),
        EventKind::Reviewed => ("You rated it".to_owned(), note),
        EventKind::Other => ("Changed".to_owned(), note),
    }
}

const fn cancelled_by(told: &Told, actor: Party) -> &'static str {
    match actor {
        Party::Customer => "You cancelled",
        Party::Provider => told.cancelled_by_provider,
        Party::Staff => "Our team cancelled",
        Party::System => "Cancelled automatically",
    }
}
