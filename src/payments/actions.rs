//! Settling payments.

use engine::{Id, field};
use leptos::server;
use serde::{Deserialize, Serialize};

use super::{Payment, confirm, expect_again, fail, policy, store};
use crate::{
    bookings::PaymentMethod,
    error::{AppError, FieldErrors, Next, OrInvalid},
    providers,
    server::{context, fields},
};

/// The value of `received_by` if the business received the money itself.
pub const OFFICE: &str = "office";

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ConfirmPaymentForm {
    pub payment: Id<Payment>,
    /// The provider who took the cash, or [`OFFICE`].
    #[serde(default)]
    pub received_by: String,
    #[serde(default)]
    pub note: String,
}

/// Confirms a payment in cash, by CashApp or by Zelle, and who received it.
#[server(endpoint = "confirm_payment")]
pub async fn confirm_payment(#[server(flatten)] form: ConfirmPaymentForm) -> Result<Next, AppError> {
    let ctx = context()?;
    let user = ctx.allowed(policy::can_settle)?;
    let id = form.payment;
    let mut tx = ctx.begin().await?;
    let payment = store::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let mut errors = FieldErrors::default();
    let note = errors.take("note", field::optional(&form.note, 300)).flatten();
    let received_by = match (payment.method, form.received_by.as_str()) {
        _ if payment.gives_back() => None,
        (PaymentMethod::Cash, "") => {
            errors.add("received_by", t!("payments-choose-who-received-the-cash"));
            None
        }
        (PaymentMethod::Cash, OFFICE) => None,
        (PaymentMethod::Cash, provider) => match provider.parse() {
            Ok(provider) if providers::store::find(&mut tx, provider).await?.is_some() => Some(provider),
            _ => {
                errors.add("received_by", t!("payments-choose-one-from-the-list"));
                None
            }
        },
        // Other methods pay into an account of the business.
        _ => None,
    };
    if !errors.is_empty() {
        return Err(errors.into_error());
    }
    match confirm(&mut tx, id, user.id, received_by, note.as_deref()).await {
        Ok(_) => tx.commit().await?,
        // A second tap by the same person finds the payment confirmed.
        Err(AppError::Conflict(reason)) => {
            let now = store::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
            if (now.confirmed_by, now.received_by) != (Some(user.id), received_by) {
                return Err(AppError::Conflict(reason));
            }
        }
        Err(error) => return Err(error),
    }
    let amount = ctx.tenant.money(payment.amount);
    let said = match received_by {
        _ if payment.gives_back() => t!("payments-is-given-back", amount = ctx.tenant.money(-payment.amount)),
        Some(_) => t!("payments-confirmed-the-provider-keeps-it-so", amount = amount),
        None => t!("payments-amount-confirmed", amount = amount),
    };
    Ok(Next::said("/admin/payments", said))
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FailPaymentForm {
    pub payment: Id<Payment>,
    #[serde(default)]
    pub reason: String,
}

/// Marks a payment as failed, with the reason.
#[server(endpoint = "fail_payment")]
pub async fn fail_payment(#[server(flatten)] form: FailPaymentForm) -> Result<Next, AppError> {
    let ctx = context()?;
    ctx.allowed(policy::can_settle)?;
    let id = form.payment;
    let mut tx = ctx.begin().await?;
    store::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let reason = field::required(&form.reason, 300).or_invalid("reason")?;
    fail(&mut tx, id, &reason).await?;
    tx.commit().await?;
    Ok(Next::said("/admin/payments", t!("payments-the-payment-is-marked-as-failed")))
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ExpectPaymentForm {
    pub payment: Id<Payment>,
    #[serde(default, deserialize_with = "fields::chosen")]
    pub method: Option<PaymentMethod>,
}

/// Reopens a failed payment, with the method the customer chose now.
#[server(endpoint = "expect_payment")]
pub async fn expect_payment(#[server(flatten)] form: ExpectPaymentForm) -> Result<Next, AppError> {
    let ctx = context()?;
    ctx.allowed(policy::can_settle)?;
    let id = form.payment;
    let method = form.method.filter(|method| PaymentMethod::SWITCHED_ON.contains(method));
    let method = method.ok_or_else(|| AppError::invalid("method", t!("payments-choose-how-it-will-be-paid")))?;
    let mut tx = ctx.begin().await?;
    let payment = expect_again(&mut tx, id, method).await?;
    tx.commit().await?;
    let amount = ctx.tenant.money(payment.amount);
    Ok(Next::said("/admin/payments", t!("payments-by-is-pending-again", amount = amount, label = method.label())))
}
