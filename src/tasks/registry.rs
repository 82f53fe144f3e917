use std::{collections::HashMap, pin::Pin, sync::Arc};

use chrono::{DateTime, DurationRound, NaiveTime, TimeDelta, Utc};
use engine::Id;
use uuid::Uuid;

use super::Task;
use crate::{error::AppError, tenants::Tenant};

/// A running handler.
type Working = Pin<Box<dyn Future<Output = Result<(), AppError>> + Send>>;

type TaskHandler<S> = Arc<dyn Fn(S, Task) -> Working + Send + Sync>;
type DeadlineHandler<S> = Arc<dyn Fn(S, Id<Tenant>, Uuid) -> Working + Send + Sync>;

/// The handlers by kind, and the schedules. `S` is passed to every handler: the application, or a test's state.
pub struct Registry<S> {
    tasks: HashMap<&'static str, TaskHandler<S>>,
    deadlines: HashMap<&'static str, DeadlineHandlers<S>>,
    schedules: HashMap<&'static str, Every>,
    prepare: fn(S) -> S,
}

/// The handler of a deadline, called with its tenant and the id of its row.
pub(super) struct DeadlineHandlers<S> {
    pub handle: DeadlineHandler<S>,
    /// Called after several failures in a row.
    pub alert: DeadlineHandler<S>,
}

/// The schedule of a task. Times are fixed, so that frequent restarts don't postpone it.
#[derive(Debug, Clone, Copy)]
pub enum Every {
    /// Every full hour.
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
        Self { tasks: HashMap::new(), deadlines: HashMap::new(), schedules: HashMap::new(), prepare: |state| state }
    }
}

impl<S: 'static> Registry<S> {
    /// Prepares the state for the handlers of all deadlines that are registered after this.
    #[must_use]
    pub fn handle_deadlines_with(mut self, prepare: fn(S) -> S) -> Self {
        self.prepare = prepare;
        self
    }

    /// Registers the handler of this kind of task.
    #[must_use]
    pub fn task<W>(mut self, kind: &'static str, handler: impl Fn(S, Task) -> W + Send + Sync + 'static) -> Self
    where
        W: Future<Output = Result<(), AppError>> + Send + 'static,
    {
        let before = self.tasks.insert(kind, Arc::new(move |state, task| Box::pin(handler(state, task))));
        assert!(before.is_none(), "two handlers of the task {kind}");
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

    /// Registers the handler of this kind of deadline. `handle` must move the column that the deadline mirrors, or the deadline is due again.
    /// `alert` alerts a person after several failures in a row.
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
        let prepare = self.prepare;
        let handlers = DeadlineHandlers {
            handle: Arc::new(move |state, tenant, subject| {
                Box::pin(handle(prepare(state), tenant, subject)) as Working
            }),
            alert: Arc::new(move |state, tenant, subject| Box::pin(alert(state, tenant, subject)) as Working),
        };
        let before = self.deadlines.insert(kind, handlers);
        assert!(before.is_none(), "two handlers of the deadline {kind}");
        self
    }

    /// The kinds of the registered tasks.
    pub fn task_kinds(&self) -> Vec<&'static str> {
        self.tasks.keys().copied().collect()
    }

    /// The kinds of the registered deadlines.
    pub fn deadline_kinds(&self) -> Vec<&'static str> {
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
