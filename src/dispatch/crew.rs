//! Work that needs several providers: a crew, one of whom leads.
//!
//! - The job is open ("1 of 2") until enough are on it, and open again if one of them leaves before the work begins.
//! - Each member has an assignment and a reservation of their own. Any member's tap advances the job for all.
//! - Staff choose crews: nobody is asked automatically.

use chrono::{DateTime, Utc};
use engine::{Id, field::isolated};

use super::{
    Candidate, Job, JobState,
    assign::tell,
    candidates::candidate_of,
    locks::{lock_bookings, lock_newcomers},
    news::{report, tell_customer},
    pending::withdraw_if_overlapping,
    store::{
        assignments::{self, AssignmentState, NewAssignment},
        decisions::{self, Algorithm, NewDecision},
        jobs, offers,
    },
    timing::Timing,
};
use crate::{
    bookings::{self, Author, Booking, JobNews, Report},
    calendar,
    db::Tx,
    error::AppError,
    providers::{self, Provider, ProviderStatus},
    tenants::Tenant,
};

/// Gives a job to a crew, or changes its crew.
///
/// - The lead is one of the members. Members who have the job already keep it; those who aren't named lose it.
/// - Everybody must be allowed to work and have no other work at that time, or nothing changes; staff may ignore the rest, as for one provider.
/// - A pending offer of another job to a new member is withdrawn if they can't do both.
/// - A crew that has set out can't be changed here.
pub async fn assign_crew(
    tx: &mut Tx,
    tenant: &Tenant,
    job: Id<Job>,
    members: &[Id<Provider>],
    lead: Id<Provider>,
    by: Author,
) -> Result<(), AppError> {
    let mut bookings = lock_bookings(tx, job).await?;
    let before = assignments::ids_of_members(tx, job).await?;
    let involved: Vec<_> = before.iter().chain(members).copied().collect();
    let providers = providers::store::lock_all(tx, &involved).await?;
    let mut pending = Vec::new();
    for provider in members.iter().filter(|id| !before.contains(id)) {
        pending.extend(offers::pending_of_provider(tx, *provider).await?);
    }
    let ids: Vec<_> = pending.iter().map(|offer| offer.job_id).chain([job]).collect();
    let locked = jobs::lock_all(tx, &ids).await?;
    let job = locked.iter().find(|locked| locked.id == job).ok_or(AppError::NotFound)?;
    lock_newcomers(tx, job.id, &mut bookings).await?;
    let before = assignments::ids_of_members(tx, job.id).await?;
    let crew: Vec<_> = providers.iter().filter(|provider| members.contains(&provider.id)).collect();
    ensure_allowed(job, &crew, members, lead)?;

    let who = by.name.clone().unwrap_or_else(|| by.party.to_string());
    let gone: Vec<_> = before.iter().filter(|member| !members.contains(member)).copied().collect();
    remove(tx, job, &gone, &t!("dispatch-taken-from-the-crew-by", who = isolated(&who))).await?;
    let mut chosen = Vec::new();
    let mut times = Vec::new();
    let mut promised_at = tx.now;
    for provider in &crew {
        let candidate = candidate_of(tx, tenant, job, provider.id).await?;
        let timing = Timing::of(job, candidate.way.map(|way| way.travel), tx.now, &tenant.settings);
        promised_at = promised_at.max(timing.promised_at);
        if !before.contains(&provider.id) {
            candidate.ensure_possible()?;
            if let Some(offer) = pending.iter().find(|offer| offer.provider_id == provider.id) {
                withdraw_if_overlapping(tx, tenant, offer, &locked, timing).await?;
            }
            add(tx, job, provider, &by).await?;
            times.push((provider.id, timing.busy));
        }
        chosen.push(candidate);
    }
    calendar::reserve_providers(tx, &times, job.id).await?;
    assignments::set_lead(tx, job.id, lead).await?;
    let names: Vec<_> = crew.iter().map(|provider| isolated(&provider.name).to_string()).collect();
    log(tx, job, &chosen, &t!("dispatch-crew-chosen-by", join = names.join(", "), who = isolated(&who)), &who).await?;
    settle(tx, job, &bookings, crew.len(), promised_at, &by).await?;
    for provider in providers {
        tell(tx, job.id, provider.id).await?;
    }
    Ok(())
}

/// `Conflict` or `NotFound` if this crew can't have the job.
fn ensure_allowed(job: &Job, crew: &[&Provider], members: &[Id<Provider>], lead: Id<Provider>) -> Result<(), AppError> {
    if !matches!(job.state, JobState::Open | JobState::Assigned) {
        return Err(job.refusal());
    }
    if !job.needs_crew() {
        return Err(AppError::conflict(t!("dispatch-this-job-needs-one-person-assign")));
    }
    if crew.is_empty() || members.iter().any(|id| !crew.iter().any(|provider| provider.id == *id)) {
        return Err(AppError::NotFound);
    }
    let needed = usize::try_from(job.staff_needed).unwrap_or(usize::MAX);
    if crew.len() > needed {
        return Err(AppError::conflict(t!(
            "dispatch-this-job-needs-people-you-chose",
            needed = needed,
            crew = crew.len()
        )));
    }
    if !crew.iter().any(|provider| provider.id == lead) {
        return Err(AppError::conflict(t!("dispatch-the-lead-has-to-be-one")));
    }
    match crew.iter().find(|provider| provider.status != ProviderStatus::Active) {
        Some(provider) => {
            Err(AppError::conflict(t!("dispatch-isnt-active-choose-somebody-else", name = isolated(&provider.name))))
        }
        None => Ok(()),
    }
}

async fn add(tx: &mut Tx, job: &Job, provider: &Provider, by: &Author) -> Result<(), AppError> {
    let assignment = NewAssignment {
        job: job.id,
        provider: provider.id,
        offer: None,
        commission: provider.commission,
        state: AssignmentState::Held,
        leads: false,
        assigned_by: by.party,
    };
    assignments::insert(tx, &assignment).await?;
    Ok(())
}

async fn remove(tx: &mut Tx, job: &Job, providers: &[Id<Provider>], reason: &str) -> Result<(), AppError> {
    assignments::end_of(tx, job.id, providers, reason).await?;
    calendar::release_providers(tx, providers, job.id).await
}

/// The job is assigned once enough are on it, and open again if they aren't any more.
async fn settle(
    tx: &mut Tx,
    job: &Job,
    bookings: &[Booking],
    size: usize,
    promised_at: DateTime<Utc>,
    by: &Author,
) -> Result<(), AppError> {
    let is_complete = usize::try_from(job.staff_needed).is_ok_and(|needed| size >= needed);
    match (job.state, is_complete) {
        (JobState::Open, true) => {
            let change = job.assign(tx.now, promised_at)?;
            jobs::apply(tx, job.id, &change).await?;
            let lead = assignments::current_of_job(tx, job.id).await?.ok_or(AppError::NotFound)?;
            let name = providers::store::find(tx, lead.provider_id).await?.ok_or(AppError::NotFound)?.name;
            let note = Some(engine::field::first_name(&name));
            let news = Report { news: JobNews::Taken, by: by.clone(), full_name: &name, note };
            for booking in report(tx, job.id, bookings, &news).await? {
                tell_customer(tx, job, &booking, JobNews::Taken, lead.id).await?;
            }
            Ok(())
        }
        (JobState::Assigned, false) => {
            reopen(tx, job, bookings, by, t!("dispatch-the-crew-is-no-longer-complete")).await
        }
        _ => Ok(()),
    }
}

/// Opens the job again for the rest of its crew.
async fn reopen(tx: &mut Tx, job: &Job, bookings: &[Booking], by: &Author, reason: &str) -> Result<(), AppError> {
    let change = job.give_back(tx.now)?;
    jobs::apply(tx, job.id, &change).await?;
    jobs::set_search(tx, job.id, None, None, None).await?;
    assignments::hold_all(tx, job.id).await?;
    let full_name = by.name.as_deref().unwrap_or_default();
    let news = Report { news: JobNews::GivenBack, by: by.clone(), full_name, note: Some(reason) };
    report(tx, job.id, bookings, &news).await?;
    Ok(())
}

/// A member gives the job back before the work has begun: the others keep it, and staff look for another. The caller has locked bookings, provider and
/// job.
pub(super) async fn leave(
    tx: &mut Tx,
    bookings: &[Booking],
    job: &Job,
    provider: &Provider,
    reason: &str,
) -> Result<(), AppError> {
    if job.state >= JobState::InProgress {
        return Err(job.refusal());
    }
    remove(tx, job, &[provider.id], reason).await?;
    let rest = assignments::members_of_job(tx, job.id).await?;
    if let Some(next) = rest.first().filter(|first| !first.leads) {
        assignments::set_lead(tx, job.id, next.provider_id).await?;
    }
    if job.state.is_active() {
        reopen(tx, job, bookings, &Author::provider(provider.first_name()), reason).await?;
    }
    for booking in bookings.iter().filter(|booking| !booking.phase.is_terminal()) {
        let (name, reason) = (isolated(&provider.name), isolated(reason));
        let message =
            t!("dispatch-left-the-crew-of-choose-someone", name = name, reference = booking.reference, reason = reason);
        bookings::store::alert_staff(tx, booking.id, "crew_incomplete", &message).await?;
    }
    for member in rest.iter().map(|member| member.provider_id).chain([provider.id]) {
        tell(tx, job.id, member).await?;
    }
    Ok(())
}

async fn log(tx: &mut Tx, job: &Job, chosen: &[Candidate], reason: &str, who: &str) -> Result<(), AppError> {
    let decision = NewDecision {
        job: job.id,
        algorithm: Algorithm::Manual,
        chosen: chosen.first(),
        candidates: chosen,
        reason,
        decided_by: who,
    };
    decisions::log(tx, &decision).await
}
