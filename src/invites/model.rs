use chrono::{DateTime, TimeDelta, Utc};
use engine::{EmailAddress, Id};

use crate::{
    error::AppError,
    identity::{Role, User},
};

/// How long the link of an invitation is valid.
pub const LIFETIME: TimeDelta = TimeDelta::hours(72);

engine::codes! {
    pub enum InvitedRole ("role") {
        /// A provider, after approval.
        Provider = "provider",
        /// Runs the daily business.
        Staff = "staff",
        /// Manages people, prices and money.
        Admin = "admin",
    }
}

impl InvitedRole {
    pub const fn role(self) -> Role {
        match self {
            Self::Provider => Role::Provider,
            Self::Staff => Role::Staff,
            Self::Admin => Role::Admin,
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Provider => t!("invites-provider"),
            Self::Staff => t!("invites-staff"),
            Self::Admin => t!("invites-administrator"),
        }
    }

    /// As part of a sentence: "as a provider".
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Provider => t!("invites-a-provider"),
            Self::Staff => t!("invites-a-member-of-staff"),
            Self::Admin => t!("invites-an-administrator"),
        }
    }
}

engine::codes! {
    pub enum InviteStatus ("status of an invitation") {
        Pending = "pending",
        Accepted = "accepted",
        Expired = "expired",
        Revoked = "revoked",
    }
}

impl InviteStatus {
    pub fn label(self) -> &'static str {
        match self {
            Self::Pending => t!("invites-pending"),
            Self::Accepted => t!("invites-accepted"),
            Self::Expired => t!("invites-expired"),
            Self::Revoked => t!("invites-revoked"),
        }
    }
}

/// An invitation. Its status is derived from its dates and the current time.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Invite {
    pub id: Id<Invite>,
    pub email: EmailAddress,
    pub role: InvitedRole,
    pub invited_by: Id<User>,
    pub inviter: String,
    pub invited_at: DateTime<Utc>,
    /// When the link was sent last.
    pub sent_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub accepted_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
}

impl Invite {
    pub fn status(&self, now: DateTime<Utc>) -> InviteStatus {
        if self.accepted_at.is_some() {
            InviteStatus::Accepted
        } else if self.revoked_at.is_some() {
            InviteStatus::Revoked
        } else if self.expires_at <= now {
            InviteStatus::Expired
        } else {
            InviteStatus::Pending
        }
    }

    /// Whether it can be resent or revoked.
    pub fn is_open(&self) -> bool {
        self.accepted_at.is_none() && self.revoked_at.is_none()
    }

    /// Checks that it can be resent or revoked.
    pub fn ensure_open(&self, now: DateTime<Utc>) -> Result<(), AppError> {
        if self.is_open() { Ok(()) } else { Err(self.closed(now)) }
    }

    /// Checks that it can be accepted.
    pub fn ensure_acceptable(&self, now: DateTime<Utc>) -> Result<(), AppError> {
        if self.status(now) == InviteStatus::Pending { Ok(()) } else { Err(self.closed(now)) }
    }

    /// The conflict that names its status.
    pub fn closed(&self, now: DateTime<Utc>) -> AppError {
        AppError::conflict(match self.status(now) {
            InviteStatus::Pending => t!("invites-this-invitation-has-changed-in-the"),
            InviteStatus::Accepted => t!("invites-this-invitation-was-already-accepted-sign"),
            InviteStatus::Expired => t!("invites-this-invitation-has-expired-ask-the"),
            InviteStatus::Revoked => t!("invites-this-invitation-was-withdrawn-ask-the"),
        })
    }
}
