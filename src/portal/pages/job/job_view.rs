use chrono::{DateTime, Utc};
use engine::Id;

use crate::{
    dispatch::{Assignment, AssignmentState, Job},
    portal::store::{JobDetails, Member},
    tenants::Tenant,
    verticals::Vertical,
};

/// A job as its provider sees it. Each part of its page is a method in the file of that part.
pub(super) struct JobView<'a> {
    pub(super) tenant: &'a Tenant,
    pub(super) job: &'a Job,
    /// The job's kind of business, or that of its bookings: the previous version stores none with the job.
    pub(super) vertical: Option<Vertical>,
    pub(super) assignment: &'a Assignment,
    /// One, several, or none yet.
    pub(super) bookings: &'a [JobDetails],
    /// Empty if one person does it alone.
    pub(super) crew: &'a [Member],
    /// The job that they have in its place.
    pub(super) kept_as: Option<Id<Job>>,
    pub(super) now: DateTime<Utc>,
}

impl JobView<'_> {
    /// Whether the provider still has the job and hasn't finished it.
    pub(super) fn is_mine(&self) -> bool {
        self.assignment.state != AssignmentState::Ended && !self.job.state.is_over()
    }

    /// The booking, if the job has exactly one.
    pub(super) fn only(&self) -> Option<&JobDetails> {
        self.bookings.first().filter(|_| self.bookings.len() == 1)
    }

    pub(super) fn lead(&self) -> String {
        match (self.only(), self.bookings.len()) {
            (Some(only), _) => t!("portal-booking", reference = only.reference),
            (None, 0) => t!("portal-nobody-is-booked-on-it-yet").to_owned(),
            (None, many) => t!("portal-many-bookings", many = many),
        }
    }
}
