//! Who may do what with a tenant's settings. What only operators may do (status, plan, hosts) is in `operator`.

use crate::identity::User;

/// Whether the actor may see and change the settings of the business.
pub fn can_change_settings(actor: &User) -> bool {
    actor.is_admin()
}

/// Whether the actor has access while the business is closed for maintenance: staff must reopen it, and a provider may be in the middle of a job.
pub fn works_during_maintenance(actor: &User) -> bool {
    actor.is_staff() || actor.is_provider()
}
