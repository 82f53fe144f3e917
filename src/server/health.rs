//! What machines ask: is the process alive, and can it do its work.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Mutex;

use super::App;
use crate::db::Db;

/// For how long an answer counts: so often the database is asked at most, however many ask us.
const FRESH: TimeDelta = TimeDelta::seconds(5);

/// Alive: the process answers.
pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

/// Ready: the database answers, with a schema that this binary knows.
pub(super) async fn readyz(State(app): State<App>) -> (StatusCode, &'static str) {
    match app.readiness.state(&app.db).await {
        Standing::Ready => (StatusCode::OK, "ready\n"),
        Standing::Outdated => (StatusCode::SERVICE_UNAVAILABLE, "migrations are missing: run `wayside migrate up`\n"),
        Standing::Silent => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n"),
    }
}

/// How the database stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Ready,
    /// Migrations are missing. Newer ones than this binary knows are fine: they are applied while older processes still run.
    Outdated,
    Silent,
}

/// What the database was found to be like, and when.
#[derive(Clone, Default)]
pub struct Readiness(Arc<Mutex<Option<Found>>>);

#[derive(Clone, Copy)]
struct Found {
    at: DateTime<Utc>,
    standing: Standing,
}

impl Readiness {
    /// Who asks at the same time waits for the one answer.
    async fn state(&self, db: &Db) -> Standing {
        let mut last = self.0.lock().await;
        let now = db.clock.now();
        if let Some(found) = *last
            && now - found.at < FRESH
        {
            return found.standing;
        }
        let standing = match db.missing_migrations().await {
            Ok(0) => Standing::Ready,
            Ok(missing) => {
                tracing::warn!(missing, "not ready: migrations are missing");
                Standing::Outdated
            }
            Err(error) => {
                tracing::warn!(%error, "not ready");
                Standing::Silent
            }
        };
        *last = Some(Found { at: now, standing });
        standing
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestApp;

    #[tokio::test]
    async fn a_schema_that_lacks_migrations_is_not_ready_and_is_asked_for_once_in_a_while() {
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
}
