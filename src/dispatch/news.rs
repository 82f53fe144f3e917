use engine::Id;

use super::{
    Job,
    store::{assignments::Assignment, jobs},
};
use crate::{
    bookings::{
        self, Booking, JobNews, OtherJobs, Report,
        messages::{self, Kind},
    },
    db::Tx,
    error::AppError,
    tenants::{self, Tenant},
};

/// Reports news of a job to its bookings, which the caller has locked. Returns those that weren't over, as they are then.
pub(super) async fn report(
    tx: &mut Tx,
    job: Id<Job>,
    bookings: &[Booking],
    report: &Report<'_>,
) -> Result<Vec<Booking>, AppError> {
    let mut followed = Vec::new();
    if bookings.is_empty() {
        return Ok(followed);
    }
    let tenant = tenants::current(tx).await?;
    for booking in bookings {
        followed.extend(report_in(tx, &tenant, job, booking, report).await?);
    }
    Ok(followed)
}

/// The same for one booking; `None` if it was over.
pub(super) async fn report_to(
    tx: &mut Tx,
    job: Id<Job>,
    booking: &Booking,
    report: &Report<'_>,
) -> Result<Option<Booking>, AppError> {
    let tenant = tenants::current(tx).await?;
    report_in(tx, &tenant, job, booking, report).await
}

/// How a booking ends is told to its kind of business by `fulfilment`, once nothing is held any more.
async fn report_in(
    tx: &mut Tx,
    tenant: &Tenant,
    job: Id<Job>,
    booking: &Booking,
    report: &Report<'_>,
) -> Result<Option<Booking>, AppError> {
    let others = OtherJobs::of(&jobs::states_of_others(tx, booking.id, job).await?);
    let Some((after, step)) = bookings::follow(tx, booking, others, report).await? else { return Ok(None) };
    if !step.to.is_terminal() {
        after.vertical.followed(tx, tenant, &after, step.kind).await?;
    }
    Ok(Some(after))
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
