use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};

/// The two kinds of background work. They run independently: a slow mail server must not delay an offer.
#[derive(Debug, Clone, Copy)]
pub(super) enum Lane {
    Deadlines,
    Tasks,
}

impl Lane {
    /// The channel that notifies of new work.
    pub(super) const fn channel(self) -> &'static str {
        match self {
            Self::Deadlines => "deadlines",
            Self::Tasks => "tasks",
        }
    }
}

/// When the loops of this process's worker last ran.
#[derive(Debug, Clone, Default)]
pub struct Pulse(Arc<Mutex<[Option<DateTime<Utc>>; 2]>>);

impl Pulse {
    pub(super) fn beat(&self, lane: Lane, now: DateTime<Utc>) {
        self.0.lock().expect("no one panics while holding the pulse")[lane as usize] = Some(now);
    }

    /// How long ago the slower of the two loops ran; `None` in a process without a worker.
    pub fn lag(&self, now: DateTime<Utc>) -> Option<TimeDelta> {
        let beats = *self.0.lock().expect("no one panics while holding the pulse");
        beats.into_iter().flatten().min().map(|oldest| now - oldest)
    }
}
