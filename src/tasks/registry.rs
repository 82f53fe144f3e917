use std::{collections::HashMap, pin::Pin, sync::Arc};

use chrono::{DateTime, DurationRound, NaiveTime, TimeDelta, Utc};
use engine::Id;
use uuid::Uuid;

use super::Task;
use crate::{error::AppError, tenants::Tenant};

/// A handler at work.
type Working = Pin<Box<dyn Future<Output = Result<(), AppError>> + Send>>;

type TaskHandler<S> = Arc<dyn Fn(S, Task) -> Working + Send + Sync>;
type DeadlineHandler<S> = Arc<dyn Fn(S, Id<Tenant>, Uuid) -> Working + Send + Sync>;

/// Which function handles what, and what runs by the clock. `S` is what every handler is given: the application, or a test's own state.
pub struct Registry<S> {
    tasks: HashMap<&'static str, TaskHandler<S>>,
    deadlines: HashMap<&'static str, DeadlineHandlers<S>>,
    schedules: HashMap<&'static str, Every>,
}

/// What is called for a deadline, with its tenant and the id of its row.
pub(super) struct DeadlineHandlers<S> {
    pub handle: DeadlineHandler<S>,
    /// When that failed several times in a row.
    pub alert: DeadlineHandler<S>,
}

/// When a scheduled task runs. The times are fixed, so that a process that is often restarted doesn't put them off.
#[derive(Debug, Clone, Copy)]
pub enum Every {
    /// At every full hour.
    Hour,
    /// Once a day at this time, UTC.
    DayAt(NaiveTime),
}

impl Every {
    /// The first time after `now`.
    pub(super) fn next_after(self, now: DateTime<Utc>) -> DateTime<Utc> {
        match self {
            Self::Hour => {
                let hour = TimeDelta::hours(1);
                now.duration_trunc(hour).unwrap_or(now) + hour
            }
            Self::DayAt(time) => {
                let today = now.date_naive().and_time(time).and_utc();
                if now < today { today } else { today + TimeDelta::days(1) }
            }
        }
    }
}

impl<S> Default for Registry<S> {
    fn default() -> Self {
        Self { tasks: HashMap::new(), deadlines: HashMap::new(), schedules: HashMap::new() }
    }
}

impl<S> Registry<S> {
    /// Handles tasks of this kind.
    #[must_use]
    pub fn task<W>(mut self, kind: &'static str, handler: impl Fn(S, Task) -> W + Send + Sync + 'static) -> Self
    where
        W: Future<Output = Result<(), AppError>> + Send + 'static,
    {
        self.tasks.insert(kind, Arc::new(move |state, task| Box::pin(handler(state, task))));
        self
    }

    /// Registers the handler of a scheduled kind: one task of it always waits for its next time.
    #[must_use]
    pub fn scheduled<W>(
        mut self,
        kind: &'static str,
        every: Every,
        handler: impl Fn(S) -> W + Send + Sync + 'static,
    ) -> Self
    where
        W: Future<Output = Result<(), AppError>> + Send + 'static,
    {
        self.schedules.insert(kind, every);
        self.task(kind, move |state, _| handler(state))
    }

    /// Handles deadlines of this kind: `handle` moves the column that the deadline mirrors, otherwise the deadline comes again. `alert` tells a
    /// person that it failed several times in a row.
    #[must_use]
    pub fn deadline<W, A>(
        mut self,
        kind: &'static str,
        handle: impl Fn(S, Id<Tenant>, Uuid) -> W + Send + Sync + 'static,
        alert: impl Fn(S, Id<Tenant>, Uuid) -> A + Send + Sync + 'static,
    ) -> Self
    where
        W: Future<Output = Result<(), AppError>> + Send + 'static,
        A: Future<Output = Result<(), AppError>> + Send + 'static,
    {
        let handlers = DeadlineHandlers {
            handle: Arc::new(move |state, tenant, subject| Box::pin(handle(state, tenant, subject)) as Working),
            alert: Arc::new(move |state, tenant, subject| Box::pin(alert(state, tenant, subject)) as Working),
        };
        self.deadlines.insert(kind, handlers);
        self
    }

    pub(super) fn task_kinds(&self) -> Vec<&'static str> {
        self.tasks.keys().copied().collect()
    }

    pub(super) fn deadline_kinds(&self) -> Vec<&'static str> {
        self.deadlines.keys().copied().collect()
    }

    pub(super) fn task_handler(&self, kind: &str) -> Option<TaskHandler<S>> {
        self.tasks.get(kind).cloned()
    }

    pub(super) fn deadline_handlers(&self, kind: &str) -> Option<&DeadlineHandlers<S>> {
        self.deadlines.get(kind)
    }

    pub(super) fn schedules(&self) -> impl Iterator<Item = (&'static str, Every)> {
        self.schedules.iter().map(|(kind, every)| (*kind, *every))
    }

    pub(super) fn schedule_of(&self, kind: &str) -> Option<Every> {
        self.schedules.get(kind).copied()
    }
}
