use engine::{EmailAddress, Id, Phone};
use uuid::Uuid;

use crate::bookings::Booking;

#[derive(Debug, Clone)]
pub struct Email {
    pub to: EmailAddress,
    pub subject: String,
    pub lines: Vec<String>,
    /// The button's label and its absolute URL ([`Ctx::url`](crate::server::Ctx::url)).
    pub action: Option<(&'static str, String)>,
    /// The kind of message, such as `password-reset`: for the log, at most 40 characters.
    pub kind: &'static str,
}

/// A recipient: by e-mail, by text message, or both.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recipient {
    pub email: Option<EmailAddress>,
    pub phone: Option<Phone>,
}

/// The event of a booking that a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventRef {
    pub booking: Id<Booking>,
    /// An assignment, or the booking itself if the event can happen only once.
    pub id: Uuid,
}

/// One message, as an e-mail and as a text message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The kind of message, such as `booking-done`: at most 40 characters.
    pub kind: &'static str,
    pub about: EventRef,
    pub subject: String,
    pub lines: Vec<String>,
    /// The e-mail's button and its absolute URL.
    pub action: Option<(String, String)>,
    /// The complete text message, including the URL.
    pub text: String,
}
