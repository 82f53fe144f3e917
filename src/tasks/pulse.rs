use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};

/// The two kinds of background work. They don't wait for each other: a mail server that is slow to answer must not make an offer late.
#[derive(Debug, Clone, Copy)]
pub(super) enum Lane {
    Deadlines,
    Tasks,
}

impl Lane {
    /// The channel that says that there is more.
    pub(super) const fn channel(self) -> &'static str {
        match self {
            Self::Deadlines => "deadlines",
            Self::Tasks => "tasks",
        }
    }
}

/// When the loops of this process's worker last came around.
#[derive(Debug, Clone, Default)]
pub struct Pulse(Arc<Mutex<[Option<DateTime<Utc>>; 2]>>);

impl Pulse {
    pub(super) fn beat(&self, lane: Lane, now: DateTime<Utc>) {
        self.0.lock().expect("no one panics while holding the pulse")[lane as usize] = Some(now);
    }

    /// How long ago the slower of the two loops came around; nothing in a process that has started no worker.
    pub fn lag(&self, now: DateTime<Utc>) -> Option<TimeDelta> {
        let beats = *self.0.lock().expect("no one panics while holding the pulse");
        beats.into_iter().flatten().min().map(|oldest| now - oldest)
    }
}
