use engine::{Amount, Id};
use sqlx::PgConnection;

use super::{Payout, store};
use crate::{
    db::publish,
    error::AppError,
    identity::User,
    payments::ledger::{self, Account, Move, PostingKind},
    providers::Provider,
};

/// Creates a payout of a provider's waiting earnings, less the cash they kept.
///
/// - An earning is in one payout only.
/// - A payout is never negative: a debt waits for the next earnings. A payout of zero settles earnings and cash that cancel out.
/// - At most [`store::MOST_ITEMS`] lines; the rest waits for the next payout.
pub async fn create(db: &mut PgConnection, provider: Id<Provider>, by: Id<User>) -> Result<Payout, AppError> {
    let earnings = store::lock_waiting(db, provider).await?;
    let total: Amount = earnings.iter().map(|earning| earning.amount).sum();
    if earnings.is_empty() {
        return Err(AppError::conflict(t!("payouts-this-provider-has-no-unpaid-earnings")));
    }
    if total.is_negative() {
        return Err(AppError::conflict(t!("payouts-the-provider-holds-more-cash-than")));
    }
    let payout = store::insert_payout(db, provider, total, by).await?;
    store::insert_items(db, payout.id, &earnings).await?;
    publish(db, &format!("provider:{provider}")).await?;
    Ok(payout)
}

/// An administrator has transferred the money: marks the earnings as paid out and reduces the provider's balance.
pub async fn mark_paid(db: &mut PgConnection, id: Id<Payout>, by: Id<User>) -> Result<Payout, AppError> {
    let payout = store::find(db, id).await?.ok_or(AppError::NotFound)?;
    let status = payout.mark_paid()?;
    store::set_paid(db, &payout, status, by).await?;
    store::pay_out_items(db, id).await?;
    if payout.total_amount.is_positive() {
        let transferred =
            Move { from: Account::Provider(payout.provider_id), to: Account::Bank, amount: payout.total_amount };
        ledger::post(db, &format!("payout:{id}"), PostingKind::Payout, &[transferred]).await?;
    }
    publish(db, &format!("provider:{}", payout.provider_id)).await?;
    Ok(payout)
}

/// The transfer failed: the earnings wait for the next payout. Nothing was posted, so nothing is reversed.
pub async fn mark_failed(db: &mut PgConnection, id: Id<Payout>, reason: &str) -> Result<Payout, AppError> {
    let payout = store::find(db, id).await?.ok_or(AppError::NotFound)?;
    let status = payout.mark_failed()?;
    store::set_failed(db, &payout, status, reason).await?;
    store::give_back_items(db, id).await?;
    publish(db, &format!("provider:{}", payout.provider_id)).await?;
    Ok(payout)
}
