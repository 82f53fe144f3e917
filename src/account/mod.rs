//! People's own pages: what they booked, and what keeps their account theirs.

mod frame;
pub mod pages;

pub use frame::AccountFrame;
