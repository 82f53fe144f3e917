use chrono::{DateTime, TimeDelta, Utc};
use engine::{EmailAddress, Id};

use crate::{
    error::AppError,
    identity::{Role, User},
};

/// How long the link of an invitation works.
pub const LIFETIME: TimeDelta = TimeDelta::hours(72);

engine::codes! {
    /// What somebody is invited to be.
    pub enum InvitedRole ("role") {
        /// Delivers work, once approved.
        Provider = "provider",
        /// Runs the day.
        Staff = "staff",
        /// Decides about people, prices and money.
        Admin = "admin",
    }
}

impl InvitedRole {
    /// The role of an account.
    pub const fn role(self) -> Role {
        match self {
            Self::Provider => Role::Provider,
            Self::Staff => Role::Staff,
            Self::Admin => Role::Admin,
        }
    }

    /// In a word.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Provider => "Provider",
            Self::Staff => "Staff",
            Self::Admin => "Administrator",
        }
    }

    /// As part of a sentence: "as a provider".
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::Provider => "a provider",
            Self::Staff => "a member of staff",
            Self::Admin => "an administrator",
        }
    }
}

engine::codes! {
    /// What has become of an invitation.
    pub enum InviteStatus ("status of an invitation") {
        /// Waits to be accepted.
        Pending = "pending",
        /// Was accepted.
        Accepted = "accepted",
        /// Its time ran out.
        Expired = "expired",
        /// Was taken back.
        Revoked = "revoked",
    }
}

impl InviteStatus {
    /// In a word.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Accepted => "Accepted",
            Self::Expired => "Expired",
            Self::Revoked => "Revoked",
        }
    }
}

/// An invitation. Its status follows from what has happened and from the time.
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
    /// Until when that link works.
    pub expires_at: DateTime<Utc>,
    pub accepted_at: Option<DateTime<Utc>>,
    /// When it was taken back.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl Invite {
    /// What has become of it by now.
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

    /// Whether it can be sent again or taken back.
    pub fn is_open(&self) -> bool {
        self.accepted_at.is_none() && self.revoked_at.is_none()
    }

    /// Checks that it can be sent again or taken back.
    pub fn ensure_open(&self, now: DateTime<Utc>) -> Result<(), AppError> {
        if self.is_open() { Ok(()) } else { Err(self.closed(now)) }
    }

    /// Checks that it can be accepted.
    pub fn ensure_acceptable(&self, now: DateTime<Utc>) -> Result<(), AppError> {
        if self.status(now) == InviteStatus::Pending { Ok(()) } else { Err(self.closed(now)) }
    }

    /// The conflict that tells what has become of it.
    pub fn closed(&self, now: DateTime<Utc>) -> AppError {
        AppError::conflict(match self.status(now) {
            InviteStatus::Pending => "This invitation has changed in the meantime. Reload the page.",
            InviteStatus::Accepted => "This invitation has been accepted already. Sign in to go on.",
            InviteStatus::Expired => "This invitation has expired. Ask the person who invited you to send it again.",
            InviteStatus::Revoked => "This invitation was withdrawn. Ask the person who invited you.",
        })
    }
}
