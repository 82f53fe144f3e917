//! The text of each message. It contains nothing typed by the customer: a message to an unconfirmed address must not deliver a stranger's text. Text
//! messages are short, because each 160 characters cost money.

use chrono::{DateTime, Utc};
use engine::{Amount, Money, field::isolated};

use crate::{
    bookings::{Booking, Party, Phase, WaitsFor, messages::Kind, quotes::StoredQuote},
    payments::in_words,
    tenants::Tenant,
};

/// The facts about a booking that its messages use.
pub(super) struct Facts<'a> {
    pub tenant: &'a Tenant,
    pub booking: &'a Booking,
    pub service: &'a str,
    /// The absolute address of the booking.
    pub link: Option<String>,
    /// First name of the current or last provider.
    pub provider: Option<String>,
    /// The estimated arrival.
    pub arrival: Option<DateTime<Utc>>,
    /// The agreed price or the amount due.
    pub total: Amount,
    /// The tax that the total contains.
    pub included_tax: Amount,
    pub ceiling: Amount,
    /// The price that the message asks to approve.
    pub proposed: Option<StoredQuote>,
    /// A sentence for each payment: its status and how to pay.
    pub payments: Vec<String>,
}

/// One message, as e-mail and as text message.
pub(super) struct Words {
    pub subject: String,
    pub lines: Vec<String>,
    /// Label of the button that opens the link.
    pub button: &'static str,
    pub text: String,
}

const FOLLOW: &str = "Track your booking";
const OPEN: &str = "Open your booking";

/// The text for an event.
pub(super) fn of(kind: Kind, facts: &Facts<'_>) -> Words {
    match kind {
        Kind::Booked => booked(facts),
        Kind::Accepted => accepted(facts),
        Kind::OnTheWay => on_the_way(facts),
        Kind::Arrived => arrived(facts),
        Kind::Done => done(facts),
        Kind::Approved => approved(facts),
        Kind::Moved => moved(facts),
        Kind::Proposed => proposed(facts),
        Kind::Declined => declined(facts),
        Kind::Cancelled => cancelled(facts),
        Kind::Missed => missed(facts),
    }
}

/// Somebody has to say yes first.
fn requested(facts: &Facts<'_>) -> Words {
    let Facts { tenant, booking, .. } = facts;
    let service = isolated(facts.service);
    let reference = &booking.reference;
    let for_when = booking.scheduled_at.map(|at| format!(" for {}", tenant.date_time(at))).unwrap_or_default();
    let answer = booking.expires_at.map(|at| format!("You have an answer by {}.", tenant.date_time(at)));
    Words {
        subject: format!("We have your request: {reference}"),
        lines: [format!("You asked for {service}{for_when}, {reference}.")]
            .into_iter()
            .chain(answer)
            .chain([price(facts), "Nothing is due until it is confirmed.".to_owned()])
            .collect(),
        button: OPEN,
        text: format!(
            "{}: we have your request for {service}{for_when}, {reference}. {}",
            isolated(&tenant.name),
            ending(facts, "Follow or cancel it")
        ),
    }
}

fn approved(facts: &Facts<'_>) -> Words {
    let Facts { tenant, booking, .. } = facts;
    let service = isolated(facts.service);
    let reference = &booking.reference;
    let for_when = booking.scheduled_at.map(|at| format!(" for {}", tenant.date_time(at))).unwrap_or_default();
    Words {
        subject: format!("Confirmed: {reference}"),
        lines: vec![format!("{service}{for_when}, {reference}, is confirmed."), price(facts)],
        button: FOLLOW,
        text: format!(
            "{}: {service}{for_when}, {reference}, is confirmed. {}",
            isolated(&tenant.name),
            ending(facts, "Follow or cancel it")
        ),
    }
}

fn moved(facts: &Facts<'_>) -> Words {
    let Facts { tenant, booking, .. } = facts;
    let service = isolated(facts.service);
    let reference = &booking.reference;
    let when = booking.scheduled_at.map(|at| format!(" to {}", tenant.date_time(at))).unwrap_or_default();
    Words {
        subject: format!("Moved{when}: {reference}"),
        lines: vec![
            format!("{service}, {reference}, is moved{when}."),
            "Everything else stays as it was, and the link is the same.".to_owned(),
        ],
        button: FOLLOW,
        text: format!(
            "{}: {reference} is moved{when}. {}",
            isolated(&tenant.name),
            ending(facts, "Follow or cancel it")
        ),
    }
}

fn booked(facts: &Facts<'_>) -> Words {
    let Facts { tenant, booking, .. } = facts;
    if booking.phase == Phase::Pending {
        return requested(facts);
    }
    let service = isolated(facts.service);
    let reference = &booking.reference;
    let when = booking.scheduled_at.map(|at| tenant.date_time(at));
    let next = match (booking.waits_for, &when) {
        (Some(WaitsFor::Location), _) => "We'll call you to find out exactly where you are.".to_owned(),
        (None, Some(when)) => format!("We expect you on {when}."),
        (None, None) => "It is confirmed.".to_owned(),
        (_, Some(when)) => format!("We'll come on {when}. Shortly before, the link shows who is coming."),
        (_, None) => "We're finding someone near you and will tell you as soon as they accept.".to_owned(),
    };
    let for_when = when.map(|when| format!(" for {when}")).unwrap_or_default();
    Words {
        subject: format!("{service} is booked: {reference}"),
        lines: vec![
            format!("We have your booking {reference}: {service}{for_when}."),
            next,
            price(facts),
            "Keep this message: its link shows who is coming and when, and lets you cancel.".to_owned(),
        ],
        button: FOLLOW,
        text: format!(
            "{}: {service} is booked{for_when}, {reference}. {}",
            isolated(&tenant.name),
            ending(facts, "Track or cancel it")
        ),
    }
}

fn accepted(facts: &Facts<'_>) -> Words {
    let Facts { tenant, booking, .. } = facts;
    let name = isolated(provider(facts));
    let at = booking.scheduled_at.map_or_else(
        || facts.arrival.map(|at| format!(" at about {}", tenant.time(at))).unwrap_or_default(),
        |at| format!(" on {}", tenant.date_time(at)),
    );
    Words {
        subject: format!("{name} will come: {}", booking.reference),
        lines: vec![
            format!("{name} has your booking {} and will be with you{at}.", booking.reference),
            "The link shows how to reach them.".to_owned(),
        ],
        button: FOLLOW,
        text: format!(
            "{}: {name} will be with you{at}, booking {}. {}",
            isolated(&tenant.name),
            booking.reference,
            ending(facts, "Follow it")
        ),
    }
}

fn on_the_way(facts: &Facts<'_>) -> Words {
    let Facts { tenant, booking, .. } = facts;
    let name = isolated(provider(facts));
    let at = facts.arrival.map(|at| format!(", there at about {}", tenant.time(at))).unwrap_or_default();
    Words {
        subject: format!("{name} is on the way: {}", booking.reference),
        lines: vec![format!("{name} is on the way to you{at}."), booking.vertical.words().told.on_the_way.to_owned()],
        button: FOLLOW,
        text: format!("{}: {name} is on the way{at}. {}", isolated(&tenant.name), ending(facts, "Follow it")),
    }
}

fn arrived(facts: &Facts<'_>) -> Words {
    let Facts { tenant, booking, .. } = facts;
    let name = isolated(provider(facts));
    Words {
        subject: format!("{name} has arrived: {}", booking.reference),
        lines: vec![format!("{name} has arrived for your booking {}.", booking.reference)],
        button: FOLLOW,
        text: format!("{}: {name} has arrived. {}", isolated(&tenant.name), ending(facts, "Who to look out for")),
    }
}

fn done(facts: &Facts<'_>) -> Words {
    let Facts { tenant, booking, .. } = facts;
    let service = isolated(facts.service);
    if booking.hidden_payer().is_some() {
        return done_without_price(facts);
    }
    let total = tenant.money(facts.total);
    let tax = (!facts.included_tax.is_zero()).then(|| {
        let tax = Money::new(facts.included_tax, tenant.currency);
        format!("{}.", tenant.locale.included_tax(None, tax))
    });
    let paying = if facts.payments.is_empty() { "Nothing to pay.".to_owned() } else { facts.payments.join(" ") };
    Words {
        subject: format!("Receipt for {}: {total}", booking.reference),
        lines: [format!("{service}, booking {}, is done. The total is {total}.", booking.reference)]
            .into_iter()
            .chain(tax)
            .chain(facts.payments.iter().cloned())
            .chain([match &facts.provider {
                Some(name) => {
                    format!("The link shows every line of the price. There you can also rate {}.", isolated(name))
                }
                None => "The link shows every line of the price.".to_owned(),
            }])
            .collect(),
        button: if facts.provider.is_some() { "See the receipt and rate it" } else { "See the receipt" },
        text: format!(
            "{}: {} is done. {paying} {}",
            isolated(&tenant.name),
            booking.reference,
            ending(facts, if facts.provider.is_some() { "Receipt and rating" } else { "Receipt" })
        ),
    }
}

/// Somebody else pays, and the customer sees no price.
fn done_without_price(facts: &Facts<'_>) -> Words {
    let Facts { tenant, booking, .. } = facts;
    let service = isolated(facts.service);
    Words {
        subject: format!("{service} is done: {}", booking.reference),
        lines: vec![
            format!("{service}, booking {}, is done. {}", booking.reference, price(facts)),
            format!("With the link you can rate {}.", isolated(provider(facts))),
        ],
        button: "Rate it",
        text: format!("{}: {} is done. {}", isolated(&tenant.name), booking.reference, ending(facts, "Rating")),
    }
}

fn declined(facts: &Facts<'_>) -> Words {
    let Facts { tenant, booking, .. } = facts;
    let reference = &booking.reference;
    let reason = booking.cancellation.as_ref().and_then(|cancellation| cancellation.reason.as_deref());
    let reason = reason.map(|reason| isolated(reason).to_string()).unwrap_or_default();
    Words {
        subject: format!("We can't do it: {reference}"),
        lines: [format!("We can't do what you asked for, {reference}.")]
            .into_iter()
            .chain(Some(reason.clone()).filter(|reason| !reason.is_empty()))
            .chain([format!("Nothing to pay. Questions? Call us at {}.", tenant.spoken_phone)])
            .collect(),
        button: OPEN,
        text: format!(
            "{}: we can't do what you asked for, {reference}. {reason} {}",
            isolated(&tenant.name),
            ending(facts, "Details")
        ),
    }
}

fn proposed(facts: &Facts<'_>) -> Words {
    let Facts { tenant, booking, .. } = facts;
    let reference = &booking.reference;
    let proposed = facts.proposed.as_ref();
    let total = tenant.money(proposed.map_or(Amount::ZERO, |proposed| proposed.quote.total()));
    let what = proposed.and_then(|proposed| proposed.description.as_deref());
    let what = what.map(|what| format!(" for {}", isolated(what))).unwrap_or_default();
    let by = proposed.and_then(|proposed| proposed.expires_at);
    let by = by.map(|at| format!(" by {}", tenant.date_time(at))).unwrap_or_default();
    Words {
        subject: format!("Do you approve {total}? {reference}"),
        lines: vec![
            format!("We propose {total}{what}, booking {reference}."),
            format!("Approve or decline it with the link{by}. Without your answer the agreed price stays."),
        ],
        button: "See and answer",
        text: format!(
            "{}: do you approve {total}{what}, {reference}? {}",
            isolated(&tenant.name),
            ending(facts, "Answer")
        ),
    }
}

fn cancelled(facts: &Facts<'_>) -> Words {
    let Facts { tenant, booking, .. } = facts;
    let reference = &booking.reference;
    let by = match booking.cancellation.as_ref().map(|cancellation| cancellation.by) {
        Some(Party::Customer) => "You cancelled it.",
        Some(Party::Provider) => "It couldn't be done on the spot. We'll call you about what we can do instead.",
        Some(Party::Staff) => "Our team cancelled it.",
        Some(Party::System) | None => "It was cancelled automatically.",
    };
    let owed = owed(facts);
    Words {
        subject: format!("Cancelled: {reference}"),
        lines: [format!("Your booking {reference} is cancelled. {by}")]
            .into_iter()
            .chain(owed.clone())
            .chain([format!("Questions? Call us at {}.", tenant.spoken_phone)])
            .collect(),
        button: OPEN,
        text: format!(
            "{}: {reference} is cancelled. {} {}",
            isolated(&tenant.name),
            owed.join(" "),
            ending(facts, "Details")
        ),
    }
}

fn missed(facts: &Facts<'_>) -> Words {
    let Facts { tenant, booking, .. } = facts;
    let reference = &booking.reference;
    let owed = owed(facts);
    Words {
        subject: format!("We missed you: {reference}"),
        lines: [format!(
            "{} came for your booking {reference} and found no one there, so it is closed.",
            isolated(provider(facts))
        )]
        .into_iter()
        .chain(owed.clone())
        .chain([format!("If you still need help, call us at {}.", tenant.spoken_phone)])
        .collect(),
        button: OPEN,
        text: format!(
            "{}: we found no one there, so {reference} is closed. {} {}",
            isolated(&tenant.name),
            owed.join(" "),
            ending(facts, "Details")
        ),
    }
}

/// The cost of a booking that wasn't completed, and how to pay it.
fn owed(facts: &Facts<'_>) -> Vec<String> {
    if facts.booking.hidden_payer().is_some() {
        return vec![price(facts)];
    }
    if facts.payments.is_empty() {
        return vec!["Nothing to pay.".to_owned()];
    }
    facts.payments.iter().map(|payment| format!("Fee: {payment}")).collect()
}

fn price(facts: &Facts<'_>) -> String {
    if let Some(payer) = facts.booking.hidden_payer() {
        return format!("{}.", in_words::billed_to(payer));
    }
    let (total, ceiling) = (facts.tenant.money(facts.total), facts.tenant.money(facts.ceiling));
    if facts.ceiling > facts.total {
        let rest = facts.booking.vertical.words().told.below_the_most.replace("{most}", &ceiling.to_string());
        format!("The estimated price is {total}. {rest}")
    } else {
        format!("The price is {total}.")
    }
}

fn provider<'a>(facts: &'a Facts<'_>) -> &'a str {
    facts.provider.as_deref().unwrap_or(facts.booking.vertical.words().told.provider)
}

/// The end of a text message: the link, or the phone number if there is none.
fn ending(facts: &Facts<'_>, label: &str) -> String {
    match &facts.link {
        Some(link) => format!("{label}: {link}"),
        None => format!("Questions? Call {}.", facts.tenant.spoken_phone),
    }
}
