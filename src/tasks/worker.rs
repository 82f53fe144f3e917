use std::{collections::HashMap, time::Duration};

use chrono::TimeDelta;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Task, queue};
use crate::{
    app::{handle_deadline, handle_task},
    error::AppError,
    housekeeping, privacy,
    server::App,
};

/// How long a worker may take before its task counts as abandoned.
const LEASE_SECONDS: i32 = 120;

/// What is taken up at once.
const BATCH: i32 = 20;

/// Without a notification, the database is asked this often.
const POLL: Duration = Duration::from_secs(5);

/// How long a deadline whose handler failed waits for its next try.
const AFTER_FAILURE: TimeDelta = TimeDelta::seconds(5);

/// A deadline that is due again this often at one go is stuck: its handler leaves it where it was.
const MOST_IN_A_ROW: u32 = 20;

/// How often each deadline was handled since nothing was due.
type Handled = HashMap<(String, Uuid), u32>;

/// Works tasks and deadlines until asked to stop; what is being worked on is finished first. The two don't wait for each other: a mail server that is
/// slow to answer must not make an offer late.
pub async fn work(app: App, stop: CancellationToken) {
    if let Err(error) = housekeeping::schedule(&app).await {
        tracing::error!(%error, "the hourly sweep could not be scheduled");
    }
    if let Err(error) = privacy::retention::schedule(&app).await {
        tracing::error!(%error, "the daily removal of old records could not be scheduled");
    }
    tokio::join!(keep_up(&app, &stop, Due::Deadlines), keep_up(&app, &stop, Due::Tasks));
}

/// The two kinds of background work.
#[derive(Clone, Copy)]
enum Due {
    Deadlines,
    Tasks,
}

impl Due {
    /// The channel that says that there is more.
    const fn channel(self) -> &'static str {
        match self {
            Self::Deadlines => "deadlines",
            Self::Tasks => "tasks",
        }
    }

    /// Does some of what is due now: how much that was.
    async fn work_some(self, app: &App, handled: &mut Handled) -> Result<usize, AppError> {
        match self {
            Self::Deadlines => work_deadlines(app, handled).await,
            Self::Tasks => work_tasks(app).await,
        }
    }

    /// How long there is nothing to do.
    async fn time_to_next(self, app: &App) -> Duration {
        let next = async {
            let mut tx = app.db.begin_platform().await?;
            let at = match self {
                Self::Deadlines => queue::next_deadline_at(&mut tx).await?,
                Self::Tasks => queue::next_task_at(&mut tx).await?,
            };
            Ok::<_, AppError>(at.map(|at| (at - tx.now).to_std().unwrap_or(Duration::ZERO)))
        };
        match next.await {
            Ok(Some(wait)) => wait.clamp(Duration::from_millis(10), POLL),
            Ok(None) | Err(_) => POLL,
        }
    }
}

async fn keep_up(app: &App, stop: &CancellationToken, due: Due) {
    let mut listener = None;
    let mut handled = Handled::new();
    while !stop.is_cancelled() {
        if listener.is_none() {
            listener = app
                .db
                .listen(&[due.channel()])
                .await
                .map_err(|error| tracing::warn!(%error, "can't listen for background work"))
                .ok();
        }
        let wait = match due.work_some(app, &mut handled).await {
            Ok(0) => {
                handled.clear();
                due.time_to_next(app).await
            }
            Ok(_) => continue,
            Err(error) => {
                tracing::error!(%error, "background work failed");
                POLL
            }
        };
        let woken = async {
            match &mut listener {
                Some(listener) => listener.recv().await.is_ok(),
                None => std::future::pending().await,
            }
        };
        let lost = tokio::select! {
            () = stop.cancelled() => false,
            () = tokio::time::sleep(wait) => false,
            heard = woken => !heard,
        };
        if lost {
            listener = None;
        }
    }
}

/// Does everything that is due now, and what becomes due by it.
pub async fn drain(app: &App) -> Result<(), AppError> {
    let mut handled = Handled::new();
    loop {
        let deadlines = work_deadlines(app, &mut handled).await?;
        let tasks = work_tasks(app).await?;
        if deadlines + tasks == 0 {
            return Ok(());
        }
    }
}

async fn work_deadlines(app: &App, handled: &mut Handled) -> Result<usize, AppError> {
    let mut tx = app.db.begin_platform().await?;
    let now = tx.now;
    let due = queue::due(&mut tx, now, BATCH).await?;
    tx.commit().await?;
    for deadline in &due {
        let times = handled.entry((deadline.kind.clone(), deadline.subject_id)).or_default();
        *times += 1;
        let outcome = if *times > MOST_IN_A_ROW {
            Err(AppError::internal(&"the deadline's handler leaves it where it was"))
        } else {
            handle_deadline(app, deadline.tenant_id, &deadline.kind, deadline.subject_id).await
        };
        if let Err(error) = outcome {
            tracing::error!(%error, kind = %deadline.kind, subject = %deadline.subject_id, "deadline failed");
            let mut tx = app.db.begin_platform().await?;
            queue::postpone(&mut tx, deadline, now + AFTER_FAILURE).await?;
            tx.commit().await?;
        }
    }
    Ok(due.len())
}

/// Works a batch of tasks at once, so that each is done within its lease however long another takes.
async fn work_tasks(app: &App) -> Result<usize, AppError> {
    let mut tx = app.db.begin_platform().await?;
    let now = tx.now;
    let tasks = queue::claim(&mut tx, now, LEASE_SECONDS, BATCH).await?;
    tx.commit().await?;
    let mut running = JoinSet::new();
    let claimed = tasks.len();
    for task in tasks {
        let app = app.clone();
        running.spawn(async move { work_task(&app, &task).await });
    }
    while let Some(ended) = running.join_next().await {
        ended.map_err(|error| AppError::internal(&error))??;
    }
    Ok(claimed)
}

async fn work_task(app: &App, task: &Task) -> Result<(), AppError> {
    let outcome = handle_task(app, task).await;
    let mut tx = app.db.begin_platform().await?;
    match outcome {
        Ok(()) => queue::complete(&mut tx, task.id).await?,
        Err(error) => {
            tracing::warn!(%error, kind = %task.kind, attempt = task.attempts, "task failed");
            let now = tx.now;
            queue::retry(&mut tx, task, &error, now).await?;
        }
    }
    tx.commit().await
}
