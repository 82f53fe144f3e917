//! Everything that spans a booking, its dispatch and its money: completing, cancelling, and what the customer sees and receives.
//!
//! [`bookings`](crate::bookings) has a booking's data and transitions, [`dispatch`](crate::dispatch) its jobs, [`payments`](crate::payments) and
//! [`payouts`](crate::payouts) the money. None of them imports this module.

#[cfg(feature = "ssr")]
pub mod actions;
#[cfg(feature = "ssr")]
pub mod approval;
#[cfg(feature = "ssr")]
pub mod cancellation;
#[cfg(feature = "ssr")]
mod charging;
#[cfg(feature = "ssr")]
pub mod claim;
#[cfg(feature = "ssr")]
pub mod completion;
pub mod islands;
#[cfg(feature = "ssr")]
mod let_go;
#[cfg(feature = "ssr")]
pub mod make;
#[cfg(feature = "ssr")]
pub mod messages;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod progress_view;
#[cfg(feature = "ssr")]
pub mod requests;
#[cfg(feature = "ssr")]
pub mod reschedule;
#[cfg(feature = "ssr")]
#[cfg(test)]
pub(crate) mod tests;

#[cfg(feature = "ssr")]
pub use approval::approve;
#[cfg(feature = "ssr")]
pub use cancellation::{Terms, cancel, cancel_on};
#[cfg(feature = "ssr")]
pub use completion::{finish, give_up};
#[cfg(feature = "ssr")]
pub use make::make;
#[cfg(feature = "ssr")]
pub use reschedule::reschedule;
