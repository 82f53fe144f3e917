//! Who may do what with services.

use crate::identity::User;

/// Whether the actor may change a service and its price: only administrators may.
pub fn can_edit(actor: &User) -> bool {
    actor.is_admin()
}
