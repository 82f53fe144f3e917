//! Whether the database answers and has the schema of this binary.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::{sync::Mutex, time::timeout};

use crate::db::Db;

/// How long a result is reused, to limit the queries to the database.
pub(super) const FRESH: TimeDelta = TimeDelta::seconds(5);

/// Time limit for the database: shorter than the response's, so that everybody who waits gets a response.
const TIME_LIMIT: Duration = Duration::from_millis(800);

/// The state of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DatabaseState {
    Ready,
    /// Migrations are missing. Unknown newer ones are fine: they are applied while older processes still run.
    Outdated,
    Silent,
}

/// The state of the database, and when it was read.
#[derive(Clone, Default)]
pub struct Readiness(Arc<Mutex<Option<Found>>>);

#[derive(Clone, Copy)]
struct Found {
    at: DateTime<Utc>,
    database_state: DatabaseState,
}

impl Readiness {
    /// The last result while it is fresh. Otherwise one request queries the database, and the others wait for its result.
    pub(super) async fn database_state(&self, db: &Db) -> DatabaseState {
        let mut last = self.0.lock().await;
        if let Some(found) = *last
            && (db.clock.now() - found.at).abs() < FRESH
        {
            return found.database_state;
        }
        let database_state = query_state(db).await;
        *last = Some(Found { at: db.clock.now(), database_state });
        database_state
    }
}

async fn query_state(db: &Db) -> DatabaseState {
    match timeout(TIME_LIMIT, db.missing_migrations()).await {
        Ok(Ok(0)) => DatabaseState::Ready,
        Ok(Ok(missing)) => {
            tracing::warn!(missing, "not ready: migrations are missing");
            DatabaseState::Outdated
        }
        Ok(Err(error)) => {
            tracing::warn!(%error, "not ready");
            DatabaseState::Silent
        }
        Err(_) => {
            tracing::warn!("not ready: the database takes too long");
            DatabaseState::Silent
        }
    }
}
