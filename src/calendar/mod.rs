//! The calendar: which resource is reserved from when to when, and how many places there are. Tables `resources`, `resource_upkeep`, `service_needs`,
//! `reservations`, `blocks`, `opening_rules`, `slots`, `slot_claims`, `slot_plans`.
//!
//! ```text
//! held ─> released        what it is for was given up, or is done
//!  │  ▲
//!  ▼  └── the time is free again
//! conflicted ─> released  work before it lasts longer: somebody has to move it
//! ```
//!
//! - An exclusion constraint prevents overlapping reservations of a resource, whatever the code does.
//! - Everything that is wanted for a deed is reserved in one statement, or nothing ([`hold`](fn@hold)).
//! - Who changes reservations locks the rows of their resources first, by id, after the rows of providers. So a caller is told what is taken, and never meets
//!   the constraint or a deadlock.

mod blocks;
mod change;
mod conflicts;
mod hold;
pub mod hours;
mod lock;
mod model;
mod overrun;
pub mod plans;
mod release;
pub mod slots;
#[cfg(test)]
mod tests;

pub use blocks::{block, unblock};
pub use change::{Extension, extend, shift, shorten};
pub use hold::{hold, reserve_providers};
pub use model::{Block, Hold, Holder, Need, Refusal, Resource, ResourceState, Wanted, What};
pub use overrun::{Conflict, overrun};
pub use release::{complete, complete_all_of, release, release_all_of, release_providers};

/// A row of `reservations`.
pub struct Reservation;
