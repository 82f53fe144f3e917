//! The data of a session.

use std::fmt::{self, Display};

use chrono::{DateTime, TimeDelta, Utc};
use engine::Id;
use serde::{Deserialize, Serialize};
use tower_sessions::session::Record;

use super::open::Proven;
use crate::{
    identity::User,
    operator::{Impersonation, Impersonator},
    tenants::Tenant,
};

/// How long a fresh proof of identity stays valid.
const CONFIRMED: TimeDelta = TimeDelta::minutes(15);

/// How long a session lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Lifetime {
    /// Nobody is signed in: a sign-in is in progress.
    Stranger,
    /// Customers and providers, who work from their own phone.
    Usual,
    /// The back office, whose screens are often in shared rooms.
    Staff,
    /// An operator who acts as a user.
    Impersonation,
}

impl Lifetime {
    pub(super) fn of(user: &User) -> Self {
        if user.is_staff() { Self::Staff } else { Self::Usual }
    }

    /// Ends after this time without use.
    pub(super) const fn idle(self) -> TimeDelta {
        match self {
            Self::Stranger => TimeDelta::hours(1),
            Self::Usual => TimeDelta::days(14),
            Self::Staff => TimeDelta::hours(12),
            Self::Impersonation => Impersonation::LONGEST,
        }
    }

    /// Ends this long after signing in, even while it is used.
    pub(super) const fn longest(self) -> TimeDelta {
        match self {
            Self::Stranger => TimeDelta::hours(1),
            Self::Usual => TimeDelta::days(90),
            Self::Staff => TimeDelta::days(7),
            Self::Impersonation => Impersonation::LONGEST,
        }
    }
}

/// The session keys of its kind, and of the last fresh proof.
pub(super) const LIFETIME_KEY: &str = "lifetime";
pub(super) const CONFIRMED_KEY: &str = "confirmed_at";

/// The session key of the factors used to sign in.
pub(super) const PROVEN_KEY: &str = "proven";

/// The session key of an acting operator.
pub(super) const IMPERSONATOR_KEY: &str = "impersonator";

/// A user's id is only meaningful within its tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserKey(pub(super) Id<Tenant>, pub(super) Id<User>);

impl Display for UserKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.0, self.1)
    }
}

/// The session key of `axum-login`.
const AUTH_KEY: &str = "axum-login.data";

pub(super) fn user_of(record: &Record) -> Option<UserKey> {
    record.data.get(AUTH_KEY)?.get("user_id").and_then(|id| serde_json::from_value(id.clone()).ok())
}

pub(super) fn lifetime_of(record: &Record) -> Lifetime {
    let said = record.data.get(LIFETIME_KEY).and_then(|lifetime| serde_json::from_value(lifetime.clone()).ok());
    said.filter(|_| user_of(record).is_some()).unwrap_or(Lifetime::Stranger)
}

pub(super) fn impersonator_of(record: &Record) -> Option<Impersonator> {
    record.data.get(IMPERSONATOR_KEY).and_then(|who| serde_json::from_value(who.clone()).ok())
}

pub(super) fn proven_of(record: &Record) -> Proven {
    let said = record.data.get(PROVEN_KEY).and_then(|proven| serde_json::from_value(proven.clone()).ok());
    said.unwrap_or(Proven::OneFactor)
}

pub(super) fn is_confirmed(record: &Record, now: DateTime<Utc>) -> bool {
    let at: Option<DateTime<Utc>> =
        record.data.get(CONFIRMED_KEY).and_then(|at| serde_json::from_value(at.clone()).ok());
    at.is_some_and(|at| now - at < CONFIRMED)
}
