//! Who may do what with payments.

use crate::identity::User;

/// Whether the actor may confirm payments and mark them as failed: staff may.
pub fn can_settle(actor: &User) -> bool {
    actor.is_staff()
}
