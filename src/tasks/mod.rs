//! Background work: the queue of tasks, and deadlines. Knows no domain: the application registers the handler of each kind ([`Registry`]).
//!
//! A task is enqueued in the transaction that causes it. A worker claims it with a lease, extends the lease while its handler runs, and deletes the
//! task when it is done. Every claim has a token; a worker can change a task only while its claim is the latest.
//!
//! ```text
//! enqueue ─> waiting
//! waiting ─claim, attempts + 1─> running
//! running ─> deleted    done; a scheduled task waits for its next time instead
//! running ─> waiting    failed, panicked or too slow: for 10 s, 20 s … 1 h
//! running ─> waiting    no heartbeat for 120 s: the worker is gone
//! running ─> given up   failed at the last of 12 attempts
//! given up ─> waiting   an operator retries it
//! given up ─> deleted   an operator resolves it
//! ```
//!
//! The claim counts the attempt, so a task that crashes its worker each time is given up like any other. A worker doesn't claim kinds that its binary
//! doesn't know: a newer binary may know them. After an hour such a task is given up.
//!
//! A deadline is a column (`jobs.dispatch_at`) mirrored by a trigger. It is claimed the same way, so that only one handler works on a subject, but it
//! is never given up: it is a property of a row, and only a change of the row ends it.
//!
//! ```text
//! column set ─> scheduled ─passed─> due ─claim─> running
//! running ─> scheduled, or gone   the handler moves or clears the column
//! running ─> due                  its row is locked: waits 4 s, until it is a minute late
//! running ─> due                  failed: waits 5 s, 10 s … 5 min, or until the column changes; from the 3rd time staff are alerted
//! ```
//!
//! The loops sleep until the earliest time and are woken by NOTIFY. NOTIFY is only a hint: the loops also poll every few seconds, so a lost one does
//! no harm.

mod attempt;
mod deadlines;
mod pulse;
mod queue;
mod registry;
mod supervisor;
#[cfg(test)]
mod tests;
mod worker;

use self::attempt::Failure;
pub use self::{
    pulse::Pulse,
    queue::{Figures, Task, cancel, enqueue, figures},
    registry::{Every, Registry},
    worker::{Pace, Worker},
};
