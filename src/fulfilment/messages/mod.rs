//! E-mails and text messages to a booking's customer, always with the link to the booking.

mod words;
mod write;

pub use write::write;
