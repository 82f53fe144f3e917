use chrono::{DateTime, TimeDelta, Utc};
use engine::{Commission, EmailAddress, GeoPoint, Id, Phone};

use crate::{error::AppError, identity::User};

engine::codes! {
    pub enum ProviderStatus ("provider status") {
        /// Waits for approval by an administrator.
        Pending = "pending",
        Active = "active",
        Rejected = "rejected",
        /// Doesn't work at present.
        Inactive = "inactive",
        /// May not work.
        Suspended = "suspended",
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Provider {
    pub id: Id<Provider>,
    /// The account they sign in with, if they have one.
    pub user_id: Option<Id<User>>,
    pub name: String,
    pub email: EmailAddress,
    pub phone: Phone,
    pub status: ProviderStatus,
    pub status_reason: Option<String>,
    pub commission: Commission,
    pub address: Option<String>,
    /// For the customer to recognize: "white Ford F-450".
    pub vehicle: Option<String>,
    /// The last time in which they got no offers; it may be over.
    pub hold: Option<Hold>,
    /// Since when they are on duty; `None`: off duty.
    pub on_duty_since: Option<DateTime<Utc>>,
    /// Sum of the stars of all reviews.
    pub rating_sum: i64,
    pub review_count: i32,
    /// Their skills, sorted.
    pub skills: Vec<String>,
    pub created_at: DateTime<Utc>,
}

/// A time in which a provider gets no offers, by decision of the office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    pub until: DateTime<Utc>,
    /// The provider sees it.
    pub reason: String,
}

impl Provider {
    /// The hold that isn't over.
    pub fn hold_at(&self, now: DateTime<Utc>) -> Option<&Hold> {
        self.hold.as_ref().filter(|hold| hold.until > now)
    }

    pub fn is_on_duty(&self) -> bool {
        self.on_duty_since.is_some()
    }

    pub fn first_name(&self) -> &str {
        engine::field::first_name(&self.name)
    }

    /// Mean of the reviews' stars; none without reviews.
    pub fn rating(&self) -> Option<f64> {
        (self.review_count > 0).then(|| self.rating_sum as f64 / f64::from(self.review_count))
    }

    /// A change of status: pending → active or rejected, active → inactive or suspended, and back to active from any. Rejecting and suspending need a
    /// reason, which the provider sees.
    pub fn change_status(&self, to: ProviderStatus, reason: Option<String>) -> Result<StatusChange, AppError> {
        use ProviderStatus::{Active, Inactive, Pending, Rejected, Suspended};
        let possible = match to {
            Pending => false,
            Rejected => self.status == Pending,
            Active => self.status != Active,
            Inactive | Suspended => matches!(self.status, Active | Inactive | Suspended) && self.status != to,
        };
        if !possible {
            return Err(StatusChange::outdated());
        }
        if matches!(to, Rejected | Suspended) && reason.is_none() {
            return Err(AppError::invalid("reason", t!("providers-enter-a-reason-the-provider-sees")));
        }
        Ok(StatusChange { from: self.status, to, reason })
    }

    /// `Ok` if they may go on duty, else the reason why not.
    pub fn may_work(&self) -> Result<(), AppError> {
        match self.status {
            ProviderStatus::Active => Ok(()),
            ProviderStatus::Pending => Err(AppError::conflict(t!("providers-your-account-is-waiting-for-approval"))),
            ProviderStatus::Rejected | ProviderStatus::Inactive | ProviderStatus::Suspended => {
                Err(AppError::conflict(t!("providers-your-account-is-inactive-call-the")))
            }
        }
    }
}

/// An allowed change of status; the store writes it only if the status is still `from`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct StatusChange {
    pub from: ProviderStatus,
    pub to: ProviderStatus,
    pub reason: Option<String>,
}

impl StatusChange {
    /// The conflict if the status has changed since.
    pub(super) fn outdated() -> AppError {
        AppError::conflict(t!("providers-someone-else-changed-this-providers-status"))
    }
}

/// A new provider's details about their work.
#[derive(Debug, Clone, PartialEq)]
pub struct NewProfile {
    pub address: Option<String>,
    /// The place of that address.
    pub home: Option<GeoPoint>,
    /// For the customer to recognize.
    pub vehicle: Option<String>,
    pub skills: Vec<String>,
}

/// A provider's last position.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    pub point: GeoPoint,
    /// Accuracy in meters, according to the device.
    pub accuracy: Option<f32>,
    pub recorded_at: DateTime<Utc>,
}

impl Position {
    /// Whether it is fresh enough.
    pub fn is_fresh(&self, now: DateTime<Utc>, fresh_for: TimeDelta) -> bool {
        now - self.recorded_at <= fresh_for
    }
}
