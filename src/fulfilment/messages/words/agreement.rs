//! Messages about what is agreed: booked, approved, moved, changed, a price proposed.

use engine::{Amount, field::isolated};

use super::{
    facts::{FOLLOW, Facts, OPEN, Words},
    parts::{ending, for_when, price},
};
use crate::{
    bookings::{Phase, WaitsFor},
    fulfilment::progress_view::in_a_sentence,
};

pub(super) fn booked(facts: &Facts<'_>) -> Words {
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
        subject: t!("fulfilment-subject-is-booked", service = service, reference = reference),
        lines: vec![
            t!("fulfilment-we-have-your-booking", reference = reference, service = service, for_when = for_when(facts)),
            next,
            price(facts),
            t!("fulfilment-keep-this-message-its-link-shows").to_owned(),
        ],
        button: FOLLOW.say(),
        text: t!(
            "fulfilment-text-is-booked",
            business = isolated(&tenant.name),
            service = service,
            for_when = for_when(facts),
            reference = reference,
            ending = ending(facts, t!("fulfilment-ending-track-or-cancel-it"))
        ),
    }
}

/// Somebody has to say yes first.
fn requested(facts: &Facts<'_>) -> Words {
    let Facts { tenant, booking, .. } = facts;
    let service = isolated(facts.service);
    let reference = &booking.reference;
    let answer = booking.expires_at.map(|at| t!("fulfilment-you-have-an-answer-by", at = tenant.appointment(at)));
    Words {
        subject: t!("fulfilment-subject-we-have-your-request", reference = reference),
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

pub(super) fn approved(facts: &Facts<'_>) -> Words {
    let Facts { tenant, booking, .. } = facts;
    let service = isolated(facts.service);
    let reference = &booking.reference;
    Words {
        subject: t!("fulfilment-subject-confirmed", reference = reference),
        lines: vec![
            t!("fulfilment-is-confirmed", service = service, for_when = for_when(facts), reference = reference),
            price(facts),
        ],
        button: FOLLOW.say(),
        text: t!(
            "fulfilment-text-is-confirmed",
            business = isolated(&tenant.name),
            service = service,
            for_when = for_when(facts),
            reference = reference,
            ending = ending(facts, t!("fulfilment-ending-follow-or-cancel-it"))
        ),
    }
}

pub(super) fn declined(facts: &Facts<'_>) -> Words {
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
            "fulfilment-text-we-cant-do-what-you-asked",
            business = isolated(&tenant.name),
            reference = reference,
            reason = reason,
            ending = ending(facts, t!("fulfilment-ending-details"))
        ),
    }
}

pub(super) fn moved(facts: &Facts<'_>) -> Words {
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
            "fulfilment-text-is-moved",
            business = isolated(&tenant.name),
            reference = reference,
            when = when,
            ending = ending(facts, t!("fulfilment-ending-follow-or-cancel-it"))
        ),
    }
}

/// Until when it is, and for how many; not who comes along, which is typed.
pub(super) fn changed(facts: &Facts<'_>) -> Words {
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

pub(super) fn proposed(facts: &Facts<'_>) -> Words {
    let Facts { tenant, booking, .. } = facts;
    let reference = &booking.reference;
    let proposed = facts.proposed.as_ref();
    let total = tenant.money(proposed.map_or(Amount::ZERO, |proposed| proposed.quote.total()));
    let what = proposed.and_then(|proposed| proposed.description.as_deref());
    let what = what.map(|what| t!("fulfilment-for-what", what = isolated(what))).unwrap_or_default();
    let by = proposed.and_then(|proposed| proposed.expires_at);
    let by = by.map(|at| t!("fulfilment-by", at = tenant.appointment(at))).unwrap_or_default();
    Words {
        subject: t!("fulfilment-subject-do-you-approve", total = total, reference = reference),
        lines: vec![
            t!("fulfilment-we-propose-booking", total = total, what = what, reference = reference),
            t!("fulfilment-approve-or-decline-it-with-the", by = by),
        ],
        button: t!("fulfilment-see-and-answer"),
        text: t!(
            "fulfilment-text-do-you-approve",
            business = isolated(&tenant.name),
            total = total,
            what = what,
            reference = reference,
            ending = ending(facts, t!("fulfilment-ending-answer"))
        ),
    }
}
