//! Everything that spans a booking, its dispatch and its money: completing, cancelling, and what the customer sees and receives.
//!
//! [`bookings`](crate::bookings) has a booking's data and transitions, [`dispatch`](crate::dispatch) its jobs, [`payments`](crate::payments) and
//! [`payouts`](crate::payouts) the money. None of them imports this module.

pub mod actions;
pub mod approval;
pub mod cancellation;
mod change;
mod charging;
pub mod claim;
pub mod completion;
pub mod jobless;
mod let_go;
mod listed;
pub mod make;
pub mod messages;
pub mod missed;
pub mod pages;
pub mod progress_view;
pub mod requests;
pub mod reschedule;
pub mod start_code;
pub mod step;
#[cfg(test)]
pub(crate) mod tests;

pub use approval::{agree, approve, decline, propose};
pub use cancellation::{Terms, cancel, cancel_on};
pub use change::{Change, change};
pub use charging::charge_due;
pub use completion::{Bill, bill, finish, give_up, missed};
pub use listed::ListedProgress;
pub use make::make;
pub use reschedule::reschedule;
pub use step::advance;
