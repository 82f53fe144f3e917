//! What machines ask: is the process alive, and can it do its work.

use axum::{extract::State, http::StatusCode};

use super::App;

/// Alive: the process answers.
pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

/// Ready: the database answers.
pub(super) async fn readyz(State(app): State<App>) -> (StatusCode, &'static str) {
    match app.db.begin_platform().await {
        Ok(_) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    }
}
