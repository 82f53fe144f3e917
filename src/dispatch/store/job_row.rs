//! A row of `jobs`, and a job from it.

use chrono::{DateTime, Utc};
use engine::{Id, Meters};
use sqlx::FromRow;

use super::{offers::whole, point};
use crate::{
    dispatch::{Destination, Dispatching, Job, JobState},
    error::{AppError, OrInternal},
    verticals::{IfKnown, Vertical},
};

engine::codes! {
    /// A job's way to its provider, as stored.
    pub(in crate::dispatch) enum DispatchMode ("dispatch mode") {
        /// Now, or at `jobs.search_from`.
        Automatic = "automatic",
        ByHand = "by_hand",
        Discover = "discover",
    }
}

/// A job as stored.
#[derive(FromRow)]
pub(super) struct JobRow {
    id: Id<Job>,
    #[sqlx(try_from = "IfKnown")]
    vertical: Option<Vertical>,
    kind: String,
    state: JobState,
    address: String,
    latitude: Option<f64>,
    longitude: Option<f64>,
    destination_address: Option<String>,
    destination_latitude: Option<f64>,
    destination_longitude: Option<f64>,
    window_start: DateTime<Utc>,
    window_end: DateTime<Utc>,
    expected_minutes: i32,
    skills: Vec<String>,
    staff_needed: i32,
    dispatching: DispatchMode,
    search_from: Option<DateTime<Utc>>,
    discover_within_meters: Option<i32>,
    discover_until: Option<DateTime<Utc>>,
    is_published: bool,
    dispatch_at: Option<DateTime<Utc>>,
    search_started_at: Option<DateTime<Utc>>,
    search_exhausted_at: Option<DateTime<Utc>>,
    outcome: Option<String>,
    assigned_at: Option<DateTime<Utc>>,
    promised_at: Option<DateTime<Utc>>,
    en_route_at: Option<DateTime<Utc>>,
    arrived_at: Option<DateTime<Utc>>,
    started_at: Option<DateTime<Utc>>,
    reached_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
}

impl TryFrom<JobRow> for Job {
    type Error = AppError;

    fn try_from(row: JobRow) -> Result<Self, AppError> {
        let destination_point = point(row.destination_latitude, row.destination_longitude)?;
        let dispatching = row.dispatching()?;
        Ok(Self {
            id: row.id,
            vertical: row.vertical,
            kind: row.kind,
            state: row.state,
            address: row.address,
            point: point(row.latitude, row.longitude)?,
            destination: row.destination_address.map(|address| Destination { address, point: destination_point }),
            window_start: row.window_start,
            window_end: row.window_end,
            expected_minutes: row.expected_minutes,
            skills: row.skills,
            staff_needed: row.staff_needed,
            dispatching,
            is_published: row.is_published,
            dispatch_at: row.dispatch_at,
            search_started_at: row.search_started_at,
            search_exhausted_at: row.search_exhausted_at,
            outcome: row.outcome,
            assigned_at: row.assigned_at,
            promised_at: row.promised_at,
            en_route_at: row.en_route_at,
            arrived_at: row.arrived_at,
            started_at: row.started_at,
            reached_at: row.reached_at,
            ended_at: row.ended_at,
            created_at: row.created_at,
        })
    }
}

impl JobRow {
    fn dispatching(&self) -> Result<Dispatching, AppError> {
        Ok(match self.dispatching {
            DispatchMode::Automatic => self.search_from.map_or(Dispatching::Now, Dispatching::At),
            DispatchMode::ByHand => Dispatching::ByHand,
            DispatchMode::Discover => {
                let both = self.discover_within_meters.zip(self.discover_until);
                let (within, until) = both.ok_or("a discovery without distance or end").or_internal()?;
                Dispatching::Discover { within: Meters(within.into()), until }
            }
        })
    }
}

/// A job's way to its provider as columns.
pub(super) struct DispatchColumns {
    pub mode: DispatchMode,
    pub search_from: Option<DateTime<Utc>>,
    pub within_meters: Option<i32>,
    pub until: Option<DateTime<Utc>>,
}

impl From<Dispatching> for DispatchColumns {
    fn from(dispatching: Dispatching) -> Self {
        let of = |mode| Self { mode, search_from: None, within_meters: None, until: None };
        match dispatching {
            Dispatching::Now => of(DispatchMode::Automatic),
            Dispatching::At(at) => Self { search_from: Some(at), ..of(DispatchMode::Automatic) },
            Dispatching::ByHand => of(DispatchMode::ByHand),
            Dispatching::Discover { within, until } => {
                Self { within_meters: Some(whole(within.0)), until: Some(until), ..of(DispatchMode::Discover) }
            }
        }
    }
}

/// A [`JobRow`] of the table or alias `j`, with more columns or without.
macro_rules! select_job {
    ($rest:literal) => {
        select_job!("", $rest)
    };
    ($more:literal, $rest:literal) => {
        concat!(
            "select j.id, j.vertical, j.kind, j.state, j.address, j.latitude, j.longitude,
                    j.destination_address, j.destination_latitude, j.destination_longitude,
                    j.window_start, j.window_end, j.expected_minutes, j.skills, j.staff_needed,
                    j.dispatching, j.search_from, j.discover_within_meters, j.discover_until, j.is_published,
                    j.dispatch_at, j.search_started_at, j.search_exhausted_at, j.outcome,
                    j.assigned_at, j.promised_at, j.en_route_at, j.arrived_at, j.started_at, j.reached_at, j.ended_at, j.created_at",
            $more,
            " from jobs j ",
            $rest
        )
    };
}
pub(super) use select_job;
