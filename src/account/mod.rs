//! The user's own pages: their bookings, and the protection of their account.

mod frame;
pub mod pages;

pub use frame::AccountFrame;
