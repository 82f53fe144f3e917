//! Bookings: the agreement with a customer. Tables `bookings`, `booking_events`, `quotes`, `quote_lines`, `staff_alerts`.
//!
//! ```text
//! pending ─> confirmed ─> dispatched ─> in_progress ─> completed      dispatched ─> confirmed   (the provider gave it back)
//!    └───────────┴────────────┴─────────────┴─> cancelled             confirmed ─> in_progress  (no job: parking, tours)
//!                                                                     confirmed, dispatched, in_progress ─> no_show
//! ```
//! `completed`, `cancelled` and `no_show` are final. Each arrow is a method of [`Booking`] that gives a [`Transition`]; [`store::apply`] writes it only
//! if the booking is still where the arrow starts, together with its entry in the timeline. A customer may cancel until the work begins, staff always.
//!
//! What is owed is the sum of the approved [`quotes`]; nobody is charged more than the ceilings they approved.

mod model;
#[cfg(feature = "ssr")]
pub mod quotes;
#[cfg(feature = "ssr")]
pub mod store;

pub use model::{
    Author, Booking, Cancellation, EventKind, LocationSource, Party, PaymentMethod, Phase, Transition, WaitsFor,
};
