//! Bookings: the agreement with a customer. Tables `bookings`, `booking_events`, `quotes`, `quote_lines`, `staff_alerts`.
//!
//! ```text
//! pending ─> confirmed ─> dispatched ─> in_progress ─> completed      dispatched ─> confirmed   (the provider gave it back)
//!    └───────────┴────────────┴─────────────┴─> cancelled             confirmed ─> in_progress  (no job: parking, tours)
//!                                                                     confirmed, dispatched, in_progress ─> no_show
//! ```
//! `completed`, `cancelled` and `no_show` are final. A booking with jobs follows them ([`follow`](fn@follow)); the other arrows are methods of [`Booking`].
//! Both give a [`Transition`]. [`store::apply`] writes it, together with its timeline entry, only if the booking is still in the arrow's first phase. A
//! customer may cancel until the work begins.
//!
//! The amount due is the sum of the approved [`quotes`]; nobody is charged more than the ceilings they approved.

#[cfg(feature = "ssr")]
pub mod appointment;
#[cfg(feature = "ssr")]
mod follow;
#[cfg(feature = "ssr")]
pub mod key;
#[cfg(feature = "ssr")]
mod likeness;
#[cfg(feature = "ssr")]
pub mod messages;
mod model;
#[cfg(feature = "ssr")]
pub mod people;
#[cfg(feature = "ssr")]
pub mod policy;
#[cfg(feature = "ssr")]
mod price_lines;
#[cfg(feature = "ssr")]
pub mod proposals;
#[cfg(feature = "ssr")]
pub mod quotes;
#[cfg(feature = "ssr")]
pub mod secret;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
#[cfg(test)]
mod tests;

#[cfg(feature = "ssr")]
pub use follow::{Alerts, JobNews, OtherJobs, Report, Step, follow};
#[cfg(feature = "ssr")]
pub use key::Key;
#[cfg(feature = "ssr")]
pub use likeness::Likeness;
pub use model::{
    Author, Billing, Booking, Cancellation, EventKind, LocationSource, Party, PaymentMethod, Phase, Transition,
    WaitsFor, Whereabouts,
};
#[cfg(feature = "ssr")]
pub use price_lines::price_line;
