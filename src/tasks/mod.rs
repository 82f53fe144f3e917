//! Background work: the queue of tasks, and deadlines. Knows no domain: the application registers the handler of each kind ([`Registry`]).
//!
//! A task is enqueued in the transaction that causes it. A worker claims it with a lease, extends the lease while its handler runs, and deletes the
//! task when it is done. Every claim has a token; a worker can change a task only while its claim is the latest.
//!
//! ```text
//! enqueue ──> waiting ──claim, tries + 1──> running ──done──> deleted (a scheduled one waits for its next time)
//!               ^                           │  │  │
//!               ├──failed, panicked, too slow: waits 10 s, 20 s … 1 h ──┘  │  └──failed at the last of 12 tries──> given up
//!               └──no heartbeat for 120 s: the worker is gone ────────┘                                            │
//!               ^                                                                                                  │
//!               └───────────────────────── an operator tries it again ─────────────────────────────────────────────┤
//!                                                                              an operator resolves it ──> deleted ┘
//! ```
//!
//! The claim counts the try, so a task that crashes its worker each time is given up like any other. A worker doesn't claim kinds that its binary
//! doesn't know: a newer binary may know them. After an hour such a task is given up.
//!
//! A deadline is a column (`jobs.dispatch_at`) mirrored by a trigger. It is claimed the same way, so that only one handler works on a subject, but it
//! is never given up: it is a property of a row, and only a change of the row ends it.
//!
//! ```text
//! column set ──> to come ──passed──> due ──claim──> running ──handler moves or empties the column──> to come, or gone
//!                                     ^               │
//!                                     ├── its row is locked: waits 4 s, until it is a minute late
//!                                     └── failed: waits 5 s, 10 s … 5 min, or until the column changes; from the 3rd time staff are alerted
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
