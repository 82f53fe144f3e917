//! Restarts a worker that has ended.

use std::time::Duration;

use chrono::TimeDelta;
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

use super::Worker;
use crate::telemetry;

/// How long after its end a worker is restarted.
const PAUSE: Duration = Duration::from_secs(1);

/// The loops count as stuck if they haven't run for this long.
const STUCK: TimeDelta = TimeDelta::minutes(2);

impl<S: Clone + Send + Sync + 'static> Worker<S> {
    /// Runs the worker until asked to stop, and restarts it if it ends before that or is stuck. The claims of an ended worker
    /// expire.
    pub async fn supervise(self, stop: CancellationToken) {
        loop {
            self.beat();
            let running = AbortOnDropHandle::new(tokio::spawn(self.clone().run(stop.clone())));
            let why = tokio::select! {
                ended = running => ended.map_or_else(|error| error.to_string(), |()| "it returned".to_owned()),
                () = self.stuck() => "its loops are stuck".to_owned(),
            };
            if stop.is_cancelled() {
                return;
            }
            metrics::counter!(telemetry::WORKER_RESTARTS).increment(1);
            tracing::error!(%why, "the background worker ended; it starts again");
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn stuck(&self) {
        loop {
            tokio::time::sleep(self.pace.check).await;
            if self.lag().is_some_and(|lag| lag > STUCK) {
                return;
            }
        }
    }
}
