use chrono::{DateTime, TimeDelta, Utc};
use engine::{Amount, Id, Meters};

use super::{Job, JobState};
use crate::{
    error::AppError,
    providers::{AgreedCommission, Provider},
};

engine::codes! {
    /// What became of an offer.
    pub enum OfferState ("offer state") {
        /// Waits for an answer.
        Pending = "pending",
        /// The provider took the job.
        Accepted = "accepted",
        /// The provider doesn't want it.
        Declined = "declined",
        /// The provider didn't answer in time.
        TimedOut = "timed_out",
        /// Taken back before an answer.
        Withdrawn = "withdrawn",
    }
}

engine::codes! {
    /// Why a provider declines.
    pub enum DeclineReason ("reason") {
        /// The way is too long.
        TooFar = "too_far",
        /// Something is missing on the truck.
        Equipment = "equipment",
        /// Their day is about to end.
        EndOfShift = "end_of_shift",
        /// It doesn't pay.
        Pay = "pay",
        /// Anything else.
        Other = "other",
    }
}

impl DeclineReason {
    /// In words.
    pub const fn label(self) -> &'static str {
        match self {
            Self::TooFar => "Too far away",
            Self::Equipment => "I don't have the equipment",
            Self::EndOfShift => "My shift ends soon",
            Self::Pay => "The pay is too low",
            Self::Other => "Another reason",
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
    /// How far they drive, by road, as estimated.
    pub distance: Meters,
    /// How long that takes, as estimated.
    pub travel: TimeDelta,
    /// What they earn by it.
    pub pay: Amount,
    /// The commission by which they earn that.
    pub commission: AgreedCommission,
    pub decline_reason: Option<String>,
    pub offered_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    /// When it was answered, timed out or was withdrawn.
    pub answered_at: Option<DateTime<Utc>>,
}

/// A change of a pending offer; the store writes it only where the offer is still pending.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a change has to be stored"]
pub struct OfferChange {
    pub to: OfferState,
    pub at: DateTime<Utc>,
    pub decline_reason: Option<String>,
}

impl Offer {
    /// Whether it can be answered at this time.
    pub fn stands(&self, now: DateTime<Utc>) -> bool {
        self.state == OfferState::Pending && now < self.expires_at
    }

    /// The provider takes the job.
    pub fn accept(&self, job: &Job, now: DateTime<Utc>) -> Result<OfferChange, AppError> {
        if self.stands(now) && job.state == JobState::Offered {
            Ok(OfferChange { to: OfferState::Accepted, at: now, decline_reason: None })
        } else {
            Err(self.refusal(job))
        }
    }

    /// The provider doesn't want the job. Nothing to do if they said so before, or are no longer asked.
    pub fn decline(&self, job: &Job, now: DateTime<Utc>, reason: String) -> Result<Option<OfferChange>, AppError> {
        match self.state {
            OfferState::Pending => {
                Ok(Some(OfferChange { to: OfferState::Declined, at: now, decline_reason: Some(reason) }))
            }
            OfferState::Declined | OfferState::TimedOut | OfferState::Withdrawn => Ok(None),
            OfferState::Accepted => Err(self.refusal(job)),
        }
    }

    /// The provider didn't answer; nothing to do before the deadline or after an answer.
    pub fn time_out(&self, now: DateTime<Utc>) -> Option<OfferChange> {
        (self.state == OfferState::Pending && now >= self.expires_at).then_some(OfferChange {
            to: OfferState::TimedOut,
            at: now,
            decline_reason: None,
        })
    }

    /// Taken back; nothing to do after an answer.
    pub fn withdraw(&self, now: DateTime<Utc>) -> Option<OfferChange> {
        (self.state == OfferState::Pending).then_some(OfferChange {
            to: OfferState::Withdrawn,
            at: now,
            decline_reason: None,
        })
    }

    /// Why it can't be accepted any more: the first thing that happened to the job, else to the offer.
    pub fn refusal(&self, job: &Job) -> AppError {
        AppError::conflict(match (self.state, job.state) {
            (OfferState::Accepted, _) => "You have accepted this offer.",
            (_, JobState::Cancelled) => "The customer cancelled. There is nothing more to do.",
            (_, state) if state.is_active() || state.is_over() => "Someone else took this job.",
            (OfferState::Declined, _) => "You have declined this offer.",
            (OfferState::Withdrawn, _) => "This offer was withdrawn.",
            (OfferState::Pending | OfferState::TimedOut, _) => {
                "This offer has expired. You'll get the next one when there is work near you."
            }
        })
    }
}
