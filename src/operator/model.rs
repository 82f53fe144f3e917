use chrono::TimeDelta;
use engine::Id;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use crate::{db::Actor, identity::User};

/// A session ends after this time without use.
pub const IDLE: TimeDelta = TimeDelta::minutes(60);

/// A session ends after this time, even while it is used.
pub const LONGEST: TimeDelta = TimeDelta::hours(12);

#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Operator {
    pub id: Id<Operator>,
    pub email: String,
    pub name: String,
    /// Whether signing in requires a second factor.
    pub has_second_factor: bool,
}

/// An operator's session as a user of a tenant, and its reason.
#[derive(Debug, Clone, FromRow)]
pub struct Impersonation {
    pub id: Id<Impersonation>,
    pub user_id: Id<User>,
    pub operator_id: Id<Operator>,
    pub operator_name: String,
    pub reason: String,
}

impl Impersonation {
    /// How long an impersonation lasts.
    pub const LONGEST: TimeDelta = TimeDelta::minutes(30);
}

/// The operator behind a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Impersonator {
    pub impersonation: Id<Impersonation>,
    pub operator: Id<Operator>,
    pub name: String,
}

impl Impersonator {
    /// The actor as recorded in events and the audit log.
    pub fn actor(&self, user: &User) -> Actor {
        Actor(format!("operator:{} as user:{}", self.operator, user.id))
    }
}
