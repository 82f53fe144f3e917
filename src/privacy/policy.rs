//! Who may know and forget what. One's own data is one's own; of a customer's, administrators decide: an export holds everything, an erasure can't be undone.

use crate::identity::User;

/// Whether the actor may export and erase a customer's data for them.
pub fn can_act_for_customers(actor: &User) -> bool {
    actor.is_admin()
}

/// Whether the actor may see a customer's page.
pub fn can_see_customers(actor: &User) -> bool {
    actor.is_staff()
}
