use chrono::{DateTime, Utc};
use engine::{Amount, Id, codes};

use crate::{
    bookings::{Booking, Phase},
    error::AppError,
    providers::Provider,
};

codes! {
    pub enum EarningKind ("kind of earning") {
        Job = "job",
        /// A drive without work: cancelled late, no-show, or the work couldn't be done.
        Cancellation = "cancellation",
        /// A correction; negative if money goes back.
        Adjustment = "adjustment",
        /// Cash the provider kept: negative, deducted from the next payout.
        CashKept = "cash_kept",
    }
}

codes! {
    /// The status of an earning.
    pub enum EarningStatus ("earning status") {
        /// Waits for a payout, or is in one that isn't paid yet.
        Pending = "pending",
        /// Disputed: excluded from payouts.
        Frozen = "frozen",
        PaidOut = "paid_out",
    }
}

codes! {
    /// The status of a payout.
    pub enum PayoutStatus ("payout status") {
        /// Created, not transferred yet.
        Pending = "pending",
        Paid = "paid",
        /// The transfer failed; its earnings wait for the next payout.
        Failed = "failed",
    }
}

impl EarningKind {
    /// The label, which depends on how the booking ended.
    pub fn label(self, phase: Phase) -> &'static str {
        match (self, phase) {
            (Self::Job, _) => t!("payouts-completed"),
            (Self::Cancellation, Phase::NoShow) => t!("payouts-no-show"),
            (Self::Cancellation, _) => t!("payouts-cancelled"),
            (Self::Adjustment, _) => t!("payouts-adjustment"),
            (Self::CashKept, _) => t!("payouts-cash-kept"),
        }
    }
}

impl EarningStatus {
    pub fn label(self) -> &'static str {
        match self {
            Self::Pending => t!("payouts-pending"),
            Self::Frozen => t!("payouts-frozen"),
            Self::PaidOut => t!("payouts-paid-out"),
        }
    }
}

impl PayoutStatus {
    pub fn label(self) -> &'static str {
        match self {
            Self::Pending => t!("payouts-to-transfer"),
            Self::Paid => t!("payouts-paid"),
            Self::Failed => t!("payouts-failed"),
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
    /// The amount that is shared.
    pub base_amount: Amount,
    pub amount: Amount,
    pub status: EarningStatus,
    pub earned_at: DateTime<Utc>,
}

/// A transfer of a provider's earnings.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Payout {
    pub id: Id<Payout>,
    pub provider_id: Id<Provider>,
    pub status: PayoutStatus,
    /// The sum of its items when it was created.
    pub total_amount: Amount,
    /// A note; for a failed one, why it failed.
    pub note: Option<String>,
    pub created_at: DateTime<Utc>,
    pub paid_at: Option<DateTime<Utc>>,
}

impl Payout {
    pub fn mark_paid(&self) -> Result<PayoutStatus, AppError> {
        self.leave_pending(PayoutStatus::Paid)
    }

    pub fn mark_failed(&self) -> Result<PayoutStatus, AppError> {
        self.leave_pending(PayoutStatus::Failed)
    }

    fn leave_pending(&self, to: PayoutStatus) -> Result<PayoutStatus, AppError> {
        match self.status {
            PayoutStatus::Pending => Ok(to),
            settled => Err(Self::settled_already(settled)),
        }
    }

    /// The message if somebody else has settled it first.
    pub(super) fn settled_already(status: PayoutStatus) -> AppError {
        let how = match status {
            PayoutStatus::Pending => t!("payouts-changed-by-someone-else-just-now"),
            PayoutStatus::Paid => t!("payouts-already-marked-as-paid"),
            PayoutStatus::Failed => t!("payouts-already-marked-as-failed"),
        };
        AppError::conflict(t!("payouts-this-payout-was-reload-the-payout", how = how))
    }
}
