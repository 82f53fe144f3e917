use std::sync::{Arc, Mutex};

use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
    instrument::WithSubscriber,
};
use tracing_subscriber::{
    Layer,
    layer::{Context, SubscriberExt},
    registry,
};

/// Runs `work` and returns, with its result, every statement it sent to the database. Statements that begin, scope and end a transaction aren't counted.
pub async fn queries_of<T>(work: impl Future<Output = T>) -> (T, Vec<String>) {
    let statements = Arc::new(Mutex::new(Vec::new()));
    let subscriber = registry().with(Recorder(statements.clone()));
    let result = work.with_subscriber(subscriber).await;
    let statements = std::mem::take(&mut *statements.lock().unwrap());
    (result, statements)
}

/// Collects the statements that sqlx logs.
struct Recorder(Arc<Mutex<Vec<String>>>);

impl<S: Subscriber> Layer<S> for Recorder {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() != "sqlx::query" {
            return;
        }
        let mut summary = Summary(String::new());
        event.record(&mut summary);
        let statement = summary.0.to_lowercase();
        let is_frame =
            ["begin", "commit", "rollback", "select set_config"].iter().any(|start| statement.starts_with(start));
        if !is_frame {
            self.0.lock().unwrap().push(summary.0);
        }
    }
}

struct Summary(String);

impl Visit for Summary {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "summary" {
            value.trim_start_matches('"').clone_into(&mut self.0);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}
