//! The list of invitations, and the page behind an invitation's link.

mod accept;
mod list;

pub use accept::accept;
pub use list::invites;
