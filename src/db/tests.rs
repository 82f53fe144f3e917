use std::time::Duration;

use axum::http::{StatusCode, header};

use super::{AppError, Db, Timeouts, retry_after_collision};
use crate::testing::{Process, TestApp, begin, service, tenant};

const IMPATIENT: Timeouts =
    Timeouts { statement: Duration::from_millis(400), lock: Duration::from_millis(100), idle: Duration::from_secs(15) };

async fn settings(db: &Db) -> (String, String, String) {
    let mut tx = db.begin_platform().await.unwrap();
    sqlx::query_as(
        "select current_setting('statement_timeout'), current_setting('lock_timeout'),
                current_setting('idle_in_transaction_session_timeout')",
    )
    .fetch_one(&mut *tx)
    .await
    .unwrap()
}

#[tokio::test]
async fn a_transaction_gives_up_after_the_time_of_its_purpose() {
    let app = TestApp::new().await;
    let text = |statement: &str, lock: &str, idle: &str| (statement.to_owned(), lock.to_owned(), idle.to_owned());
    let db = &app.app.db;
    assert_eq!(settings(db).await, text("5s", "4s", "15s"));
    assert_eq!(settings(&db.with_timeouts(Timeouts::DEADLINE)).await, text("5s", "500ms", "15s"));
    assert_eq!(settings(&db.with_timeouts(Timeouts::BULK)).await, text("5min", "30s", "2min"));
    assert_eq!(settings(db).await, text("5s", "4s", "15s"), "a connection that is used again starts over");
    app.done().await;
}

#[tokio::test]
async fn what_waits_for_a_lock_or_takes_too_long_is_to_be_tried_again() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    service(&app, atl, "lockout", 13_500, None).await;
    let mut holder = begin(&app, atl).await;
    let lock = "select id from services for update";
    sqlx::query(lock).execute(&mut *holder).await.unwrap();
    let db = app.app.db.with_timeouts(IMPATIENT);
    let mut waiting = db.begin_system(atl).await.unwrap();
    let error = sqlx::query(lock).execute(&mut *waiting).await.unwrap_err();
    assert_eq!(error.as_database_error().unwrap().code().unwrap(), "55P03");
    assert_eq!(AppError::from(error), AppError::Locked);
    drop((waiting, holder));

    let mut slow = db.begin_system(atl).await.unwrap();
    let error = sqlx::query("select pg_sleep(60)").execute(&mut *slow).await.unwrap_err();
    assert_eq!(error.as_database_error().unwrap().code().unwrap(), "57014");
    assert_eq!(AppError::from(error), AppError::Unavailable);
    drop(slow);
    app.done().await;
}

#[tokio::test]
async fn a_deadlock_makes_one_of_two_transactions_retryable() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let lock = async |tx: &mut super::Tx, key: i64| {
        sqlx::query("select pg_advisory_xact_lock($1)").bind(key).execute(&mut **tx).await
    };
    let (mut one, mut other) = (begin(&app, atl).await, begin(&app, atl).await);
    lock(&mut one, 1).await.unwrap();
    lock(&mut other, 2).await.unwrap();
    let (first, second) = tokio::join!(async { lock(&mut one, 2).await.map(|_| drop(one)) }, async {
        lock(&mut other, 1).await.map(|_| drop(other))
    });
    let error = first.and(second).unwrap_err();
    assert_eq!(error.as_database_error().unwrap().code().unwrap(), "40P01");
    assert_eq!(AppError::from(error), AppError::Collided);
    app.done().await;
}

#[tokio::test]
async fn work_that_has_committed_something_is_not_done_again() {
    let app = TestApp::new().await;
    let times = std::cell::Cell::new(0);
    let collide = async |commits: bool| {
        times.set(0);
        let work = async || {
            times.set(times.get() + 1);
            let tx = app.app.db.begin_platform().await?;
            if commits {
                tx.commit().await?;
            }
            Err::<(), _>(AppError::Collided)
        };
        let outcome = retry_after_collision(work, |outcome| *outcome == Err(AppError::Collided)).await;
        assert_eq!(outcome, Err(AppError::Collided));
        times.get()
    };
    assert_eq!((collide(false).await, collide(true).await), (2, 1));
    app.done().await;
}

#[tokio::test]
async fn a_page_whose_rows_are_locked_answers_503() {
    let app = TestApp::new().await;
    tenant(&app, "atl").await;
    let mut exclusive = app.database.owner().await;
    sqlx::raw_sql("begin; lock table services in access exclusive mode").execute(&mut exclusive).await.unwrap();
    let impatient = Process::with(&app, app.app.db.with_timeouts(IMPATIENT));
    let mut browser = impatient.serve(&app.browser("atl.localhost"));
    let reply = browser.get("/book").await;
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(reply.headers.contains_key(header::RETRY_AFTER));
    assert!(reply.text().contains("Please try again in a moment."), "{}", reply.text());
    sqlx::raw_sql("rollback").execute(&mut exclusive).await.unwrap();
    assert_eq!(browser.get("/book").await.status, StatusCode::OK);
    drop(exclusive);
    app.done().await;
}

#[tokio::test]
async fn connections_lost_while_they_were_idle_are_replaced_without_an_error() {
    let app = TestApp::new().await;
    let db = app.database.with_connections(3).await;
    let open = (db.begin_platform().await.unwrap(), db.begin_platform().await.unwrap());
    let mut ending = db.begin_platform().await.unwrap();
    drop(open);
    let ended: i64 = sqlx::query_scalar(
        "select count(pg_terminate_backend(pid, 10000)) from pg_stat_activity
         where datname = current_database() and usename = current_user and pid <> pg_backend_pid()",
    )
    .fetch_one(&mut *ending)
    .await
    .unwrap();
    assert!(ended >= 2, "{ended}");
    let again = (db.begin_platform().await, db.begin_platform().await);
    assert!(matches!(again, (Ok(_), Ok(_))), "{:?} {:?}", again.0.err(), again.1.err());
    drop((again, ending));
    db.close().await;
    app.done().await;
}

#[tokio::test]
async fn listeners_take_no_connection_from_the_pool() {
    let app = TestApp::new().await;
    let db = app.database.with_connections(1).await;
    let listeners = (db.listen(&["live"]).await.unwrap(), db.listen(&["tasks"]).await.unwrap());
    db.begin_platform().await.unwrap();
    drop(listeners);
    db.close().await;
    app.done().await;
}
