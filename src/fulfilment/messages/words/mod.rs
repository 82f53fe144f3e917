//! The text of each message. It contains nothing typed by the customer: a message to an unconfirmed address must not deliver a stranger's text. Text
//! messages are short, because each 160 characters cost money.

mod agreement;
mod end;
mod facts;
mod parts;
mod visit;

pub(super) use facts::{Facts, Words};

use crate::bookings::messages::Kind;

/// The text for an event.
pub(super) fn of(kind: Kind, facts: &Facts<'_>) -> Words {
    match kind {
        Kind::Booked => agreement::booked(facts),
        Kind::Accepted => visit::accepted(facts),
        Kind::OnTheWay => visit::on_the_way(facts),
        Kind::Arrived => visit::arrived(facts),
        Kind::Done => end::done(facts),
        Kind::Approved => agreement::approved(facts),
        Kind::Moved => agreement::moved(facts),
        Kind::Changed => agreement::changed(facts),
        Kind::Proposed => agreement::proposed(facts),
        Kind::Declined => agreement::declined(facts),
        Kind::Cancelled => end::cancelled(facts),
        Kind::CalledOff => visit::called_off(facts),
        Kind::Missed => end::missed(facts),
    }
}
