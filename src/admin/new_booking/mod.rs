//! The form by which staff make a booking for a customer on the phone: what was typed, what it refers to, and what it means.
//!
//! ```text
//! /admin/bookings/new ──search, choose, price──> draft ──> the same page, filled in ──book──> the booking
//! ```
//! Every button but the last only fills in the form. The last one books at the price that was shown; if the booking doesn't keep the rules of the service,
//! the page says so first, and pressing it again books.

mod form;
mod known;
mod places;
mod price;
mod read;
#[cfg(test)]
mod tests;

pub use form::{OfficeForm, Step};
pub use known::Known;
pub use places::{Places, choice_field, place_field};
pub use price::{as_accepted, as_shown, breaches, call, price};
pub use read::{Request, read};
