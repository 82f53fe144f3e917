//! Background work: the queue of tasks and the deadlines. Knows no domain: [`crate::app`] says which function handles what.
//!
//! A task is enqueued in the transaction whose consequence it is. A worker claims it with a lease, works it scoped to its tenant, and deletes it;
//! a worker that dies lets go of it when the lease runs out. A deadline is a column (`jobs.dispatch_at`) mirrored by a trigger; the loop sleeps until
//! the earliest one and is woken by NOTIFY when an earlier one appears. NOTIFY is a hint: a poll every few seconds is the truth.

mod queue;
#[cfg(test)]
mod tests;
mod worker;

pub use queue::{Task, cancel, counts, enqueue};
pub use worker::{drain, work};
