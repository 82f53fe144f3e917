//! `/healthz` and `/readyz`: is the process alive, and can it serve requests.

use std::{sync::Arc, time::Duration};

use axum::{extract::State, http::StatusCode};
use chrono::TimeDelta;
use tokio::time::timeout;

use super::{App, readiness::DatabaseState};

/// Time limit of both responses.
const LONGEST: Duration = Duration::from_secs(1);

/// A worker whose loops haven't run for this long is stuck or has ended.
const LAGS: TimeDelta = TimeDelta::seconds(30);

pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

/// Ready: the database answers, its schema has every migration of this binary, and the background worker of this process is running.
pub(super) async fn readyz(State(app): State<Arc<App>>) -> (StatusCode, &'static str) {
    let database_state = timeout(LONGEST, app.readiness.database_state(&app.db)).await.unwrap_or(DatabaseState::Silent);
    match database_state {
        DatabaseState::Ready if app.pulse.lag(app.db.clock.now()).is_some_and(|lag| lag > LAGS) => {
            (StatusCode::SERVICE_UNAVAILABLE, "the background work of this process has stopped\n")
        }
        DatabaseState::Ready => (StatusCode::OK, "ready\n"),
        DatabaseState::Outdated => {
            (StatusCode::SERVICE_UNAVAILABLE, "migrations are missing: run `wayside migrate up`\n")
        }
        DatabaseState::Silent => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{server::readiness::FRESH, testing::TestApp};

    #[tokio::test]
    async fn a_schema_without_all_migrations_is_not_ready_and_is_checked_again() {
        let app = TestApp::new().await;
        let mut browser = app.browser("anything.localhost");
        assert_eq!(browser.get("/readyz").await.status, StatusCode::OK);
        let newest = "delete from _sqlx_migrations where version = (select max(version) from _sqlx_migrations)";
        sqlx::query(newest).execute(&mut app.database.owner().await).await.unwrap();
        assert_eq!(browser.get("/readyz").await.status, StatusCode::OK, "the answer is still fresh");
        app.app.db.clock.advance(FRESH);
        let reply = browser.get("/readyz").await;
        assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(reply.html.contains("wayside migrate up"), "{}", reply.html);
        assert_eq!(app.app.db.missing_migrations().await.unwrap(), 1);

        sqlx::query("drop function app.schema_versions()").execute(&mut app.database.owner().await).await.unwrap();
        app.app.db.clock.advance(FRESH);
        assert_eq!(browser.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE, "older than the question");
        app.done().await;
    }

    #[tokio::test]
    async fn a_schema_newer_than_the_binary_is_ready() {
        let app = TestApp::new().await;
        let newer = "insert into _sqlx_migrations (version, description, success, checksum, execution_time) values (99999, 'x', true, '', 0)";
        sqlx::query(newer).execute(&mut app.database.owner().await).await.unwrap();
        assert_eq!(app.browser("anything.localhost").get("/readyz").await.status, StatusCode::OK);
        app.done().await;
    }

    #[tokio::test]
    async fn readyz_answers_within_a_second_while_the_database_hangs() {
        let app = TestApp::new().await;
        let mut owner = app.database.owner().await;
        sqlx::raw_sql("begin; lock table _sqlx_migrations in access exclusive mode").execute(&mut owner).await.unwrap();
        let began = tokio::time::Instant::now();
        let mut probes = tokio::task::JoinSet::new();
        for _ in 0..6 {
            let mut browser = app.browser("anything.localhost");
            probes.spawn(async move { browser.get("/readyz").await.status });
        }
        assert_eq!(probes.join_all().await, [StatusCode::SERVICE_UNAVAILABLE; 6]);
        let took = began.elapsed();
        assert!(took < Duration::from_millis(2500), "one after the other they would take 5 s: {took:?}");
        sqlx::raw_sql("rollback").execute(&mut owner).await.unwrap();
        drop(owner);
        app.done().await;
    }

    #[tokio::test]
    async fn a_process_whose_background_work_has_ended_is_not_ready() {
        let app = TestApp::new().await;
        let mut browser = app.browser("anything.localhost");
        let stop = tokio_util::sync::CancellationToken::new();
        let running = tokio::spawn(crate::app::worker(&app.app).supervise(stop.clone()));
        tokio::task::yield_now().await;
        assert_eq!(browser.get("/readyz").await.status, StatusCode::OK);
        stop.cancel();
        running.await.unwrap();
        app.app.db.clock.advance(LAGS + TimeDelta::seconds(1));
        let reply = browser.get("/readyz").await;
        assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(reply.html.contains("background work"), "{}", reply.html);
        app.done().await;
    }
}
