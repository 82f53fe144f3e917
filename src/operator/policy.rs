//! What operators may do. Every operator may do all of it; what they may not is act on a tenant's money or passwords, except as a user of it.

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
    // Whoever works for the business or buys from it: support is for both.
    !user.roles.is_empty()
}

/// Whether an account of a tenant is one of those who run it.
pub fn runs_it(account: &Account) -> bool {
    account.has(Role::Admin)
}
