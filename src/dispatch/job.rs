use chrono::{DateTime, TimeDelta, Utc};
use engine::{GeoPoint, Id, Meters};

use crate::{bookings::Booking, error::AppError, tenants::Settings, verticals::Vertical};

engine::codes! {
    pub enum JobState ("job state") {
        /// The dispatcher searches.
        Open = "open",
        Offered = "offered",
        Assigned = "assigned",
        EnRoute = "en_route",
        Arrived = "arrived",
        InProgress = "in_progress",
        Done = "done",
        /// The provider was there, but the work couldn't be done.
        Unsuccessful = "unsuccessful",
        Cancelled = "cancelled",
    }
}

impl JobState {
    /// Whether the state is final.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Unsuccessful | Self::Cancelled)
    }

    /// Whether no provider has it yet.
    pub const fn is_searching(self) -> bool {
        matches!(self, Self::Open | Self::Offered)
    }

    /// Whether a provider has the job and hasn't finished it.
    pub const fn is_active(self) -> bool {
        !self.is_over() && !self.is_searching()
    }

    /// The step that its provider reports next.
    pub const fn next(self) -> Option<Self> {
        match self {
            Self::Assigned => Some(Self::EnRoute),
            Self::EnRoute => Some(Self::Arrived),
            Self::Arrived => Some(Self::InProgress),
            Self::InProgress => Some(Self::Done),
            _ => None,
        }
    }

    /// In words, for a badge.
    pub fn label(self) -> &'static str {
        match self {
            Self::Open => t!("dispatch-looking-for-a-provider"),
            Self::Offered => t!("dispatch-offered"),
            Self::Assigned => t!("dispatch-accepted"),
            Self::EnRoute => t!("dispatch-on-the-way"),
            Self::Arrived => t!("dispatch-arrived"),
            Self::InProgress => t!("dispatch-in-progress"),
            Self::Done => t!("dispatch-done"),
            Self::Unsuccessful => t!("dispatch-could-not-be-done"),
            Self::Cancelled => t!("dispatch-cancelled"),
        }
    }
}

/// How a job finds its provider.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Dispatching {
    /// Providers are asked one after another, from the tenant's dispatch lead on.
    Now,
    /// The same from this time on.
    At(DateTime<Utc>),
    /// Staff choose.
    ByHand,
    /// Providers within this distance see it and take it themselves, until then.
    Discover { within: Meters, until: DateTime<Utc> },
}

impl Dispatching {
    /// When the dispatcher handles a new search first; none if nobody is searched for.
    pub fn first_run(self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self {
            Self::Now => Some(now),
            Self::At(at) => Some(at.max(now)),
            Self::ByHand => None,
            Self::Discover { until, .. } => Some(until),
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Destination {
    pub address: String,
    /// On the map, if known.
    pub point: Option<GeoPoint>,
}

/// A piece of field work.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    pub id: Id<Job>,
    /// Its kind of business; `None` if only another version knows it.
    pub vertical: Option<Vertical>,
    /// What to do: the service's short name.
    pub kind: String,
    pub state: JobState,
    pub address: String,
    /// The location, if known on the map.
    pub point: Option<GeoPoint>,
    pub destination: Option<Destination>,
    pub window_start: DateTime<Utc>,
    /// Arrival not after, as requested.
    pub window_end: DateTime<Utc>,
    /// Duration of the work on site, minutes.
    pub expected_minutes: i32,
    pub skills: Vec<String>,
    /// How many people it takes.
    pub staff_needed: i32,
    pub dispatching: Dispatching,
    /// Whether bookings join and leave it; without any it goes on.
    pub is_published: bool,
    /// When the dispatcher handles it next.
    pub dispatch_at: Option<DateTime<Utc>>,
    /// When the dispatcher first searched in this search; none before that.
    pub search_started_at: Option<DateTime<Utc>>,
    /// Since when no provider is left to ask.
    pub search_exhausted_at: Option<DateTime<Utc>>,
    /// How it ended, if it failed or was cancelled.
    pub outcome: Option<String>,
    pub assigned_at: Option<DateTime<Utc>>,
    /// The arrival promised to the customer.
    pub promised_at: Option<DateTime<Utc>>,
    pub en_route_at: Option<DateTime<Utc>>,
    pub arrived_at: Option<DateTime<Utc>>,
    pub started_at: Option<DateTime<Utc>>,
    /// When the provider was at its destination.
    pub reached_at: Option<DateTime<Utc>>,
    /// When it ended, in any way.
    pub ended_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

#[derive(Debug, Clone)]
pub struct NewJob {
    /// Who needs it; more may join.
    pub bookings: Vec<Id<Booking>>,
    pub vertical: Vertical,
    /// The service's short name.
    pub kind: String,
    pub address: String,
    /// The location; without it no provider is sent.
    pub point: Option<GeoPoint>,
    pub destination: Option<Destination>,
    /// Arrival not before.
    pub window_start: DateTime<Utc>,
    /// Arrival not after.
    pub window_end: DateTime<Utc>,
    /// Duration of the work on site, minutes.
    pub expected_minutes: i32,
    pub skills: Vec<String>,
    /// How many people it takes. Staff choose the crew if it is more than one, whatever `dispatching` says.
    pub staff_needed: i32,
    pub dispatching: Dispatching,
}

/// An allowed change of a job; the store writes it only if the job is still in `from`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a change has to be stored"]
pub struct JobChange {
    pub from: JobState,
    pub to: JobState,
    pub at: DateTime<Utc>,
    /// When the dispatcher handles it next.
    pub dispatch_at: Option<DateTime<Utc>>,
    /// The arrival promised to the customer, if a provider took the job.
    pub promised_at: Option<DateTime<Utc>>,
    /// How it ended, unless it is done.
    pub outcome: Option<String>,
}

impl Job {
    /// Asks a provider, who has until `until` to answer.
    pub fn offer(&self, now: DateTime<Utc>, until: DateTime<Utc>) -> Result<JobChange, AppError> {
        let change = self.change(JobState::Offered, now, &[JobState::Open])?;
        Ok(JobChange { dispatch_at: Some(until), ..change })
    }

    /// The offer was declined or withdrawn: the dispatcher continues at once.
    pub fn go_on_searching(&self, now: DateTime<Utc>) -> Result<JobChange, AppError> {
        let change = self.change(JobState::Open, now, &[JobState::Offered])?;
        Ok(JobChange { dispatch_at: Some(now), ..change })
    }

    /// A provider accepts and arrives by `promised_at`.
    pub fn assign(&self, now: DateTime<Utc>, promised_at: DateTime<Utc>) -> Result<JobChange, AppError> {
        let change = self.change(JobState::Assigned, now, &[JobState::Open, JobState::Offered])?;
        Ok(JobChange { promised_at: Some(promised_at), ..change })
    }

    /// The provider no longer has the job: the search for another one begins at once.
    pub fn give_back(&self, now: DateTime<Utc>) -> Result<JobChange, AppError> {
        let change = self.change(JobState::Open, now, &[JobState::Assigned, JobState::EnRoute, JobState::Arrived])?;
        Ok(JobChange { dispatch_at: Some(now), ..change })
    }

    /// Advances to `to`. `None` if the job is already there: a second tap changes nothing.
    pub fn advance(&self, to: JobState, now: DateTime<Utc>) -> Result<Option<JobChange>, AppError> {
        let before =
            JobState::ALL.iter().copied().find(|before| before.next() == Some(to)).ok_or(AppError::Malformed)?;
        let been_there = self.state >= to && self.state <= JobState::Done;
        if been_there { Ok(None) } else { self.change(to, now, &[before]).map(Some) }
    }

    /// The provider was there, but the work couldn't be done.
    pub fn fail(&self, now: DateTime<Utc>, outcome: String) -> Result<JobChange, AppError> {
        let change = self.change(JobState::Unsuccessful, now, &[JobState::Arrived, JobState::InProgress])?;
        Ok(JobChange { outcome: Some(outcome), ..change })
    }

    /// Cancelled.
    pub fn cancel(&self, now: DateTime<Utc>, reason: String) -> Result<JobChange, AppError> {
        if self.state.is_over() {
            return Err(self.refusal());
        }
        let change = self.change(JobState::Cancelled, now, &[self.state])?;
        Ok(JobChange { outcome: Some(reason), ..change })
    }

    /// Whether the job as a whole may be cancelled: once the work has begun, only those who do it end it.
    pub fn may_be_called_off(&self) -> bool {
        self.state < JobState::InProgress
    }

    /// Whether it takes several people.
    pub const fn needs_crew(&self) -> bool {
        self.staff_needed > 1
    }

    /// Duration of the work on site.
    pub fn expected(&self) -> TimeDelta {
        TimeDelta::minutes(self.expected_minutes.into())
    }

    /// When the search begins: at its own time, or the tenant's lead before the window opens. For immediate work that time has passed.
    pub fn search_begins_at(&self, settings: &Settings) -> DateTime<Utc> {
        match self.dispatching {
            Dispatching::At(at) => at,
            _ => self.window_start - settings.dispatch_lead(),
        }
    }

    /// Whether the work is so far away that current positions and duty don't show who can do it.
    pub fn is_for_later(&self, settings: &Settings, now: DateTime<Utc>) -> bool {
        self.window_start - settings.dispatch_lead() > now
    }

    /// When a search that has begun ends: after the tenant's search time, but not before the job's window opens.
    pub fn search_ends_at(&self, settings: &Settings) -> Option<DateTime<Utc>> {
        self.search_started_at.map(|began| (began + settings.search_window()).max(self.window_start))
    }

    fn change(&self, to: JobState, at: DateTime<Utc>, allowed: &[JobState]) -> Result<JobChange, AppError> {
        if allowed.contains(&self.state) {
            Ok(JobChange { from: self.state, to, at, dispatch_at: None, promised_at: None, outcome: None })
        } else {
            Err(self.refusal())
        }
    }

    /// The conflict for a change that is no longer possible.
    pub(super) fn refusal(&self) -> AppError {
        AppError::conflict(match self.state {
            JobState::Open | JobState::Offered => t!("dispatch-nobody-has-this-job-yet-reload"),
            JobState::Assigned => t!("dispatch-this-job-was-taken-reload-the"),
            JobState::EnRoute => t!("dispatch-the-provider-is-on-the-way"),
            JobState::Arrived => t!("dispatch-the-provider-has-arrived-already-reload"),
            JobState::InProgress => t!("dispatch-the-work-has-begun-already-reload"),
            JobState::Done => t!("dispatch-this-job-is-done"),
            JobState::Unsuccessful => t!("dispatch-this-job-was-closed-it-could"),
            JobState::Cancelled => t!("dispatch-this-job-was-cancelled-or-moved"),
        })
    }
}

engine::codes! {
    /// Why a job couldn't be done.
    pub enum Outcome ("outcome") {
        /// The customer or the vehicle wasn't there.
        GoneOnArrival = "gone_on_arrival",
        /// They were there, but the work couldn't be done.
        CouldNotBeDone = "could_not_be_done",
    }
}

impl Outcome {
    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            Self::GoneOnArrival => t!("dispatch-gone-on-arrival"),
            Self::CouldNotBeDone => t!("dispatch-could-not-be-done"),
        }
    }
}
