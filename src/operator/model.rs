use chrono::TimeDelta;
use engine::Id;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use crate::{db::Actor, identity::User};

/// A session ends if it isn't used for this long.
pub const IDLE: TimeDelta = TimeDelta::minutes(60);

/// A session ends after this time, even if it is used.
pub const LONGEST: TimeDelta = TimeDelta::hours(12);

/// An operator.
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
    /// How long an operator may act as a user before asking again.
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
    /// The actor's name for events and the audit log.
    pub fn actor(&self, user: &User) -> Actor {
        Actor(format!("operator:{} as user:{}", self.operator, user.id))
    }
}
