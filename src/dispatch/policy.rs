//! Who may do what with jobs. A provider's own offers and jobs are found by their provider ([`crate::providers::of_user`]): another's aren't there.

use crate::identity::User;

/// Whether the actor may give a job to a provider, or have somebody looked for again.
pub fn can_dispatch(actor: &User) -> bool {
    actor.is_staff()
}
