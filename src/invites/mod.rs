//! Invitations to work here as a provider, staff or administrator. Table `invites`.
//!
//! ```text
//! pending ─> accepted        pending ─> expired (72 hours) ─> pending (resent)        pending, expired ─> revoked
//! ```
//! The link goes to the invited address and works once; resending invalidates the older one. Accepting creates the account (or adds the role to the
//! account with that address) and, for a provider, the profile, which then waits for approval.

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
