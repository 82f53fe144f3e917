use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;

use super::pending;
use crate::{
    app::worker,
    config::Config,
    identity::Role,
    server::App,
    testing::{
        TestApp, begin,
        field::{booked, provider},
        tenant, user,
    },
};

/// Makes the database reject every change of jobs, as a bug of ours might.
const BROKEN: &str = "
    create function public.refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
    create trigger refuse before update on jobs for each row execute function public.refuse();";

#[tokio::test]
async fn a_failing_search_alerts_staff_once_and_continues_later() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let near = provider(&app, atl, "near", 2.0).await;
    user(&app, atl, "stan", &[Role::Staff]).await;
    let booked = booked(&app, atl).await;
    let mut owner = app.database.owner().await;
    sqlx::raw_sql(BROKEN).execute(&mut owner).await.unwrap();
    let alerts = async || -> i64 {
        sqlx::query_scalar("select count(*) from staff_alerts where booking_id = $1 and kind = 'deadline_failing'")
            .bind(booked.id)
            .fetch_one(&mut *begin(&app, atl).await)
            .await
            .unwrap()
    };
    for (wait, expected) in [(0, 0), (5, 0), (10, 1), (20, 1), (40, 1)] {
        app.pass(TimeDelta::seconds(wait)).await;
        assert_eq!(alerts().await, expected, "after {wait} s");
    }
    let mut browser = app.browser("atl.localhost");
    browser.sign_in("stan@example.com").await;
    let board = browser.get("/admin/board").await.text();
    assert!(board.contains("Assign a provider yourself."), "{board}");

    sqlx::raw_sql("drop trigger refuse on jobs").execute(&mut owner).await.unwrap();
    app.pass(TimeDelta::seconds(80)).await;
    assert!(pending(&app, atl, near).await.is_some(), "late, but not lost");
    drop(owner);
    app.done().await;
}

/// Deadlines of jobs that are due and were postponed, with their failed attempts and errors.
async fn put_off(app: &TestApp) -> Vec<(i32, Option<String>)> {
    sqlx::query_as("select attempts, last_error from queue.deadlines where kind = 'dispatch' and retry_at is not null")
        .fetch_all(&mut app.database.owner().await)
        .await
        .unwrap()
}

#[tokio::test]
async fn locked_bookings_in_all_slots_delay_the_next_search_only_briefly() {
    const SLOTS: usize = 8; // of a pool of 32 connections
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let mut locked = Vec::new();
    for _ in 0..SLOTS {
        locked.push(booked(&app, atl).await.id);
    }
    let near = provider(&app, atl, "near", 2.0).await;
    booked(&app, atl).await;
    let mut holder = begin(&app, atl).await;
    sqlx::query("select from bookings where id = any ($1) for update")
        .bind(&locked)
        .execute(&mut *holder)
        .await
        .unwrap();

    let db = app.database.with_connections(16).await.with_clock(app.app.db.clock.clone());
    let config = Arc::new(Config { database_connections: 32, ..(*app.app.config).clone() });
    let stop = CancellationToken::new();
    let began = Instant::now();
    let running = tokio::spawn(worker(&App { db: db.clone(), config, ..app.app.clone() }).run(stop.clone()));
    let offered = async { while pending(&app, atl, near).await.is_none() {} };
    tokio::time::timeout(Duration::from_secs(30), offered).await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    stop.cancel();
    running.await.unwrap();
    assert_eq!(put_off(&app).await, vec![(0, None); SLOTS], "none of them has failed");

    drop(holder);
    app.pass(TimeDelta::seconds(4)).await;
    assert!(put_off(&app).await.is_empty(), "they were only late");
    db.close().await;
    app.done().await;
}
