//! What operators may do. All operators have the same rights. They can't change a tenant's money or passwords, except while acting as one of its
//! users.

use super::Operator;
use crate::{
    identity::{Role, User, directory::Account},
    tenants::Status,
};

/// Whether a tenant's status may change so: paused and cancelled tenants can become active again.
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
    // Both colleagues and customers of the business: either may need support.
    !user.roles.is_empty()
}

/// Whether an account is one of the tenant's administrators.
pub fn runs_it(account: &Account) -> bool {
    account.has(Role::Admin)
}
