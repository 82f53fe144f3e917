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
        PaymentMethod::Cash => {
            Some(format!("{}, when the work is done", booking.vertical.words().told.provider_within))
        }
        method => handle(tenant, method).map(str::to_owned),
    };
    match to {
        Some(to) => format!("{method}, to {}", isolated(&to)),
        None => method.to_owned(),
    }
}

/// "Billed to Acme Fleet".
pub fn billed_to(payer: &str) -> String {
    format!("Billed to {}", isolated(payer))
}

/// A payment's status and, while it is pending, how to pay. Without the amount if the person on site sees no price.
pub fn described(tenant: &Tenant, booking: &Booking, payment: &Payment) -> String {
    if let Some(payer) = booking.hidden_payer() {
        return format!("{}.", billed_to(payer));
    }
    let amount = tenant.money(payment.amount);
    if let Some(payer) = booking.billed_to() {
        return of_account(&amount.to_string(), payer, payment.status);
    }
    match payment.status {
        PaymentStatus::Pending => format!("{amount} {}", how_to_make(tenant, booking, payment)),
        PaymentStatus::Confirmed => format!("{amount} paid {}. Thank you.", by(payment.method)),
        PaymentStatus::Failed => {
            format!("{amount} {} did not arrive. Call us at {}.", by(payment.method), tenant.spoken_phone)
        }
        PaymentStatus::Refunded => format!("{amount} given back {}.", by(payment.method)),
    }
}

/// A payment that an account makes.
fn of_account(amount: &str, payer: &str, status: PaymentStatus) -> String {
    let payer = isolated(payer);
    match status {
        PaymentStatus::Pending => format!("{amount} billed to {payer}."),
        PaymentStatus::Confirmed => format!("{amount} paid by {payer}."),
        PaymentStatus::Failed => format!("{amount} from {payer} did not arrive."),
        PaymentStatus::Refunded => format!("{amount} given back to {payer}."),
    }
}

/// After a cancellation, a no-show or the work, no provider is with the customer to take cash.
fn how_to_make(tenant: &Tenant, booking: &Booking, payment: &Payment) -> String {
    let method = payment.method;
    let came_later = booking.completed_at.is_some_and(|completed_at| payment.created_at > completed_at);
    let nobody_takes_cash = came_later || matches!(booking.phase, Phase::Cancelled | Phase::NoShow);
    if method == PaymentMethod::Cash && !nobody_takes_cash {
        return "cash, awaiting confirmation.".to_owned();
    }
    match transfers(tenant, method) {
        Some(ways) => format!("to pay {ways}. Add {} as the note.", booking.reference),
        None => format!("to pay. Call us at {} and we'll tell you how.", tenant.spoken_phone),
    }
}

/// How the cancellation fee would be paid, before cancelling.
pub fn of_fee(tenant: &Tenant, booking: &Booking) -> String {
    if let Some(payer) = booking.billed_to() {
        return format!("{}.", billed_to(payer));
    }
    match transfers(tenant, booking.payment_method) {
        Some(ways) => format!("You pay it {ways}. Your booking's page shows how."),
        None => format!("After you cancel, call us at {} to pay it.", tenant.spoken_phone),
    }
}

/// The transfers by which the business can be paid: the chosen one, or all; `None` if it accepts no transfers.
fn transfers(tenant: &Tenant, method: PaymentMethod) -> Option<String> {
    let chosen = handle(tenant, method).map(|_| method);
    let ways: Vec<String> = [PaymentMethod::CashApp, PaymentMethod::Zelle]
        .into_iter()
        .filter(|way| chosen.is_none_or(|chosen| chosen == *way))
        .filter_map(|way| Some(format!("{} to {}", by(way), handle(tenant, way)?)))
        .collect();
    (!ways.is_empty()).then(|| ways.join(" or "))
}

/// The business's account for this method.
fn handle(tenant: &Tenant, method: PaymentMethod) -> Option<&str> {
    match method {
        PaymentMethod::CashApp => tenant.settings.cashapp_handle.as_deref(),
        PaymentMethod::Zelle => tenant.settings.zelle_handle.as_deref(),
        PaymentMethod::Cash | PaymentMethod::Stripe => None,
    }
}

const fn by(method: PaymentMethod) -> &'static str {
    match method {
        PaymentMethod::Cash => "in cash",
        PaymentMethod::CashApp => "by CashApp",
        PaymentMethod::Zelle => "by Zelle",
        PaymentMethod::Stripe => "by card",
    }
}
