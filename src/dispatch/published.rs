//! Jobs that are there before their bookings: a trip with seats, a tour. Bookings join and leave them, and the end of one booking doesn't end the job.

use engine::Id;

use super::{
    Job, JobState, NewJob,
    locks::{lock_bookings, lock_newcomers},
    news::{report, report_to, tell_customer},
    open::open,
    store::{assignments, jobs},
    withdraw::cancel,
};
use crate::{
    bookings::{
        self, Author, Booking, JobNews, Phase, Report, WaitsFor,
        messages::{self, Kind},
    },
    db::{self, Tx},
    error::AppError,
    providers,
};

/// Publishes a job: bookings may join it, and it goes on without any.
pub async fn publish(tx: &mut Tx, job: NewJob) -> Result<Id<Job>, AppError> {
    open(tx, job, true, None).await
}

/// Adds a confirmed booking to a published job. If a provider has the job, the customer is told who. A second time changes nothing. The caller has locked
/// the booking.
pub async fn join(tx: &mut Tx, job: Id<Job>, booking: &Booking) -> Result<(), AppError> {
    let job = jobs::lock(tx, job).await?;
    if !job.is_published {
        return Err(AppError::NotFound);
    }
    if job.state >= JobState::InProgress {
        return Err(job.refusal());
    }
    if !matches!(booking.phase, Phase::Confirmed | Phase::Dispatched) {
        return Err(booking.moved_on());
    }
    if !jobs::add_booking(tx, job.id, booking.id).await? {
        return Ok(());
    }
    let waits_for = if job.search_exhausted_at.is_some() { WaitsFor::Staff } else { WaitsFor::Provider };
    let booking = bookings::store::wait_for(tx, booking.clone(), Some(waits_for)).await?;
    if job.state.is_active() {
        tell_who_comes(tx, &job, &booking).await?;
    }
    tell(tx, &job).await
}

async fn tell_who_comes(tx: &mut Tx, job: &Job, booking: &Booking) -> Result<(), AppError> {
    let lead = assignments::current_of_job(tx, job.id).await?.ok_or(AppError::NotFound)?;
    let provider = providers::store::find(tx, lead.provider_id).await?.ok_or(AppError::NotFound)?;
    let by = Author::provider(provider.first_name());
    let news = Report { news: JobNews::Taken, by, full_name: &provider.name, note: None };
    report_to(tx, job.id, booking, &news).await?;
    tell_customer(tx, job, booking, JobNews::Taken, lead.id).await
}

/// Takes a booking from a published job, which goes on for the others and without any. The booking waits for another job, unless it is over. A second time
/// changes nothing. The caller has locked the booking.
pub async fn leave(tx: &mut Tx, job: Id<Job>, booking: &Booking) -> Result<(), AppError> {
    let job = jobs::lock(tx, job).await?;
    if job.state >= JobState::InProgress {
        return Err(job.refusal());
    }
    if !job.is_published || !jobs::remove_booking(tx, job.id, booking.id).await? {
        return Ok(());
    }
    let note = Some(t!("dispatch-the-booking-left-this-job"));
    let news = Report { news: JobNews::GivenBack, by: Author::system(), full_name: "", note };
    report_to(tx, job.id, booking, &news).await?;
    tell(tx, &job).await
}

/// Cancels a published job whose work hasn't begun, with or without a provider.
///
/// - Its bookings aren't cancelled: they wait for staff, who are alerted, and their customers are told.
/// - Its providers are free again, and see the reason.
pub async fn call_off(tx: &mut Tx, job: Id<Job>, reason: &str, by: Author) -> Result<(), AppError> {
    let mut bookings = lock_bookings(tx, job).await?;
    let doing = assignments::providers_of(tx, &[job]).await?;
    providers::store::lock_all(tx, &doing).await?;
    let job = jobs::lock(tx, job).await?;
    if !job.may_be_called_off() {
        return Err(job.refusal());
    }
    lock_newcomers(tx, job.id, &mut bookings).await?;
    cancel(tx, &job, reason).await?;
    let full_name = by.name.clone().unwrap_or_default();
    let news = Report { news: JobNews::CalledOff, by, full_name: &full_name, note: Some(reason) };
    for booking in report(tx, job.id, &bookings, &news).await? {
        messages::tell_of_job(tx, booking.id, Kind::CalledOff, job.id).await?;
    }
    for provider in doing {
        db::publish(tx, &format!("provider:{provider}")).await?;
    }
    db::publish(tx, "board").await
}

/// Publishes the change to watchers of the job, its providers and the board.
async fn tell(tx: &mut Tx, job: &Job) -> Result<(), AppError> {
    for member in assignments::members_of_job(tx, job.id).await? {
        super::assign::tell(tx, job.id, member.provider_id).await?;
    }
    db::publish(tx, &format!("job:{}", job.id)).await?;
    db::publish(tx, "board").await
}
