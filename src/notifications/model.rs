use engine::{EmailAddress, Id, Phone};
use uuid::Uuid;

use crate::bookings::Booking;

/// An e-mail to be written.
#[derive(Debug, Clone)]
pub struct Email {
    pub to: EmailAddress,
    /// What it is about, in a few words.
    pub subject: String,
    /// Paragraphs of plain text.
    pub lines: Vec<String>,
    /// What the reader can do: the button's label and the absolute address it leads to ([`Ctx::url`](crate::server::Ctx::url)).
    pub action: Option<(&'static str, String)>,
    /// What kind of message it is, as in `password-reset`: for the log, at most 40 characters.
    pub kind: &'static str,
}

/// Where somebody can be reached: by e-mail, by text message, or both.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recipient {
    /// The e-mail address, if they gave one.
    pub email: Option<EmailAddress>,
    /// The phone number, if they gave one.
    pub phone: Option<Phone>,
}

/// What was done to a booking, as its messages refer to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deed {
    pub booking: Id<Booking>,
    /// An assignment, or the booking itself where it can happen only once.
    pub id: Uuid,
}

/// One thing to say, as an e-mail and as a text message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// What kind of message it is, as in `booking-done`: at most 40 characters.
    pub kind: &'static str,
    pub about: Deed,
    pub subject: String,
    pub lines: Vec<String>,
    /// The e-mail's button and the absolute address it leads to.
    pub action: Option<(String, String)>,
    /// All of the text message, with the address in it.
    pub text: String,
}
