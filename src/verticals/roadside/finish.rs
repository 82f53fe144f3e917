//! The end of a job: the price for the miles actually driven.

use engine::{Amount, Id, Line, LineKind, Miles10, MilesError, Quantity, Quote};
use leptos::{prelude::*, server_fn::ServerFn};
use serde::{Deserialize, Serialize};

use super::{
    Settlement,
    islands::{MilesDriven, SENTENCES},
    store,
};
use crate::{
    bookings::{
        self, Author, Booking, EventKind,
        quotes::{self, QuoteKind},
        store::NewEvent,
    },
    db::Tx,
    dispatch::{self, Job, JobState},
    error::{AppError, Next, OrInternal, OrInvalid, Sentence},
    fulfilment::{self, actions::finished},
    providers::{self, Provider},
    server::context,
    tenants::Tenant,
    ui::{FieldState, TextField},
    verticals::{FinishSheet, Vertical},
    words::Carried,
};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FinishForm {
    pub job: Id<Job>,
    /// Miles actually driven, if they are charged.
    #[serde(default)]
    pub miles: String,
}

/// Reports that a job is done, and how many miles it took.
#[server(endpoint = "roadside_finish_job")]
pub async fn finish_job(#[server(flatten)] form: FinishForm) -> Result<Next, AppError> {
    let ctx = context()?;
    let miles = match form.miles.trim() {
        "" => None,
        text => Some(text.parse::<Miles10>().or_invalid("miles")?),
    };
    let mut tx = ctx.begin().await?;
    let provider = providers::of_user(&mut tx, &ctx).await?;
    let earned = finish(&mut tx, &ctx.tenant, provider.id, form.job, miles).await?;
    tx.commit().await?;
    Ok(finished(&ctx.tenant, form.job, earned))
}

impl Sentence for MilesError {
    fn sentence(&self) -> String {
        match self {
            Self::Missing => t!("roadside-enter-the-miles-driven"),
            Self::Malformed => t!("roadside-enter-miles-like"),
            Self::OutOfRange => t!("roadside-enter-miles-from-to"),
        }
        .to_owned()
    }
}

/// Completes a job.
///
/// - Settles the price with the miles actually driven, if they are charged; never above what the customer approved.
/// - A second tap changes nothing.
///
/// Returns what the provider earns: nothing after a second tap.
pub async fn finish(
    tx: &mut Tx,
    tenant: &Tenant,
    provider: Id<Provider>,
    job: Id<Job>,
    miles: Option<Miles10>,
) -> Result<Amount, AppError> {
    let ending = dispatch::about_to(tx, provider, job, JobState::Done).await?;
    let bookings = ending.into_iter().flat_map(|(_, bookings)| bookings);
    for booking in bookings.filter(|booking| booking.vertical == Vertical::Roadside) {
        let approved = quotes::approved(&quotes::list(tx, booking.id).await?)?;
        match miles {
            Some(miles) => {
                settle(tx, tenant, &booking, &approved, miles).await?;
                store::record_miles(tx, booking.id, miles).await?;
            }
            None if needs_report(&approved) => {
                return Err(AppError::invalid("miles", t!("roadside-enter-the-miles-driven")));
            }
            None => {}
        }
    }
    fulfilment::finish(tx, tenant, provider, job, Some(FinishJob::PATH)).await
}

/// Settles the price with the miles actually driven.
async fn settle(
    tx: &mut Tx,
    tenant: &Tenant,
    booking: &Booking,
    approved: &Quote,
    miles: Miles10,
) -> Result<(), AppError> {
    let Some(settlement) = Settlement::of(tenant, approved) else { return Ok(()) };
    let settled = settlement.for_miles(miles).or_internal()?;
    let adjustment = difference(approved, &settled, miles)?;
    if adjustment.lines().is_empty() {
        return Ok(());
    }
    // The customer never saw this amount, but approved the ceiling above it.
    quotes::insert_approved(tx, booking.id, QuoteKind::Adjustment, &adjustment, "system").await?;
    let note = t!("roadside-for-miles-driven", total = tenant.money(settled.total()), miles = miles);
    let event = NewEvent {
        booking_id: booking.id,
        phase: booking.phase,
        kind: EventKind::PriceSettled,
        by: &Author::system(),
        note: Some(&note),
    };
    bookings::store::record(tx, &event).await
}

/// The difference between the settled and the approved price.
pub(super) fn difference(approved: &Quote, settled: &Quote, miles: Miles10) -> Result<Quote, AppError> {
    let labels = [
        (LineKind::Mileage, t!("roadside-mileage-miles-driven", miles = miles)),
        (LineKind::Tax, t!("roadside-tax-on-the-difference").to_owned()),
        (LineKind::Adjustment, t!("roadside-limited-to-the-approved-price").to_owned()),
    ];
    let lines = labels.into_iter().filter_map(|(kind, label)| {
        let more = settled.amount_of(kind) - approved.amount_of(kind);
        (!more.is_zero()).then(|| Line::single(kind, label, more))
    });
    let quote = Quote::fixed(lines.collect()).or_internal()?;
    let most = quote.total().max(-quote.total());
    let tax = (settled.included_tax() - approved.included_tax()).clamp(-most, most);
    Ok(quote.with_included_tax(tax).or_internal()?.with_tax(settled.tax()))
}

/// Whether miles are charged.
pub(super) fn needs_report(approved: &Quote) -> bool {
    mileage(approved).is_some()
}

fn mileage(approved: &Quote) -> Option<&Line> {
    approved.lines().iter().find(|line| line.kind == LineKind::Mileage)
}

/// The miles field with the resulting price.
pub(super) fn fields(sheet: &FinishSheet<'_>) -> AnyView {
    let FinishSheet { tenant, approved, form, hides_price, ref total_label } = *sheet;
    let Some(settlement) = Settlement::of(tenant, approved) else { return ().into_any() };
    let quoted = mileage(approved).map_or(Quantity(0), |line| line.quantity);
    let miles = if form.was_submitted() { form.field("miles") } else { FieldState::of(tenant.locale.quantity(quoted)) };
    if hides_price {
        let payer = sheet.payer();
        return view! {
            <TextField label=t!("roadside-miles-driven-with-the-vehicle") name="miles" state=miles inputmode="decimal" maxlength=7 />
            {payer}
        }
        .into_any();
    }
    let hint = t!("roadside-the-customer-approved-up-to-they", ceiling = tenant.money(approved.ceiling()));
    let (currency, locale, total_label) = (tenant.currency, tenant.locale, total_label.clone());
    view! {
        <MilesDriven settlement currency locale miles hint total_label sentences=Carried::beginning(SENTENCES) />
        <noscript>
            <p class="small muted">{t!("roadside-javascript-is-off-so-this-price")}</p>
        </noscript>
    }
    .into_any()
}
