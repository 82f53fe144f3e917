//! Time limit of a response. Beyond it the handler is dropped, its transaction is rolled back, and a page asks to try again.

use std::{sync::Arc, time::Duration};

use axum::{
    body::Body,
    extract::{Request, State},
    http::Response,
    middleware::Next,
};

use super::{App, errors::error_response};
use crate::{error::AppError, tenants::Tenant};

/// For pages and forms, once the whole form has arrived.
const PAGE: Duration = Duration::from_secs(30);

/// For exports and erasure, which read whole tables.
const BULK: Duration = Duration::from_mins(10);

/// Forms that read whole tables.
const BULK_FORMS: [&str; 2] = ["/api/erase_account", "/api/erase_customer"];

/// Whether the path reads whole tables: exports and erasure.
pub(super) fn is_bulk(path: &str) -> bool {
    matches!(path.rsplit_once('.'), Some((_, "csv" | "json"))) || BULK_FORMS.contains(&path)
}

/// A layer around every handler. An event stream counts as answered once it has begun.
pub(super) async fn time_limit(State(app): State<Arc<App>>, request: Request, next: Next) -> Response<Body> {
    let limit = if is_bulk(request.uri().path()) { BULK } else { PAGE };
    let tenant = request.extensions().get::<Arc<Tenant>>().cloned();
    within(limit, &app, tenant.as_ref(), next.run(request)).await
}

async fn within(
    limit: Duration,
    app: &App,
    tenant: Option<&Arc<Tenant>>,
    answer: impl Future<Output = Response<Body>>,
) -> Response<Body> {
    tokio::time::timeout(limit, answer).await.unwrap_or_else(|_| {
        tracing::error!(?limit, "an answer took too long and was given up");
        error_response(app, tenant, &AppError::Unavailable)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestApp;

    #[tokio::test]
    async fn a_response_over_the_time_limit_becomes_a_503_page() {
        let app = TestApp::new().await;
        let response = within(Duration::ZERO, &app.app, None, std::future::pending()).await;
        assert_eq!(response.status(), 503);
        assert!(response.headers().contains_key("retry-after"));
        app.done().await;
    }

    #[test]
    fn exports_and_erasure_may_take_longer() {
        for path in ["/admin/bookings.csv", "/account/privacy/export.json", "/api/erase_customer"] {
            assert!(is_bulk(path), "{path}");
        }
        assert!(!is_bulk("/admin/bookings") && !is_bulk("/api/sign_in"));
    }
}
