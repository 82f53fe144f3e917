use std::sync::Arc;

use leptos::config::LeptosOptions;

use super::{assets::Assets, live::Hub, readiness::Readiness};
use crate::{
    config::Config,
    db::Db,
    geocoding::Geocoder,
    identity::Passwords,
    notifications::Channels,
    secrets::Keys,
    tasks::Pulse,
    tenants::{Hosts, Storefronts},
};

/// The running application, shared by every request.
#[derive(Clone)]
pub struct App {
    /// The database as the application's role.
    pub db: Db,
    pub config: Arc<Config>,
    /// Where the built site is.
    pub leptos: LeptosOptions,
    pub assets: Arc<Assets>,
    pub live: Hub,
    pub hosts: Hosts,
    pub storefronts: Storefronts,
    pub geocoder: Geocoder,
    /// Password hashing, a few at a time.
    pub passwords: Passwords,
    /// Seals secrets at rest.
    pub keys: Keys,
    pub channels: Channels,
    /// What `/readyz` knows.
    pub readiness: Readiness,
    /// Whether the background work of this process comes around.
    pub pulse: Pulse,
}
