//! Jobs that providers see and take themselves. Seeing one isn't an offer: nobody waits for an answer, and hiding one counts for nothing.

use chrono::{DateTime, Utc};
use engine::{Amount, GeoPoint, Id};

use super::{
    Dispatching, Exclusion, Job, JobState, Ranking,
    assign::{Assigning, assign},
    candidates::{Way, candidate_of},
    dispatcher::pay,
    locks::{lock_bookings, lock_newcomers},
    store::{
        assignments,
        discovered::{Discovered, to_discover},
        jobs,
        sightings::{self, Deed},
    },
    timing::Timing,
};
use crate::{
    bookings::{self, Author},
    db::Tx,
    error::AppError,
    providers::{self, Provider},
    tenants::Tenant,
};

/// Maximum number of open jobs shown, the earliest first.
const MOST: usize = 20;

/// An open job that a provider may take.
#[derive(Debug, Clone)]
pub struct OpenJob {
    pub job: Job,
    pub way: Way,
    /// What it earns them, if that is known: for the bookings it has so far, or as its kind of business says.
    pub pay: Option<Amount>,
    /// Whether they don't want to see it.
    pub is_hidden: bool,
}

/// The open jobs near a provider, the earliest first: they have the skills for them, never had them before, and aren't on hold. Notes that they saw them.
pub async fn discover(tx: &mut Tx, tenant: &Tenant, provider: &Provider) -> Result<Vec<OpenJob>, AppError> {
    let mut found = Vec::new();
    for Discovered { job, from, is_hidden } in discovered(tx, provider, None).await? {
        if let Some(way) = way_within_reach(tenant, &job, from).filter(|_| found.len() < MOST) {
            let pay = expected_pay(tx, &job, provider).await?;
            found.push(OpenJob { job, way, pay, is_hidden });
        }
    }
    let ids: Vec<_> = found.iter().map(|open| open.job.id).collect();
    if !ids.is_empty() {
        sightings::shown(tx, provider.id, &ids).await?;
    }
    Ok(found)
}

/// One of those jobs, whose page the provider opens; `None` if it is no longer open, `NotFound` if they never saw it.
pub async fn view(
    tx: &mut Tx,
    tenant: &Tenant,
    provider: &Provider,
    job: Id<Job>,
) -> Result<Option<OpenJob>, AppError> {
    let Some((job, way, is_hidden)) = find(tx, tenant, provider, job).await? else {
        return if sightings::was_shown(tx, provider.id, job).await? { Ok(None) } else { Err(AppError::NotFound) };
    };
    sightings::shown(tx, provider.id, &[job.id]).await?;
    sightings::record(tx, provider.id, job.id, Deed::Viewed).await?;
    let pay = expected_pay(tx, &job, provider).await?;
    Ok(Some(OpenJob { job, way, pay, is_hidden }))
}

/// Takes an open job.
///
/// - Of several providers who do so at once, one gets it.
/// - Other work of theirs that overlaps with it is a conflict.
/// - A provider who has it already is redirected to it: a second tap changes nothing.
pub async fn take(tx: &mut Tx, tenant: &Tenant, provider: Id<Provider>, job: Id<Job>) -> Result<(), AppError> {
    let mut bookings = lock_bookings(tx, job).await?;
    let provider = providers::store::lock(tx, provider).await?;
    let job = jobs::lock(tx, job).await?;
    lock_newcomers(tx, job.id, &mut bookings).await?;
    let latest = assignments::latest(tx, job.id, provider.id).await?;
    if latest.is_some_and(|assignment| assignment.has_or_did(&job)) {
        return Ok(());
    }
    provider.may_work()?;
    if find(tx, tenant, &provider, job.id).await?.is_none() {
        let was_shown = sightings::was_shown(tx, provider.id, job.id).await?;
        return Err(if was_shown { no_longer_open(&job, &provider, tx.now) } else { AppError::NotFound });
    }
    let candidate = candidate_of(tx, tenant, &job, provider.id).await?;
    if matches!(candidate.ranking, Ranking::Excluded(Exclusion::JobUnderWay | Exclusion::Reserved)) {
        return Err(AppError::conflict(t!("dispatch-you-have-other-work-leave-this-job")));
    }
    let timing = Timing::of(&job, candidate.way.map(|way| way.travel), tx.now, &tenant.settings);
    let (by, commission) = (Author::provider(provider.first_name()), provider.commission);
    assign(tx, &bookings, &job, Assigning { provider: &provider, offer: None, commission, by, timing }).await?;
    sightings::shown(tx, provider.id, &[job.id]).await?;
    sightings::record(tx, provider.id, job.id, Deed::Took).await
}

/// A provider doesn't want to see a job.
pub async fn hide(tx: &mut Tx, provider: Id<Provider>, job: Id<Job>) -> Result<(), AppError> {
    sightings::record(tx, provider, job, Deed::Hid).await
}

/// Undoes [`hide`].
pub async fn show_again(tx: &mut Tx, provider: Id<Provider>, job: Id<Job>) -> Result<(), AppError> {
    sightings::record(tx, provider, job, Deed::ShowedAgain).await
}

/// A job that the provider may take, if it is one.
async fn find(
    tx: &mut Tx,
    tenant: &Tenant,
    provider: &Provider,
    job: Id<Job>,
) -> Result<Option<(Job, Way, bool)>, AppError> {
    let found = discovered(tx, provider, Some(job)).await?.pop();
    Ok(found.and_then(|Discovered { job, from, is_hidden }| {
        way_within_reach(tenant, &job, from).map(|way| (job, way, is_hidden))
    }))
}

/// The jobs to discover, or this one; none for a provider who may not take any.
async fn discovered(tx: &mut Tx, provider: &Provider, only: Option<Id<Job>>) -> Result<Vec<Discovered>, AppError> {
    if provider.may_work().is_err() || provider.hold_at(tx.now).is_some() {
        return Ok(Vec::new());
    }
    let mut found = to_discover(tx, provider.id, only).await?;
    // Nobody can say what a job pays whose kind of business only a newer version knows.
    found.retain(|discovered| discovered.job.vertical.is_some());
    Ok(found)
}

fn way_within_reach(tenant: &Tenant, job: &Job, from: GeoPoint) -> Option<Way> {
    let Dispatching::Discover { within, .. } = job.dispatching else { return None };
    let way = Way::between(from, job.point?, &tenant.settings);
    (way.line <= within).then_some(way)
}

async fn expected_pay(tx: &mut Tx, job: &Job, provider: &Provider) -> Result<Option<Amount>, AppError> {
    let ids = jobs::bookings_of(tx, job.id).await?;
    let bookings = bookings::store::find_all(tx, &ids).await?;
    pay(tx, job, &bookings, provider).await
}

fn no_longer_open(job: &Job, provider: &Provider, now: DateTime<Utc>) -> AppError {
    AppError::conflict(match job.state {
        JobState::Cancelled => t!("dispatch-this-job-was-called-off"),
        JobState::Open if provider.hold_at(now).is_some() => t!("dispatch-you-get-no-work-at-present"),
        JobState::Open | JobState::Offered => t!("dispatch-this-job-is-no-longer-open"),
        _ => t!("dispatch-someone-else-took-this-job"),
    })
}
