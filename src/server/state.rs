use std::sync::Arc;

use leptos::config::LeptosOptions;

use super::{assets::Assets, live::Hub, readiness::Readiness};
use crate::{
    config::Config,
    db::{Db, Timeouts},
    identity::Passwords,
    notifications::Channels,
    places::geocoding::Geocoder,
    secrets::Keys,
    tasks::Pulse,
    tenants::{Hosts, Storefronts},
};

#[derive(Clone)]
pub struct App {
    pub db: Db,
    pub config: Arc<Config>,
    /// The location of the built site.
    pub leptos: LeptosOptions,
    pub assets: Arc<Assets>,
    pub live: Hub,
    pub hosts: Hosts,
    pub storefronts: Storefronts,
    pub geocoder: Geocoder,
    /// Password hashing, a few at a time.
    pub passwords: Passwords,
    pub keys: Keys,
    pub channels: Channels,
    pub readiness: Readiness,
    /// Whether the background work of this process is running.
    pub pulse: Pulse,
}

impl App {
    /// The same for the handler of a deadline: it gives up soon if its rows are locked, because others wait for its slot.
    #[must_use]
    pub fn impatient(self) -> Self {
        Self { db: self.db.with_timeouts(Timeouts::DEADLINE), ..self }
    }
}
