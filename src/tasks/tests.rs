use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use sqlx::{FromRow, types::Json};
use uuid::Uuid;

use super::queue::{self, enqueue};
use crate::{
    error::AppError,
    testing::{TestApp, begin, tenant},
};

/// A row of the queue as its owner sees it.
#[derive(Debug, FromRow)]
struct Row {
    payload: Json<serde_json::Value>,
    attempts: i32,
    run_at: DateTime<Utc>,
    failed_at: Option<DateTime<Utc>>,
    last_error: Option<String>,
}

async fn rows(app: &TestApp) -> Vec<Row> {
    sqlx::query_as("select payload, attempts, run_at, failed_at, last_error from queue.tasks order by id")
        .fetch_all(&mut app.database.owner().await)
        .await
        .unwrap()
}

/// Nobody handles this kind, so that every attempt fails.
const UNKNOWN: &str = "nobody-handles-this";

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
async fn a_key_replaces_or_takes_back_the_waiting_task_of_the_same_tenant() {
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
async fn a_claimed_task_is_handed_over_when_its_worker_is_gone_for_too_long() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let mut tx = begin(&app, atl).await;
    let now = tx.now;
    enqueue(&mut tx, "tell", json!({}), now, None).await.unwrap();
    enqueue(&mut tx, "tell", json!({}), now + TimeDelta::minutes(9), None).await.unwrap();
    tx.commit().await.unwrap();
    let claim = async |after: i64| {
        let mut tx = app.app.db.begin_platform().await.unwrap();
        let claimed = queue::claim(&mut tx, now + TimeDelta::seconds(after), 120, 20).await.unwrap();
        tx.commit().await.unwrap();
        claimed
    };
    let first = claim(0).await;
    assert_eq!((first.len(), first[0].tenant_id, first[0].attempts), (1, Some(atl), 1), "what isn't due isn't claimed");
    assert!(claim(119).await.is_empty(), "somebody is at it");
    let second = claim(120).await;
    assert_eq!((second.len(), second[0].id, second[0].attempts), (1, first[0].id, 2));
    app.done().await;
}

#[tokio::test]
async fn two_workers_never_claim_the_same_task() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let mut tx = begin(&app, atl).await;
    let now = tx.now;
    for _ in 0..10 {
        enqueue(&mut tx, "tell", json!({}), now, None).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut one = app.app.db.begin_platform().await.unwrap();
    let mut other = app.app.db.begin_platform().await.unwrap();
    let theirs = queue::claim(&mut one, now, 120, 6).await.unwrap();
    let ours = queue::claim(&mut other, now, 120, 6).await.unwrap();
    assert_eq!((theirs.len(), ours.len()), (6, 4));
    drop((one, other));
    app.done().await;
}

#[tokio::test]
async fn a_failing_task_is_tried_later_and_later_and_given_up_in_the_end() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let mut tx = begin(&app, atl).await;
    let now = tx.now;
    enqueue(&mut tx, UNKNOWN, json!({}), now, None).await.unwrap();
    tx.commit().await.unwrap();
    let mut waits = Vec::new();
    for attempt in 1..=12 {
        app.drain().await;
        let row = rows(&app).await.remove(0);
        assert_eq!(row.attempts, attempt);
        assert!(row.last_error.is_some());
        assert_eq!(row.failed_at.is_some(), attempt == 12, "attempt {attempt}");
        let wait = row.run_at - app.now();
        waits.push(wait.num_seconds());
        app.app.db.clock.advance(wait);
    }
    assert_eq!(waits[..8], [10, 20, 40, 80, 160, 320, 640, 1280]);
    app.drain().await;
    let mut tx = begin(&app, atl).await;
    assert_eq!(queue::counts(&mut tx).await.unwrap(), (0, 1), "a person decides what happens to it");
    drop(tx);
    app.done().await;
}

async fn insert_job(app: &TestApp, place: engine::Id<crate::tenants::Tenant>, at: Option<DateTime<Utc>>) -> Uuid {
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

async fn change(app: &TestApp, place: engine::Id<crate::tenants::Tenant>, sql: &'static str, id: Uuid) {
    let mut tx = begin(app, place).await;
    sqlx::query(sql).bind(id).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
}

async fn next_at(app: &TestApp) -> Result<Option<DateTime<Utc>>, AppError> {
    let mut tx = app.app.db.begin_platform().await?;
    queue::next_deadline_at(&mut tx).await
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
    assert!(queue::due(&mut tx, soon, 10).await.unwrap().is_empty());
    let due = queue::due(&mut tx, soon + TimeDelta::seconds(30), 10).await.unwrap();
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
async fn a_deadline_that_its_handler_leaves_in_place_is_put_off_instead_of_handled_for_ever() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    // Nothing has this deadline, so that no handler can move it.
    sqlx::query("insert into queue.deadlines (tenant_id, kind, subject_id, due_at) values ($1, 'dispatch', $2, $3)")
        .bind(atl)
        .bind(Uuid::now_v7())
        .bind(app.now())
        .execute(&mut app.database.owner().await)
        .await
        .unwrap();
    app.drain().await;
    let due_at: DateTime<Utc> = sqlx::query_scalar("select due_at from queue.deadlines")
        .fetch_one(&mut app.database.owner().await)
        .await
        .unwrap();
    assert!(due_at > app.now());
    app.done().await;
}
