//! Background work: the queue of tasks and the deadlines. Knows no domain: the application registers which function handles what ([`Registry`]).
//!
//! A task is enqueued in the transaction whose consequence it is. A worker claims it with a lease, extends the lease while its handler runs, and deletes
//! the task when it is done. Every claim has a token; what a worker writes about a task counts only while its claim is the latest.
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
//! Tries are counted by the claim, so a task that takes its worker down each time is given up like any other. A kind that this binary doesn't know isn't
//! claimed: a newer binary may know it. After an hour it is given up.
//!
//! A deadline is a column (`jobs.dispatch_at`) mirrored by a trigger. It is claimed the same way, so that no two handlers work one subject, but it is never
//! given up: it is a fact about a row, and only the row's change ends it.
//!
//! ```text
//! column set ──> to come ──passed──> due ──claim──> running ──handler moves or empties the column──> to come, or gone
//!                                     ^               │
//!                                     ├── its row is locked: waits 4 s, until it is a minute late
//!                                     └── failed: waits 5 s, 10 s … 5 min, or until the column changes; from the 3rd time staff are alerted
//! ```
//!
//! The loops sleep until the earliest time and are woken by NOTIFY. NOTIFY is a hint: a poll every few seconds is the truth.

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
