//! What a provider reports from the road. Each report is one tap, and a second tap changes nothing.

use engine::{Id, Miles10};

use super::{
    Job, JobState,
    answer::own_job,
    assign::tell,
    search::lock_bookings,
    store::{
        assignments::{self, Assignment, AssignmentState},
        jobs,
    },
};
use crate::{
    bookings::{self, Booking, EventKind},
    calendar,
    db::Tx,
    error::AppError,
    providers::{self, Provider},
    tenants::Tenant,
};

engine::codes! {
    /// Why a job could not be done.
    pub enum Outcome ("outcome") {
        /// Nobody was there, or the vehicle was gone.
        GoneOnArrival = "gone_on_arrival",
        /// They were there, and it could not be done.
        CouldNotBeDone = "could_not_be_done",
    }
}

impl Outcome {
    /// In words.
    pub const fn label(self) -> &'static str {
        match self {
            Self::GoneOnArrival => "Gone on arrival",
            Self::CouldNotBeDone => "Could not be done",
        }
    }
}

/// A provider's job with everything it changes, locked in the common order.
struct Locked {
    bookings: Vec<Booking>,
    provider: Provider,
    job: Job,
    assignment: Assignment,
}

async fn lock(tx: &mut Tx, provider: Id<Provider>, job: Id<Job>) -> Result<Locked, AppError> {
    let bookings = lock_bookings(tx, job).await?;
    let provider = providers::store::lock(tx, provider).await?;
    let job = jobs::lock(tx, job).await?;
    let assignment = own_job(tx, &provider, &job).await?;
    Ok(Locked { bookings, provider, job, assignment })
}

/// On the way, arrived, or at work. A provider sets out for one job at a time: while another one is under way, it is a conflict.
pub async fn advance(tx: &mut Tx, provider: Id<Provider>, job: Id<Job>, to: JobState) -> Result<(), AppError> {
    let Locked { bookings, provider, job, assignment } = lock(tx, provider, job).await?;
    if to == JobState::Done {
        return Err(AppError::Malformed);
    }
    let Some(change) = job.advance(to, tx.now)? else {
        return Ok(());
    };
    if assignment.state == AssignmentState::Held {
        if assignments::is_under_way(tx, provider.id).await? {
            return Err(AppError::conflict(
                "You have another job under way. Finish it or give it back, then set out for this one.",
            ));
        }
        assignments::begin(tx, assignment.id).await?;
    }
    jobs::apply(tx, job.id, &change).await?;
    for booking in &bookings {
        match to {
            JobState::InProgress => bookings::started(tx, booking, &provider).await?,
            JobState::Arrived => bookings::reported(tx, booking, &provider, EventKind::Arrived).await?,
            _ => bookings::reported(tx, booking, &provider, EventKind::EnRoute).await?,
        }
    }
    tell(tx, job.id, provider.id).await
}

/// Done; with the miles really driven where they are paid for.
pub async fn finish(
    tx: &mut Tx,
    tenant: &Tenant,
    provider: Id<Provider>,
    job: Id<Job>,
    miles: Option<Miles10>,
) -> Result<(), AppError> {
    let Locked { bookings, provider, job, .. } = lock(tx, provider, job).await?;
    let now = tx.now;
    let Some(change) = job.advance(JobState::Done, now)? else {
        return Ok(());
    };
    jobs::apply(tx, job.id, &change).await?;
    assignments::end(tx, job.id, None).await?;
    calendar::complete(tx, job.id, now).await?;
    for booking in &bookings {
        bookings::completed(tx, tenant, booking, &provider, job.id, miles).await?;
    }
    tell(tx, job.id, provider.id).await
}

/// They were there, and it could not be done.
pub async fn give_up(
    tx: &mut Tx,
    tenant: &Tenant,
    provider: Id<Provider>,
    job: Id<Job>,
    outcome: Outcome,
    note: Option<&str>,
) -> Result<(), AppError> {
    let Locked { bookings, provider, job, .. } = lock(tx, provider, job).await?;
    let now = tx.now;
    let told = match note {
        Some(note) => format!("{}: {}", outcome.label(), engine::field::isolated(note)),
        None => outcome.label().to_owned(),
    };
    if job.state == JobState::Unsuccessful {
        return Ok(());
    }
    let change = job.fail(now, told.clone())?;
    jobs::apply(tx, job.id, &change).await?;
    assignments::end(tx, job.id, Some(&told)).await?;
    calendar::complete(tx, job.id, now).await?;
    for booking in &bookings {
        bookings::unsuccessful(tx, tenant, booking, &provider, job.id, outcome, &told).await?;
    }
    tell(tx, job.id, provider.id).await
}
