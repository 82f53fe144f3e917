//! Who may do what with bookings. A customer's access to a booking is its [`Key`](super::Key); any other booking is `NotFound`.

use crate::identity::{Role, User};

/// Whether the actor sees every booking of the tenant, and may create and cancel bookings for customers and resolve alerts.
pub fn can_manage(actor: &User) -> bool {
    actor.is_staff()
}

/// Whether the actor books for themselves. Staff who book for a caller don't become the customer.
pub fn books_for_themselves(actor: &User) -> bool {
    actor.has(Role::Customer)
}
