//! The booking form and its review page.

mod details;
mod review;

pub use details::booking_form;
pub use review::review;
