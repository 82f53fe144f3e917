//! The end of the work: the final price and the provider's earning.

use engine::{Amount, CancellationStage, Id, Line, LineKind, Miles10, Quote, field::isolated};

use super::{cancellation, charging, let_go::let_go};
use crate::{
    bookings::{
        Author, Booking, EventKind, Phase, Settlement,
        messages::{self, Kind},
        quotes::{self, QuoteKind},
        store::{self, NewEvent},
    },
    db::Tx,
    dispatch::{self, Ended, Job, Outcome},
    error::{AppError, OrInternal},
    payouts::{self, EarningKind, Work},
    providers::Provider,
    tenants::Tenant,
    verticals::roadside,
};

/// Completes a job. Its bookings that have no other open job are completed:
///
/// - Settles the price with the miles actually driven, if they are charged; never above what the customer approved.
/// - Charges the customer that price, and credits the provider's share of it.
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
    let Some(ended) = dispatch::end(tx, provider, job).await? else { return Ok(Amount::ZERO) };
    let mut earned = Amount::ZERO;
    for (booking, phase) in &ended.bookings {
        if *phase == Phase::Completed {
            earned += complete(tx, tenant, booking, &ended, miles).await?;
        }
    }
    Ok(earned)
}

async fn complete(
    tx: &mut Tx,
    tenant: &Tenant,
    booking: &Booking,
    ended: &Ended,
    miles: Option<Miles10>,
) -> Result<Amount, AppError> {
    let provider = &ended.provider;
    messages::tell(tx, booking.id, Kind::Done).await?;
    settle(tx, tenant, booking, miles).await?;
    if let Some(miles) = miles {
        roadside::store::record_miles(tx, booking.id, miles).await?;
    }
    let Some(charged) = charging::charge(tx, booking, None, Some(provider.id)).await? else {
        return Ok(Amount::ZERO);
    };
    let earned = charging::credit(tx, booking.id, &charged).await?;
    Ok(earned.get(&provider.id).copied().unwrap_or(Amount::ZERO))
}

/// Ends a job that couldn't be done although the provider was there.
///
/// - If the customer wasn't there, the dry-run fee is due; otherwise nothing is due.
/// - The provider gets a share of that fee either way, for the drive.
/// - Staff are asked to call the customer.
/// - A booking with another job that is open or done stays in progress: staff decide about its price.
/// - A second tap changes nothing.
pub async fn give_up(
    tx: &mut Tx,
    tenant: &Tenant,
    provider: Id<Provider>,
    job: Id<Job>,
    outcome: Outcome,
    note: Option<&str>,
) -> Result<(), AppError> {
    let reason = match note {
        Some(note) => format!("{}: {}", outcome.label(), isolated(note)),
        None => outcome.label().to_owned(),
    };
    let Some(ended) = dispatch::end_without_success(tx, provider, job, outcome, &reason).await? else { return Ok(()) };
    for (booking, phase) in &ended.bookings {
        if phase.is_terminal() {
            fail(tx, tenant, booking, &ended, outcome, &reason).await?;
        }
    }
    Ok(())
}

async fn fail(
    tx: &mut Tx,
    tenant: &Tenant,
    booking: &Booking,
    ended: &Ended,
    outcome: Outcome,
    reason: &str,
) -> Result<(), AppError> {
    let provider = &ended.provider;
    let approved = quotes::approved_totals(tx, booking.id).await?;
    let fees = store::vertical_of(tx, booking.id).await?.cancellation_fees(tenant);
    let fee = cancellation::fee(fees, CancellationStage::Arrived, approved.total);
    let_go(tx, booking, reason).await?;
    let deed = match outcome {
        Outcome::GoneOnArrival => {
            messages::tell(tx, booking.id, Kind::Missed).await?;
            cancellation::charge(tx, booking, &fee).await?
        }
        Outcome::CouldNotBeDone => {
            messages::tell(tx, booking.id, Kind::Cancelled).await?;
            None
        }
    };
    let work = Work { kind: EarningKind::Cancellation, booking: booking.id, job: ended.job, provider, deed };
    payouts::earn(tx, work, fee.shared()).await?;
    Ok(())
}

/// Settles the price with the miles actually driven.
async fn settle(tx: &mut Tx, tenant: &Tenant, booking: &Booking, miles: Option<Miles10>) -> Result<(), AppError> {
    let versions = quotes::list(tx, booking.id).await?;
    let approved = quotes::approved(&versions)?;
    let (Some(miles), Some(settlement)) = (miles, Settlement::of(tenant, &approved)) else {
        return Ok(());
    };
    let settled = settlement.for_miles(miles).or_internal()?;
    let adjustment = difference(&approved, &settled, miles)?;
    if !adjustment.lines().is_empty() {
        // The customer never saw this amount, but approved the ceiling above it.
        quotes::insert_approved(tx, booking.id, QuoteKind::Adjustment, &adjustment, "system").await?;
        let note = format!("{} for {miles} miles driven.", tenant.money(settled.total()));
        let event = NewEvent {
            booking_id: booking.id,
            phase: Phase::Completed,
            kind: EventKind::PriceSettled,
            by: &Author::system(),
            note: Some(&note),
        };
        store::record(tx, &event).await?;
    }
    Ok(())
}

/// The difference between the settled and the approved price.
pub(crate) fn difference(approved: &Quote, settled: &Quote, miles: Miles10) -> Result<Quote, AppError> {
    let labels = [
        (LineKind::Mileage, format!("Mileage, {miles} miles driven")),
        (LineKind::Tax, "Tax on the difference".to_owned()),
        (LineKind::Adjustment, "Limited to the approved price".to_owned()),
    ];
    let lines = labels.into_iter().filter_map(|(kind, label)| {
        let more = settled.amount_of(kind) - approved.amount_of(kind);
        (!more.is_zero()).then(|| Line::single(kind, label, more))
    });
    let quote = Quote::fixed(lines.collect()).or_internal()?;
    let most = quote.total().max(-quote.total());
    let tax = (settled.included_tax() - approved.included_tax()).clamp(-most, most);
    quote.with_included_tax(tax).or_internal()
}
