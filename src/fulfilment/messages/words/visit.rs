//! Messages about who comes: found, on the way, there, called off.

use engine::field::isolated;

use super::{
    facts::{FOLLOW, Facts, Words},
    parts::{ending, for_when, provider},
};

pub(super) fn accepted(facts: &Facts<'_>) -> Words {
    let Facts { tenant, booking, .. } = facts;
    let name = isolated(provider(facts));
    let at = facts.visit_at.map_or_else(
        || facts.arrival.map(|at| t!("fulfilment-at-about", at = tenant.time(at))).unwrap_or_default(),
        |at| t!("fulfilment-on", at = tenant.appointment(at)),
    );
    Words {
        subject: t!("fulfilment-subject-will-come", name = name, reference = booking.reference),
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

pub(super) fn on_the_way(facts: &Facts<'_>) -> Words {
    let Facts { tenant, booking, .. } = facts;
    let name = isolated(provider(facts));
    let at = facts.arrival.map(|at| t!("fulfilment-there-at-about", at = tenant.time(at))).unwrap_or_default();
    Words {
        subject: t!("fulfilment-subject-is-on-the-way", name = name, reference = booking.reference),
        lines: vec![
            t!("fulfilment-is-on-the-way-to-you", name = name, at = at),
            booking.vertical.words().told.on_the_way.say().to_owned(),
        ],
        button: FOLLOW.say(),
        text: t!(
            "fulfilment-text-is-on-the-way",
            business = isolated(&tenant.name),
            name = name,
            at = at,
            ending = ending(facts, t!("fulfilment-ending-follow-it"))
        ),
    }
}

pub(super) fn arrived(facts: &Facts<'_>) -> Words {
    let Facts { tenant, booking, .. } = facts;
    let name = isolated(provider(facts));
    Words {
        subject: t!("fulfilment-subject-has-arrived", name = name, reference = booking.reference),
        lines: vec![t!("fulfilment-has-arrived-for-your-booking", name = name, reference = booking.reference)],
        button: FOLLOW.say(),
        text: t!(
            "fulfilment-text-has-arrived",
            business = isolated(&tenant.name),
            name = name,
            ending = ending(facts, t!("fulfilment-ending-who-to-look-out-for"))
        ),
    }
}

/// Staff decide what becomes of the booking.
pub(super) fn called_off(facts: &Facts<'_>) -> Words {
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
            "fulfilment-text-cant-take-place-as-planned",
            business = isolated(&tenant.name),
            service = service,
            for_when = for_when(facts),
            reference = reference,
            ending = ending(facts, t!("fulfilment-ending-details"))
        ),
    }
}
