//! Decisions of a provider: accepting or declining an offer, giving a job back, going on or off duty.

use engine::Id;

use super::{
    Job, Offer, Ranking,
    assign::{Assigning, assign, tell},
    candidates::candidate_of,
    crew,
    locks::{lock_bookings, lock_newcomers},
    news::report,
    pending::{go_on, withdraw_pending},
    store::{assignments, jobs, offers},
    timing::Timing,
};
use crate::{
    bookings::{Author, JobNews, Report},
    calendar::{self, Holder},
    db::{Tx, publish},
    error::AppError,
    providers::{self, Provider},
    tenants::Tenant,
};

/// Accepts the offered job.
///
/// - A provider who already has the job, by this offer or assigned by staff, is redirected to it: a second tap changes nothing.
/// - Other work of theirs that overlaps with this job is a conflict.
/// - If the job is no longer available, the conflict says why.
pub async fn accept(
    tx: &mut Tx,
    tenant: &Tenant,
    provider: Id<Provider>,
    offer: Id<Offer>,
) -> Result<Id<Job>, AppError> {
    let job = find_own_offer(tx, provider, offer).await?.job_id;
    let mut bookings = lock_bookings(tx, job).await?;
    let provider = providers::store::lock(tx, provider).await?;
    let job = jobs::lock(tx, job).await?;
    lock_newcomers(tx, job.id, &mut bookings).await?;
    let offer = offers::lock(tx, offer).await?;
    let latest = assignments::latest(tx, job.id, provider.id).await?;
    if latest.is_some_and(|assignment| assignment.has_or_did(&job)) {
        return Ok(job.id);
    }
    let now = tx.now;
    let change = offer.accept(&job, now)?;
    provider.may_work()?;
    let ranking = candidate_of(tx, tenant, &job, provider.id).await?.ranking;
    if matches!(ranking, Ranking::Excluded(reason) if reason.is_final()) {
        return Err(AppError::conflict(t!("dispatch-you-have-other-work-at-that")));
    }
    offers::apply(tx, offer.id, &change).await?;
    let timing = Timing::of(&job, Some(offer.travel), now, &tenant.settings);
    let by = Author::provider(provider.first_name());
    let commission = offer.commission.or(provider.commission);
    let assigning = Assigning { provider: &provider, offer: Some(offer.id), commission, by, timing };
    assign(tx, &bookings, &job, assigning).await?;
    Ok(job.id)
}

/// Declines the offered job; the dispatcher asks the next provider at once.
pub async fn decline(tx: &mut Tx, provider: Id<Provider>, offer: Id<Offer>, reason: &str) -> Result<(), AppError> {
    let job = find_own_offer(tx, provider, offer).await?.job_id;
    providers::store::lock(tx, provider).await?;
    let job = jobs::lock(tx, job).await?;
    let offer = offers::lock(tx, offer).await?;
    if let Some(change) = offer.decline(&job, tx.now, reason.to_owned())? {
        offers::apply(tx, offer.id, &change).await?;
        go_on(tx, &job).await?;
        tell(tx, job.id, provider).await?;
    }
    Ok(())
}

/// Gives a job back before the work has begun; the dispatcher searches for another provider at once.
pub async fn give_back(tx: &mut Tx, provider: Id<Provider>, job: Id<Job>, reason: &str) -> Result<(), AppError> {
    let mut bookings = lock_bookings(tx, job).await?;
    let provider = providers::store::lock(tx, provider).await?;
    let job = jobs::lock(tx, job).await?;
    lock_newcomers(tx, job.id, &mut bookings).await?;
    ensure_assigned_to(tx, &provider, &job).await?;
    if job.needs_crew() {
        return crew::leave(tx, &bookings, &job, &provider, reason).await;
    }
    let news = Report {
        news: JobNews::GivenBack,
        by: Author::provider(provider.first_name()),
        full_name: &provider.name,
        note: Some(reason),
    };
    report(tx, job.id, &bookings, &news).await?;
    release(tx, &job, reason).await?;
    tell(tx, job.id, provider.id).await
}

/// Takes a job from its provider and starts a new search, whose time counts from the dispatcher's first run. The caller has locked bookings,
/// provider and job.
pub(super) async fn release(tx: &mut Tx, job: &Job, reason: &str) -> Result<(), AppError> {
    let now = tx.now;
    let change = job.give_back(now)?;
    assignments::end(tx, job.id, Some(reason)).await?;
    calendar::release(tx, Holder::Job(job.id)).await?;
    jobs::apply(tx, job.id, &change).await?;
    jobs::set_search(tx, job.id, change.dispatch_at, None, None).await
}

/// Goes on duty.
pub async fn go_on_duty(tx: &mut Tx, provider: Id<Provider>) -> Result<(), AppError> {
    let provider = providers::store::lock(tx, provider).await?;
    provider.may_work()?;
    if !provider.is_on_duty() {
        let now = tx.now;
        providers::store::set_on_duty(tx, provider.id, Some(now)).await?;
    }
    publish(tx, "board").await
}

/// Goes off duty: a pending offer is withdrawn, and the dispatcher asks the next provider at once. A job in progress continues.
pub async fn go_off_duty(tx: &mut Tx, provider: Id<Provider>) -> Result<(), AppError> {
    let provider = providers::store::lock(tx, provider).await?;
    if provider.is_on_duty() {
        providers::store::set_on_duty(tx, provider.id, None).await?;
    }
    withdraw_pending(tx, provider.id).await?;
    publish(tx, "board").await
}

/// A provider's own offer; `NotFound` for any other.
async fn find_own_offer(tx: &mut Tx, provider: Id<Provider>, offer: Id<Offer>) -> Result<Offer, AppError> {
    offers::find(tx, offer).await?.filter(|offer| offer.provider_id == provider).ok_or(AppError::NotFound)
}

/// Checks that the provider has the job: `NotFound` if they never had it, `Conflict` if they no longer do.
pub(super) async fn ensure_assigned_to(
    tx: &mut Tx,
    provider: &Provider,
    job: &Job,
) -> Result<assignments::Assignment, AppError> {
    let latest = assignments::latest(tx, job.id, provider.id).await?.ok_or(AppError::NotFound)?;
    if latest.state != assignments::AssignmentState::Ended || job.state.is_over() {
        Ok(latest)
    } else {
        Err(AppError::conflict(t!("dispatch-you-no-longer-have-this-job")))
    }
}
