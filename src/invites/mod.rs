//! Invitations to work here, as a provider, on the staff or as an administrator. Table `invites`.
//!
//! ```text
//! pending ─> accepted        pending ─> expired (72 hours) ─> pending (sent again)        pending, expired ─> revoked
//! ```
//! The link goes to the invited address and works once; sending it again kills the older one. Accepting makes the account (or adds the role to the account
//! that has the address) and, for a provider, the profile, which then waits for approval.

pub mod actions;
mod form;
mod model;
pub mod pages;
pub mod policy;
mod profile;
pub mod store;
#[cfg(test)]
mod tests;

pub use model::{Invite, InviteStatus, InvitedRole, LIFETIME};
