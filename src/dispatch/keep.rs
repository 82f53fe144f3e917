use engine::Id;

use super::{
    Job, Ranking,
    assign::{Assigning, assign},
    candidates::candidate_of,
    locks::lock_bookings,
    store::jobs,
    timing::Timing,
};
use crate::{
    bookings::Author,
    db::Tx,
    error::AppError,
    providers::{self, Provider},
    tenants::Tenant,
};

/// Gives a job that replaces another to the provider who had that one, if they may work and are free at its time. Returns whether they have it.
pub async fn keep(tx: &mut Tx, tenant: &Tenant, job: Id<Job>, provider: Id<Provider>) -> Result<bool, AppError> {
    let bookings = lock_bookings(tx, job).await?;
    let provider = providers::store::lock(tx, provider).await?;
    let job = jobs::lock(tx, job).await?;
    let candidate = candidate_of(tx, tenant, &job, provider.id).await?;
    if matches!(candidate.ranking, Ranking::Excluded(reason) if reason.is_final()) {
        return Ok(false);
    }
    let timing = Timing::of(&job, candidate.way.map(|way| way.travel), tx.now, &tenant.settings);
    let commission = provider.commission;
    let assigning = Assigning { provider: &provider, offer: None, commission, by: Author::system(), timing };
    assign(tx, &bookings, &job, assigning).await?;
    Ok(true)
}
