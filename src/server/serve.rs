//! The listener, start-up and shutdown of the process.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use leptos::config::get_configuration;
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{App, Readiness, assets::Assets, connections, live, router};
use crate::{
    app::{product, worker},
    config::Config,
    db::Db,
    identity,
    notifications::Channels,
    places::geocoding::Geocoder,
    secrets::Keys,
    tasks::Pulse,
    telemetry,
    tenants::{Hosts, Storefronts},
};

/// How long running requests and tasks may take to finish once the process is asked to stop.
const GRACE: Duration = Duration::from_secs(20);

/// How long the database may take to close its connections after that.
const CLOSING: Duration = Duration::from_secs(5);

/// Connects and checks that the role is bound by row-level security.
pub async fn start(config: Config) -> Result<App> {
    let db = Db::connect(&config.database_url, config.database_connections)
        .await
        .context("the database does not answer; is DATABASE_URL right?")?;
    db.refuse_privileged_role().await?;
    let file = std::path::Path::new("Leptos.toml").exists().then_some("Leptos.toml");
    let leptos = get_configuration(file).context("Leptos.toml can't be read")?.leptos_options;
    let keys = Keys::of(&config)?;
    let channels = Channels::of(&config)?;
    let geocoder = Geocoder::new(config.geocoder_url.as_deref())?;
    let assets = Arc::new(Assets::of(&leptos));
    Ok(App {
        db,
        config: Arc::new(config),
        leptos,
        assets,
        live: live::Hub::default(),
        hosts: Hosts::default(),
        storefronts: Storefronts::default(),
        geocoder,
        passwords: identity::Passwords::default(),
        keys,
        channels,
        readiness: Readiness::default(),
        pulse: Pulse::default(),
    })
}

/// Serves pages and, in the same process, runs tasks and deadlines, until the process is asked to stop.
pub async fn serve(app: App) -> Result<()> {
    let _ = any_spawner::Executor::init_tokio();
    let address: SocketAddr = app.leptos.site_addr;
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("can't listen on {address}; is another server running there?"))?;
    let stop = stop_signal();
    let tracker = TaskTracker::new();
    tracker.spawn(worker(&app).supervise(stop.clone()));
    tokio::spawn(telemetry::keep_recording());
    let hub = tokio::spawn(app.live.clone().listen(app.db.clone()));
    tracing::info!("listening on http://{address}");
    let (db, live) = (app.db.clone(), app.live.clone());
    let rules = connections::Rules::of_this_process(app.config.proxies);
    connections::serve(listener, router(app, product()), rules, &stop, &tracker).await;
    // Event streams don't end by themselves; browsers reconnect to the next process.
    live.close();
    finish(&tracker, &db).await;
    hub.abort();
    Ok(())
}

/// Runs tasks and deadlines without serving pages.
pub async fn work(app: App) -> Result<()> {
    let stop = stop_signal();
    let tracker = TaskTracker::new();
    let db = app.db.clone();
    tracker.spawn(worker(&app).supervise(stop.clone()));
    stop.cancelled().await;
    finish(&tracker, &db).await;
    Ok(())
}

async fn finish(tracker: &TaskTracker, db: &Db) {
    tracker.close();
    if tokio::time::timeout(GRACE, tracker.wait()).await.is_err() {
        tracing::warn!("stopped while requests or tasks were running; tasks will be taken up again");
    }
    // A database that hangs must not keep the process running: it rolls back what wasn't committed.
    if tokio::time::timeout(CLOSING, db.close()).await.is_err() {
        tracing::warn!("stopped without the database's answer");
    }
    tracing::info!("stopped");
}

/// Cancelled at Ctrl-C or SIGTERM.
fn stop_signal() -> CancellationToken {
    let stop = CancellationToken::new();
    let token = stop.clone();
    tokio::spawn(async move {
        let terminate = async {
            match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
                Ok(mut signal) => {
                    signal.recv().await;
                }
                Err(_) => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            () = terminate => {}
        }
        token.cancel();
    });
    stop
}
