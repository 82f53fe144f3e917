use engine::Id;

use super::{
    Job, Ranking,
    assign::{Assigning, assign},
    candidates::candidate_of,
    crew::assign_crew,
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

/// Gives a job that replaces another to those who had that one, the lead first, if they may work and are free at its time. Returns whether somebody has it.
pub(super) async fn keep(tx: &mut Tx, tenant: &Tenant, job: Id<Job>, had: &[Id<Provider>]) -> Result<bool, AppError> {
    let bookings = lock_bookings(tx, job).await?;
    let providers = providers::store::lock_all(tx, had).await?;
    let job = jobs::lock(tx, job).await?;
    let needed = usize::try_from(job.staff_needed).unwrap_or(usize::MAX);
    let mut free = Vec::new();
    for id in had.iter().take(needed) {
        let candidate = candidate_of(tx, tenant, &job, *id).await?;
        if !matches!(candidate.ranking, Ranking::Excluded(reason) if reason.is_final()) {
            free.push((*id, candidate));
        }
    }
    let Some((lead, candidate)) = free.first() else { return Ok(false) };
    if job.needs_crew() {
        let members: Vec<_> = free.iter().map(|(id, _)| *id).collect();
        assign_crew(tx, tenant, job.id, &members, *lead, Author::system()).await?;
        return Ok(true);
    }
    let provider = providers.iter().find(|known| known.id == *lead).ok_or(AppError::NotFound)?;
    let timing = Timing::of(&job, candidate.way.map(|way| way.travel), tx.now, &tenant.settings);
    let commission = provider.commission;
    let assigning = Assigning { provider, offer: None, commission, by: Author::system(), timing };
    assign(tx, &bookings, &job, assigning).await?;
    Ok(true)
}
