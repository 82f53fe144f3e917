//! Charging the customer for what was approved and not charged yet, and crediting the providers once the work is done.

use std::collections::HashMap;

use engine::{Amount, Id, Quote};

use crate::{
    bookings::{
        Booking, Phase,
        quotes::{self, QuoteKind, QuoteState, StoredQuote},
    },
    db::Tx,
    dispatch::{Job, store::assignments},
    error::AppError,
    payments::{self, Charge, ledger::PostingKind},
    payouts::{self, EarningKind, Parts, Work},
    providers::{self, Provider},
};

/// Versions of the price that were charged together.
pub(super) struct Charged {
    /// The first of them.
    pub quote: Id<StoredQuote>,
    /// All their lines.
    pub price: Quote,
}

/// Charges what was approved and not charged yet, before the work is over. The caller has locked the booking.
///
/// - A kind of business calls it when its customers pay, at the start or once the car is ready: from `Kind::followed`, or its own server functions. The
///   moments differ too much for a list of them, and completing charges the rest anyway.
/// - Twice does nothing. Who takes the money if it is cash is `provider`.
/// - Nobody earns with it before the work is done.
pub async fn charge_due(tx: &mut Tx, booking: &Booking, provider: Option<Id<Provider>>) -> Result<(), AppError> {
    if booking.phase == Phase::Pending {
        return Err(AppError::internal(&"a price was charged that nobody has said yes to"));
    }
    charge(tx, booking, provider).await.map(drop)
}

/// Charges the approved versions that weren't charged yet, as one payment. `None` if there are none.
pub(super) async fn charge(
    tx: &mut Tx,
    booking: &Booking,
    provider: Option<Id<Provider>>,
) -> Result<Option<Charged>, AppError> {
    let mut due = quotes::list(tx, booking.id).await?;
    due.retain(|version| version.state == QuoteState::Approved && version.charged_at.is_none());
    let Some(first) = due.first() else { return Ok(None) };
    let price = quotes::approved(&due)?;
    let (quote, kind) = (first.id, posting_kind(first.kind, &price));
    let ids: Vec<_> = due.iter().map(|version| version.id).collect();
    quotes::mark_charged(tx, &ids).await?;
    let (amount, fee, method) = (price.total(), price.platform_fee(), booking.payment_method);
    // What an account pays, the provider doesn't collect.
    let provider = provider.filter(|_| booking.billing.is_none());
    payments::charge(tx, Charge { kind, booking: booking.id, quote, amount, fee, method, provider }).await?;
    Ok(Some(Charged { quote, price }))
}

/// All that was charged of a booking; `None` if nothing was.
pub(super) async fn charged(tx: &mut Tx, booking: Id<Booking>) -> Result<Option<Charged>, AppError> {
    let mut versions = quotes::list(tx, booking).await?;
    versions.retain(StoredQuote::is_charged);
    let Some(first) = versions.first() else { return Ok(None) };
    Ok(Some(Charged { quote: first.id, price: quotes::approved(&versions)? }))
}

fn posting_kind(kind: QuoteKind, price: &Quote) -> PostingKind {
    match kind {
        QuoteKind::Cancellation if price.total().is_positive() => PostingKind::CancellationFee,
        QuoteKind::Cancellation => PostingKind::Refund,
        _ => PostingKind::Charge,
    }
}

/// Credits those who earn with a booking without a job with their shares of the fee after it ended without its work. Returns the part of the fee that
/// is left for a drive.
pub(super) async fn credit_fee(
    tx: &mut Tx,
    booking: &Booking,
    deed: Option<Id<StoredQuote>>,
    fee: &Quote,
) -> Result<Amount, AppError> {
    let parts = booking.vertical.parts_of_fee(tx, booking, fee).await?;
    credit_without_job(tx, booking.id, EarningKind::Cancellation, deed, &parts).await?;
    Ok(parts.of_jobs)
}

async fn credit_without_job(
    tx: &mut Tx,
    booking: Id<Booking>,
    kind: EarningKind,
    deed: Option<Id<StoredQuote>>,
    parts: &Parts,
) -> Result<(), AppError> {
    for (provider, part) in parts.without_job.iter().filter(|(_, part)| part.is_positive()) {
        let provider = &providers::store::find(tx, *provider).await?.ok_or(AppError::NotFound)?;
        payouts::earn(tx, Work { kind, booking, job: None, provider, deed }, *part).await?;
    }
    Ok(())
}

/// Credits those who drove to a job that wasn't done with their shares of the fee for it; the lead, who comes first, has the rest cents.
pub(super) async fn credit_drive(
    tx: &mut Tx,
    booking: Id<Booking>,
    job: Id<Job>,
    crew: &[Id<Provider>],
    deed: Option<Id<StoredQuote>>,
    fee: Amount,
) -> Result<(), AppError> {
    for (provider, part) in crew.iter().zip(payouts::split(fee, crew.len())) {
        let provider = &providers::store::find(tx, *provider).await?.ok_or(AppError::NotFound)?;
        payouts::earn(tx, Work { kind: EarningKind::Cancellation, booking, job: Some(job), provider, deed }, part)
            .await?;
    }
    Ok(())
}

/// Charges the rest of what was approved when the work is done, and credits those who earn with all that was charged. Returns what each who did a job
/// earns.
pub(super) async fn charge_and_credit(
    tx: &mut Tx,
    booking: &Booking,
    provider: Option<Id<Provider>>,
) -> Result<HashMap<Id<Provider>, Amount>, AppError> {
    charge_due(tx, booking, provider).await?;
    match charged(tx, booking.id).await? {
        Some(charged) => credit(tx, booking, &charged).await,
        None => Ok(HashMap::new()),
    }
}

/// Credits those who did the booking's jobs, and those who earn without one, with their shares of what was charged. Returns what each who did a job
/// earns.
///
/// The part of the jobs is split evenly between them, and that of a job between its providers. The first has the rest cents.
pub(super) async fn credit(
    tx: &mut Tx,
    booking: &Booking,
    charged: &Charged,
) -> Result<HashMap<Id<Provider>, Amount>, AppError> {
    let deed = Some(charged.quote);
    let parts = booking.vertical.parts(tx, booking, &charged.price).await?;
    credit_without_job(tx, booking.id, EarningKind::Job, deed, &parts).await?;
    let done = assignments::done_of_booking(tx, booking.id).await?;
    let jobs: Vec<&[(Id<Job>, Id<Provider>)]> = done.chunk_by(|one, other| one.0 == other.0).collect();
    let mut earned = HashMap::new();
    for (work, part) in jobs.iter().zip(payouts::split(parts.of_jobs, jobs.len())) {
        for ((job, provider), part) in work.iter().zip(payouts::split(part, work.len())) {
            let found = providers::store::find(tx, *provider).await?.ok_or(AppError::NotFound)?;
            let work = Work { kind: EarningKind::Job, booking: booking.id, job: Some(*job), provider: &found, deed };
            *earned.entry(*provider).or_insert(Amount::ZERO) += payouts::earn(tx, work, part).await?;
        }
    }
    Ok(earned)
}
