//! The one place that knows time: who and what is held from when to when. Tables `resources`, `reservations`, `blocks`, `slots`, `slot_claims`.
//!
//! An exclusion constraint keeps two holds of one resource from overlapping, whatever the code does; its violation reads as a `Conflict`.
//!
//! ```text
//! held ─> released | conflicted
//! ```

mod store;

pub use store::{complete, release, reserve_provider};
