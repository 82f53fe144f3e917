use chrono::{DateTime, Utc};
use engine::{Amount, Id, codes};

use crate::{
    bookings::{Booking, Phase},
    error::AppError,
    providers::Provider,
};

codes! {
    /// What a provider earned something for.
    pub enum EarningKind ("kind of earning") {
        /// The work itself.
        Job = "job",
        /// A drive that led to no work: cancelled late, nobody there, or it could not be done.
        Cancellation = "cancellation",
        /// Set right afterwards; negative where money goes back.
        Adjustment = "adjustment",
        /// Cash the provider kept: below zero, set off against the next payout.
        CashKept = "cash_kept",
    }
}

codes! {
    /// How far an earning has come.
    pub enum EarningStatus ("earning status") {
        /// Waits for a payout, or is in one that isn't paid yet.
        Pending = "pending",
        /// Disputed: no payout takes it.
        Frozen = "frozen",
        /// Paid.
        PaidOut = "paid_out",
    }
}

codes! {
    /// How far a payout has come.
    pub enum PayoutStatus ("payout status") {
        /// Gathered, not transferred yet.
        Pending = "pending",
        /// Transferred.
        Paid = "paid",
        /// The transfer failed; its earnings wait for the next.
        Failed = "failed",
    }
}

impl EarningKind {
    /// In words, by how the booking ended.
    pub const fn label(self, phase: Phase) -> &'static str {
        match (self, phase) {
            (Self::Job, _) => "Job",
            (Self::Cancellation, Phase::NoShow) => "No-show",
            (Self::Cancellation, _) => "Cancelled",
            (Self::Adjustment, _) => "Adjustment",
            (Self::CashKept, _) => "Cash kept",
        }
    }
}

impl EarningStatus {
    /// In words.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Frozen => "Frozen",
            Self::PaidOut => "Paid out",
        }
    }
}

impl PayoutStatus {
    /// In words.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Pending => "To transfer",
            Self::Paid => "Paid",
            Self::Failed => "Failed",
        }
    }
}

/// A provider's share of one booking.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Earning {
    pub id: Id<Earning>,
    /// The booking it is a share of.
    pub booking_id: Id<Booking>,
    pub provider_id: Id<Provider>,
    pub kind: EarningKind,
    /// What the share was taken of.
    pub base_amount: Amount,
    pub amount: Amount,
    /// How far it has come.
    pub status: EarningStatus,
    pub earned_at: DateTime<Utc>,
}

/// A transfer of a provider's earnings.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Payout {
    pub id: Id<Payout>,
    pub provider_id: Id<Provider>,
    /// How far it has come.
    pub status: PayoutStatus,
    /// The sum of its items when it was gathered.
    pub total_amount: Amount,
    /// What was noted: of a failed one, why it failed.
    pub note: Option<String>,
    pub created_at: DateTime<Utc>,
    pub paid_at: Option<DateTime<Utc>>,
}

impl Payout {
    /// The status after the transfer.
    pub fn mark_paid(&self) -> Result<PayoutStatus, AppError> {
        self.leave_pending(PayoutStatus::Paid)
    }

    /// The status after a transfer that failed.
    pub fn mark_failed(&self) -> Result<PayoutStatus, AppError> {
        self.leave_pending(PayoutStatus::Failed)
    }

    fn leave_pending(&self, to: PayoutStatus) -> Result<PayoutStatus, AppError> {
        match self.status {
            PayoutStatus::Pending => Ok(to),
            settled => Err(Self::settled_already(settled)),
        }
    }

    /// What a person reads who comes second.
    pub(super) fn settled_already(status: PayoutStatus) -> AppError {
        let how = match status {
            PayoutStatus::Pending => "changed by someone else just now",
            PayoutStatus::Paid => "marked as paid already",
            PayoutStatus::Failed => "marked as failed already",
        };
        AppError::conflict(format!("This payout was {how}. Open it again to see how it stands."))
    }
}
