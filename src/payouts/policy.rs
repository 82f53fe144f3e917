//! Who may do what with payouts.

use crate::identity::User;

/// Whether the actor may create payouts and mark them as paid or failed: only administrators may.
pub fn can_pay_out(actor: &User) -> bool {
    actor.is_admin()
}
