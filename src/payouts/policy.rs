//! Who may do what with payouts.

use crate::identity::User;

/// Whether the actor may gather earnings into a payout and say what became of it: money leaves only by an administrator.
pub fn can_pay_out(actor: &User) -> bool {
    actor.is_admin()
}
