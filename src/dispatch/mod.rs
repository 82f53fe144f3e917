//! Dispatch: who does a job, and how far it is. Tables `jobs`, `job_bookings`, `offers`, `assignments`, `dispatch_decisions`. Knows nothing of verticals.
//!
//! ```text
//! job:    open <─> offered ─> assigned ─> en_route ─> arrived ─> in_progress ─> done
//!           │         │          │           │           │            │
//!           │         │          └───────────┴───────────┴────────────┴─> unsuccessful   (in_progress or arrived only)
//!           └─────────┴──────────┴───────────┴───────────┴────────────┴─> cancelled
//!         assigned, en_route, arrived ─> open    (the provider gave it back, or staff gave it to somebody else)
//!
//! offer:  pending ─> accepted | declined | timed_out | withdrawn
//!
//! assignment:  held ─> under_way ─> ended
//! ```
//!
//! A job is offered to one provider after another, the one who can be there first before the others ([`candidates`]). `jobs.dispatch_at` says when the
//! dispatcher has to look at the job again ([`dispatcher`]): a restart only makes it late. Whoever declined the job, gave it back or had it taken away isn't asked
//! again; who let an offer run out isn't asked again in the same search. When nobody is left, the booking says so and staff are alerted at once, and the
//! dispatcher looks again every minute until the search has lasted as long as the tenant allows: somebody may come on duty.
//!
//! Work of a later time waits for the tenant's dispatch lead before its window; the search begins then, lasts at least until the window opens, and staff may
//! assign before. A provider is busy with a job in a stretch of time (`timing`): other work excludes them only where it overlaps with that.
//!
//! Locks are taken in the one order used everywhere: booking, providers by id, job, offer, reservations. A step that doesn't touch the booking leaves it out.

pub mod actions;
#[cfg(feature = "ssr")]
mod answer;
#[cfg(feature = "ssr")]
mod assign;
#[cfg(feature = "ssr")]
pub mod candidates;
#[cfg(feature = "ssr")]
mod deadline;
#[cfg(feature = "ssr")]
pub mod dispatcher;
#[cfg(feature = "ssr")]
mod job;
#[cfg(feature = "ssr")]
mod locks;
#[cfg(feature = "ssr")]
mod manual;
#[cfg(feature = "ssr")]
mod offer;
#[cfg(feature = "ssr")]
mod open;
#[cfg(feature = "ssr")]
pub mod policy;
#[cfg(feature = "ssr")]
mod progress;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
#[cfg(test)]
mod tests;
#[cfg(feature = "ssr")]
mod timing;
#[cfg(feature = "ssr")]
mod withdraw;

#[cfg(feature = "ssr")]
pub use answer::{accept, decline, give_back, go_off_duty, go_on_duty};
#[cfg(feature = "ssr")]
pub use candidates::{Candidate, Considered, Exclusion, Standing, candidates_for};
#[cfg(feature = "ssr")]
pub use deadline::{alert_of_deadline, handle_deadline};
#[cfg(feature = "ssr")]
pub use dispatcher::look;
#[cfg(feature = "ssr")]
pub use job::{Destination, Job, JobChange, JobState, NewJob, Outcome};
#[cfg(feature = "ssr")]
pub use locks::lock_work;
#[cfg(feature = "ssr")]
pub use manual::{Holder, assign_manually, search_again};
#[cfg(feature = "ssr")]
pub use offer::{DeclineReason, Offer, OfferChange, OfferState};
#[cfg(feature = "ssr")]
pub use open::{open_job, set_place};
#[cfg(feature = "ssr")]
pub use progress::{Ended, advance, end, end_without_success};
#[cfg(feature = "ssr")]
pub use store::{
    assignments::{Assignment, AssignmentState, is_current},
    decisions::{Decision, decisions_of},
    progress::{JobProgress, JobProvider, progress_of},
};
#[cfg(feature = "ssr")]
pub use withdraw::withdraw;
