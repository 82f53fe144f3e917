use engine::Id;

use super::{
    Job,
    store::{assignments::Assignment, jobs},
};
use crate::{
    bookings::{
        self, Booking, JobNews, OtherJobs, Report, Step,
        messages::{self, Kind},
    },
    db::Tx,
    error::AppError,
};

/// Reports news of a job to its bookings, which the caller has locked. Returns those that aren't over, with what followed.
pub(super) async fn report<'a>(
    tx: &mut Tx,
    job: Id<Job>,
    bookings: &'a [Booking],
    report: &Report<'_>,
) -> Result<Vec<(&'a Booking, Step)>, AppError> {
    let mut followed = Vec::new();
    for booking in bookings {
        if let Some(step) = report_to(tx, job, booking, report).await? {
            followed.push((booking, step));
        }
    }
    Ok(followed)
}

/// The same for one booking; `None` if it is over.
pub(super) async fn report_to(
    tx: &mut Tx,
    job: Id<Job>,
    booking: &Booking,
    report: &Report<'_>,
) -> Result<Option<Step>, AppError> {
    let others = OtherJobs::of(&jobs::states_of_others(tx, booking.id, job).await?);
    bookings::follow(tx, booking, others, report).await
}

/// Tells the customer of a booking by a message who comes, that they are on the way, or that they have arrived; unless its kind of business says that this
/// job isn't for them to know.
pub(super) async fn tell_customer(
    tx: &mut Tx,
    job: &Job,
    booking: &Booking,
    news: JobNews,
    assignment: Id<Assignment>,
) -> Result<(), AppError> {
    let kind = match news {
        JobNews::Taken => Kind::Accepted,
        JobNews::EnRoute => Kind::OnTheWay,
        JobNews::Arrived => Kind::Arrived,
        _ => return Ok(()),
    };
    if booking.vertical.tells(job, news) {
        messages::tell_of_assignment(tx, booking.id, kind, assignment.uuid()).await?;
    }
    Ok(())
}
