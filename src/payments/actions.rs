//! Settling payments.

use leptos::server;
use serde::{Deserialize, Serialize};

use crate::error::{AppError, Next};

/// The value of `received_by` if the business received the money itself.
pub const OFFICE: &str = "office";

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ConfirmPaymentForm {
    pub payment: String,
    /// The provider who took the cash, or [`OFFICE`].
    pub received_by: String,
    pub note: String,
}

/// Confirms a payment in cash, by CashApp or by Zelle, and who received it.
#[server(endpoint = "confirm_payment")]
pub async fn confirm_payment(#[server(flatten)] form: ConfirmPaymentForm) -> Result<Next, AppError> {
    use super::{confirm, policy, store};
    use crate::{bookings::PaymentMethod, error::FieldErrors, providers};

    let ctx = crate::server::context()?;
    let user = ctx.allowed(policy::can_settle)?;
    let id = form.payment.parse().map_err(|_| AppError::NotFound)?;
    let mut tx = ctx.begin().await?;
    let payment = store::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let mut errors = FieldErrors::default();
    let note = errors.take("note", engine::field::optional(&form.note, 300)).flatten();
    let received_by = match (payment.method, form.received_by.as_str()) {
        (PaymentMethod::Cash, "") => {
            errors.add("received_by", "Choose who received the cash.");
            None
        }
        (PaymentMethod::Cash, OFFICE) => None,
        (PaymentMethod::Cash, provider) => match provider.parse() {
            Ok(provider) if providers::store::find(&mut tx, provider).await?.is_some() => Some(provider),
            _ => {
                errors.add("received_by", "Choose one from the list.");
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
        Some(_) => format!("{amount} confirmed. The provider keeps it, so their next payout is that much less."),
        None => format!("{amount} confirmed."),
    };
    Ok(Next::said("/admin/payments", said))
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FailPaymentForm {
    pub payment: String,
    pub reason: String,
}

/// Marks a payment as failed, with the reason.
#[server(endpoint = "fail_payment")]
pub async fn fail_payment(#[server(flatten)] form: FailPaymentForm) -> Result<Next, AppError> {
    use super::{fail, policy, store};
    use crate::error::FieldErrors;

    let ctx = crate::server::context()?;
    ctx.allowed(policy::can_settle)?;
    let id = form.payment.parse().map_err(|_| AppError::NotFound)?;
    let mut tx = ctx.begin().await?;
    store::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let mut errors = FieldErrors::default();
    let Some(reason) = errors.take("reason", engine::field::required(&form.reason, 300)) else {
        return Err(errors.into_error());
    };
    fail(&mut tx, id, &reason).await?;
    tx.commit().await?;
    Ok(Next::said(
        "/admin/payments",
        "The payment is marked as failed. The customer still owes it. You can reopen it later.",
    ))
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ExpectPaymentForm {
    pub payment: String,
    pub method: String,
}

/// Reopens a failed payment, with the method the customer chose now.
#[server(endpoint = "expect_payment")]
pub async fn expect_payment(#[server(flatten)] form: ExpectPaymentForm) -> Result<Next, AppError> {
    use super::{expect_again, policy};
    use crate::bookings::PaymentMethod;

    let ctx = crate::server::context()?;
    ctx.allowed(policy::can_settle)?;
    let id = form.payment.parse().map_err(|_| AppError::NotFound)?;
    let method = form.method.parse().ok().filter(|method| PaymentMethod::SWITCHED_ON.contains(method));
    let method = method.ok_or_else(|| AppError::invalid("method", "Choose how it will be paid."))?;
    let mut tx = ctx.begin().await?;
    let payment = expect_again(&mut tx, id, method).await?;
    tx.commit().await?;
    let amount = ctx.tenant.money(payment.amount);
    Ok(Next::said("/admin/payments", format!("{amount} by {} is pending again.", method.label())))
}
