//! Erasure on request, by the person or for a customer.

use engine::{Amount, Id};
use leptos::server;
use serde::{Deserialize, Serialize};

use super::{
    certificate::AskedBy,
    erasure::{self, Request},
    policy,
    subject::Subject,
};
use crate::{
    customers::{self, Customer},
    error::{AppError, Next},
    server::{context, fields},
};

/// The word to type as confirmation.
pub const CONFIRMATION: &str = "erase";

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EraseForm {
    #[serde(default)]
    pub confirmation: String,
    /// The cancellation fees shown for the open bookings, in minor units.
    #[serde(deserialize_with = "fields::number")]
    pub fees: i64,
}

impl EraseForm {
    fn agreed_fees(&self) -> Result<Amount, AppError> {
        if self.confirmation.trim().to_lowercase() != CONFIRMATION {
            return Err(AppError::invalid("confirmation", t!("privacy-type-the-word-to-confirm", word = CONFIRMATION)));
        }
        Ok(Amount(self.fees))
    }
}

/// Erases the signed-in person. Requires a recent proof of identity.
#[server(endpoint = "erase_account")]
pub async fn erase_account(#[server(flatten)] form: EraseForm) -> Result<Next, AppError> {
    let ctx = context()?;
    let user = ctx.confirmed()?.id;
    let agreed_fees = form.agreed_fees()?;
    let mut tx = ctx.begin().await?;
    let subject = Subject::of_account(&mut tx, user).await?;
    let customer = subject.customers.first().copied();
    let request = Request { subject, asked_by: AskedBy::Person, customer, agreed_fees };
    let token = erasure::erase(&mut tx, &ctx, request).await?;
    tx.commit().await?;
    Ok(Next::to(format!("/erasure/{}", token.reveal())))
}

/// Erases a customer who asked for it by phone or e-mail.
#[server(endpoint = "erase_customer")]
pub async fn erase_customer(customer: Id<Customer>, #[server(flatten)] form: EraseForm) -> Result<Next, AppError> {
    let ctx = context()?;
    ctx.allowed(policy::can_act_for_customers)?;
    let mut tx = ctx.begin().await?;
    customers::store::find(&mut tx, customer).await?.ok_or(AppError::NotFound)?;
    ctx.confirmed()?;
    let agreed_fees = form.agreed_fees()?;
    let subject = Subject::of_customer(&mut tx, customer).await?;
    let request = Request { subject, asked_by: AskedBy::Staff, customer: Some(customer), agreed_fees };
    erasure::erase(&mut tx, &ctx, request).await?;
    tx.commit().await?;
    Ok(Next::said(format!("/admin/customers/{customer}"), t!("privacy-erased-the-certificate-is-below")))
}
