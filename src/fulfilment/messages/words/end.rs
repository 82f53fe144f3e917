//! Messages about the end of a booking: done, cancelled, missed.

use engine::{Money, field::isolated};

use super::{
    facts::{Facts, OPEN, Words},
    parts::{ending, owed, price, provider},
};
use crate::bookings::Party;

pub(super) fn done(facts: &Facts<'_>) -> Words {
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
                t!("fulfilment-the-link-shows-every-line-and-rating", name = isolated(name))
            }
            None => t!("fulfilment-the-link-shows-every-line").to_owned(),
        }])
        .collect(),
        button: if facts.provider.is_some() {
            t!("fulfilment-see-the-receipt-and-rate-it")
        } else {
            t!("fulfilment-see-the-receipt")
        },
        text: t!(
            "fulfilment-text-is-done",
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
        subject: t!("fulfilment-subject-is-done", service = service, reference = booking.reference),
        lines: vec![
            t!("fulfilment-booking-is-done", service = service, reference = booking.reference, price = price(facts)),
            t!("fulfilment-with-the-link-you-can-rate", provider = isolated(provider(facts))),
        ],
        button: t!("fulfilment-rate-it"),
        text: t!(
            "fulfilment-text-is-done-without-price",
            business = isolated(&tenant.name),
            reference = booking.reference,
            ending = ending(facts, t!("fulfilment-ending-rating"))
        ),
    }
}

pub(super) fn cancelled(facts: &Facts<'_>) -> Words {
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
        subject: t!("fulfilment-subject-cancelled", reference = reference),
        lines: [t!("fulfilment-your-booking-reference-is-cancelled", reference = reference, by = by)]
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

pub(super) fn missed(facts: &Facts<'_>) -> Words {
    let Facts { tenant, booking, .. } = facts;
    let reference = &booking.reference;
    let owed = owed(facts);
    Words {
        subject: t!("fulfilment-subject-we-missed-you", reference = reference),
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
