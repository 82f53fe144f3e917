//! Who may do what with payments.

use crate::identity::User;

/// Whether the actor may say that money has come, or that it never will: staff do the day's work.
pub fn can_settle(actor: &User) -> bool {
    actor.is_staff()
}
