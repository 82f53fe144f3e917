//! Who may do what with services.

use engine::Id;

use super::Service;
use crate::{identity::User, providers::Provider};

/// Whether the actor may add, order and change the business's services and their prices: only administrators may.
pub fn can_manage(actor: &User) -> bool {
    actor.is_admin()
}

/// Whether the actor may change a service: an administrator, or the provider whose own it is.
pub fn can_edit(actor: &User, provider: Option<Id<Provider>>, service: &Service) -> bool {
    can_manage(actor) || (provider.is_some() && provider == service.provider_id)
}

/// Whether the actor may decide on services that providers submit.
pub fn can_review(actor: &User) -> bool {
    actor.is_staff()
}
