//! A booking follows its jobs: none, one, several in sequence, several at once, and jobs that it shares with other bookings. This is the one rule for
//! all of them.
//!
//! | news of a job | phase of the booking |
//! |---|---|
//! | taken | confirmed → dispatched |
//! | given back, cancelled | dispatched → confirmed, if nobody has another of its jobs |
//! | replaced by a job that nobody has | the same, and nothing is said if it stays |
//! | nobody found | stays; waits for staff |
//! | begun | confirmed, dispatched → in progress; a later job may be taken and begun then |
//! | done | in progress → completed, if no other job is open |
//! | failed | no-show or cancelled; stays in progress while another job is open or done: staff decide |

use chrono::{DateTime, Utc};
use engine::{Amount, field::isolated};

use super::{
    Author, Booking, Cancellation, EventKind, Party, Phase, Transition, WaitsFor,
    store::{self, NewEvent},
};
use crate::{
    db::Tx,
    dispatch::{JobState, Outcome},
    error::AppError,
};

/// Kind of the alerts about a search without result.
const NO_PROVIDER: &str = "no_provider";

/// What happened to a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobNews {
    Taken,
    GivenBack,
    /// No provider is left to ask.
    NobodyFound,
    SearchedAgain,
    EnRoute,
    Arrived,
    Started,
    /// The provider is at the job's destination.
    Reached,
    Done,
    Failed(Outcome),
    /// Cancelled, but its bookings aren't.
    CalledOff,
    /// It is in the place of another job, and nobody has it yet.
    Replaced,
}

/// What a booking's other jobs are doing.
#[expect(clippy::struct_excessive_bools, reason = "jobs can be in all of these states at once")]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OtherJobs {
    pub is_searching: bool,
    /// One of the searches has no provider left to ask.
    pub is_stuck: bool,
    /// A provider has one and hasn't begun it.
    pub is_taken: bool,
    pub is_begun: bool,
    pub is_done: bool,
}

/// What follows for a booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    pub to: Phase,
    pub waits_for: Option<WaitsFor>,
    pub kind: EventKind,
    pub alerts: Alerts,
}

/// What becomes of the alerts of the back office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alerts {
    Keep,
    Raise,
    ResolveAll,
    /// Those about the search only: others are about work that has begun.
    ResolveSearch,
}

/// News of a job, with its author.
#[derive(Debug, Clone)]
pub struct Report<'a> {
    pub news: JobNews,
    pub by: Author,
    /// The author's full name, for staff.
    pub full_name: &'a str,
    /// Details, for the timeline.
    pub note: Option<&'a str>,
}

impl OtherJobs {
    /// The state of each job, and whether its search has no provider left.
    pub fn of(jobs: &[(JobState, bool)]) -> Self {
        let any = |is: fn(JobState) -> bool| jobs.iter().any(|(state, _)| is(*state));
        Self {
            is_searching: any(JobState::is_searching),
            is_stuck: jobs.iter().any(|(state, is_exhausted)| state.is_searching() && *is_exhausted),
            is_taken: any(|state| state.is_active() && state != JobState::InProgress),
            is_begun: any(|state| state == JobState::InProgress),
            is_done: any(|state| state == JobState::Done),
        }
    }

    pub const fn is_open(self) -> bool {
        self.is_searching || self.is_taken || self.is_begun
    }
}

impl JobNews {
    /// What follows for a booking in this phase; `None` if it is over.
    pub fn step(self, phase: Phase, waits_for: Option<WaitsFor>, others: OtherJobs) -> Option<Step> {
        if phase.is_terminal() {
            return None;
        }
        let to = self.next_phase(phase, others);
        let waits_for = self.next_wait(to, waits_for, others).filter(|_| !to.is_terminal());
        Some(Step { to, waits_for, kind: self.event(to), alerts: self.alerts(phase, to, others) })
    }

    fn next_phase(self, phase: Phase, others: OtherJobs) -> Phase {
        let is_held = others.is_taken || others.is_begun;
        match (self, phase) {
            (Self::Taken, Phase::Confirmed) => Phase::Dispatched,
            (Self::GivenBack | Self::CalledOff | Self::Replaced, Phase::Dispatched) if !is_held => Phase::Confirmed,
            (Self::Started, Phase::Confirmed | Phase::Dispatched) => Phase::InProgress,
            (Self::Done, Phase::InProgress) if !others.is_open() => Phase::Completed,
            (Self::Failed(outcome), Phase::Dispatched) => ending(outcome),
            (Self::Failed(outcome), Phase::InProgress) if !others.is_open() && !others.is_done => ending(outcome),
            _ => phase,
        }
    }

    fn next_wait(self, to: Phase, before: Option<WaitsFor>, others: OtherJobs) -> Option<WaitsFor> {
        let searched_for = || match to {
            _ if others.is_stuck => Some(WaitsFor::Staff),
            Phase::Confirmed => Some(WaitsFor::Provider),
            _ => None,
        };
        match self {
            _ if to == Phase::Pending => before,
            Self::NobodyFound | Self::CalledOff => Some(WaitsFor::Staff),
            _ if matches!(before, Some(WaitsFor::Approval | WaitsFor::Payment)) => before,
            Self::Replaced if before == Some(WaitsFor::Location) => before,
            Self::Taken | Self::SearchedAgain | Self::Started | Self::Replaced => searched_for(),
            Self::GivenBack if to == Phase::Confirmed => searched_for(),
            _ => before,
        }
    }

    fn alerts(self, phase: Phase, to: Phase, others: OtherJobs) -> Alerts {
        match self {
            Self::Taken | Self::SearchedAgain | Self::Replaced if others.is_stuck || phase == Phase::Pending => {
                Alerts::Keep
            }
            Self::Replaced => Alerts::ResolveSearch,
            Self::Taken | Self::SearchedAgain if phase == Phase::InProgress => Alerts::ResolveSearch,
            Self::Taken | Self::SearchedAgain => Alerts::ResolveAll,
            Self::NobodyFound | Self::CalledOff | Self::Failed(_) => Alerts::Raise,
            Self::GivenBack if phase == Phase::InProgress => Alerts::Raise,
            // Work of a booking that hasn't begun, or is all over without an end.
            Self::Done if phase != Phase::InProgress && to == phase && !others.is_open() => Alerts::Raise,
            _ => Alerts::Keep,
        }
    }

    const fn event(self, to: Phase) -> EventKind {
        match self {
            Self::Taken => EventKind::Dispatched,
            Self::GivenBack => EventKind::GivenBack,
            Self::NobodyFound => EventKind::SearchFailed,
            Self::SearchedAgain => EventKind::SearchResumed,
            Self::EnRoute => EventKind::EnRoute,
            Self::Arrived => EventKind::Arrived,
            Self::Started => EventKind::Started,
            Self::Reached => EventKind::Reached,
            Self::Done if matches!(to, Phase::Completed) => EventKind::Completed,
            Self::Done => EventKind::JobDone,
            Self::Failed(Outcome::GoneOnArrival) if matches!(to, Phase::NoShow) => EventKind::NoShow,
            Self::Failed(_) => EventKind::Unsuccessful,
            Self::CalledOff => EventKind::JobCalledOff,
            Self::Replaced => EventKind::Moved,
        }
    }
}

const fn ending(outcome: Outcome) -> Phase {
    match outcome {
        Outcome::GoneOnArrival => Phase::NoShow,
        Outcome::CouldNotBeDone => Phase::Cancelled,
    }
}

/// Applies the news of a job to one of its bookings, which the caller has locked. Returns the booking as it is then, with what followed; `None` if it
/// was over, or nothing follows for it.
pub async fn follow(
    tx: &mut Tx,
    booking: &Booking,
    others: OtherJobs,
    report: &Report<'_>,
) -> Result<Option<(Booking, Step)>, AppError> {
    let Some(step) = report.news.step(booking.phase, booking.waits_for, others) else {
        return Ok(None);
    };
    let is_the_same = (step.to, step.waits_for) == (booking.phase, booking.waits_for);
    if is_the_same && report.news == JobNews::Replaced {
        return Ok(None);
    }
    let after = if is_the_same {
        let event =
            NewEvent { booking_id: booking.id, phase: step.to, kind: step.kind, by: &report.by, note: report.note };
        store::record(tx, &event).await?;
        booking.clone()
    } else {
        let transition = transition(booking, step, report, tx.now);
        store::apply(tx, booking, transition).await?
    };
    let name = report.by.name.as_deref().unwrap_or(report.by.party.as_str());
    match step.alerts {
        Alerts::Keep => {}
        Alerts::Raise => raise(tx, booking, report).await?,
        Alerts::ResolveAll => store::resolve_alerts(tx, booking.id, name).await?,
        Alerts::ResolveSearch => store::resolve_alerts_of_kind(tx, booking.id, NO_PROVIDER, name).await?,
    }
    Ok(Some((after, step)))
}

fn transition(booking: &Booking, step: Step, report: &Report<'_>, now: DateTime<Utc>) -> Transition {
    let note = report.note.map(str::to_owned);
    let cancellation = (step.to == Phase::Cancelled).then(|| Cancellation {
        by: report.by.party,
        reason: note.clone(),
        fee: Amount::ZERO,
        at: now,
    });
    Transition {
        from: booking.phase,
        to: step.to,
        waits_for: step.waits_for,
        kind: step.kind,
        by: report.by.clone(),
        note,
        cancellation,
    }
}

async fn raise(tx: &mut Tx, booking: &Booking, report: &Report<'_>) -> Result<(), AppError> {
    let (reference, phone) = (&booking.reference, booking.contact.phone.national());
    let (name, note) = (isolated(report.full_name), isolated(report.note.unwrap_or(t!("bookings-no-reason-given"))));
    let (kind, message) = match report.news {
        JobNews::NobodyFound => {
            (NO_PROVIDER, t!("bookings-no-provider-accepted-assign-someone-by", reference = reference, phone = phone))
        }
        JobNews::Failed(_) => (
            "unsuccessful",
            t!("bookings-reported-on-please-call-the-customer", name = name, reference = reference, note = note),
        ),
        JobNews::GivenBack if report.by.party == Party::Staff => return Ok(()),
        JobNews::GivenBack => {
            ("given_back", t!("bookings-gave-back-a-job-of-whose", name = name, reference = reference, note = note))
        }
        JobNews::CalledOff => {
            ("called_off", t!("bookings-a-job-of-was-called-off", reference = reference, note = note))
        }
        _ => ("not_completed", t!("bookings-a-job-of-is-done-but", reference = reference)),
    };
    store::alert_staff(tx, booking.id, kind, &message).await
}
