use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use engine::Id;
use serde_json::json;
use sqlx::{FromRow, PgConnection, types::Json};
use tokio::{
    sync::{
        Notify,
        mpsc::{self, UnboundedReceiver, UnboundedSender},
    },
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    Every, Failure, Pace, Pulse, Registry, Task, Worker,
    deadlines::{self, Deadline},
    queue::{self, enqueue},
};
use crate::{
    db::Db,
    error::AppError,
    tenants::Tenant,
    testing::{TestApp, begin, tenant},
};

/// A row of the queue, read as the owner.
#[derive(Debug, FromRow)]
struct Row {
    payload: Json<serde_json::Value>,
    key: Option<String>,
    attempts: i32,
    run_at: DateTime<Utc>,
    failed_at: Option<DateTime<Utc>>,
    last_error: Option<String>,
}

async fn rows(app: &TestApp) -> Vec<Row> {
    sqlx::query_as("select payload, key, attempts, run_at, failed_at, last_error from queue.tasks order by id")
        .fetch_all(&mut app.database.owner().await)
        .await
        .unwrap()
}

/// A deadline, read as the owner.
#[derive(Debug, FromRow)]
struct DeadlineRow {
    due_at: DateTime<Utc>,
    attempts: i32,
    last_error: Option<String>,
    retry_at: Option<DateTime<Utc>>,
}

async fn deadline_row(app: &TestApp, subject: Uuid) -> Option<DeadlineRow> {
    sqlx::query_as("select due_at, attempts, last_error, retry_at from queue.deadlines where subject_id = $1")
        .bind(subject)
        .fetch_optional(&mut app.database.owner().await)
        .await
        .unwrap()
}

/// How long a test waits for something to happen in another task.
const TIME_LIMIT: Duration = Duration::from_secs(30);

fn pace() -> Pace {
    Pace { task_slots: 2, deadline_slots: 2, ..Pace::for_pool(5) }
}

fn worker<S: Clone + Send + Sync + 'static>(app: &TestApp, state: S, registry: Registry<S>) -> Worker<S> {
    Worker::new(app.app.db.clone(), state, registry, pace(), Pulse::default())
}

/// A worker that runs until it is stopped.
struct Running {
    stop: CancellationToken,
    handle: JoinHandle<()>,
}

impl Running {
    fn start<S: Clone + Send + Sync + 'static>(worker: Worker<S>) -> Self {
        let stop = CancellationToken::new();
        let handle = tokio::spawn(worker.run(stop.clone()));
        Self { stop, handle }
    }

    async fn stop(self) {
        self.stop.cancel();
        tokio::time::timeout(TIME_LIMIT, self.handle).await.unwrap().unwrap();
    }
}

async fn next<T>(events: &mut UnboundedReceiver<T>) -> T {
    tokio::time::timeout(TIME_LIMIT, events.recv()).await.unwrap().unwrap()
}

/// Enqueues a task of this kind that is due now.
async fn give(app: &TestApp, place: Id<Tenant>, kind: &str) {
    let mut tx = begin(app, place).await;
    let now = tx.now;
    enqueue(&mut tx, kind, json!({}), now, None).await.unwrap();
    tx.commit().await.unwrap();
}

/// Claims tasks like a worker that knows only `tell`.
async fn claim(app: &TestApp, most: i32) -> Vec<Task> {
    let mut tx = app.app.db.begin_platform().await.unwrap();
    let now = tx.now;
    let claimed = queue::claim(&mut tx, now, now + TimeDelta::seconds(120), most, &["tell"]).await.unwrap();
    tx.commit().await.unwrap();
    claimed
}

async fn due(db: &mut PgConnection, at: DateTime<Utc>) -> Vec<Deadline> {
    deadlines::claim(db, at, at + TimeDelta::seconds(120), 10, &["dispatch"]).await.unwrap()
}

async fn fails<S>(_: S, _: Task) -> Result<(), AppError> {
    Err(AppError::conflict("out of order"))
}

async fn nobody_is_told<S>(_: S, _: Id<Tenant>, _: Uuid) -> Result<(), AppError> {
    Ok(())
}

#[tokio::test]
async fn a_task_exists_only_if_its_transaction_does() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let mut tx = begin(&app, atl).await;
    let now = tx.now;
    enqueue(&mut tx, "tell", json!({}), now, None).await.unwrap();
    drop(tx);
    assert!(rows(&app).await.is_empty());
    let mut tx = begin(&app, atl).await;
    enqueue(&mut tx, "tell", json!({}), now, None).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(rows(&app).await.len(), 1);
    app.done().await;
}

#[tokio::test]
async fn a_key_replaces_or_cancels_the_waiting_task_of_the_same_tenant() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let other = tenant(&app, "other").await;
    for (place, said) in [(atl, "first"), (atl, "second"), (other, "theirs")] {
        let mut tx = begin(&app, place).await;
        let now = tx.now;
        enqueue(&mut tx, "tell", json!({ "said": said }), now, Some("remind:1")).await.unwrap();
        tx.commit().await.unwrap();
    }
    let said =
        |rows: Vec<Row>| rows.iter().map(|row| row.payload["said"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(said(rows(&app).await), ["second", "theirs"]);
    let mut tx = begin(&app, other).await;
    queue::cancel(&mut tx, "remind:1").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(said(rows(&app).await), ["second"]);
    app.done().await;
}

#[tokio::test]
async fn a_claimed_task_without_heartbeat_is_claimed_by_another_worker() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let mut tx = begin(&app, atl).await;
    let now = tx.now;
    enqueue(&mut tx, "tell", json!({}), now, None).await.unwrap();
    enqueue(&mut tx, "tell", json!({}), now + TimeDelta::minutes(9), None).await.unwrap();
    tx.commit().await.unwrap();
    let first = claim(&app, 20).await;
    assert_eq!((first.len(), first[0].tenant_id, first[0].attempts), (1, Some(atl), 1), "what isn't due isn't claimed");
    app.app.db.clock.advance(TimeDelta::seconds(119));
    assert!(claim(&app, 20).await.is_empty(), "somebody is at it");
    let mut tx = app.app.db.begin_platform().await.unwrap();
    let until = tx.now + TimeDelta::seconds(120);
    assert!(queue::extend(&mut tx, &first[0], until).await.unwrap());
    tx.commit().await.unwrap();
    app.app.db.clock.advance(TimeDelta::seconds(119));
    assert!(claim(&app, 20).await.is_empty(), "and still at it");
    app.app.db.clock.advance(TimeDelta::seconds(1));
    let second = claim(&app, 20).await;
    assert_eq!((second.len(), second[0].id, second[0].attempts), (1, first[0].id, 2));
    app.done().await;
}

#[tokio::test]
async fn a_worker_can_write_only_while_it_holds_the_lease() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    give(&app, atl, "tell").await;
    let lost = claim(&app, 1).await.remove(0);
    app.app.db.clock.advance(TimeDelta::seconds(120));
    let held = claim(&app, 1).await.remove(0);

    let mut tx = app.app.db.begin_platform().await.unwrap();
    let now = tx.now;
    assert!(!queue::extend(&mut tx, &lost, now + TimeDelta::hours(1)).await.unwrap());
    assert!(!queue::complete(&mut tx, &lost).await.unwrap());
    assert!(!queue::fail(&mut tx, &lost, &Failure::new("no"), now, now).await.unwrap());
    for old in ["select app.complete_task($1)", "select app.retry_task($1, 'no', now(), now())"] {
        sqlx::query(old).bind(lost.id).execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    let row = rows(&app).await.remove(0);
    assert_eq!(
        (row.attempts, row.last_error),
        (2, None),
        "neither a late worker nor one of the previous version touches it"
    );

    let mut tx = app.app.db.begin_platform().await.unwrap();
    assert!(queue::complete(&mut tx, &held).await.unwrap());
    tx.commit().await.unwrap();
    assert!(rows(&app).await.is_empty());
    app.done().await;
}

/// Sends a message when it is dropped.
struct Ends(UnboundedSender<&'static str>);

impl Drop for Ends {
    fn drop(&mut self) {
        let _ = self.0.send("ended");
    }
}

#[tokio::test]
async fn a_handler_is_ended_when_another_worker_has_its_task() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    give(&app, atl, "tell").await;
    let (send, mut events) = mpsc::unbounded_channel();
    let registry = Registry::default().task("tell", |send: UnboundedSender<&'static str>, _| async move {
        let _ends = Ends(send.clone());
        let _ = send.send("began");
        std::future::pending().await
    });
    let pace = Pace { heartbeat: Duration::from_millis(5), ..pace() };
    let running = Running::start(Worker::new(app.app.db.clone(), send, registry, pace, Pulse::default()));
    assert_eq!(next(&mut events).await, "began");
    let stolen = "update queue.tasks set lease = gen_random_uuid()";
    sqlx::query(stolen).execute(&mut app.database.owner().await).await.unwrap();
    assert_eq!(next(&mut events).await, "ended");
    running.stop().await;
    assert_eq!(rows(&app).await.len(), 1, "it is the other worker's to finish");
    app.done().await;
}

#[tokio::test]
async fn two_workers_never_claim_the_same_task() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    for _ in 0..10 {
        give(&app, atl, "tell").await;
    }
    let mut one = app.app.db.begin_platform().await.unwrap();
    let mut other = app.app.db.begin_platform().await.unwrap();
    let (now, until) = (one.now, one.now + TimeDelta::seconds(120));
    let theirs = queue::claim(&mut one, now, until, 6, &["tell"]).await.unwrap();
    let ours = queue::claim(&mut other, now, until, 6, &["tell"]).await.unwrap();
    assert_eq!((theirs.len(), ours.len()), (6, 4));
    drop((one, other));
    app.done().await;
}

#[tokio::test]
async fn a_failing_task_is_retried_with_backoff_and_finally_given_up() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    give(&app, atl, "tell").await;
    let worker = worker(&app, (), Registry::default().task("tell", fails));
    let mut waits = Vec::new();
    for attempt in 1..=12 {
        worker.drain().await.unwrap();
        let row = rows(&app).await.remove(0);
        assert_eq!(row.attempts, attempt);
        assert_eq!(row.last_error.as_deref(), Some("out of order"));
        assert_eq!(row.failed_at.is_some(), attempt == 12, "attempt {attempt}");
        let wait = row.run_at - app.now();
        waits.push(wait.num_seconds());
        app.app.db.clock.advance(wait);
    }
    assert_eq!(waits, [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600]);
    worker.drain().await.unwrap();
    let mut tx = begin(&app, atl).await;
    let figures = queue::figures(&mut tx).await.unwrap();
    assert_eq!((figures.waiting, figures.failed), (0, 1), "a person decides what happens to it");
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn a_panic_fails_one_attempt_of_one_task() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    for kind in ["panics", "works", "works"] {
        give(&app, atl, kind).await;
    }
    let worked = Arc::new(AtomicU32::new(0));
    let registry = Registry::default()
        .task("panics", |_, task: Task| async move { panic!("try {}", task.attempts) })
        .task("works", |worked: Arc<AtomicU32>, _| async move {
            worked.fetch_add(1, Ordering::Relaxed);
            Ok(())
        });
    let worker = worker(&app, worked.clone(), registry);
    worker.drain().await.unwrap();
    assert_eq!(worked.load(Ordering::Relaxed), 2);
    let row = rows(&app).await.remove(0);
    assert_eq!((row.attempts, row.last_error.as_deref()), (1, Some("panicked: try 1")));
    app.app.db.clock.advance(TimeDelta::seconds(10));
    worker.drain().await.unwrap();
    assert_eq!(rows(&app).await[0].last_error.as_deref(), Some("panicked: try 2"));
    app.done().await;
}

#[tokio::test]
async fn a_task_that_ends_its_worker_each_time_is_given_up() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    give(&app, atl, "tell").await;
    for attempt in 1..=12 {
        let claimed = claim(&app, 1).await;
        assert_eq!(claimed[0].attempts, attempt, "the worker is gone before it can say anything");
        app.app.db.clock.advance(TimeDelta::seconds(120));
    }
    assert!(claim(&app, 1).await.is_empty());
    let row = rows(&app).await.remove(0);
    assert_eq!(row.failed_at, Some(app.now()));
    assert_eq!(row.last_error.as_deref(), Some("The worker ended before the task did."));
    app.done().await;
}

#[tokio::test]
async fn a_kind_that_a_worker_doesnt_know_waits_untouched_for_a_newer_one() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let old = worker(&app, (), Registry::default().task("tell", fails));
    let new = worker(&app, (), Registry::default().task("new", |(), _| async { Ok(()) }));
    give(&app, atl, "new").await;
    old.drain().await.unwrap();
    assert_eq!(rows(&app).await[0].attempts, 0);
    new.drain().await.unwrap();
    assert!(rows(&app).await.is_empty());

    give(&app, atl, "new").await;
    app.app.db.clock.advance(TimeDelta::minutes(59));
    old.drain().await.unwrap();
    assert_eq!(rows(&app).await[0].failed_at, None);
    app.app.db.clock.advance(TimeDelta::minutes(1));
    old.drain().await.unwrap();
    let row = rows(&app).await.remove(0);
    assert_eq!((row.attempts, row.last_error.as_deref()), (0, Some("No worker knows tasks of this kind.")));
    assert!(row.failed_at.is_some(), "an operator sees it");
    app.done().await;
}

/// State shared by the handlers of the next test.
#[derive(Clone)]
struct Slow {
    events: UnboundedSender<&'static str>,
    go_on: Arc<Notify>,
}

#[tokio::test]
async fn a_slow_task_doesnt_hold_back_the_next_ones() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let (events, mut happened) = mpsc::unbounded_channel();
    let slow = Slow { events, go_on: Arc::new(Notify::new()) };
    let registry = Registry::default()
        .task("slow", |slow: Slow, _| async move {
            let _ = slow.events.send("slow began");
            slow.go_on.notified().await;
            let _ = slow.events.send("slow ended");
            Ok(())
        })
        .task("fast", |slow: Slow, _| async move {
            let _ = slow.events.send("fast");
            Ok(())
        });
    let running = Running::start(worker(&app, slow.clone(), registry));
    give(&app, atl, "slow").await;
    assert_eq!(next(&mut happened).await, "slow began");
    for _ in 0..5 {
        give(&app, atl, "fast").await;
        assert_eq!(next(&mut happened).await, "fast");
    }
    slow.go_on.notify_one();
    assert_eq!(next(&mut happened).await, "slow ended");
    running.stop().await;
    assert!(rows(&app).await.is_empty());
    app.done().await;
}

#[tokio::test]
async fn a_task_over_its_time_limit_is_a_failed_attempt() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    give(&app, atl, "tell").await;
    let registry = Registry::default().task("tell", |(), _| std::future::pending());
    let pace = Pace { task_limit: Duration::from_millis(10), ..pace() };
    Worker::new(app.app.db.clone(), (), registry, pace, Pulse::default()).drain().await.unwrap();
    assert_eq!(rows(&app).await[0].last_error.as_deref(), Some("took longer than 10ms"));
    app.done().await;
}

#[tokio::test]
async fn restarts_dont_put_scheduled_work_off() {
    let app = TestApp::new().await;
    let ran = Arc::new(AtomicU32::new(0));
    for minutes in (0..180).step_by(20) {
        let registry = Registry::default().scheduled("tick", Every::Hour, |ran: Arc<AtomicU32>| async move {
            ran.fetch_add(1, Ordering::Relaxed);
            Ok(())
        });
        let restarted = worker(&app, ran.clone(), registry);
        restarted.schedule().await.unwrap();
        restarted.drain().await.unwrap();
        assert_eq!(ran.load(Ordering::Relaxed), minutes / 60, "after {minutes} minutes");
        app.app.db.clock.advance(TimeDelta::minutes(20));
    }
    assert_eq!(rows(&app).await.len(), 1, "one waits");
    app.done().await;
}

#[tokio::test]
async fn a_schedule_continues_after_a_failed_run_and_keeps_the_failure() {
    let app = TestApp::new().await;
    let worker = worker(
        &app,
        (),
        Registry::default().scheduled("tick", Every::Hour, |()| async { Err(AppError::conflict("out of order")) }),
    );
    worker.schedule().await.unwrap();
    for _ in 1..=12 {
        app.app.db.clock.advance(TimeDelta::hours(1));
        worker.drain().await.unwrap();
    }
    let found = rows(&app).await;
    let [failed, waiting] = &found[..] else { panic!("{found:?}") };
    assert_eq!((failed.failed_at.is_some(), &failed.key, failed.attempts), (true, &None, 12));
    assert_eq!((waiting.failed_at, waiting.key.as_deref(), waiting.attempts), (None, Some("tick"), 0));
    assert!(waiting.run_at > app.now());
    app.done().await;
}

async fn insert_job(app: &TestApp, place: Id<Tenant>, at: Option<DateTime<Utc>>) -> Uuid {
    let id = Uuid::now_v7();
    let mut tx = begin(app, place).await;
    sqlx::query(
        "insert into jobs (id, kind, state, address, window_start, window_end, expected_minutes, dispatch_at)
         values ($1, 'tow', 'open', 'x', app.now(), app.now(), 30, $2)",
    )
    .bind(id)
    .bind(at)
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    id
}

async fn change(app: &TestApp, place: Id<Tenant>, sql: &'static str, id: Uuid) {
    let mut tx = begin(app, place).await;
    sqlx::query(sql).bind(id).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
}

async fn next_at(app: &TestApp) -> Result<Option<DateTime<Utc>>, AppError> {
    let mut tx = app.app.db.begin_platform().await?;
    deadlines::next_at(&mut tx, &["dispatch"]).await
}

#[tokio::test]
async fn a_deadline_follows_its_column() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let soon = app.now() + TimeDelta::seconds(30);
    insert_job(&app, atl, None).await;
    assert_eq!(next_at(&app).await, Ok(None));
    let job = insert_job(&app, atl, Some(soon)).await;
    assert_eq!(next_at(&app).await, Ok(Some(soon)));
    change(&app, atl, "update jobs set dispatch_at = dispatch_at + interval '30 seconds' where id = $1", job).await;
    assert_eq!(next_at(&app).await, Ok(Some(soon + TimeDelta::seconds(30))));
    let mut tx = app.app.db.begin_platform().await.unwrap();
    assert!(due(&mut tx, soon).await.is_empty());
    let due = due(&mut tx, soon + TimeDelta::seconds(30)).await;
    assert_eq!((due.len(), due[0].tenant_id, due[0].subject_id, due[0].kind.as_str()), (1, atl, job, "dispatch"));
    drop(tx);
    change(&app, atl, "update jobs set dispatch_at = null where id = $1", job).await;
    assert_eq!(next_at(&app).await, Ok(None));
    let job = insert_job(&app, atl, Some(soon)).await;
    change(&app, atl, "delete from jobs where id = $1", job).await;
    assert_eq!(next_at(&app).await, Ok(None));
    app.done().await;
}

#[tokio::test]
async fn the_state_of_handlers_of_deadlines_is_prepared_and_that_of_alerts_is_not() {
    let (states, mut seen) = mpsc::unbounded_channel();
    let alerts = states.clone();
    let registry = Registry::default().handle_deadlines_with(|state: i32| state + 1).deadline(
        "dispatch",
        move |state, _, _| std::future::ready(states.send(state).map_err(|_| AppError::NotFound)),
        move |state, _, _| std::future::ready(alerts.send(state).map_err(|_| AppError::NotFound)),
    );
    let handlers = registry.deadline_handlers("dispatch").unwrap();
    for handler in [&handlers.handle, &handlers.alert] {
        handler(1, Id::new(), Uuid::now_v7()).await.unwrap();
    }
    assert_eq!((next(&mut seen).await, next(&mut seen).await), (2, 1));
}

/// State of handlers of deadlines, which lock the job's row and clear its deadline.
#[derive(Clone)]
struct Dispatcher {
    db: Db,
    bad: Option<Uuid>,
    events: UnboundedSender<(&'static str, Uuid)>,
}

async fn take(dispatcher: Dispatcher, place: Id<Tenant>, job: Uuid) -> Result<(), AppError> {
    assert!(dispatcher.bad != Some(job), "bad luck");
    let mut tx = dispatcher.db.begin_system(place).await?;
    sqlx::query("update jobs set dispatch_at = null where id = $1").bind(job).execute(&mut *tx).await?;
    tx.commit().await?;
    let _ = dispatcher.events.send(("done", job));
    Ok(())
}

async fn tell(dispatcher: Dispatcher, _: Id<Tenant>, job: Uuid) -> Result<(), AppError> {
    let _ = dispatcher.events.send(("alert", job));
    Ok(())
}

#[tokio::test]
async fn a_failing_deadline_is_retried_with_backoff_and_alerts_staff() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let at = app.now();
    let bad = insert_job(&app, atl, Some(at)).await;
    let good = insert_job(&app, atl, Some(at)).await;
    let (events, mut happened) = mpsc::unbounded_channel();
    let dispatcher = Dispatcher { db: app.app.db.clone(), bad: Some(bad), events };
    let broken = worker(&app, dispatcher.clone(), Registry::default().deadline("dispatch", take, tell));
    let mut waits = Vec::new();
    for attempt in 1..=8 {
        broken.drain().await.unwrap();
        let row = deadline_row(&app, bad).await.unwrap();
        assert_eq!((row.attempts, row.last_error.as_deref()), (attempt, Some("panicked: bad luck")));
        assert_eq!(row.due_at, at, "how late it is shows");
        let wait = row.retry_at.unwrap() - app.now();
        waits.push(wait.num_seconds());
        app.app.db.clock.advance(wait);
    }
    assert_eq!(waits, [5, 10, 20, 40, 80, 160, 300, 300]);
    assert_eq!(next(&mut happened).await, ("done", good), "the other isn't touched by it");
    for _ in 3..=8 {
        assert_eq!(next(&mut happened).await, ("alert", bad));
    }
    assert!(happened.try_recv().is_err());
    let figures = queue::figures(&mut app.app.db.begin_platform().await.unwrap()).await.unwrap();
    assert_eq!((figures.failing_deadlines, figures.deadline_late_seconds), (1, waits.iter().sum()));

    let mended = Dispatcher { bad: None, ..dispatcher };
    worker(&app, mended, Registry::default().deadline("dispatch", take, tell)).drain().await.unwrap();
    assert!(deadline_row(&app, bad).await.is_none());
    app.done().await;
}

#[tokio::test]
async fn a_failing_deadline_that_moves_is_tried_at_its_new_time() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let job = insert_job(&app, atl, Some(app.now())).await;
    let (events, _happened) = mpsc::unbounded_channel();
    let dispatcher = Dispatcher { db: app.app.db.clone(), bad: Some(job), events };
    let worker = worker(&app, dispatcher, Registry::default().deadline("dispatch", take, nobody_is_told));
    worker.drain().await.unwrap();
    assert!(deadline_row(&app, job).await.unwrap().retry_at.is_some());
    change(&app, atl, "update jobs set dispatch_at = dispatch_at - interval '1 second' where id = $1", job).await;
    worker.drain().await.unwrap();
    assert_eq!(deadline_row(&app, job).await.unwrap().attempts, 2);
    app.done().await;
}

#[tokio::test]
async fn a_locked_row_delays_its_own_deadline_only() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let locked = insert_job(&app, atl, Some(app.now() - TimeDelta::seconds(1))).await;
    let free = insert_job(&app, atl, Some(app.now())).await;
    let mut holder = begin(&app, atl).await;
    sqlx::query("select from jobs where id = $1 for update").bind(locked).execute(&mut *holder).await.unwrap();
    let (events, mut happened) = mpsc::unbounded_channel();
    let dispatcher = Dispatcher { db: app.database.with_connections(5).await, bad: None, events };
    let db = dispatcher.db.clone();
    let running = Running::start(worker(&app, dispatcher, Registry::default().deadline("dispatch", take, tell)));
    assert_eq!(next(&mut happened).await, ("done", free));
    drop(holder);
    assert_eq!(next(&mut happened).await, ("done", locked));
    running.stop().await;
    db.close().await;
    app.done().await;
}

#[tokio::test]
async fn a_deadline_whose_row_is_locked_waits_without_counting_until_it_is_a_minute_late() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let job = insert_job(&app, atl, Some(app.now())).await;
    let (events, mut happened) = mpsc::unbounded_channel();
    let dispatcher = Dispatcher { db: app.app.db.clone(), bad: None, events };
    let locked = async |_: Dispatcher, _, _| Err(AppError::Locked);
    let worker = worker(&app, dispatcher, Registry::default().deadline("dispatch", locked, tell));
    for _ in 0..15 {
        worker.drain().await.unwrap();
        let row = deadline_row(&app, job).await.unwrap();
        assert_eq!((row.attempts, row.last_error), (0, None));
        assert_eq!(row.retry_at, Some(app.now() + TimeDelta::seconds(4)));
        app.app.db.clock.advance(TimeDelta::seconds(4));
    }
    for attempt in 1..=3 {
        assert!(happened.try_recv().is_err());
        worker.drain().await.unwrap();
        let row = deadline_row(&app, job).await.unwrap();
        assert_eq!((row.attempts, row.last_error), (attempt, Some(AppError::Locked.to_string())));
        app.app.db.clock.advance(row.retry_at.unwrap() - app.now());
    }
    assert_eq!(next(&mut happened).await, ("alert", job));
    app.done().await;
}

#[tokio::test]
async fn a_deadline_over_its_time_limit_is_a_failed_attempt() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let job = insert_job(&app, atl, Some(app.now())).await;
    let registry = Registry::default().deadline("dispatch", |(), _, _| std::future::pending(), nobody_is_told);
    let pace = Pace { deadline_limit: Duration::from_millis(10), ..pace() };
    Worker::new(app.app.db.clone(), (), registry, pace, Pulse::default()).drain().await.unwrap();
    assert_eq!(deadline_row(&app, job).await.unwrap().last_error.as_deref(), Some("took longer than 10ms"));
    app.done().await;
}

#[tokio::test]
async fn two_handlers_never_work_one_subject_at_once() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let now = app.now();
    let job = insert_job(&app, atl, Some(now)).await;
    let claim = async || {
        let mut tx = app.app.db.begin_platform().await.unwrap();
        let claimed = due(&mut tx, app.now()).await;
        tx.commit().await.unwrap();
        claimed
    };
    let first = claim().await.remove(0);
    change(&app, atl, "update jobs set dispatch_at = dispatch_at - interval '1 second' where id = $1", job).await;
    assert!(claim().await.is_empty(), "not even after it moved");
    let mut tx = app.app.db.begin_platform().await.unwrap();
    deadlines::done(&mut tx, &first).await.unwrap();
    tx.commit().await.unwrap();
    let second = claim().await.remove(0);
    app.app.db.clock.advance(TimeDelta::seconds(120));
    let third = claim().await.remove(0);
    assert_eq!((second.attempts, third.attempts), (1, 2), "a worker that is gone counts as a failed try");
    app.done().await;
}

#[tokio::test]
async fn a_deadline_its_handler_does_not_move_is_postponed() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let job = insert_job(&app, atl, Some(app.now())).await;
    let registry = Registry::default().deadline("dispatch", nobody_is_told, nobody_is_told);
    worker(&app, (), registry).drain().await.unwrap();
    let row = deadline_row(&app, job).await.unwrap();
    assert!(row.retry_at > Some(app.now()));
    assert_eq!(row.last_error.as_deref(), Some("the handler leaves the deadline where it was"));
    app.done().await;
}

/// State of the handler of the next test.
#[derive(Clone)]
struct Looks {
    db: Db,
    /// The task whose handler runs until it is told to end.
    slow: Uuid,
    go_on: Arc<Notify>,
    looked: UnboundedSender<()>,
}

/// Moves the deadline a minute later, as a search for a provider does.
async fn look_again(looks: Looks, place: Id<Tenant>, job: Uuid) -> Result<(), AppError> {
    let next = if job == looks.slow {
        looks.go_on.notified().await;
        None
    } else {
        Some(looks.db.clock.now() + TimeDelta::minutes(1))
    };
    let mut tx = looks.db.begin_system(place).await?;
    sqlx::query("update jobs set dispatch_at = $2 where id = $1").bind(job).bind(next).execute(&mut *tx).await?;
    tx.commit().await?;
    if next.is_some() {
        let _ = looks.looked.send(());
    }
    Ok(())
}

#[tokio::test]
async fn a_deadline_due_every_minute_is_not_stuck_while_the_worker_is_busy() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let slow = insert_job(&app, atl, Some(app.now())).await;
    let searching = insert_job(&app, atl, Some(app.now())).await;
    let (looked, mut looks) = mpsc::unbounded_channel();
    let go_on = Arc::new(Notify::new());
    let state = Looks { db: app.app.db.clone(), slow, go_on: go_on.clone(), looked };
    let registry = Registry::default().deadline("dispatch", look_again, nobody_is_told);
    let pace = Pace { lease: TimeDelta::hours(1), deadline_limit: TIME_LIMIT, ..pace() };
    let running = Running::start(Worker::new(app.app.db.clone(), state, registry, pace, Pulse::default()));
    for _ in 0..25 {
        next(&mut looks).await;
        app.app.db.clock.advance(TimeDelta::minutes(1));
        let mut tx = app.app.db.begin_platform().await.unwrap();
        sqlx::query("notify deadlines").execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    }
    go_on.notify_one();
    running.stop().await;
    assert_eq!(deadline_row(&app, searching).await.unwrap().last_error, None);
    app.done().await;
}

#[tokio::test]
async fn a_worker_of_the_previous_version_leaves_messages_about_bookings_to_the_new_one() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    give(&app, atl, crate::bookings::messages::WRITE).await;
    let mut tx = app.app.db.begin_platform().await.unwrap();
    let now = tx.now;
    let next: Option<DateTime<Utc>> =
        sqlx::query_scalar("select app.next_task_at()").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(next, None, "else it would ask a hundred times a second");
    tx.commit().await.unwrap();

    give(&app, atl, "deliver").await;
    let mut tx = app.app.db.begin_platform().await.unwrap();
    let claimed: Vec<String> = sqlx::query_scalar("select kind from app.claim_tasks($1, interval '2 minutes', 20)")
        .bind(now)
        .fetch_all(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(claimed, ["deliver"]);
    assert_eq!(rows(&app).await[0].attempts, 0, "its tries aren't used up");
    app.done().await;
}

/// A state that panics when the worker's loop clones it for the next task, once it was told to.
struct Fragile {
    breaks: Arc<AtomicBool>,
    events: UnboundedSender<&'static str>,
}

impl Clone for Fragile {
    fn clone(&self) -> Self {
        if self.breaks.swap(false, Ordering::Relaxed) {
            let _ = self.events.send("broke");
            panic!("broken");
        }
        Self { breaks: Arc::clone(&self.breaks), events: self.events.clone() }
    }
}

#[tokio::test]
async fn a_worker_that_ends_is_restarted_and_finishes_the_work() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let (events, mut happened) = mpsc::unbounded_channel();
    let breaks = Arc::new(AtomicBool::new(false));
    let state = Fragile { breaks: breaks.clone(), events };
    let registry = Registry::default().task("tell", |fragile: Fragile, _| async move {
        let _ = fragile.events.send("worked");
        Ok(())
    });
    let stop = CancellationToken::new();
    let supervised = tokio::spawn(worker(&app, state, registry).supervise(stop.clone()));
    give(&app, atl, "tell").await;
    assert_eq!(next(&mut happened).await, "worked");

    breaks.store(true, Ordering::Relaxed);
    give(&app, atl, "tell").await;
    assert_eq!(next(&mut happened).await, "broke");
    app.app.db.clock.advance(TimeDelta::seconds(120));
    assert_eq!(next(&mut happened).await, "worked", "by the worker that came after it");

    stop.cancel();
    tokio::time::timeout(TIME_LIMIT, supervised).await.unwrap().unwrap();
    assert!(rows(&app).await.is_empty());
    app.done().await;
}

/// A state that reports when a worker starts: while nothing is due, nothing else clones it.
struct Copied(UnboundedSender<&'static str>);

impl Clone for Copied {
    fn clone(&self) -> Self {
        let _ = self.0.send("copied");
        Self(self.0.clone())
    }
}

#[tokio::test]
async fn a_stuck_worker_is_restarted() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let (events, mut happened) = mpsc::unbounded_channel();
    let registry = Registry::default().task("tell", |copied: Copied, _| async move {
        let _ = copied.0.send("worked");
        Ok(())
    });
    let pace = Pace { check: Duration::from_millis(1), ..pace() };
    let worker = Worker::new(app.app.db.clone(), Copied(events), registry, pace, Pulse::default());
    let stop = CancellationToken::new();
    let supervised = tokio::spawn(worker.supervise(stop.clone()));
    assert_eq!(next(&mut happened).await, "copied");
    // The loops wait for seconds while the test clock advances by minutes.
    while tokio::time::timeout(Duration::from_millis(100), happened.recv()).await.is_err() {
        app.app.db.clock.advance(TimeDelta::minutes(3));
    }
    give(&app, atl, "tell").await;
    while next(&mut happened).await != "worked" {}
    stop.cancel();
    tokio::time::timeout(TIME_LIMIT, supervised).await.unwrap().unwrap();
    app.done().await;
}
