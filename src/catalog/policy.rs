//! Who may do what with services.

use crate::identity::User;

/// Whether the actor may change a service and what it costs: administrators decide about prices.
pub fn can_edit(actor: &User) -> bool {
    actor.is_admin()
}
