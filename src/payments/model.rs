use chrono::{DateTime, Utc};
use engine::{Amount, Id, codes};

use crate::{
    bookings::{Booking, PaymentMethod},
    error::AppError,
    identity::User,
    providers::Provider,
};

codes! {
    /// The status of a payment.
    pub enum PaymentStatus ("payment status") {
        Pending = "pending",
        /// Staff confirmed that the money has arrived.
        Confirmed = "confirmed",
        /// The money never came.
        Failed = "failed",
        /// Refunded. No action does this yet.
        Refunded = "refunded",
    }
}

impl PaymentStatus {
    /// The statuses in use.
    pub const REACHED: [Self; 3] = [Self::Pending, Self::Confirmed, Self::Failed];

    pub fn label(self) -> &'static str {
        match self {
            Self::Pending => t!("payments-to-confirm"),
            Self::Confirmed => t!("payments-status-confirmed"),
            Self::Failed => t!("payments-failed"),
            Self::Refunded => t!("payments-refunded"),
        }
    }

    /// The label of a payment of this amount, which may be one to give back.
    pub fn label_of(self, amount: Amount) -> &'static str {
        match (self, amount.is_negative()) {
            (Self::Pending, true) => t!("payments-to-give-back"),
            (Self::Confirmed, true) => t!("payments-status-given-back"),
            _ => self.label(),
        }
    }
}

/// Money expected from a customer, or received; or to give back, or given back.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Payment {
    pub id: Id<Payment>,
    pub booking_id: Id<Booking>,
    /// Negative if it is given back.
    pub amount: Amount,
    pub method: PaymentMethod,
    pub status: PaymentStatus,
    /// The provider who took or will take the cash; `None` if the business receives it.
    pub received_by: Option<Id<Provider>>,
    pub note: Option<String>,
    pub confirmed_at: Option<DateTime<Utc>>,
    pub confirmed_by: Option<Id<User>>,
    /// Since when it is expected.
    pub created_at: DateTime<Utc>,
}

impl Payment {
    pub const fn gives_back(&self) -> bool {
        self.amount.is_negative()
    }

    pub fn confirm(&self) -> Result<PaymentStatus, AppError> {
        self.leave_pending(PaymentStatus::Confirmed)
    }

    pub fn fail(&self) -> Result<PaymentStatus, AppError> {
        self.leave_pending(PaymentStatus::Failed)
    }

    /// Reopens it after it failed.
    pub fn expect_again(&self) -> Result<PaymentStatus, AppError> {
        match self.status {
            PaymentStatus::Failed => Ok(PaymentStatus::Pending),
            PaymentStatus::Pending => Err(AppError::conflict(t!("payments-this-payment-is-already-pending-reload"))),
            settled => Err(Self::settled_already(settled)),
        }
    }

    fn leave_pending(&self, to: PaymentStatus) -> Result<PaymentStatus, AppError> {
        match self.status {
            PaymentStatus::Pending => Ok(to),
            settled => Err(Self::settled_already(settled)),
        }
    }

    /// The message if somebody else has settled it first.
    pub(super) fn settled_already(status: PaymentStatus) -> AppError {
        let how = match status {
            PaymentStatus::Pending => t!("payments-changed-by-someone-else-just-now"),
            PaymentStatus::Confirmed => t!("payments-already-confirmed"),
            PaymentStatus::Failed => t!("payments-already-marked-as-failed"),
            PaymentStatus::Refunded => t!("payments-already-refunded"),
        };
        AppError::conflict(t!("payments-this-payment-was-reload-the-payments", how = how))
    }
}
