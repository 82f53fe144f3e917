use chrono::TimeDelta;
use engine::{Amount, Id, Item, LineKind, Money, field};
use leptos::server;
use serde::{Deserialize, Serialize};

use super::bookings::manager;
use crate::{
    bookings::{
        self, Author, Booking, proposals,
        quotes::{self, Proposal, QuoteKind, StoredQuote},
    },
    catalog,
    error::{AppError, FieldErrors, Next, OrInternal},
    fulfilment,
    server::fields,
    tenants::Tenant,
};

/// The most of one proposal, in minor units; more is a typing error.
const MOST: Amount = Amount(10_000_000);

/// The times to answer, in hours, that staff choose from.
pub const ANSWER_HOURS: [i32; 5] = [1, 4, 24, 72, 168];

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProposeForm {
    pub booking: Id<Booking>,
    /// Chosen when the form was first shown: sent twice, it proposes once.
    pub attempt: Id<StoredQuote>,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub amount: String,
    /// One of [`ANSWER_HOURS`]; for a booking that an account pays for, nobody is asked.
    #[serde(default, deserialize_with = "fields::chosen")]
    pub answer_hours: Option<i32>,
    /// Who agreed for the account that pays.
    #[serde(default)]
    pub agreed_by: String,
}

/// Proposes a price for more work. The customer is asked, and pays nothing until they approve; for an account that pays, somebody has agreed already.
#[server(endpoint = "propose_price")]
pub async fn propose_price(#[server(flatten)] form: ProposeForm) -> Result<Next, AppError> {
    let (ctx, user) = manager()?;
    let mut tx = ctx.begin().await?;
    let booking = bookings::store::lock(&mut tx, form.booking).await?;
    let page = format!("/admin/bookings/{}", booking.reference);
    match quotes::booking_of(&mut tx, form.attempt).await? {
        Some(proposed) if proposed == booking.id => return Ok(Next::to(page)), // a second tap
        Some(_) => return Err(AppError::Malformed),
        None => {}
    }
    if !proposals::may_propose(&booking) {
        return Err(booking.moved_on()); // before the fields: its page no longer has this form
    }
    let mut errors = FieldErrors::default();
    let description = errors.take("description", field::required(&form.description, 120));
    let amount = read_amount(&ctx.tenant, &form.amount, &mut errors);
    let answer = if booking.billing.is_some() {
        errors.take("agreed_by", field::required(&form.agreed_by, 100)).map(Answer::Given)
    } else {
        let hours = form.answer_hours.filter(|hours| ANSWER_HOURS.contains(hours));
        errors.take("answer_hours", hours.ok_or(t!("admin-choose-how-long-they-have"))).map(Answer::Within)
    };
    let (Some(description), Some(amount), Some(answer)) = (description, amount, answer) else {
        return Err(errors.into_error());
    };
    let item = Item::job(LineKind::Extension, description.as_str(), amount);
    let service = catalog::store::find(&mut tx, booking.service_id).await?.ok_or(AppError::NotFound)?.service;
    let quote = service.vertical.price(&ctx.tenant, &service, &[item]).or_internal()?;
    let expires_at = match answer {
        Answer::Within(hours) => Some(tx.now + TimeDelta::hours(hours.into())),
        Answer::Given(_) => None,
    };
    let proposal = Proposal {
        id: form.attempt,
        kind: QuoteKind::Extension,
        quote: &quote,
        description: &description,
        offered_by: &user.name,
        expires_at,
    };
    let said = match &answer {
        Answer::Within(_) => {
            fulfilment::propose(&mut tx, &booking, &proposal).await?;
            t!("admin-proposed-the-customer-is-asked")
        }
        Answer::Given(by) => {
            fulfilment::agree(&mut tx, &ctx.tenant, &booking, &proposal, by).await?;
            t!("admin-added-to-the-price")
        }
    };
    tx.commit().await?;
    Ok(Next::said(page, said))
}

/// How a proposed price is agreed.
enum Answer {
    /// The customer is asked, for so many hours.
    Within(i32),
    /// Somebody agreed already.
    Given(String),
}

fn read_amount(tenant: &Tenant, text: &str, errors: &mut FieldErrors) -> Option<Amount> {
    let amount = errors.take("amount", Money::parse(text, tenant.currency))?.amount;
    if !amount.is_positive() {
        errors.add("amount", t!("admin-enter-more-than-zero"));
        return None;
    }
    if amount > MOST {
        errors.add("amount", t!("admin-enter-at-most", money = tenant.money(MOST)));
        return None;
    }
    Some(amount)
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WithdrawQuoteForm {
    pub booking: Id<Booking>,
    pub quote: Id<StoredQuote>,
}

/// Staff take back a price that the customer hasn't answered.
#[server(endpoint = "withdraw_quote")]
pub async fn withdraw_quote(#[server(flatten)] form: WithdrawQuoteForm) -> Result<Next, AppError> {
    let (ctx, user) = manager()?;
    let mut tx = ctx.begin().await?;
    let booking = bookings::store::lock(&mut tx, form.booking).await?;
    fulfilment::approval::withdraw(&mut tx, &ctx.tenant, &booking, form.quote, &Author::staff(&user.name)).await?;
    tx.commit().await?;
    Ok(Next::said(format!("/admin/bookings/{}", booking.reference), t!("admin-the-price-is-withdrawn")))
}
