//! Parts of sentences that several messages have.

use super::facts::Facts;
use crate::payments::in_words;

/// The cost of a booking that wasn't completed, and how to pay it.
pub(super) fn owed(facts: &Facts<'_>) -> Vec<String> {
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
pub(super) fn for_when(facts: &Facts<'_>) -> String {
    let at = facts.booking.scheduled_at;
    at.map(|at| t!("fulfilment-for-time", at = facts.tenant.appointment(at))).unwrap_or_default()
}

pub(super) fn price(facts: &Facts<'_>) -> String {
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

pub(super) fn provider<'a>(facts: &'a Facts<'_>) -> &'a str {
    facts.provider.as_deref().unwrap_or(facts.booking.vertical.words().told.provider.say())
}

/// The end of a text message: the link, or the phone number if there is none.
pub(super) fn ending(facts: &Facts<'_>, label: &str) -> String {
    match &facts.link {
        Some(link) => format!("{label}: {link}"),
        None => t!("fulfilment-questions-call", phone = facts.tenant.spoken_phone),
    }
}
