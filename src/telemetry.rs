//! Counters and timings of this process, for Prometheus. Labels are matched routes and fixed words: never a path, an id, a tenant or a person.
//!
//! A counter inside a transaction also counts what is rolled back later: good enough for a trend, not for accounting.

use std::{sync::OnceLock, time::Duration};

use metrics::{counter, gauge};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// Requests answered, by `site`, `route`, `method` and `status`.
pub const REQUESTS: &str = "wayside_http_requests_total";
/// Time until the head of a response, by `site` and `route`.
pub const REQUEST_SECONDS: &str = "wayside_http_request_duration_seconds";
/// Open streams of live updates.
pub const EVENT_STREAMS: &str = "wayside_event_streams";

/// Attempts of tasks, by `kind` and `outcome`: `done`, `failed`, `lost`.
pub const TASKS: &str = "wayside_tasks_total";
/// Waiting tasks, including those for later.
pub const TASKS_WAITING: &str = "wayside_tasks_waiting";
/// Tasks that were given up and wait for a person.
pub const TASKS_FAILED: &str = "wayside_tasks_failed";
/// How overdue the oldest unclaimed task is.
pub const TASK_LATENESS: &str = "wayside_task_lateness_seconds";
/// Attempts of deadlines, by `kind` and `outcome`: `done`, `failed`, `blocked` (their row was locked).
pub const DEADLINES: &str = "wayside_deadlines_total";
/// Deadlines whose last attempt failed.
pub const DEADLINES_FAILING: &str = "wayside_deadlines_failing";
/// How overdue the oldest deadline is.
pub const DEADLINE_LATENESS: &str = "wayside_deadline_lateness_seconds";
/// How often the worker of this process was restarted.
pub const WORKER_RESTARTS: &str = "wayside_worker_restarts_total";

/// Offers to providers, by `outcome`: `made`, `accepted`, `declined`, `timed_out`.
pub const OFFERS: &str = "wayside_offers_total";

/// Whether the database answered this scrape: 1 or 0.
pub const DATABASE_UP: &str = "wayside_database_up";
/// Connections of this process's pool, by `state`: `idle`, `in_use`.
pub const DATABASE_CONNECTIONS: &str = "wayside_database_connections";
/// Maximum number of connections of the pool.
pub const DATABASE_CONNECTIONS_MAX: &str = "wayside_database_connections_max";
/// Failed statements, by `kind`: `lock_timeout`, `statement_timeout`, `deadlock`, `serialization`, `pool_timeout`,
/// `connection`.
pub const DATABASE_ERRORS: &str = "wayside_database_errors_total";

/// Upper bounds of the buckets, seconds.
const SECONDS: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// How often measured times are sorted into their buckets, so that they don't accumulate without a scrape.
const UPKEEP: Duration = Duration::from_secs(5);

/// The recorder. The first call installs it for the process.
pub fn recorder() -> &'static PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(|| {
        let recorder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Full(REQUEST_SECONDS.to_owned()), &SECONDS)
            .expect("there are buckets")
            .build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::error!("something else records metrics; /metrics stays empty");
        }
        describe();
        handle
    })
}

/// Runs this maintenance until the process ends.
pub async fn keep_recording() {
    let handle = recorder();
    loop {
        tokio::time::sleep(UPKEEP).await;
        handle.run_upkeep();
    }
}

fn describe() {
    metrics::describe_counter!(REQUESTS, "Requests answered.");
    metrics::describe_histogram!(REQUEST_SECONDS, metrics::Unit::Seconds, "Time to the head of the response.");
    metrics::describe_gauge!(EVENT_STREAMS, "Open streams of live updates.");
    metrics::describe_counter!(TASKS, "Attempts of background tasks.");
    metrics::describe_gauge!(TASKS_WAITING, "Waiting tasks, including those for later.");
    metrics::describe_gauge!(TASKS_FAILED, "Tasks that were given up.");
    metrics::describe_gauge!(TASK_LATENESS, metrics::Unit::Seconds, "Lateness of the oldest due task.");
    metrics::describe_counter!(DEADLINES, "Attempts of deadlines.");
    metrics::describe_gauge!(DEADLINES_FAILING, "Deadlines whose last attempt failed.");
    metrics::describe_gauge!(DEADLINE_LATENESS, metrics::Unit::Seconds, "Lateness of the oldest deadline.");
    metrics::describe_counter!(WORKER_RESTARTS, "Restarts of the background worker.");
    metrics::describe_counter!(OFFERS, "Offers to providers.");
    metrics::describe_gauge!(DATABASE_UP, "Whether the database answered.");
    metrics::describe_gauge!(DATABASE_CONNECTIONS, "Connections of the pool.");
    metrics::describe_gauge!(DATABASE_CONNECTIONS_MAX, "Connections the pool may have.");
    metrics::describe_counter!(
        DATABASE_ERRORS,
        "Statements that failed because of a lock, a missing connection or a time-out."
    );
}

/// Counts an offer.
pub fn offer(outcome: &'static str) {
    counter!(OFFERS, "outcome" => outcome).increment(1);
}

/// Counts a failure caused by a lock, a missing connection or a time-out.
pub fn database_error(error: &sqlx::Error) {
    let kind = match error {
        sqlx::Error::PoolTimedOut => "pool_timeout",
        sqlx::Error::Io(_) => "connection",
        sqlx::Error::Database(error) => match error.code().as_deref() {
            Some("55P03") => "lock_timeout",
            Some("57014") => "statement_timeout",
            Some("40P01") => "deadlock",
            Some("40001") => "serialization",
            _ => return,
        },
        _ => return,
    };
    counter!(DATABASE_ERRORS, "kind" => kind).increment(1);
}

/// A stream of live updates, counted until it is dropped.
pub struct EventStream(());

impl EventStream {
    pub fn open() -> Self {
        gauge!(EVENT_STREAMS).increment(1.0);
        Self(())
    }
}

impl Drop for EventStream {
    fn drop(&mut self) {
        gauge!(EVENT_STREAMS).decrement(1.0);
    }
}
