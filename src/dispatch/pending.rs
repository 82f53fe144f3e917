//! Taking back an offer that waits for an answer.

use engine::Id;

use super::{
    Job, JobState, Offer,
    assign::tell,
    store::{jobs, offers},
    timing::Timing,
};
use crate::{
    db::Tx,
    error::AppError,
    providers::{self, Provider},
    tenants::Tenant,
};

/// Withdraws a provider's pending offer; the dispatcher asks the next provider at once.
pub async fn withdraw_offer_of(tx: &mut Tx, provider: Id<Provider>) -> Result<(), AppError> {
    let provider = providers::store::lock(tx, provider).await?;
    withdraw_pending(tx, provider.id).await
}

/// Withdraws a provider's pending offer. The caller has locked the provider, so there can't be another.
pub(super) async fn withdraw_pending(tx: &mut Tx, provider: Id<Provider>) -> Result<(), AppError> {
    let Some(seen) = offers::pending_of_provider(tx, provider).await? else {
        return Ok(());
    };
    let job = jobs::lock(tx, seen.job_id).await?;
    let offer = offers::lock(tx, seen.id).await?;
    if let Some(change) = offer.withdraw(tx.now) {
        offers::apply(tx, offer.id, &change).await?;
        go_on(tx, &job).await?;
        tell(tx, job.id, provider).await?;
    }
    Ok(())
}

/// Lets the dispatcher continue at once, unless another offer of the job is pending.
pub(super) async fn go_on(tx: &mut Tx, job: &Job) -> Result<(), AppError> {
    let others = offers::pending_of_job(tx, job.id).await?;
    if others.is_empty() && job.state == JobState::Offered {
        let change = job.go_on_searching(tx.now)?;
        jobs::apply(tx, job.id, &change).await?;
    }
    Ok(())
}

/// Withdraws a provider's offer of another job, among the locked ones, that overlaps with what they get now.
pub(super) async fn withdraw_if_overlapping(
    tx: &mut Tx,
    tenant: &Tenant,
    offer: &Offer,
    locked: &[Job],
    timing: Timing,
) -> Result<(), AppError> {
    let Some(offered) = locked.iter().find(|job| job.id == offer.job_id) else { return Ok(()) };
    if Timing::of(offered, Some(offer.travel), tx.now, &tenant.settings).busy.overlaps(&timing.busy) {
        withdraw_pending(tx, offer.provider_id).await?;
    }
    Ok(())
}
