//! Jobs and earnings in a few words.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use engine::Id;

use super::when;
use crate::{
    bookings::Booking,
    db::Tx,
    dispatch::JobState,
    error::AppError,
    portal::store::{EarnedWith, ListedJob},
    tenants::Tenant,
    ui::time::is_any_minute,
    verticals::stages,
    words::count,
};

/// The kinds' own stages of bookings.
pub(super) type Stages = HashMap<Id<Booking>, &'static str>;

/// The stages of the bookings of jobs whose provider hasn't set out.
pub(super) async fn stages_of(tx: &mut Tx, tenant: &Tenant, jobs: &[ListedJob]) -> Result<Stages, AppError> {
    let ahead = jobs.iter().filter(|job| job.state == JobState::Assigned);
    let bookings: Vec<_> = ahead.filter_map(|job| job.what.only_booking()).collect();
    stages(tx, tenant, &bookings).await
}

/// How far a job is: before its provider sets out, at which stage its booking is.
pub(super) fn state_label(job: &ListedJob, stages: &Stages) -> &'static str {
    let stage = job.what.only_booking().and_then(|(booking, _)| stages.get(&booking).copied());
    stage.filter(|_| job.state == JobState::Assigned).unwrap_or(job.state.label())
}

/// With what something was earned: "3 jobs", "1 booking" for who earns without a job, or both.
pub(super) fn earned_with(EarnedWith { jobs, bookings }: EarnedWith) -> String {
    let jobs_only = t!("portal-counted-jobs", jobs = count(jobs));
    match (jobs, bookings) {
        (_, 0) => jobs_only,
        (0, _) => t!("portal-counted-bookings", bookings = count(bookings)),
        _ => format!("{jobs_only}, {}", t!("portal-counted-bookings", bookings = count(bookings))),
    }
}

/// When a provider is expected.
pub(super) fn due(tenant: &Tenant, at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    match at {
        at if is_any_minute(at, now) => t!("portal-youre-due-any-minute-now").to_owned(),
        at if at < now => t!("portal-you-were-due-at", when = when(tenant, at, now)),
        at => t!("portal-be-there-by", when = when(tenant, at, now)),
    }
}
