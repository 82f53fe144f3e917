//! `/metrics`, and the layer that counts requests. The page exists only if a token is configured: behind a proxy, addresses prove nothing.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    body::Body,
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, Method, Response, StatusCode, header},
    middleware::Next,
    response::IntoResponse,
};
use metrics::{counter, gauge, histogram};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use super::{App, trace};
use crate::{error::AppError, tasks, telemetry};

/// How long the database may take to report on the background work.
const TIME_LIMIT: Duration = Duration::from_secs(1);

/// The label for requests without a route.
const UNMATCHED: &str = "unmatched";

/// All metrics, in Prometheus's format.
pub(super) async fn metrics(State(app): State<Arc<App>>, headers: HeaderMap) -> Response<Body> {
    if !app.config.metrics_token.as_ref().is_some_and(|token| carries(&headers, token)) {
        return (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")], "a token is needed\n")
            .into_response();
    }
    measure(&app).await;
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store")], telemetry::recorder().render())
        .into_response()
}

/// Whether the request has the token. Compares hashes, so that the time it takes reveals nothing.
fn carries(headers: &HeaderMap, token: &SecretString) -> bool {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    given
        .and_then(|value| value.strip_prefix("Bearer "))
        .is_some_and(|given| Sha256::digest(given) == Sha256::digest(token.expose_secret()))
}

/// Updates the metrics that are measured only on request.
async fn measure(app: &App) {
    let pool = app.db.pool_use();
    gauge!(telemetry::DATABASE_CONNECTIONS, "state" => "idle").set(f64::from(pool.idle));
    gauge!(telemetry::DATABASE_CONNECTIONS, "state" => "in_use").set(f64::from(pool.in_use));
    gauge!(telemetry::DATABASE_CONNECTIONS_MAX).set(f64::from(pool.max));
    let answered = tokio::time::timeout(TIME_LIMIT, background(app)).await;
    gauge!(telemetry::DATABASE_UP).set(if matches!(answered, Ok(Ok(()))) { 1.0 } else { 0.0 });
}

async fn background(app: &App) -> Result<(), AppError> {
    let figures = tasks::figures(&mut *app.db.begin_platform().await?).await?;
    gauge!(telemetry::TASKS_WAITING).set(figures.waiting as f64);
    gauge!(telemetry::TASKS_FAILED).set(figures.failed as f64);
    gauge!(telemetry::TASK_LATENESS).set(figures.task_late_seconds as f64);
    gauge!(telemetry::DEADLINE_LATENESS).set(figures.deadline_late_seconds as f64);
    gauge!(telemetry::DEADLINES_FAILING).set(figures.failing_deadlines as f64);
    Ok(())
}

/// The route found by the operators' router, passed in its response, because the outer router knows only the tenants' routes.
#[derive(Clone)]
struct OperatorRoute(Option<MatchedPath>);

/// A layer on the operators' routes.
pub(super) async fn name_operator_route(request: Request, next: Next) -> Response<Body> {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let mut response = next.run(request).await;
    response.extensions_mut().insert(OperatorRoute(route));
    response
}

/// A layer that counts requests.
pub(super) async fn count(request: Request, next: Next) -> Response<Body> {
    let method = match *request.method() {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::HEAD => "HEAD",
        _ => "other",
    };
    let route = trace::route(&request).or_else(|| folder(request.uri().path())).unwrap_or(UNMATCHED).to_owned();
    let began = Instant::now();
    let response = next.run(request).await;
    let (site, route) = match response.extensions().get::<OperatorRoute>() {
        Some(OperatorRoute(_)) if route.starts_with("/api/") => ("operator", route),
        Some(OperatorRoute(Some(found))) => ("operator", found.as_str().to_owned()),
        Some(OperatorRoute(None)) => ("operator", UNMATCHED.to_owned()),
        None => ("tenant", route),
    };
    let status = response.status().as_u16().to_string();
    histogram!(telemetry::REQUEST_SECONDS, "site" => site, "route" => route.clone()).record(began.elapsed());
    counter!(telemetry::REQUESTS, "site" => site, "route" => route, "method" => method, "status" => status)
        .increment(1);
    response
}

/// The folder of a built file, as its label: these files have no route of their own.
fn folder(path: &str) -> Option<&'static str> {
    ["/pkg", "/fonts", "/vendor"]
        .into_iter()
        .find(|folder| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')))
}
