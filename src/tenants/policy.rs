//! Who may do what with a tenant's settings. What only operators may do (status, plan, hosts) is in `operator`.

use crate::identity::User;

/// Whether the actor may see and change the settings of the business.
pub fn can_change_settings(actor: &User) -> bool {
    actor.is_admin()
}

/// Whether the actor gets through while the business is closed for maintenance: staff have to open it again, and a provider has a car on the hook.
pub fn works_during_maintenance(actor: &User) -> bool {
    actor.is_staff() || actor.is_provider()
}
