use std::{collections::HashMap, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::info_span;
use uuid::Uuid;

use super::{
    Failure, Pulse, Registry, Task,
    attempt::attempt,
    deadlines::{self, Deadline},
    pulse::Lane,
    queue,
};
use crate::{db::Db, error::AppError, telemetry};

/// Without a notification, the database is polled this often.
const POLL: Duration = Duration::from_secs(5);

/// The wait if something is due but can't be claimed, because another transaction has locked its row.
const BUSY: Duration = Duration::from_millis(100);

/// A deadline that is due this often within [`AT_ONE_GO`] is stuck: its handler doesn't move it.
const MOST_IN_A_ROW: u32 = 20;

/// Over more time than this, a deadline may become due any number of times: an evening of offers is normal.
const AT_ONE_GO: TimeDelta = TimeDelta::seconds(60);

/// The wait of a deadline whose row another transaction has locked: fewer than [`MOST_IN_A_ROW`] attempts within [`AT_ONE_GO`].
const BLOCKED: TimeDelta = TimeDelta::seconds(4);

/// After this many failed attempts in a row, staff are alerted.
const ALERT_AFTER: i32 = 3;

/// How much a worker does at once, and its time limits.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    pub task_slots: usize,
    pub deadline_slots: usize,
    /// How long a claim is valid without a heartbeat.
    pub lease: TimeDelta,
    /// How often the claim of a running task is extended.
    pub heartbeat: Duration,
    /// Time limit of a task.
    pub task_limit: Duration,
    /// Time limit of a deadline; shorter than the lease, because its claim isn't extended.
    pub deadline_limit: Duration,
    /// How often it is checked that the loops still run.
    pub check: Duration,
}

impl Pace {
    /// Leaves a quarter of the pool's connections to pages, even if the background work is slow.
    pub fn for_pool(connections: u32) -> Self {
        let connections = usize::try_from(connections).unwrap_or(usize::MAX);
        Self {
            task_slots: (connections / 2).clamp(1, 16),
            deadline_slots: (connections / 4).clamp(1, 8),
            lease: TimeDelta::seconds(120),
            heartbeat: Duration::from_secs(30),
            task_limit: Duration::from_hours(1),
            deadline_limit: Duration::from_secs(20),
            check: Duration::from_secs(10),
        }
    }
}

/// Claimed work.
enum Claimed {
    Deadline(Deadline),
    Task(Task),
}

/// How often each deadline was handled recently.
#[derive(Default)]
struct Handled(HashMap<(String, Uuid), Streak>);

struct Streak {
    count: u32,
    began_at: DateTime<Utc>,
}

impl Handled {
    /// Removes entries that are too old to show that a deadline is stuck.
    fn forget_old(&mut self, now: DateTime<Utc>) {
        self.0.retain(|_, streak| now - streak.began_at <= AT_ONE_GO);
    }

    /// Counts a claimed deadline; returns whether it is stuck.
    fn count(&mut self, deadline: &Deadline, now: DateTime<Utc>) -> bool {
        let key = (deadline.kind.clone(), deadline.subject_id);
        let streak = self.0.entry(key).or_insert(Streak { count: 0, began_at: now });
        streak.count += 1;
        streak.count > MOST_IN_A_ROW
    }
}

/// Runs tasks and deadlines with the handlers of a registry.
pub struct Worker<S> {
    db: Db,
    state: S,
    registry: Arc<Registry<S>>,
    pub(super) pace: Pace,
    pulse: Pulse,
}

impl<S: Clone> Clone for Worker<S> {
    fn clone(&self) -> Self {
        Self {
            db: self.db.clone(),
            state: self.state.clone(),
            registry: Arc::clone(&self.registry),
            pace: self.pace,
            pulse: self.pulse.clone(),
        }
    }
}

impl<S: Clone + Send + Sync + 'static> Worker<S> {
    /// A worker that isn't started yet.
    pub fn new(db: Db, state: S, registry: Registry<S>, pace: Pace, pulse: Pulse) -> Self {
        Self { db, state, registry: Arc::new(registry), pace, pulse }
    }

    /// Runs until asked to stop, then finishes the running work.
    pub async fn run(self, stop: CancellationToken) {
        tokio::join!(self.keep_up(&stop, Lane::Deadlines), self.keep_up(&stop, Lane::Tasks));
    }

    /// Runs everything that is due now, and everything that becomes due because of it. Deadlines run one by one, in the order of their times.
    #[cfg(test)]
    pub async fn drain(&self) -> Result<(), AppError> {
        let mut handled = Handled::default();
        loop {
            let mut done = 0;
            for (lane, slots) in [(Lane::Deadlines, 1), (Lane::Tasks, self.pace.task_slots)] {
                let mut running = JoinSet::new();
                while self.start_due(lane, slots, &mut running, &mut handled).await? > 0 {
                    while running.join_next().await.is_some() {
                        done += 1;
                    }
                }
            }
            if done == 0 {
                return Ok(());
            }
        }
    }

    /// Ensures that every scheduled task is waiting for its time.
    pub async fn schedule(&self) -> Result<(), AppError> {
        let mut tx = self.db.begin_platform().await?;
        let now = tx.now;
        for (kind, every) in self.registry.schedules() {
            queue::schedule(&mut tx, kind, every.next_after(now)).await?;
        }
        tx.commit().await
    }

    /// How long ago the slower loop of this worker ran.
    pub(super) fn lag(&self) -> Option<TimeDelta> {
        self.pulse.lag(self.db.clock.now())
    }

    /// Marks both loops as about to start.
    pub(super) fn beat(&self) {
        for lane in [Lane::Deadlines, Lane::Tasks] {
            self.pulse.beat(lane, self.db.clock.now());
        }
    }

    async fn keep_up(&self, stop: &CancellationToken, lane: Lane) {
        let mut listener = None;
        let mut is_scheduled = false;
        let mut running = JoinSet::new();
        let mut handled = Handled::default();
        while !stop.is_cancelled() {
            self.pulse.beat(lane, self.db.clock.now());
            if listener.is_none() {
                let listening = self.db.listen(&[lane.channel()]).await;
                listener = listening.map_err(|error| tracing::warn!(%error, "can't listen for background work")).ok();
            }
            if !is_scheduled {
                is_scheduled = self.schedule().await.is_ok();
            }
            let wait = self.fill_slots(lane, &mut running, &mut handled).await.unwrap_or_else(|error| {
                tracing::error!(%error, ?lane, "background work failed");
                POLL
            });
            let heard = async {
                match &mut listener {
                    Some(listener) => listener.recv().await.is_ok(),
                    None => std::future::pending().await,
                }
            };
            let lost = tokio::select! {
                () = stop.cancelled() => false,
                () = tokio::time::sleep(wait) => false,
                Some(_) = running.join_next() => false,
                heard = heard => !heard,
            };
            if lost {
                listener = None;
            }
        }
        while running.join_next().await.is_some() {}
    }

    /// Starts due work in the free slots. Returns how long to wait, unless a slot becomes free.
    async fn fill_slots(
        &self,
        lane: Lane,
        running: &mut JoinSet<()>,
        handled: &mut Handled,
    ) -> Result<Duration, AppError> {
        while running.try_join_next().is_some() {}
        let slots = match lane {
            Lane::Deadlines => self.pace.deadline_slots,
            Lane::Tasks => self.pace.task_slots,
        };
        let free = slots.saturating_sub(running.len());
        if free == 0 || self.start_due(lane, free, running, handled).await? == free {
            return Ok(POLL);
        }
        self.time_to_next(lane).await
    }

    /// Claims up to this much work and starts it. Returns how much.
    async fn start_due(
        &self,
        lane: Lane,
        most: usize,
        running: &mut JoinSet<()>,
        handled: &mut Handled,
    ) -> Result<usize, AppError> {
        let claimed = self.claim(lane, i32::try_from(most).unwrap_or(i32::MAX)).await?;
        let count = claimed.len();
        let now = self.db.clock.now();
        handled.forget_old(now);
        for claimed in claimed {
            let worker = self.clone();
            match claimed {
                Claimed::Task(task) => running.spawn(async move { worker.work_task(task).await }),
                Claimed::Deadline(deadline) => {
                    let is_stuck = handled.count(&deadline, now);
                    running.spawn(async move { worker.work_deadline(deadline, is_stuck).await })
                }
            };
        }
        Ok(count)
    }

    async fn claim(&self, lane: Lane, most: i32) -> Result<Vec<Claimed>, AppError> {
        let mut tx = self.db.begin_platform().await?;
        let (now, until) = (tx.now, tx.now + self.pace.lease);
        let claimed = match lane {
            Lane::Deadlines => {
                let kinds = self.registry.deadline_kinds();
                let claimed = deadlines::claim(&mut tx, now, until, most, &kinds).await?;
                claimed.into_iter().map(Claimed::Deadline).collect()
            }
            Lane::Tasks => {
                let claimed = queue::claim(&mut tx, now, until, most, &self.registry.task_kinds()).await?;
                claimed.into_iter().map(Claimed::Task).collect()
            }
        };
        tx.commit().await?;
        Ok(claimed)
    }

    /// How long until something can be claimed.
    async fn time_to_next(&self, lane: Lane) -> Result<Duration, AppError> {
        let mut tx = self.db.begin_platform().await?;
        let next = match lane {
            Lane::Deadlines => deadlines::next_at(&mut tx, &self.registry.deadline_kinds()).await?,
            Lane::Tasks => queue::next_at(&mut tx, &self.registry.task_kinds()).await?,
        };
        Ok(next.map_or(POLL, |at| (at - tx.now).to_std().ok().filter(|wait| !wait.is_zero()).unwrap_or(BUSY).min(POLL)))
    }

    async fn work_task(&self, task: Task) {
        let outcome = tokio::select! {
            outcome = self.attempt_task(&task) => outcome,
            () = self.hold(&task) => {
                tracing::error!(kind = %task.kind, id = task.id, "the lease of a task was lost; another worker has it");
                count(telemetry::TASKS, &task.kind, "lost");
                return;
            }
        };
        count(telemetry::TASKS, &task.kind, if outcome.is_ok() { "done" } else { "failed" });
        if let Err(error) = self.finish_task(&task, outcome).await {
            tracing::error!(%error, kind = %task.kind, id = task.id, "what became of a task could not be noted");
        }
    }

    async fn attempt_task(&self, task: &Task) -> Result<(), Failure> {
        let Some(handler) = self.registry.task_handler(&task.kind) else {
            return Err(Failure::new(format!("nobody handles tasks of kind `{}`", task.kind)));
        };
        let (state, task) = (self.state.clone(), task.clone());
        let span = info_span!("task", kind = %task.kind, id = task.id, attempt = task.attempts);
        attempt(async move { handler(state, task).await }, self.pace.task_limit, span).await
    }

    /// Extends the claim of a task while its handler runs; returns when the claim is lost.
    async fn hold(&self, task: &Task) {
        let mut held_until = self.db.clock.now() + self.pace.lease;
        loop {
            tokio::time::sleep(self.pace.heartbeat).await;
            match self.extend(task).await {
                Ok(Some(until)) => held_until = until,
                Ok(None) => return,
                Err(error) => tracing::warn!(%error, kind = %task.kind, id = task.id, "a lease could not be extended"),
            }
            if self.db.clock.now() >= held_until {
                return;
            }
        }
    }

    async fn extend(&self, task: &Task) -> Result<Option<DateTime<Utc>>, AppError> {
        let mut tx = self.db.begin_platform().await?;
        let until = tx.now + self.pace.lease;
        let is_ours = queue::extend(&mut tx, task, until).await?;
        tx.commit().await?;
        Ok(is_ours.then_some(until))
    }

    async fn finish_task(&self, task: &Task, outcome: Result<(), Failure>) -> Result<(), AppError> {
        let mut tx = self.db.begin_platform().await?;
        let now = tx.now;
        let is_ours = match outcome {
            Ok(()) => queue::complete(&mut tx, task).await?,
            Err(failure) => {
                tracing::warn!(error = %failure, kind = %task.kind, attempt = task.attempts, "task failed");
                let wait = backoff(10, task.attempts, TimeDelta::hours(1));
                queue::fail(&mut tx, task, &failure, now + wait, now).await?
            }
        };
        if !is_ours {
            tracing::warn!(kind = %task.kind, id = task.id, "a task was replaced, or taken over, while it ran");
        }
        if let Some(every) = self.registry.schedule_of(&task.kind) {
            queue::schedule(&mut tx, &task.kind, every.next_after(now)).await?;
        }
        tx.commit().await
    }

    async fn work_deadline(&self, deadline: Deadline, is_stuck: bool) {
        let outcome = if is_stuck {
            Err(Failure::new("the handler leaves the deadline where it was"))
        } else {
            self.attempt_deadline(&deadline).await
        };
        if outcome.as_ref().is_err_and(|failure| failure.is_blocked) && self.put_off(&deadline).await {
            count(telemetry::DEADLINES, &deadline.kind, "blocked");
            return;
        }
        if let Err(failure) = &outcome {
            tracing::error!(error = %failure, kind = %deadline.kind, subject = %deadline.subject_id, attempt = deadline.attempts, "deadline failed");
        }
        count(telemetry::DEADLINES, &deadline.kind, if outcome.is_ok() { "done" } else { "failed" });
        let is_failing = outcome.is_err() && deadline.attempts >= ALERT_AFTER;
        if let Err(error) = self.finish_deadline(&deadline, outcome).await {
            tracing::error!(%error, kind = %deadline.kind, "what became of a deadline could not be noted");
        }
        if is_failing {
            self.alert(&deadline).await;
        }
    }

    async fn attempt_deadline(&self, deadline: &Deadline) -> Result<(), Failure> {
        let Some(handlers) = self.registry.deadline_handlers(&deadline.kind) else {
            return Err(Failure::new(format!("nobody handles deadlines of kind `{}`", deadline.kind)));
        };
        let (handle, state) = (Arc::clone(&handlers.handle), self.state.clone());
        let (tenant, subject) = (deadline.tenant_id, deadline.subject_id);
        let span = info_span!("deadline", kind = %deadline.kind, %subject);
        attempt(async move { handle(state, tenant, subject).await }, self.pace.deadline_limit, span).await
    }

    /// Postpones a deadline whose row another transaction has locked; false if it has failed.
    async fn put_off(&self, deadline: &Deadline) -> bool {
        let put_off = async {
            let mut tx = self.db.begin_platform().await?;
            let now = tx.now;
            let is_put_off = deadlines::put_off(&mut tx, deadline, now, now + BLOCKED).await?;
            tx.commit().await?;
            Ok::<bool, AppError>(is_put_off)
        };
        put_off.await.unwrap_or(false)
    }

    async fn finish_deadline(&self, deadline: &Deadline, outcome: Result<(), Failure>) -> Result<(), AppError> {
        let mut tx = self.db.begin_platform().await?;
        let now = tx.now;
        match outcome {
            Ok(()) => deadlines::done(&mut tx, deadline).await?,
            Err(failure) => {
                let wait = backoff(5, deadline.attempts, TimeDelta::minutes(5));
                deadlines::fail(&mut tx, deadline, &failure, now + wait).await?;
            }
        }
        tx.commit().await
    }

    /// Alerts a person of a deadline that fails repeatedly.
    async fn alert(&self, deadline: &Deadline) {
        let Some(handlers) = self.registry.deadline_handlers(&deadline.kind) else { return };
        let (alert, state) = (Arc::clone(&handlers.alert), self.state.clone());
        let (tenant, subject) = (deadline.tenant_id, deadline.subject_id);
        let span = info_span!("alert", kind = %deadline.kind, %subject);
        let outcome = attempt(async move { alert(state, tenant, subject).await }, self.pace.deadline_limit, span).await;
        if let Err(failure) = outcome {
            tracing::error!(error = %failure, %subject, "the alert of a failing deadline failed");
        }
    }
}

/// Counts an attempt for the metrics. Kinds are from the registry, because nothing else is claimed.
fn count(metric: &'static str, kind: &str, outcome: &'static str) {
    metrics::counter!(metric, "kind" => kind.to_owned(), "outcome" => outcome).increment(1);
}

/// How long to wait after the n-th attempt: `first` seconds, then twice as long each time, up to `longest`.
fn backoff(first: i64, attempts: i32, longest: TimeDelta) -> TimeDelta {
    TimeDelta::seconds(first << attempts.clamp(1, 20).saturating_sub(1)).min(longest)
}
