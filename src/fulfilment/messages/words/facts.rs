use chrono::{DateTime, Utc};
use engine::Amount;

use crate::{
    bookings::{Booking, quotes::StoredQuote},
    tenants::Tenant,
    words::Phrase,
};

/// The facts about a booking that its messages use.
pub(in crate::fulfilment::messages) struct Facts<'a> {
    pub tenant: &'a Tenant,
    pub booking: &'a Booking,
    pub service: &'a str,
    /// The absolute address of the booking.
    pub link: Option<String>,
    /// First name of the current or last provider.
    pub provider: Option<String>,
    /// The agreed time of the visit that the message is about.
    pub visit_at: Option<DateTime<Utc>>,
    /// The estimated arrival.
    pub arrival: Option<DateTime<Utc>>,
    /// The agreed price or the amount due.
    pub total: Amount,
    /// The tax that the total contains.
    pub included_tax: Amount,
    pub ceiling: Amount,
    /// The price that the message asks to approve.
    pub proposed: Option<StoredQuote>,
    /// Whether one of the payments is given back.
    pub gives_back: bool,
    /// A sentence for each payment: its status and how to pay.
    pub payments: Vec<String>,
}

/// One message, as e-mail and as text message.
pub(in crate::fulfilment::messages) struct Words {
    pub subject: String,
    pub lines: Vec<String>,
    /// Label of the button that opens the link.
    pub button: &'static str,
    pub text: String,
}

pub(super) const FOLLOW: Phrase = phrase!("fulfilment-track-your-booking");
pub(super) const OPEN: Phrase = phrase!("fulfilment-open-your-booking");
