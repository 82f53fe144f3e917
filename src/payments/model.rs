use chrono::{DateTime, Utc};
use engine::{Amount, Id, codes};

use crate::{
    bookings::{Booking, PaymentMethod},
    error::AppError,
    identity::User,
    providers::Provider,
};

codes! {
    /// How far a payment has come.
    pub enum PaymentStatus ("payment status") {
        /// Expected, not seen yet.
        Pending = "pending",
        /// A member of staff says the money is here.
        Confirmed = "confirmed",
        /// It never came.
        Failed = "failed",
        /// Refunded. No action does this yet.
        Refunded = "refunded",
    }
}

impl PaymentStatus {
    /// Those that a payment can come to.
    pub const REACHED: [Self; 3] = [Self::Pending, Self::Confirmed, Self::Failed];

    /// In words.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Pending => "To confirm",
            Self::Confirmed => "Confirmed",
            Self::Failed => "Failed",
            Self::Refunded => "Refunded",
        }
    }
}

/// Money expected from a customer, or received.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Payment {
    pub id: Id<Payment>,
    pub booking_id: Id<Booking>,
    pub amount: Amount,
    pub method: PaymentMethod,
    /// How far it has come.
    pub status: PaymentStatus,
    /// The provider who took the cash, or is to take it; none where it goes to the business itself.
    pub received_by: Option<Id<Provider>>,
    pub note: Option<String>,
    pub confirmed_at: Option<DateTime<Utc>>,
    pub confirmed_by: Option<Id<User>>,
    /// Since when it is expected.
    pub created_at: DateTime<Utc>,
}

impl Payment {
    /// The status after staff saw the money.
    pub fn confirm(&self) -> Result<PaymentStatus, AppError> {
        self.leave_pending(PaymentStatus::Confirmed)
    }

    /// The status after staff gave up on the money.
    pub fn fail(&self) -> Result<PaymentStatus, AppError> {
        self.leave_pending(PaymentStatus::Failed)
    }

    /// The status once a failed payment is expected again.
    pub fn expect_again(&self) -> Result<PaymentStatus, AppError> {
        match self.status {
            PaymentStatus::Failed => Ok(PaymentStatus::Pending),
            PaymentStatus::Pending => Err(AppError::conflict(
                "This payment is expected already. Go back to the payments to see how it stands.",
            )),
            settled => Err(Self::settled_already(settled)),
        }
    }

    fn leave_pending(&self, to: PaymentStatus) -> Result<PaymentStatus, AppError> {
        match self.status {
            PaymentStatus::Pending => Ok(to),
            settled => Err(Self::settled_already(settled)),
        }
    }

    /// What a person reads who comes second.
    pub(super) fn settled_already(status: PaymentStatus) -> AppError {
        let how = match status {
            PaymentStatus::Pending => "changed by someone else just now",
            PaymentStatus::Confirmed => "confirmed already",
            PaymentStatus::Failed => "marked as failed already",
            PaymentStatus::Refunded => "refunded already",
        };
        AppError::conflict(format!("This payment was {how}. Go back to the payments to see how it stands."))
    }
}
