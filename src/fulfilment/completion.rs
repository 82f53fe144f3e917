//! The end of the work: the final price and the provider's earning.

use engine::{Amount, Id, field::isolated};

use super::{
    cancellation::{self, Terms},
    charging,
    let_go::let_go,
    step,
};
use crate::{
    bookings::{
        Booking, EventKind, Phase,
        messages::{self, Kind},
        quotes::{self, StoredQuote},
    },
    db::Tx,
    dispatch::{self, Ended, Job, JobState, Outcome},
    error::AppError,
    payouts,
    providers::Provider,
    tenants::Tenant,
};

/// Completes a job. Its bookings that have no other open job are completed:
///
/// - Charges the customer what was approved and not charged before, and credits those who did the work with their shares of all that was charged.
/// - A kind of business that settles the price by a report does so before ([`dispatch::about_to`]).
/// - `Conflict` if a kind of business needs something to be told first.
/// - A second tap changes nothing.
///
/// Returns what the provider earns: nothing after a second tap.
pub async fn finish(tx: &mut Tx, tenant: &Tenant, provider: Id<Provider>, job: Id<Job>) -> Result<Amount, AppError> {
    step::ensure_may(tx, tenant, provider, job, JobState::Done).await?;
    let Some(ended) = dispatch::end(tx, provider, job).await? else { return Ok(Amount::ZERO) };
    let mut earned = Amount::ZERO;
    for (booking, phase) in &ended.bookings {
        if *phase == Phase::Completed {
            earned += complete(tx, booking, provider).await?;
        }
    }
    Ok(earned)
}

/// `Conflict` if the booking's kind of business asks for a report when a job of it is done.
pub async fn ensure_needs_no_report(tx: &mut Tx, booking: &Booking) -> Result<(), AppError> {
    let approved = quotes::approved(&quotes::list(tx, booking.id).await?)?;
    if booking.vertical.finish().is_some_and(|part| (part.needs_report)(&approved)) {
        return Err(AppError::conflict(t!("fulfilment-this-job-needs-a-report-reload")));
    }
    Ok(())
}

async fn complete(tx: &mut Tx, booking: &Booking, provider: Id<Provider>) -> Result<Amount, AppError> {
    messages::tell(tx, booking.id, Kind::Done).await?;
    let earned = charging::charge_and_credit(tx, booking, Some(provider)).await?;
    Ok(earned.get(&provider).copied().unwrap_or(Amount::ZERO))
}

/// Ends a job that couldn't be done although the provider was there.
///
/// - If the customer wasn't there, the dry-run fee is due; otherwise nothing is due.
/// - Those who came get a share of that fee either way, for the drive: of one fee, the largest, however many bookings the drive was for.
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
    match dispatch::end_without_success(tx, provider, job, outcome, &reason).await? {
        Some(ended) => fail(tx, tenant, &ended, outcome, &reason).await,
        None => Ok(()),
    }
}

/// One of several people on a job wasn't there: their dry-run fee is due, and the job goes on for the others. A second tap changes nothing.
pub async fn missed(
    tx: &mut Tx,
    tenant: &Tenant,
    provider: Id<Provider>,
    job: Id<Job>,
    booking: Id<Booking>,
) -> Result<(), AppError> {
    let outcome = Outcome::GoneOnArrival;
    match dispatch::missed(tx, provider, job, booking, outcome.label()).await? {
        Some(ended) => fail(tx, tenant, &ended, outcome, outcome.label()).await,
        None => Ok(()),
    }
}

/// A booking that ended without its work: the fee for the drive, and the version of the price that charges it.
struct Failed {
    booking: Id<Booking>,
    fee: Amount,
    deed: Option<Id<StoredQuote>>,
}

/// Closes the bookings that ended without their work, and credits those who came with the drive.
async fn fail(tx: &mut Tx, tenant: &Tenant, ended: &Ended, outcome: Outcome, reason: &str) -> Result<(), AppError> {
    let mut failed = Vec::new();
    for (booking, phase) in &ended.bookings {
        if phase.is_terminal() {
            failed.push(close(tx, tenant, booking, outcome, reason).await?);
        }
    }
    let crew: Vec<_> = ended.crew.iter().map(|member| member.id).collect();
    let drive = failed.iter().map(|one| one.fee).max().unwrap_or(Amount::ZERO);
    for (one, part) in failed.iter().zip(payouts::split(drive, failed.len())) {
        charging::credit_drive(tx, one.booking, ended.job, &crew, one.deed, part).await?;
    }
    Ok(())
}

async fn close(
    tx: &mut Tx,
    tenant: &Tenant,
    booking: &Booking,
    outcome: Outcome,
    reason: &str,
) -> Result<Failed, AppError> {
    let approved = quotes::approved_totals(tx, booking.id).await?;
    let fee = cancellation::fee_in_vain(tenant, booking, approved.total);
    let what = match outcome {
        Outcome::GoneOnArrival => EventKind::NoShow,
        Outcome::CouldNotBeDone => EventKind::Cancelled,
    };
    let_go(tx, tenant, booking, what, reason).await?;
    let deed = match outcome {
        Outcome::GoneOnArrival => {
            messages::tell(tx, booking.id, Kind::Missed).await?;
            cancellation::charge(tx, booking, &fee).await?
        }
        Outcome::CouldNotBeDone => {
            messages::tell(tx, booking.id, Kind::Cancelled).await?;
            cancellation::charge(tx, booking, &Terms::waived().quote).await?
        }
    };
    let fee = match outcome {
        Outcome::GoneOnArrival => charging::credit_fee(tx, booking, deed, &fee).await?,
        Outcome::CouldNotBeDone => fee.shared(),
    };
    Ok(Failed { booking: booking.id, fee, deed })
}
