//! Who may do what with jobs. A provider finds only their own offers and jobs ([`crate::providers::of_user`]); others' are `NotFound`.

use crate::identity::User;

/// Whether the actor may assign a job to a provider or restart the search.
pub fn can_dispatch(actor: &User) -> bool {
    actor.is_staff()
}
