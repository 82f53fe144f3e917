//! The end of the work: the final price and the provider's earning.

use std::collections::HashMap;

use engine::{Amount, Id, Quote, field::isolated};

use super::{
    cancellation::{self, Terms},
    charging,
    let_go::let_go,
    step,
};
use crate::{
    bookings::{
        self, Booking, EventKind, Phase,
        messages::{self, Kind},
        quotes::{self, StoredQuote},
    },
    calendar,
    db::Tx,
    dispatch::{self, Ended, Job, JobState, Outcome, store::jobs},
    error::AppError,
    payouts,
    providers::Provider,
    tenants::Tenant,
    verticals::FinishPart,
};

/// Completes a job. Its bookings that have no other open job are completed:
///
/// - Charges the customer what was approved and not charged before, and credits those who did the work with their shares of all that was charged.
/// - `Conflict` if a kind of business needs something to be told first, or asks for a report that `report` isn't the server function of. A kind that
///   settles the price by its report does so before ([`dispatch::about_to`]).
/// - A second tap changes nothing.
///
/// Returns what the provider earns: nothing after a second tap.
pub async fn finish(
    tx: &mut Tx,
    tenant: &Tenant,
    provider: Id<Provider>,
    job: Id<Job>,
    report: Option<&str>,
) -> Result<Amount, AppError> {
    let Some(about) = step::ensure_may(tx, tenant, provider, job, JobState::Done).await? else {
        return Ok(Amount::ZERO);
    };
    let asked = bill(tx, tenant, &about).await?.and_then(|bill| bill.report);
    if asked.is_some_and(|part| Some(part.action) != report) {
        return Err(AppError::conflict(t!("fulfilment-this-job-needs-a-report-reload")));
    }
    let Some(ended) = dispatch::end(tx, provider, job).await? else { return Ok(Amount::ZERO) };
    let mut earned = Amount::ZERO;
    for booking in &ended.bookings {
        if booking.phase == Phase::Completed {
            let parts = complete(tx, tenant, booking, Some(provider)).await?;
            earned += parts.get(&provider).copied().unwrap_or(Amount::ZERO);
        }
    }
    Ok(earned)
}

/// What the form that ends a job of one booking shows.
pub struct Bill {
    pub approved: Quote,
    /// What the booking's kind of business asks.
    pub report: Option<FinishPart>,
}

/// The bill of a job; none if it has several bookings, or nobody is booked on it.
pub async fn bill(tx: &mut Tx, tenant: &Tenant, job: &Job) -> Result<Option<Bill>, AppError> {
    let [only] = jobs::bookings_of(tx, job.id).await?[..] else { return Ok(None) };
    let booking = bookings::store::find(tx, only).await?.ok_or(AppError::NotFound)?;
    let approved = quotes::approved(&quotes::list(tx, only).await?)?;
    let report = booking.vertical.finish(tx, tenant, job, &booking, &approved).await?;
    Ok(Some(Bill { approved, report }))
}

/// A booking was completed: it holds nothing any more, its kind of business hears it, the customer is told, the price is charged, and who did the work or
/// shares in it otherwise is credited. Returns what each of them earns.
pub(super) async fn complete(
    tx: &mut Tx,
    tenant: &Tenant,
    done: &Booking,
    by: Option<Id<Provider>>,
) -> Result<HashMap<Id<Provider>, Amount>, AppError> {
    let now = tx.now;
    calendar::complete_all_of(tx, done.id, now).await?;
    done.vertical.followed(tx, tenant, done, EventKind::Completed).await?;
    messages::tell(tx, done.id, Kind::Done).await?;
    charging::charge_and_credit(tx, done, by).await
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
    for booking in &ended.bookings {
        if booking.phase.is_terminal() {
            failed.push(close(tx, tenant, booking, outcome, reason).await?);
        }
    }
    let crew: Vec<_> = ended.crew.iter().map(|member| member.id).collect();
    let due = failed.iter().map(|one| one.fee).max().unwrap_or(Amount::ZERO);
    let credited = payouts::credited_for_drive(tx, ended.job).await?;
    let drive = (due - credited).max(Amount::ZERO);
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
