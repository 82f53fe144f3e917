//! The list of invitations, and where an invitation's link leads.

mod accept;
mod list;

pub use accept::accept;
pub use list::invites;
