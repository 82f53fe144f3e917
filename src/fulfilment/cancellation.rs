//! Calling a booking off, and what that costs: free until a provider is assigned, then the dispatch fee, after arrival the dry-run fee; free when the
//! provider is later than promised.

use chrono::{DateTime, Utc};
use engine::{Amount, CancellationStage, Id, Quote, field::isolated, quote};

use crate::{
    bookings::{
        Author, Booking, Party,
        messages::{self, Kind},
        quotes::{self, QuoteKind, QuoteState},
        store,
    },
    db::Tx,
    dispatch::{self, JobProgress, JobState},
    error::AppError,
    payments,
    payouts::{self, EarningKind},
    providers,
    tenants::Tenant,
};

/// What calling a booking off costs now, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// What the fee goes by.
    pub stage: CancellationStage,
    /// The fee as a price; without lines where it is free.
    pub quote: Quote,
}

impl Terms {
    /// Free of charge, by decision of the business.
    pub fn waived() -> Self {
        let quote = Quote::fixed(Vec::new()).expect("nothing is within every limit");
        Self { stage: CancellationStage::BeforeAssignment, quote }
    }

    /// What is owed for it.
    pub fn fee(&self) -> Amount {
        self.quote.total()
    }

    /// Why the fee is what it is, to the customer.
    pub const fn reason(&self) -> &'static str {
        match self.stage {
            CancellationStage::BeforeAssignment => "Nobody is on the way yet, so cancelling is free.",
            CancellationStage::Assigned => {
                "A provider has set aside other work to come to you, so there is a dispatch fee."
            }
            CancellationStage::Arrived => "The provider is already with you, so there is a fee for the drive.",
            CancellationStage::ProviderLate => "The provider is later than we promised, so cancelling is free.",
        }
    }
}

/// What calling the booking off would cost at this moment.
pub async fn terms(tx: &mut Tx, tenant: &Tenant, booking: &Booking) -> Result<Terms, AppError> {
    terms_of(tx, tenant, booking.id).await
}

/// The same, for a booking of which no more than the id is known.
pub async fn terms_of(tx: &mut Tx, tenant: &Tenant, booking: Id<Booking>) -> Result<Terms, AppError> {
    let progress = dispatch::progress_of(tx, booking).await?;
    let approved = quotes::approved_totals(tx, booking).await?;
    Ok(terms_for(tenant, stage(progress.as_ref(), tx.now), approved.total))
}

/// The terms of a stage.
pub(super) fn terms_for(tenant: &Tenant, stage: CancellationStage, approved_total: Amount) -> Terms {
    Terms { stage, quote: quote::cancellation(stage, tenant.settings.cancellation_fees(), approved_total) }
}

/// How far the provider is, for the fee.
pub(super) fn stage(progress: Option<&JobProgress>, now: DateTime<Utc>) -> CancellationStage {
    let Some(progress) = progress else { return CancellationStage::BeforeAssignment };
    let stage = match progress.state {
        JobState::Assigned | JobState::EnRoute => CancellationStage::Assigned,
        JobState::Arrived | JobState::InProgress => CancellationStage::Arrived,
        _ => return CancellationStage::BeforeAssignment,
    };
    let there = progress.arrived_at.unwrap_or(now);
    let is_late = progress.promised_at.is_some_and(|promised| there > promised);
    if is_late { CancellationStage::ProviderLate } else { stage }
}

/// Calls the booking off: on the terms of its stage when the customer or staff for them do it, free of charge else. The booking is locked by the caller.
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
    cancel_on(tx, booking, &terms, by, reason).await
}

/// Calls the booking off on these terms: nobody is asked or sent any more, the price no longer counts, the fee is owed, the provider shares in it.
pub async fn cancel_on(
    tx: &mut Tx,
    booking: &Booking,
    terms: &Terms,
    by: Author,
    reason: Option<String>,
) -> Result<(), AppError> {
    let progress = dispatch::progress_of(tx, booking.id).await?;
    let told = match by.party {
        Party::Customer => "The customer cancelled.".to_owned(),
        _ => reason.clone().unwrap_or_else(|| "The booking was cancelled.".to_owned()),
    };
    let transition = booking.cancel(by, reason, terms.fee(), tx.now)?;
    store::apply(tx, booking, transition).await?;
    messages::tell(tx, booking.id, Kind::Cancelled).await?;
    store::resolve_alerts(tx, booking.id, "Cancelled").await?;
    charge(tx, booking, &terms.quote).await?;
    dispatch::withdraw(tx, booking.id, &told).await?;
    let Some((job, provider)) = progress.and_then(|progress| Some((progress.job_id, progress.provider?.id))) else {
        return Ok(());
    };
    if terms.fee().is_positive()
        && let Some(provider) = providers::store::find(tx, provider).await?
    {
        payouts::earn(tx, EarningKind::Cancellation, booking.id, &provider, job, &terms.quote).await?;
    }
    Ok(())
}

/// The fee takes the place of all prices agreed before, and is owed.
pub(super) async fn charge(tx: &mut Tx, booking: &Booking, fee: &Quote) -> Result<(), AppError> {
    quotes::void_all(tx, booking.id).await?;
    if fee.lines().is_empty() {
        return Ok(());
    }
    let approver = format!("{} (by the terms of booking)", isolated(&booking.contact.name));
    quotes::insert(tx, booking.id, QuoteKind::Cancellation, QuoteState::Approved, fee, Some(&approver)).await?;
    payments::charge_fee(tx, booking.id, fee.total(), booking.payment_method).await
}
