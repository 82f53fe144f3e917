use chrono::{DateTime, TimeDelta, Utc};
use engine::{Amount, Id, Meters};

use super::{Job, JobState};
use crate::{
    error::AppError,
    providers::{AgreedCommission, Provider},
};

engine::codes! {
    pub enum OfferState ("offer state") {
        /// Waits for an answer.
        Pending = "pending",
        Accepted = "accepted",
        Declined = "declined",
        /// The provider didn't answer in time.
        TimedOut = "timed_out",
        /// Withdrawn before an answer.
        Withdrawn = "withdrawn",
    }
}

engine::codes! {
    pub enum DeclineReason ("reason") {
        TooFar = "too_far",
        Equipment = "equipment",
        EndOfShift = "end_of_shift",
        Pay = "pay",
        Other = "other",
    }
}

impl DeclineReason {
    pub fn label(self) -> &'static str {
        match self {
            Self::TooFar => t!("dispatch-too-far-away"),
            Self::Equipment => t!("dispatch-i-dont-have-the-equipment"),
            Self::EndOfShift => t!("dispatch-my-shift-ends-soon"),
            Self::Pay => t!("dispatch-the-pay-is-too-low"),
            Self::Other => t!("dispatch-another-reason"),
        }
    }
}

/// A job offered to one provider with a deadline.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    pub id: Id<Offer>,
    pub job_id: Id<Job>,
    pub provider_id: Id<Provider>,
    pub state: OfferState,
    /// The estimated road distance.
    pub distance: Meters,
    /// The estimated driving time.
    pub travel: TimeDelta,
    /// The provider's earning.
    pub pay: Amount,
    /// The commission of that earning.
    pub commission: AgreedCommission,
    pub decline_reason: Option<String>,
    pub offered_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    /// When it was answered, timed out or was withdrawn.
    pub answered_at: Option<DateTime<Utc>>,
}

/// A change of a pending offer; the store writes it only if the offer is still pending.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a change has to be stored"]
pub struct OfferChange {
    pub to: OfferState,
    pub at: DateTime<Utc>,
    pub decline_reason: Option<String>,
}

impl Offer {
    /// Whether it can be answered at this time.
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        self.state == OfferState::Pending && now < self.expires_at
    }

    pub fn accept(&self, job: &Job, now: DateTime<Utc>) -> Result<OfferChange, AppError> {
        if self.is_open(now) && job.state == JobState::Offered {
            Ok(OfferChange { to: OfferState::Accepted, at: now, decline_reason: None })
        } else {
            Err(self.refusal(job))
        }
    }

    /// The provider declines. `None` if they did so before, or the offer is no longer pending.
    pub fn decline(&self, job: &Job, now: DateTime<Utc>, reason: String) -> Result<Option<OfferChange>, AppError> {
        match self.state {
            OfferState::Pending => {
                Ok(Some(OfferChange { to: OfferState::Declined, at: now, decline_reason: Some(reason) }))
            }
            OfferState::Declined | OfferState::TimedOut | OfferState::Withdrawn => Ok(None),
            OfferState::Accepted => Err(self.refusal(job)),
        }
    }

    /// The offer times out; `None` before the deadline or after an answer.
    pub fn time_out(&self, now: DateTime<Utc>) -> Option<OfferChange> {
        (self.state == OfferState::Pending && now >= self.expires_at).then_some(OfferChange {
            to: OfferState::TimedOut,
            at: now,
            decline_reason: None,
        })
    }

    /// The offer is withdrawn; `None` after an answer.
    pub fn withdraw(&self, now: DateTime<Utc>) -> Option<OfferChange> {
        (self.state == OfferState::Pending).then_some(OfferChange {
            to: OfferState::Withdrawn,
            at: now,
            decline_reason: None,
        })
    }

    /// Why it can no longer be accepted: what happened to the job, or else to the offer.
    pub fn refusal(&self, job: &Job) -> AppError {
        AppError::conflict(match (self.state, job.state) {
            (OfferState::Accepted, _) => t!("dispatch-you-have-accepted-this-offer"),
            (_, JobState::Cancelled) => t!("dispatch-the-customer-cancelled-there-is-nothing"),
            (_, state) if state.is_active() || state.is_over() => t!("dispatch-someone-else-took-this-job"),
            (OfferState::Declined, _) => t!("dispatch-you-have-declined-this-offer"),
            (OfferState::Withdrawn, _) => t!("dispatch-this-offer-was-withdrawn"),
            (OfferState::Pending | OfferState::TimedOut, _) => {
                t!("dispatch-this-offer-has-expired-youll-get")
            }
        })
    }
}
