//! The text of each message. It contains nothing typed by the customer: a message to an unconfirmed address must not deliver a stranger's text. Text
//! messages are short, because each 160 characters cost money.

use chrono::{DateTime, Utc};
use engine::{Amount, Money, field::isolated};

use crate::{
    bookings::{Booking, Party, Phase, WaitsFor, messages::Kind, quotes::StoredQuote},
    fulfilment::progress_view::in_a_sentence,
    payments::in_words,
    tenants::Tenant,
    words::Phrase,
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
pub(super) struct Words {
    pub subject: String,
    pub lines: Vec<String>,
    /// Label of the button that opens the link.
    pub button: &'static str,
    pub text: String,
}

const FOLLOW: Phrase = phrase!("fulfilment-track-your-booking");
const OPEN: Phrase = phrase!("fulfilment-open-your-booking");

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
        Kind::Changed => changed(facts),
        Kind::Proposed => proposed(facts),
        Kind::Declined => declined(facts),
        Kind::Cancelled => cancelled(facts),
        Kind::CalledOff => called_off(facts),
        Kind::Missed => missed(facts),
    }
}

/// Somebody has to say yes first.
fn requested(facts: &Facts<'_>) -> Words {
    let Facts { tenant, booking, .. } = facts;
    let service = isolated(facts.service);
    let reference = &booking.reference;
    let answer = booking.expires_at.map(|at| t!("fulfilment-you-have-an-answer-by", at = tenant.appointment(at)));
    Words {
        subject: t!("fulfilment-we-have-your-request-2", reference = reference),
        lines: [t!("fulfilment-you-asked-for", service = service, for_when = for_when(facts), reference = reference)]
            .into_iter()
            .chain(answer)
            .chain([price(facts), t!("fulfilment-nothing-is-due-until-it-is").to_owned()])
            .collect(),
        button: OPEN.say(),
        text: t!(
            "fulfilment-we-have-your-request-for",
            business = isolated(&tenant.name),
            service = service,
            for_when = for_when(facts),
            reference = reference,
            ending = ending(facts, t!("fulfilment-ending-follow-or-cancel-it"))
        ),
    }
}

fn approved(facts: &Facts<'_>) -> Words {
    let Facts { tenant, booking, .. } = facts;
    let service = isolated(facts.service);
    let reference = &booking.reference;
    Words {
        subject: t!("fulfilment-confirmed-2", reference = reference),
        lines: vec![
            t!("fulfilment-is-confirmed", service = service, for_when = for_when(facts), reference = reference),
            price(facts),
        ],
        button: FOLLOW.say(),
        text: t!(
            "fulfilment-is-confirmed-2",
            business = isolated(&tenant.name),
            service = service,
            for_when = for_when(facts),
            reference = reference,
            ending = ending(facts, t!("fulfilment-ending-follow-or-cancel-it"))
        ),
    }
}

fn moved(facts: &Facts<'_>) -> Words {
    let Facts { tenant, booking, .. } = facts;
    let service = isolated(facts.service);
    let reference = &booking.reference;
    let when = booking.scheduled_at.map(|at| t!("fulfilment-to", at = tenant.appointment(at))).unwrap_or_default();
    Words {
        subject: t!("fulfilment-moved", when = when, reference = reference),
        lines: vec![
            t!("fulfilment-is-moved", service = service, reference = reference, when = when),
            t!("fulfilment-everything-else-stays-as-it-was").to_owned(),
        ],
        button: FOLLOW.say(),
        text: t!(
            "fulfilment-is-moved-2",
            business = isolated(&tenant.name),
            reference = reference,
            when = when,
            ending = ending(facts, t!("fulfilment-ending-follow-or-cancel-it"))
        ),
    }
}

/// Until when it is, and for how many; not who comes along, which is typed.
fn changed(facts: &Facts<'_>) -> Words {
    let Facts { tenant, booking, .. } = facts;
    let (service, reference) = (isolated(facts.service), &booking.reference);
    let until = booking.ends_at.map(|at| t!("fulfilment-it-is-until-now", at = tenant.appointment(at)));
    let units = (booking.units > 1).then(|| t!("fulfilment-it-is-for-now", units = booking.units));
    let ending = ending(facts, t!("fulfilment-ending-details"));
    Words {
        subject: t!("fulfilment-your-booking-has-changed", reference = reference),
        lines: [Some(t!("fulfilment-has-changed", service = service, reference = reference)), until, units]
            .into_iter()
            .flatten()
            .collect(),
        button: OPEN.say(),
        text: t!(
            "fulfilment-text-has-changed",
            business = isolated(&tenant.name),
            reference = reference,
            ending = ending
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
    let when = booking.scheduled_at.map(|at| tenant.appointment(at));
    let next = match (booking.waits_for, &when) {
        (Some(WaitsFor::Location), _) => t!("fulfilment-well-call-you-to-find-out").to_owned(),
        (None, Some(when)) => t!("fulfilment-we-expect-you-on", when = when),
        (None, None) => t!("fulfilment-it-is-confirmed").to_owned(),
        (_, Some(when)) => t!("fulfilment-well-come-on-shortly-before-the", when = when),
        (_, None) => t!("fulfilment-were-finding-someone-near-you-and").to_owned(),
    };
    Words {
        subject: t!("fulfilment-is-booked", service = service, reference = reference),
        lines: vec![
            t!("fulfilment-we-have-your-booking", reference = reference, service = service, for_when = for_when(facts)),
            next,
            price(facts),
            t!("fulfilment-keep-this-message-its-link-shows").to_owned(),
        ],
        button: FOLLOW.say(),
        text: t!(
            "fulfilment-is-booked-2",
            business = isolated(&tenant.name),
            service = service,
            for_when = for_when(facts),
            reference = reference,
            ending = ending(facts, t!("fulfilment-ending-track-or-cancel-it"))
        ),
    }
}

fn accepted(facts: &Facts<'_>) -> Words {
    let Facts { tenant, booking, .. } = facts;
    let name = isolated(provider(facts));
    let at = facts.visit_at.map_or_else(
        || facts.arrival.map(|at| t!("fulfilment-at-about", at = tenant.time(at))).unwrap_or_default(),
        |at| t!("fulfilment-on", at = tenant.appointment(at)),
    );
    Words {
        subject: t!("fulfilment-will-come-2", name = name, reference = booking.reference),
        lines: vec![
            t!("fulfilment-has-your-booking-and-will-be", name = name, reference = booking.reference, at = at),
            t!("fulfilment-the-link-shows-how-to-reach").to_owned(),
        ],
        button: FOLLOW.say(),
        text: t!(
            "fulfilment-will-be-with-you-booking",
            business = isolated(&tenant.name),
            name = name,
            at = at,
            reference = booking.reference,
            ending = ending(facts, t!("fulfilment-ending-follow-it"))
        ),
    }
}

fn on_the_way(facts: &Facts<'_>) -> Words {
    let Facts { tenant, booking, .. } = facts;
    let name = isolated(provider(facts));
    let at = facts.arrival.map(|at| t!("fulfilment-there-at-about", at = tenant.time(at))).unwrap_or_default();
    Words {
        subject: t!("fulfilment-is-on-the-way-2", name = name, reference = booking.reference),
        lines: vec![
            t!("fulfilment-is-on-the-way-to-you", name = name, at = at),
            booking.vertical.words().told.on_the_way.say().to_owned(),
        ],
        button: FOLLOW.say(),
        text: t!(
            "fulfilment-is-on-the-way-3",
            business = isolated(&tenant.name),
            name = name,
            at = at,
            ending = ending(facts, t!("fulfilment-ending-follow-it"))
        ),
    }
}

fn arrived(facts: &Facts<'_>) -> Words {
    let Facts { tenant, booking, .. } = facts;
    let name = isolated(provider(facts));
    Words {
        subject: t!("fulfilment-has-arrived", name = name, reference = booking.reference),
        lines: vec![t!("fulfilment-has-arrived-for-your-booking", name = name, reference = booking.reference)],
        button: FOLLOW.say(),
        text: t!(
            "fulfilment-has-arrived-2",
            business = isolated(&tenant.name),
            name = name,
            ending = ending(facts, t!("fulfilment-ending-who-to-look-out-for"))
        ),
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
    let paying =
        if facts.payments.is_empty() { t!("fulfilment-nothing-to-pay").to_owned() } else { facts.payments.join(" ") };
    Words {
        subject: t!("fulfilment-receipt-for", reference = booking.reference, total = total),
        lines: [t!(
            "fulfilment-booking-is-done-the-total-is",
            service = service,
            reference = booking.reference,
            total = total
        )]
        .into_iter()
        .chain(tax)
        .chain(facts.payments.iter().cloned())
        .chain([match &facts.provider {
            Some(name) => {
                t!("fulfilment-the-link-shows-every-line-of", name = isolated(name))
            }
            None => t!("fulfilment-the-link-shows-every-line-of-2").to_owned(),
        }])
        .collect(),
        button: if facts.provider.is_some() {
            t!("fulfilment-see-the-receipt-and-rate-it")
        } else {
            t!("fulfilment-see-the-receipt")
        },
        text: t!(
            "fulfilment-is-done",
            business = isolated(&tenant.name),
            reference = booking.reference,
            paying = paying,
            ending = ending(
                facts,
                if facts.provider.is_some() {
                    t!("fulfilment-ending-receipt-and-rating")
                } else {
                    t!("fulfilment-ending-receipt")
                }
            )
        ),
    }
}

/// Somebody else pays, and the customer sees no price.
fn done_without_price(facts: &Facts<'_>) -> Words {
    let Facts { tenant, booking, .. } = facts;
    let service = isolated(facts.service);
    Words {
        subject: t!("fulfilment-is-done-2", service = service, reference = booking.reference),
        lines: vec![
            t!("fulfilment-booking-is-done", service = service, reference = booking.reference, price = price(facts)),
            t!("fulfilment-with-the-link-you-can-rate", provider = isolated(provider(facts))),
        ],
        button: t!("fulfilment-rate-it"),
        text: t!(
            "fulfilment-is-done-3",
            business = isolated(&tenant.name),
            reference = booking.reference,
            ending = ending(facts, t!("fulfilment-ending-rating"))
        ),
    }
}

fn declined(facts: &Facts<'_>) -> Words {
    let Facts { tenant, booking, .. } = facts;
    let reference = &booking.reference;
    let reason = booking.cancellation.as_ref().and_then(|cancellation| cancellation.reason.as_deref());
    let reason = reason.map(in_a_sentence).unwrap_or_default();
    Words {
        subject: t!("fulfilment-we-cant-do-it", reference = reference),
        lines: [t!("fulfilment-we-cant-do-what-you-asked", reference = reference)]
            .into_iter()
            .chain(Some(reason.clone()).filter(|reason| !reason.is_empty()))
            .chain([t!("fulfilment-nothing-to-pay-questions-call-us", phone = tenant.spoken_phone)])
            .collect(),
        button: OPEN.say(),
        text: t!(
            "fulfilment-we-cant-do-what-you-asked-2",
            business = isolated(&tenant.name),
            reference = reference,
            reason = reason,
            ending = ending(facts, t!("fulfilment-ending-details"))
        ),
    }
}

fn proposed(facts: &Facts<'_>) -> Words {
    let Facts { tenant, booking, .. } = facts;
    let reference = &booking.reference;
    let proposed = facts.proposed.as_ref();
    let total = tenant.money(proposed.map_or(Amount::ZERO, |proposed| proposed.quote.total()));
    let what = proposed.and_then(|proposed| proposed.description.as_deref());
    let what = what.map(|what| t!("fulfilment-for-2", what = isolated(what))).unwrap_or_default();
    let by = proposed.and_then(|proposed| proposed.expires_at);
    let by = by.map(|at| t!("fulfilment-by", at = tenant.appointment(at))).unwrap_or_default();
    Words {
        subject: t!("fulfilment-do-you-approve", total = total, reference = reference),
        lines: vec![
            t!("fulfilment-we-propose-booking", total = total, what = what, reference = reference),
            t!("fulfilment-approve-or-decline-it-with-the", by = by),
        ],
        button: t!("fulfilment-see-and-answer"),
        text: t!(
            "fulfilment-do-you-approve-2",
            business = isolated(&tenant.name),
            total = total,
            what = what,
            reference = reference,
            ending = ending(facts, t!("fulfilment-ending-answer"))
        ),
    }
}

fn cancelled(facts: &Facts<'_>) -> Words {
    let Facts { tenant, booking, .. } = facts;
    let reference = &booking.reference;
    let by = match booking.cancellation.as_ref().map(|cancellation| cancellation.by) {
        Some(Party::Customer) => t!("fulfilment-you-cancelled-it"),
        Some(Party::Provider) => t!("fulfilment-it-couldnt-be-done-on-the"),
        Some(Party::Staff) => t!("fulfilment-our-team-cancelled-it"),
        Some(Party::System) | None => t!("fulfilment-it-was-cancelled-automatically"),
    };
    let owed = owed(facts);
    Words {
        subject: t!("fulfilment-cancelled-2", reference = reference),
        lines: [t!("fulfilment-your-booking-is-cancelled-2", reference = reference, by = by)]
            .into_iter()
            .chain(owed.clone())
            .chain([t!("fulfilment-questions-call-us-at", phone = tenant.spoken_phone)])
            .collect(),
        button: OPEN.say(),
        text: t!(
            "fulfilment-is-cancelled",
            business = isolated(&tenant.name),
            reference = reference,
            owed = owed.join(" "),
            ending = ending(facts, t!("fulfilment-ending-details"))
        ),
    }
}

/// Staff decide what becomes of the booking.
fn called_off(facts: &Facts<'_>) -> Words {
    let Facts { tenant, booking, .. } = facts;
    let service = isolated(facts.service);
    let reference = &booking.reference;
    Words {
        subject: t!("fulfilment-not-as-planned", service = service, reference = reference),
        lines: vec![
            t!("fulfilment-cant-take-place-as-planned", service = service, for_when = for_when(facts)),
            t!("fulfilment-your-booking-isnt-cancelled-we", reference = reference),
            t!("fulfilment-questions-call-us-at", phone = tenant.spoken_phone),
        ],
        button: FOLLOW.say(),
        text: t!(
            "fulfilment-cant-take-place-as-planned-2",
            business = isolated(&tenant.name),
            service = service,
            for_when = for_when(facts),
            reference = reference,
            ending = ending(facts, t!("fulfilment-ending-details"))
        ),
    }
}

fn missed(facts: &Facts<'_>) -> Words {
    let Facts { tenant, booking, .. } = facts;
    let reference = &booking.reference;
    let owed = owed(facts);
    Words {
        subject: t!("fulfilment-we-missed-you-2", reference = reference),
        lines: [t!(
            "fulfilment-came-for-your-booking-and-found",
            provider = isolated(provider(facts)),
            reference = reference
        )]
        .into_iter()
        .chain(owed.clone())
        .chain([t!("fulfilment-if-you-still-need-help-call", phone = tenant.spoken_phone)])
        .collect(),
        button: OPEN.say(),
        text: t!(
            "fulfilment-we-found-no-one-there-so",
            business = isolated(&tenant.name),
            reference = reference,
            owed = owed.join(" "),
            ending = ending(facts, t!("fulfilment-ending-details"))
        ),
    }
}

/// The cost of a booking that wasn't completed, and how to pay it.
fn owed(facts: &Facts<'_>) -> Vec<String> {
    if facts.booking.hidden_payer().is_some() {
        return vec![price(facts)];
    }
    if facts.payments.is_empty() {
        return vec![t!("fulfilment-nothing-to-pay").to_owned()];
    }
    if facts.gives_back {
        return facts.payments.clone();
    }
    facts.payments.iter().map(|payment| t!("fulfilment-fee", payment = payment)).collect()
}

/// " for Friday, 9 AM"; nothing if it is as soon as possible.
fn for_when(facts: &Facts<'_>) -> String {
    let at = facts.booking.scheduled_at;
    at.map(|at| t!("fulfilment-for", at = facts.tenant.appointment(at))).unwrap_or_default()
}

fn price(facts: &Facts<'_>) -> String {
    if let Some(payer) = facts.booking.hidden_payer() {
        return format!("{}.", in_words::billed_to(payer));
    }
    let (total, ceiling) = (facts.tenant.money(facts.total), facts.tenant.money(facts.ceiling));
    if facts.ceiling > facts.total {
        let rest = facts.booking.vertical.words().told.below_the_most.with([("most", &ceiling)]);
        t!("fulfilment-the-estimated-price-is", total = total, rest = rest)
    } else {
        t!("fulfilment-the-price-is", total = total)
    }
}

fn provider<'a>(facts: &'a Facts<'_>) -> &'a str {
    facts.provider.as_deref().unwrap_or(facts.booking.vertical.words().told.provider.say())
}

/// The end of a text message: the link, or the phone number if there is none.
fn ending(facts: &Facts<'_>, label: &str) -> String {
    match &facts.link {
        Some(link) => format!("{label}: {link}"),
        None => t!("fulfilment-questions-call", phone = facts.tenant.spoken_phone),
    }
}
