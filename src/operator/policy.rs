//! What operators may do. All operators have the same rights. They can't change a tenant's money or passwords, except while acting as one of its
//! users.

use super::Operator;
use crate::{
    identity::{Role, User, directory::Account},
    tenants::Status,
};

/// Whether a tenant can go from one status to another: paused and cancelled ones can come back.
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

/// Whether an account of a tenant is one of those who run it.
pub fn runs_it(account: &Account) -> bool {
    account.has(Role::Admin)
}
