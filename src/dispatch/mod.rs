//! Dispatch: which provider does a job, and its progress. Tables `jobs`, `job_bookings`, `offers`, `assignments`, `dispatch_decisions`. Asks a
//! booking's kind of business only who shares in its price.
//!
//! ```text
//! job:    open <─> offered ─> assigned ─> en_route ─> arrived ─> in_progress ─> done
//!           │         │          │           │           │            │
//!           │         │          └───────────┴───────────┴────────────┴─> unsuccessful   (in_progress or arrived only)
//!           └─────────┴──────────┴───────────┴───────────┴────────────┴─> cancelled
//!         assigned, en_route, arrived ─> open    (the provider gave it back, or staff assigned somebody else)
//!
//! offer:  pending ─> accepted | declined | timed_out | withdrawn
//!
//! assignment:  held ─> under_way ─> ended
//! ```
//!
//! - A booking may have no job, one, several in sequence or at once; a job may serve several bookings. Bookings follow the news of their jobs
//!   ([`crate::bookings::follow`](fn@crate::bookings::follow)).
//! - A job is offered to one provider at a time, ordered by estimated arrival ([`candidates`]), unless its [`Dispatching`] says otherwise.
//! - Staff choose the crew of a job that needs several people (`crew`).
//! - A job that moves is replaced (`replace`): the old one is cancelled, and `jobs.replaces` of the new one leads there.
//! - Providers see the jobs that they may discover, and take one themselves (`discover`).
//! - A published job is there before its bookings: they join and leave it, and it ends only by being done or cancelled (`published`).
//! - `jobs.dispatch_at` says when the [`dispatcher`] must handle the job next; a restart only delays it.
//! - A provider who declined the job, gave it back or lost it isn't asked again. A provider who let an offer time out isn't asked again in the
//!   same search.
//! - If no provider is left, the booking says so and staff are alerted at once. The dispatcher then retries every minute until the tenant's search
//!   time is over, because a provider may come on duty.
//! - For scheduled work the search begins the tenant's dispatch lead before the window and lasts at least until the window opens; staff may assign
//!   earlier.
//! - A provider is busy with a job for a period of time (`timing`): other work excludes them only if it overlaps with that period.
//! - Locks are always taken in this order: booking, providers by id, job, offer, resources by id, slots. A step that doesn't change the booking skips its lock.

pub mod actions;
mod answer;
mod assign;
pub mod candidates;
mod crew;
mod deadline;
mod discover;
pub mod dispatcher;
mod job;
mod keep;
mod locks;
mod manual;
mod news;
mod offer;
mod open;
mod pending;
pub mod policy;
mod progress;
mod published;
mod replace;
pub mod store;
#[cfg(test)]
mod tests;
mod timing;
mod withdraw;

pub use answer::{accept, decline, give_back, go_off_duty, go_on_duty};
pub use candidates::{Candidate, Considered, Exclusion, Ranking, candidates_for};
pub use crew::assign_crew;
pub use deadline::{alert_of_deadline, handle_deadline};
pub use discover::{OpenJob, discover, hide, show_again, take, view};
pub use dispatcher::run_dispatcher;
pub use job::{Destination, Dispatching, Job, JobChange, JobState, NewJob, Outcome};
pub use locks::lock_work;
pub use manual::{Holder, assign_manually, search_again};
pub use offer::{DeclineReason, Offer, OfferChange, OfferState};
pub use open::{open_job, set_place};
pub use pending::withdraw_offer_of;
pub use progress::{Ended, about_to, advance, end, end_without_success, holder, missed, reach, start_for};
pub use published::{call_off, join, leave, publish};
pub use replace::{open_instead, replace, search};
pub use store::{
    assignments::{Assignment, AssignmentState, job_of_current},
    decisions::{Decision, MOST_DECISIONS, decisions_of, decisions_of_job},
    progress::{CrewMember, JobProgress, JobProvider, current, jobs_of, open_states, progress_of},
};
pub use withdraw::{Withdrawn, withdraw};
