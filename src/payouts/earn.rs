use engine::{Amount, BasisPoints, Commission, Id};
use sqlx::PgConnection;

use super::{
    EarningKind, Share,
    store::{self, NewEarning},
};
use crate::{
    bookings::{Booking, quotes::StoredQuote},
    db::publish,
    dispatch::{Job, store::assignments},
    error::AppError,
    payments::{
        Payment,
        ledger::{self, Account, Move, PostingKind},
    },
    providers::Provider,
};

/// Work of a provider for a booking, or a drive without work, or what they let for it.
#[derive(Debug, Clone, Copy)]
pub struct Work<'a> {
    pub kind: EarningKind,
    pub booking: Id<Booking>,
    /// None if they earn without a job.
    pub job: Option<Id<Job>>,
    pub provider: &'a Provider,
    /// The version of the price that was charged for it.
    pub deed: Option<Id<StoredQuote>>,
}

/// Credits a provider's share of their part of a price.
///
/// Uses the commission agreed when they got the job, whatever theirs is now; without a job theirs is used. Earning again for the same job and version changes nothing. Returns
/// what was added.
pub async fn earn(db: &mut PgConnection, work: Work<'_>, part: Amount) -> Result<Amount, AppError> {
    let Work { kind, booking, job, provider, deed } = work;
    let assignment = match job {
        Some(job) => assignments::latest(db, job, provider.id).await?,
        None => None,
    };
    let commission = assignment.map_or(provider.commission, |given| given.commission.or(provider.commission));
    let share = match commission {
        Commission::Percentage(_) => Share::of_base(part, commission),
        // The flat fee is for the job, or the booking without one, however many prices and bookings pay for it.
        Commission::FlatPerJob(_) => {
            let before = store::earned_so_far(db, booking, job, provider.id).await?;
            let whole = Share::of_base(before.base + part, commission);
            Share { base: part, amount: (whole.amount - before.amount).max(Amount::ZERO) }
        }
    };
    let earning = NewEarning {
        booking,
        provider: provider.id,
        job,
        payment: None,
        deed,
        kind,
        base: share.base,
        commission,
        amount: share.amount,
    };
    let Some(earning) = store::insert_earning(db, &earning).await? else {
        return Ok(Amount::ZERO);
    };
    if share.amount.is_positive() {
        let earned = Move { from: Account::Revenue, to: Account::Provider(provider.id), amount: share.amount };
        ledger::post(db, &format!("earning:{earning}"), PostingKind::Earning, &[earned]).await?;
    }
    publish(db, &format!("provider:{}", provider.id)).await?;
    Ok(share.amount)
}

/// Debits a provider with the cash they keep from a confirmed payment; the next payout is that much less.
///
/// The payment itself writes the ledger row (`provider ─> customer`). Once per payment.
pub async fn keep_cash(db: &mut PgConnection, payment: &Payment, provider: Id<Provider>) -> Result<(), AppError> {
    let kept = NewEarning {
        booking: payment.booking_id,
        provider,
        job: None,
        payment: Some(payment.id),
        deed: None,
        kind: EarningKind::CashKept,
        base: payment.amount,
        commission: Commission::Percentage(BasisPoints::ONE_HUNDRED_PERCENT),
        amount: -payment.amount,
    };
    store::insert_earning(db, &kept).await?;
    publish(db, &format!("provider:{provider}")).await
}
