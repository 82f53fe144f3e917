use chrono::{DateTime, TimeDelta, Utc};
use engine::TimeSpan;

use super::{Job, store::assignments::AssignmentState};
use crate::tenants::Settings;

/// The assumed drive if no position is known: the usual promise in contracts of the trade.
const UNKNOWN_TRAVEL: TimeDelta = TimeDelta::minutes(45);

/// When a provider who takes a job must set out, arrives, and is free again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Timing {
    /// The drive and the work.
    pub busy: TimeSpan,
    /// The arrival promised to the customer.
    pub promised_at: DateTime<Utc>,
    /// Whether the work starts now or is scheduled for later.
    pub state: AssignmentState,
}

impl Timing {
    /// The timing of a job for a provider whose drive takes `travel` from their current position.
    ///
    /// - They set out so that they arrive when the window opens, or at once if it is too late for that.
    /// - They are busy from then until the work is done: the drive and the expected minutes.
    /// - The drive is assumed to take 45 minutes (or the dispatch lead, if shorter) if their position isn't known, and for work more than the
    ///   dispatch lead away: their current position doesn't say where they will start.
    /// - The customer is promised the drive plus the tenant's margin, never an arrival before the window opens.
    /// - Work to set out for at once is in progress from now. Other work reserves its later time, so that earlier work doesn't conflict.
    pub fn of(job: &Job, travel: Option<TimeDelta>, now: DateTime<Utc>, settings: &Settings) -> Self {
        let travel = if job.is_for_later(settings, now) {
            UNKNOWN_TRAVEL.min(settings.dispatch_lead())
        } else {
            travel.unwrap_or(UNKNOWN_TRAVEL)
        };
        let margin = travel * i32::try_from(settings.promise_margin_percent).unwrap_or(100) / 100;
        let sets_out_at = (job.window_start - travel).max(now);
        let state = if sets_out_at > now { AssignmentState::Held } else { AssignmentState::UnderWay };
        Self {
            busy: TimeSpan { starts_at: sets_out_at, ends_at: sets_out_at + travel + job.expected() },
            promised_at: (now + travel + margin).max(job.window_start),
            state,
        }
    }
}
