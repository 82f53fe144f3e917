//! Who may export and erase data. Users may do it with their own; for customers only administrators may: an export contains everything, and an erasure
//! can't be undone.

use crate::identity::User;

/// Whether the actor may export and erase a customer's data for them.
pub fn can_act_for_customers(actor: &User) -> bool {
    actor.is_admin()
}

/// Whether the actor may see a customer's page.
pub fn can_see_customers(actor: &User) -> bool {
    actor.is_staff()
}
