//! Cancelling a booking, and the fee.
//!
//! - By how far the provider is: free until one is assigned; then the dispatch fee; after arrival the dry-run fee.
//! - Or, if its kind of business cancels by time: by the hours that are left, by the rules that the service had when it was booked.
//! - Free if the provider is later than promised, and while somebody has to say yes.

use chrono::{DateTime, Utc};
use engine::{
    Amount, CancellationStage, Id, Line, Quote,
    field::isolated,
    quote::{self, RefundTiers},
};

use super::{charging, let_go::let_go};
use crate::{
    bookings::{
        Author, Booking, EventKind, Party, Phase,
        messages::{self, Kind},
        quotes::{self, QuoteKind, StoredQuote},
        store,
    },
    catalog::cancellation_in_words,
    db::Tx,
    dispatch::{self, JobProgress, JobState},
    error::{AppError, OrInternal},
    tenants::Tenant,
    verticals::Vertical,
};

/// The fee for cancelling a booking now, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    decided_by: Decider,
    /// The fee as a price; without lines if it is free.
    pub quote: Quote,
}

/// What decides a fee.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Decider {
    Stage(CancellationStage),
    /// The time that is left, by these rules.
    Time(RefundTiers),
}

impl Terms {
    /// Free of charge, by decision of the business.
    pub fn waived() -> Self {
        let quote = Quote::fixed(Vec::new()).expect("nothing is within every limit");
        Self { decided_by: Decider::Stage(CancellationStage::BeforeAssignment), quote }
    }

    pub fn fee(&self) -> Amount {
        self.quote.total()
    }

    /// The reason for the fee, for the customer.
    pub fn reason(&self, tenant: &Tenant, booking: &Booking) -> String {
        match &self.decided_by {
            Decider::Stage(stage) => booking.vertical.words().fees.reason(*stage).say().to_owned(),
            Decider::Time(tiers) => {
                let begins = t!("fulfilment-it-begins", time = tenant.date_time(begins_at(booking)));
                let rules = cancellation_in_words(tiers, tenant.locale).join(" ");
                format!("{begins} {rules}")
            }
        }
    }
}

/// The terms of cancelling now.
pub async fn terms(tx: &mut Tx, tenant: &Tenant, booking: &Booking) -> Result<Terms, AppError> {
    let jobs = dispatch::jobs_of(tx, booking.id).await?;
    let approved = quotes::approved_totals(tx, booking.id).await?;
    let stage = stage(furthest(&jobs), tx.now);
    let kept_waiting = stage == CancellationStage::ProviderLate || booking.phase == Phase::Pending;
    let Some(tiers) = booking.refund_tiers.clone().filter(|_| !kept_waiting) else {
        let quote = fee(tenant, booking.vertical, stage, approved.total);
        return Ok(Terms { decided_by: Decider::Stage(stage), quote });
    };
    let label = booking.vertical.words().fees.line_assigned.say();
    let quote = tiers.fee(minutes_left(booking, tx.now), approved.total, label);
    Ok(Terms { decided_by: Decider::Time(tiers), quote })
}

/// The fee if the customer isn't there, or somebody came in vain.
pub(super) fn fee_in_vain(tenant: &Tenant, booking: &Booking, approved_total: Amount) -> Quote {
    match &booking.refund_tiers {
        Some(tiers) => tiers.fee(-1, approved_total, booking.vertical.words().fees.line_arrived.say()),
        None => fee(tenant, booking.vertical, CancellationStage::Arrived, approved_total),
    }
}

/// One that was booked for as soon as possible has begun.
fn begins_at(booking: &Booking) -> DateTime<Utc> {
    booking.scheduled_at.unwrap_or(booking.created_at)
}

/// Whole minutes until it begins: real ones, whatever the clocks do. Negative once it has begun.
fn minutes_left(booking: &Booking, now: DateTime<Utc>) -> i64 {
    (begins_at(booking) - now).num_seconds().div_euclid(60)
}

/// The fee at a stage as a price; without lines if it is free.
fn fee(tenant: &Tenant, kind: Vertical, stage: CancellationStage, approved_total: Amount) -> Quote {
    quote::cancellation(kind.cancellation_fees(tenant).due(stage, approved_total), kind.words().fees.line(stage).say())
}

/// The job that decides the fee: the furthest of those that a provider has or has done.
pub(super) fn furthest(jobs: &[JobProgress]) -> Option<&JobProgress> {
    let counts = |job: &&JobProgress| job.state.is_active() || job.state == JobState::Done;
    jobs.iter().filter(counts).max_by_key(|job| job.state)
}

/// The stage of the job that decides the fee.
pub(super) fn stage(progress: Option<&JobProgress>, now: DateTime<Utc>) -> CancellationStage {
    let Some(progress) = progress else { return CancellationStage::BeforeAssignment };
    let stage = match progress.state {
        JobState::Assigned | JobState::EnRoute => CancellationStage::Assigned,
        JobState::Arrived | JobState::InProgress | JobState::Done => CancellationStage::Arrived,
        _ => return CancellationStage::BeforeAssignment,
    };
    let there = progress.arrived_at.unwrap_or(now);
    let is_late = progress.promised_at.is_some_and(|promised| there > promised);
    if is_late { CancellationStage::ProviderLate } else { stage }
}

/// Cancels the booking. The caller has locked the booking.
///
/// - On its terms, if the customer, or staff for them, cancels.
/// - Free of charge if anybody else cancels.
pub async fn cancel(
    tx: &mut Tx,
    tenant: &Tenant,
    booking: &Booking,
    by: Author,
    reason: Option<String>,
) -> Result<(), AppError> {
    let terms = match by.party {
        Party::Customer | Party::Staff => terms(tx, tenant, booking).await?,
        Party::Provider | Party::System => Terms::waived(),
    };
    cancel_on(tx, tenant, booking, &terms, by, reason).await
}

/// Cancels the booking on these terms: ends the search or the assignment, voids the price, charges the fee, and pays the provider their share of
/// it. What was paid above the fee is to be given back.
pub async fn cancel_on(
    tx: &mut Tx,
    tenant: &Tenant,
    booking: &Booking,
    terms: &Terms,
    by: Author,
    reason: Option<String>,
) -> Result<(), AppError> {
    let jobs = dispatch::jobs_of(tx, booking.id).await?;
    let reason_for_provider = match by.party {
        Party::Customer => t!("fulfilment-the-customer-cancelled").to_owned(),
        _ => reason.clone().unwrap_or_else(|| t!("fulfilment-the-booking-was-cancelled").to_owned()),
    };
    let transition = booking.cancel(by, reason, terms.fee(), tx.now)?;
    let cancelled = store::apply(tx, booking, transition).await?;
    messages::tell(tx, booking.id, Kind::Cancelled).await?;
    store::resolve_alerts(tx, booking.id, t!("fulfilment-cancelled")).await?;
    let_go(tx, tenant, &cancelled, EventKind::Cancelled, &reason_for_provider).await?;
    let deed = charge(tx, booking, &terms.quote).await?;
    let for_drive = charging::credit_fee(tx, booking, deed, &terms.quote).await?;
    match furthest(&jobs).filter(|_| terms.fee().is_positive()) {
        Some(job) => charging::credit_drive(tx, booking.id, job.job_id, &job.crew_ids(), deed, for_drive).await,
        None => Ok(()),
    }
}

/// Charges the fee, which replaces the price: the lines that were charged before are taken back. Returns its version; `None` if nothing was and is due.
/// The caller has let go of what the booking held, so that no other price counts.
pub(super) async fn charge(tx: &mut Tx, booking: &Booking, fee: &Quote) -> Result<Option<Id<StoredQuote>>, AppError> {
    let charged = quotes::approved(&quotes::list(tx, booking.id).await?)?;
    let lines: Vec<Line> = charged.lines().iter().map(taken_back).chain(fee.lines().iter().cloned()).collect();
    if lines.is_empty() {
        return Ok(None);
    }
    let price = Quote::fixed(lines).and_then(|price| price.with_included_tax(-charged.included_tax())).or_internal()?;
    let price = price.with_kept_fee(-charged.kept_fee()).or_internal()?;
    let approver = t!("fulfilment-by-the-bookings-terms", name = isolated(&booking.contact.name));
    let quote = quotes::insert_approved(tx, booking.id, QuoteKind::Cancellation, &price, &approver).await?;
    charging::charge_due(tx, booking, None).await?;
    Ok(Some(quote))
}

fn taken_back(line: &Line) -> Line {
    let label = t!("fulfilment-cancelled-line", line = line.label);
    Line { label, unit_price: -line.unit_price, amount: -line.amount, ..line.clone() }
}
