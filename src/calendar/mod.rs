//! Reservations: which resource is reserved from when to when. Tables `resources`, `reservations`, `blocks`, `slots`, `slot_claims`.
//!
//! An exclusion constraint prevents overlapping reservations of a resource, whatever the code does; its violation becomes a `Conflict`.
//!
//! ```text
//! held ─> released | conflicted
//! ```

mod store;

pub use store::{
    complete, complete_all_of, has_claims, release, release_all_of, release_providers, reserve_provider,
    reserve_providers, shift_all_of,
};
