//! Who may read the log.

use crate::identity::User;

/// Whether the actor may see who did what, and export it.
pub fn can_read(actor: &User) -> bool {
    actor.is_admin()
}
