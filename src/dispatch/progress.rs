//! Progress reports of a provider. Each report is one tap, and a second tap changes nothing.

use engine::{Id, field::isolated};

use super::{
    Job, JobChange, JobState, Outcome,
    answer::ensure_assigned_to,
    assign::tell,
    locks::{lock_bookings, lock_newcomers},
    news::{report, report_to, tell_customer},
    store::{
        assignments::{self, Assignment, AssignmentState},
        jobs,
    },
};
use crate::{
    bookings::{self, Author, Booking, JobNews, Phase, Report},
    calendar::{self, Holder},
    db::Tx,
    error::AppError,
    providers::{self, Provider},
};

/// A provider's job and all rows that change with it, locked in the common order.
struct Locked {
    bookings: Vec<Booking>,
    provider: Provider,
    job: Job,
    assignment: Assignment,
    /// Everybody who has the job, the lead first.
    crew: Vec<Provider>,
}

impl Locked {
    /// Publishes the change to the provider and the rest of their crew.
    async fn tell_all(&self, tx: &mut Tx) -> Result<(), AppError> {
        tell(tx, self.job.id, self.provider.id).await?;
        for member in self.crew.iter().filter(|member| member.id != self.provider.id) {
            tell(tx, self.job.id, member.id).await?;
        }
        Ok(())
    }
}

async fn lock(tx: &mut Tx, provider: Id<Provider>, job: Id<Job>) -> Result<Locked, AppError> {
    let mut bookings = lock_bookings(tx, job).await?;
    let seen = assignments::members_of_job(tx, job).await?;
    let ids: Vec<_> = seen.iter().map(|member| member.provider_id).chain([provider]).collect();
    let locked = providers::store::lock_all(tx, &ids).await?;
    let find = |id: Id<Provider>| locked.iter().find(|known| known.id == id).cloned();
    let provider = find(provider).ok_or(AppError::NotFound)?;
    let job = jobs::lock(tx, job).await?;
    lock_newcomers(tx, job.id, &mut bookings).await?;
    let assignment = ensure_assigned_to(tx, &provider, &job).await?;
    let members = assignments::members_of_job(tx, job.id).await?;
    let crew = members.iter().filter_map(|member| find(member.provider_id)).collect();
    Ok(Locked { bookings, provider, job, assignment, crew })
}

/// Locks a job whose provider is about to report a step, with its bookings that aren't over. `None` after a second tap.
pub async fn about_to(
    tx: &mut Tx,
    provider: Id<Provider>,
    job: Id<Job>,
    to: JobState,
) -> Result<Option<(Job, Vec<Booking>)>, AppError> {
    let Locked { mut bookings, job, .. } = lock(tx, provider, job).await?;
    ensure_crew(&job)?;
    bookings.retain(|booking| !booking.phase.is_terminal());
    Ok(job.advance(to, tx.now)?.map(|_| (job, bookings)))
}

/// `Conflict` if somebody of the crew is still missing.
fn ensure_crew(job: &Job) -> Result<(), AppError> {
    if job.needs_crew() && job.state.is_searching() {
        return Err(AppError::conflict(t!("dispatch-your-crew-isnt-complete-yet-you")));
    }
    Ok(())
}

/// Reports the next step. A provider sets out for one job at a time: another job in progress is a conflict.
pub async fn advance(tx: &mut Tx, provider: Id<Provider>, job: Id<Job>, to: JobState) -> Result<(), AppError> {
    advance_by(tx, provider, job, to, None).await
}

/// The provider who has a job, or the lead of its crew.
pub async fn holder(tx: &mut Tx, job: Id<Job>) -> Result<Id<Provider>, AppError> {
    let lead = assignments::current_of_job(tx, job).await?;
    lead.map(|lead| lead.provider_id).ok_or_else(|| AppError::conflict(t!("dispatch-nobody-has-this-job-any-more")))
}

/// Staff report for the provider that the work has begun.
pub async fn start_for(tx: &mut Tx, provider: Id<Provider>, job: Id<Job>, by: Author) -> Result<(), AppError> {
    advance_by(tx, provider, job, JobState::InProgress, Some(by)).await
}

async fn advance_by(
    tx: &mut Tx,
    provider: Id<Provider>,
    job: Id<Job>,
    to: JobState,
    by: Option<Author>,
) -> Result<(), AppError> {
    let locked = lock(tx, provider, job).await?;
    let Locked { bookings, provider, job, assignment, .. } = &locked;
    if to == JobState::Done {
        return Err(AppError::Malformed);
    }
    ensure_crew(job)?;
    let Some(change) = job.advance(to, tx.now)? else {
        return Ok(());
    };
    if assignment.state == AssignmentState::Held {
        set_out(tx, &locked).await?;
    }
    jobs::apply(tx, job.id, &change).await?;
    let news = match to {
        JobState::InProgress => JobNews::Started,
        JobState::Arrived => JobNews::Arrived,
        _ => JobNews::EnRoute,
    };
    let lead = assignments::current_of_job(tx, job.id).await?.map_or(assignment.id, |lead| lead.id);
    let told = report_by(provider, news, None);
    let told = Report { by: by.unwrap_or_else(|| told.by.clone()), ..told };
    for booking in report(tx, job.id, bookings, &told).await? {
        tell_customer(tx, job, &booking, news, lead).await?;
    }
    locked.tell_all(tx).await
}

/// The provider is at the job's destination; `Conflict` if it has none, or they don't work on it now. A second tap changes nothing.
pub async fn reach(tx: &mut Tx, provider: Id<Provider>, job: Id<Job>) -> Result<(), AppError> {
    let locked = lock(tx, provider, job).await?;
    let Locked { bookings, provider, job, .. } = &locked;
    if job.reached_at.is_some() {
        return Ok(());
    }
    if job.state != JobState::InProgress || job.destination.is_none() {
        return Err(job.refusal());
    }
    let now = tx.now;
    jobs::set_reached(tx, job.id, now).await?;
    report(tx, job.id, bookings, &report_by(provider, JobNews::Reached, None)).await?;
    locked.tell_all(tx).await
}

/// Everybody sets out. `Conflict` if one of them has another job in progress.
async fn set_out(tx: &mut Tx, locked: &Locked) -> Result<(), AppError> {
    for member in &locked.crew {
        if !assignments::is_under_way(tx, member.id).await? {
            continue;
        }
        return Err(if member.id == locked.provider.id {
            AppError::conflict(t!("dispatch-you-have-another-job-in-progress"))
        } else {
            let name = isolated(member.first_name());
            AppError::conflict(t!("dispatch-has-another-job-in-progress-and", name = name))
        });
    }
    assignments::begin_all(tx, locked.job.id).await
}

fn report_by<'a>(provider: &'a Provider, news: JobNews, note: Option<&'a str>) -> Report<'a> {
    Report { news, by: Author::provider(provider.first_name()), full_name: &provider.name, note }
}

/// A job that a provider has just ended: its bookings that weren't over, as they are now, and its crew.
pub struct Ended {
    pub bookings: Vec<Booking>,
    /// Those who did it, the lead first.
    pub crew: Vec<Provider>,
    pub job: Id<Job>,
}

/// The work is done: frees the provider and their time. `None` after a second tap.
pub async fn end(tx: &mut Tx, provider: Id<Provider>, job: Id<Job>) -> Result<Option<Ended>, AppError> {
    let locked = lock(tx, provider, job).await?;
    match locked.job.advance(JobState::Done, tx.now)? {
        Some(change) => close(tx, locked, &change, JobNews::Done, None).await.map(Some),
        None => Ok(None),
    }
}

/// The work couldn't be done although the provider was there: frees them and their time. `None` after a second tap.
pub async fn end_without_success(
    tx: &mut Tx,
    provider: Id<Provider>,
    job: Id<Job>,
    outcome: Outcome,
    reason: &str,
) -> Result<Option<Ended>, AppError> {
    let locked = lock(tx, provider, job).await?;
    if locked.job.state == JobState::Unsuccessful {
        return Ok(None);
    }
    let change = locked.job.fail(tx.now, reason.to_owned())?;
    close(tx, locked, &change, JobNews::Failed(outcome), Some(reason)).await.map(Some)
}

async fn close(
    tx: &mut Tx,
    locked: Locked,
    change: &JobChange,
    news: JobNews,
    reason: Option<&str>,
) -> Result<Ended, AppError> {
    let Locked { bookings, provider, job, .. } = &locked;
    let now = tx.now;
    jobs::apply(tx, job.id, change).await?;
    assignments::end(tx, job.id, reason).await?;
    calendar::complete(tx, Holder::Job(job.id), now).await?;
    let bookings = report(tx, job.id, bookings, &report_by(provider, news, reason)).await?;
    locked.tell_all(tx).await?;
    Ok(Ended { bookings, job: job.id, crew: locked.crew })
}

/// One of several bookings of a job wasn't there; the job goes on for the others, if there are any. `None` after a second tap.
pub async fn missed(
    tx: &mut Tx,
    provider: Id<Provider>,
    job: Id<Job>,
    booking: Id<Booking>,
    reason: &str,
) -> Result<Option<Ended>, AppError> {
    let locked = lock(tx, provider, job).await?;
    let Some(booking) = locked.bookings.iter().find(|known| known.id == booking) else {
        let left = bookings::store::find(tx, booking).await?;
        return left.filter(|left| left.phase == Phase::NoShow).map(|_| None).ok_or(AppError::NotFound);
    };
    if booking.phase.is_terminal() {
        return Ok(None);
    }
    if !matches!(locked.job.state, JobState::Arrived | JobState::InProgress) {
        return Err(locked.job.refusal());
    }
    let is_last = locked.bookings.iter().all(|other| other.id == booking.id || other.phase.is_terminal());
    if is_last && !locked.job.is_published {
        let change = locked.job.fail(tx.now, reason.to_owned())?;
        return close(tx, locked, &change, JobNews::Failed(Outcome::GoneOnArrival), Some(reason)).await.map(Some);
    }
    let news = report_by(&locked.provider, JobNews::Failed(Outcome::GoneOnArrival), Some(reason));
    let bookings = report_to(tx, locked.job.id, booking, &news).await?.into_iter().collect();
    locked.tell_all(tx).await?;
    Ok(Some(Ended { bookings, job: locked.job.id, crew: locked.crew }))
}
