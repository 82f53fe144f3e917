use engine::{Amount, Commission, Id};
use sqlx::PgConnection;

use super::store;
use crate::{
    bookings::Booking,
    dispatch::Job,
    error::AppError,
    payments::ledger::{self, Account, Move, PostingKind},
    providers::Provider,
    server::publish,
};

/// A booking's work is done: its provider earns a share of `base`. Earning again for the same booking changes nothing.
pub async fn earn(
    db: &mut PgConnection,
    booking: Id<Booking>,
    provider: Id<Provider>,
    job: Id<Job>,
    base: Amount,
    commission: &Commission,
) -> Result<(), AppError> {
    let share = commission.provider_share(base);
    let Some(earning) = store::insert_earning(db, booking, provider, job, base, commission, share).await? else {
        return Ok(());
    };
    if share.is_positive() {
        let earned = Move { from: Account::Revenue, to: Account::Provider(provider), amount: share };
        ledger::post(db, &format!("earning:{earning}"), PostingKind::Earning, &[earned]).await?;
    }
    publish(db, &format!("provider:{provider}")).await
}
