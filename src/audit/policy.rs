//! Who may read the log.

use crate::identity::User;

/// Whether the actor may read and export the audit log.
pub fn can_read(actor: &User) -> bool {
    actor.is_admin()
}
