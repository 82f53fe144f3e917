//! A booking's payment in words, for its customer.

use engine::field::isolated;

use super::{Payment, PaymentStatus};
use crate::{
    bookings::{Booking, PaymentMethod, Phase},
    tenants::Tenant,
};

/// The payment method the customer intends to use, before anything is due.
pub fn intended(tenant: &Tenant, booking: &Booking) -> String {
    if let Some(payer) = booking.billed_to() {
        return billed_to(payer);
    }
    let method = booking.payment_method.label();
    let to = match booking.payment_method {
        PaymentMethod::Cash => Some(t!(
            "payments-when-the-work-is-done",
            provider_within = booking.vertical.words().told.provider_within.say()
        )),
        method => handle(tenant, method).map(str::to_owned),
    };
    match to {
        Some(to) => t!("payments-method-to", method = method, to = isolated(&to)),
        None => method.to_owned(),
    }
}

/// "Billed to Acme Fleet".
pub fn billed_to(payer: &str) -> String {
    t!("payments-billed-to", payer = isolated(payer))
}

/// A payment's status and, while it is pending, how to pay. Without the amount if the person on site sees no price.
pub fn described(tenant: &Tenant, booking: &Booking, payment: &Payment) -> String {
    if let Some(payer) = booking.hidden_payer() {
        return format!("{}.", billed_to(payer));
    }
    if payment.gives_back() {
        return given_back(&tenant.money(-payment.amount).to_string(), booking, payment);
    }
    let amount = tenant.money(payment.amount);
    if let Some(payer) = booking.billed_to() {
        return of_account(&amount.to_string(), payer, payment.status);
    }
    match payment.status {
        PaymentStatus::Pending => format!("{amount} {}", how_to_make(tenant, booking, payment)),
        PaymentStatus::Confirmed => t!("payments-paid-thank-you", amount = amount, method = by(payment.method)),
        PaymentStatus::Failed => {
            t!(
                "payments-did-not-arrive-call-us-at",
                amount = amount,
                method = by(payment.method),
                phone = tenant.spoken_phone
            )
        }
        PaymentStatus::Refunded => t!("payments-amount-given-back", amount = amount, method = by(payment.method)),
    }
}

/// What was paid above what is due.
fn given_back(amount: &str, booking: &Booking, payment: &Payment) -> String {
    match (booking.billed_to().map(isolated), payment.status) {
        (Some(payer), PaymentStatus::Confirmed) => t!("payments-given-back-to", amount = amount, payer = payer),
        (None, PaymentStatus::Confirmed) => {
            t!("payments-amount-given-back", amount = amount, method = by(payment.method))
        }
        (Some(payer), _) => t!("payments-we-give-back-to", amount = amount, payer = payer),
        (None, _) => t!("payments-we-give-back", amount = amount),
    }
}

/// A payment that an account makes.
fn of_account(amount: &str, payer: &str, status: PaymentStatus) -> String {
    let payer = isolated(payer);
    match status {
        PaymentStatus::Pending => t!("payments-amount-billed-to", amount = amount, payer = payer),
        PaymentStatus::Confirmed => t!("payments-paid-by", amount = amount, payer = payer),
        PaymentStatus::Failed => t!("payments-from-did-not-arrive", amount = amount, payer = payer),
        PaymentStatus::Refunded => t!("payments-given-back-to", amount = amount, payer = payer),
    }
}

/// After a cancellation, a no-show or the work, no provider is with the customer to take cash.
fn how_to_make(tenant: &Tenant, booking: &Booking, payment: &Payment) -> String {
    let method = payment.method;
    let came_later = booking.completed_at.is_some_and(|completed_at| payment.created_at > completed_at);
    let nobody_takes_cash = came_later || matches!(booking.phase, Phase::Cancelled | Phase::NoShow);
    if method == PaymentMethod::Cash && !nobody_takes_cash {
        return t!("payments-cash-awaiting-confirmation").to_owned();
    }
    match transfers(tenant, method) {
        Some(ways) => t!("payments-to-pay-add-as-the-note", ways = ways, reference = booking.reference),
        None => t!("payments-to-pay-call-us-at-and", phone = tenant.spoken_phone),
    }
}

/// How the cancellation fee would be paid, before cancelling.
pub fn of_fee(tenant: &Tenant, booking: &Booking) -> String {
    if let Some(payer) = booking.billed_to() {
        return format!("{}.", billed_to(payer));
    }
    match transfers(tenant, booking.payment_method) {
        Some(ways) => t!("payments-you-pay-it-your-bookings-page", ways = ways),
        None => t!("payments-after-you-cancel-call-us-at", phone = tenant.spoken_phone),
    }
}

/// The transfers by which the business can be paid: the chosen one, or all; `None` if it accepts no transfers.
fn transfers(tenant: &Tenant, method: PaymentMethod) -> Option<String> {
    let chosen = handle(tenant, method).map(|_| method);
    let ways: Vec<String> = [PaymentMethod::CashApp, PaymentMethod::Zelle]
        .into_iter()
        .filter(|way| chosen.is_none_or(|chosen| chosen == *way))
        .filter_map(|way| Some(t!("payments-way-to", way = by(way), to = handle(tenant, way)?)))
        .collect();
    ways.into_iter().reduce(|one, other| t!("payments-one-or-other", one = one, other = other))
}

/// The business's account for this method.
fn handle(tenant: &Tenant, method: PaymentMethod) -> Option<&str> {
    match method {
        PaymentMethod::CashApp => tenant.settings.cashapp_handle.as_deref(),
        PaymentMethod::Zelle => tenant.settings.zelle_handle.as_deref(),
        PaymentMethod::Cash | PaymentMethod::Stripe => None,
    }
}

fn by(method: PaymentMethod) -> &'static str {
    match method {
        PaymentMethod::Cash => t!("payments-in-cash"),
        PaymentMethod::CashApp => t!("payments-by-cashapp"),
        PaymentMethod::Zelle => t!("payments-by-zelle"),
        PaymentMethod::Stripe => t!("payments-by-card"),
    }
}
