//! What a booking's customer is told by e-mail and text message, always with the link to the booking.

mod words;
mod write;

pub use write::write;
