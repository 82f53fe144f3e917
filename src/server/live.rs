//! Live updates: a transaction publishes a topic; browsers that watch the topic are notified and fetch the page again.
//!
//! A topic is the name of a thing (`booking:<id>`, `job:<id>`, `provider:<id>`, `board`); those of a kind of business begin with its code.
//! Notifications have no data, so a leaked topic reveals nothing.
//!
//! Positions aren't published: providers send them all the time, and watched pages are fetched again every 30 seconds anyway.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use engine::Id;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::slots::Slots;
use crate::{catalog::SERVICES, db::Db, tenants::Tenant};

/// How often a stream checks that its user may still watch. A stream ends at most this long after its session.
const RECHECK: Duration = Duration::from_secs(30);

/// Passes Postgres's notifications on to the browsers of this process.
#[derive(Clone)]
pub struct Hub {
    /// Watches in this process, by tenant and topic. A slow watcher sees only the last notification; all of them say the same.
    topics: Arc<Mutex<HashMap<String, watch::Sender<()>>>>,
    services: Arc<Mutex<ServicesState>>,
    pub(super) open: Slots,
    pub(super) closing: CancellationToken,
    pub(super) recheck: Duration,
}

/// Notifications about [`SERVICES`], which this process caches.
#[derive(Default)]
struct ServicesState {
    is_listening: bool,
    /// How many times this process started to listen. Notifications sent in between are lost.
    starts: u64,
    /// Number of notifications by tenant and topic.
    announced: HashMap<String, u64>,
}

/// The state of a topic. While it is unchanged, no notification has arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version {
    starts: u64,
    announced: u64,
}

impl Default for Hub {
    fn default() -> Self {
        Self {
            topics: Arc::default(),
            services: Arc::default(),
            open: Slots::default(),
            closing: CancellationToken::new(),
            recheck: RECHECK,
        }
    }
}

impl Hub {
    /// A hub that checks more often, for tests.
    #[cfg(test)]
    pub fn rechecking_every(recheck: Duration) -> Self {
        Self { recheck, ..Self::default() }
    }

    /// Listens until the process ends. Notifications may be lost while the connection is down, so afterwards all watchers fetch again.
    pub async fn listen(self, db: Db) {
        loop {
            match db.listen(&["live"]).await {
                Ok(mut listener) => {
                    self.started_listening();
                    let lost = loop {
                        match listener.try_recv().await {
                            Ok(Some(notification)) => self.announce(notification.payload()),
                            // The connection was lost, and this is a new one.
                            Ok(None) => self.started_listening(),
                            Err(error) => break error,
                        }
                    };
                    self.services.lock().expect("no panics under this lock").is_listening = false;
                    tracing::warn!(error = %lost, "the connection for live updates was lost");
                }
                Err(error) => tracing::warn!(%error, "can't listen for live updates"),
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }

    /// The state of [`SERVICES`] of a tenant; `None` while this process isn't listening. Take it before reading services from the database: later it
    /// shows whether they may have changed.
    pub fn version(&self, tenant: Id<Tenant>) -> Option<Version> {
        let state = self.services.lock().expect("no panics under this lock");
        let announced = state.announced.get(&format!("{tenant}/{SERVICES}")).copied().unwrap_or_default();
        state.is_listening.then_some(Version { starts: state.starts, announced })
    }

    fn started_listening(&self) {
        let mut state = self.services.lock().expect("no panics under this lock");
        state.is_listening = true;
        state.starts += 1;
        drop(state);
        self.announce_all();
    }

    pub(super) fn announce(&self, topic: &str) {
        if topic.split_once('/').is_some_and(|(_, topic)| topic == SERVICES) {
            *self.services.lock().expect("no panics under this lock").announced.entry(topic.to_owned()).or_default() +=
                1;
        }
        if let Some(watched) = self.topics.lock().expect("no panics under this lock").get(topic) {
            let _ = watched.send(()); // nobody watches it any more
        }
    }

    fn announce_all(&self) {
        for watched in self.topics.lock().expect("no panics under this lock").values() {
            let _ = watched.send(());
        }
    }

    pub(super) fn watch(&self, topic: &str) -> Watching {
        let mut topics = self.topics.lock().expect("no panics under this lock");
        let changes = topics.entry(topic.to_owned()).or_insert_with(|| watch::Sender::new(())).subscribe();
        Watching { hub: self.clone(), topic: topic.to_owned(), changes }
    }

    /// Ends every stream, because the process stops.
    pub fn close(&self) {
        self.closing.cancel();
    }
}

/// A watch on one topic. The hub removes the topic with its last watch.
pub(super) struct Watching {
    pub(super) hub: Hub,
    topic: String,
    pub(super) changes: watch::Receiver<()>,
}

impl Drop for Watching {
    fn drop(&mut self) {
        let mut topics = self.hub.topics.lock().expect("no panics under this lock");
        if topics.get(&self.topic).is_some_and(|watched| watched.receiver_count() <= 1) {
            topics.remove(&self.topic);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn topics_that_nobody_watches_are_forgotten() {
        let hub = Hub::default();
        let (one, other) = (hub.watch("board"), hub.watch("board"));
        drop(one);
        assert_eq!(hub.topics.lock().unwrap().len(), 1);
        drop(other);
        assert!(hub.topics.lock().unwrap().is_empty());
    }
}
