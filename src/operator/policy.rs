//! What operators may do. All operators have the same rights. They can't change a tenant's money or passwords, except while acting as one of its
//! users.

use super::Operator;
use crate::{
    identity::{Role, User, directory::Account},
    tenants::Status,
};

/// Whether a tenant's status may change from `now` to `then`.
pub fn can_become(now: Status, then: Status) -> bool {
    matches!(
        (now, then),
        (Status::Active, Status::Paused | Status::Cancelled)
            | (Status::Paused, Status::Active | Status::Cancelled)
            | (Status::Cancelled, Status::Active)
    )
}

/// Whether an operator may act as this user.
pub fn can_impersonate(_operator: &Operator, user: &User) -> bool {
    // Staff, providers and customers: any of them may need support.
    !user.roles.is_empty()
}

pub fn is_administrator(account: &Account) -> bool {
    account.has(Role::Admin)
}
