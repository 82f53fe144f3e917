use chrono::{DateTime, Utc};
use engine::Id;

use super::About;
use crate::{
    bookings::{Booking, Key},
    dispatch::{self, Job, JobProgress},
    identity::User,
    providers::Provider,
    server::Visit,
    tenants::Tenant,
};

/// A booking as it stands, with all its pages know of it.
#[derive(Clone, Copy)]
pub struct Situation<'a> {
    pub tenant: &'a Tenant,
    pub booking: &'a Booking,
    pub about: &'a About,
    pub jobs: &'a [JobProgress],
    pub now: DateTime<Utc>,
}

impl<'a> Situation<'a> {
    /// The job to show if only one is shown.
    pub fn job(&self) -> Option<&'a JobProgress> {
        dispatch::current(self.jobs)
    }
}

/// A visit of a booking's page.
pub struct Seen<'a> {
    pub visit: &'a Visit,
    pub booking: &'a Booking,
    pub about: &'a About,
    pub side: Side<'a>,
}

/// A visit of a job's page, by its provider or by staff.
pub struct JobSeen<'a> {
    pub visit: &'a Visit,
    pub job: &'a Job,
    pub side: Side<'a>,
}

/// Who looks at a booking or a job.
#[derive(Clone, Copy)]
pub enum Side<'a> {
    /// Its customer, by the key that opened it.
    Customer(&'a Key),
    /// A provider, on the page of a job that is or was theirs.
    Provider(&'a Provider, Id<Job>),
    Staff(&'a User),
}
