//! Accepts connections, with time-outs, limits on their number, and a graceful shutdown.
//!
//! `axum::serve` has none of these limits, so hyper is called directly. Responses are HTTP/1.1; a proxy translates for browsers.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::{Router, body::Body, extract::ConnectInfo};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt;

use self::unread::ReadByClient;
use super::slots::{Slot, Slots};

mod unread;

/// Limits and time-outs of connections.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    /// How long the head of a request may take to arrive, including the wait for the next request on a kept connection.
    pub head: Duration,
    /// Closes the connection if the client reads nothing of a pending response for this long. Slow readers are fine.
    pub unread: Duration,
    /// Maximum number of open connections. More wait until one ends.
    pub most: usize,
    /// Maximum number of open connections per address; more are closed. `None` behind a proxy, because all connections come from it.
    pub most_per_address: Option<usize>,
}

/// Size limit of buffers: a request's head, and a response that isn't sent yet.
const LARGEST_BUFFER: usize = 64 * 1024;

/// Files needed for everything else: the database, mail, logs.
const OTHER_FILES: u64 = 256;

impl Rules {
    /// As many as the limit of open files allows, which is raised as far as possible.
    pub fn of_this_process(proxies: usize) -> Self {
        let files = open_files();
        let most = files.saturating_sub(OTHER_FILES).clamp(64, 20_000);
        tracing::info!(connections = most, "limit of connections, by the limit of open files");
        Self {
            head: Duration::from_secs(30),
            unread: Duration::from_secs(30),
            most: usize::try_from(most).unwrap_or(64),
            most_per_address: (proxies == 0).then_some(256),
        }
    }
}

fn open_files() -> u64 {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    if let Err(error) = raised {
        tracing::warn!(%error, "the limit of open files could not be raised");
    }
    if raised.is_ok() { maximum } else { current }.unwrap_or(u64::MAX)
}

/// Accepts and serves connections until the process is asked to stop. Then it closes idle connections, and `running` lets the others finish their
/// responses.
pub(super) async fn serve(
    listener: TcpListener,
    router: Router,
    rules: Rules,
    stop: &CancellationToken,
    running: &TaskTracker,
) {
    let places = Arc::new(Semaphore::new(rules.most));
    let addresses = Slots::default();
    loop {
        let (stream, peer, place) = tokio::select! {
            () = stop.cancelled() => return,
            accepted = accept(&listener, &places) => accepted,
        };
        let of_address = match rules.most_per_address {
            Some(most) => match addresses.take(client(peer.ip()), most) {
                Some(slot) => Some(slot),
                None => continue,
            },
            None => None,
        };
        running.spawn(answer(stream, peer, router.clone(), rules, stop.clone(), (place, of_address)));
    }
}

/// The next connection, as soon as the limit allows one.
async fn accept(listener: &TcpListener, places: &Arc<Semaphore>) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
    let place = places.clone().acquire_owned().await.expect("nobody closes it");
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return (stream, peer, place),
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

/// The key that connections are counted by: for IPv6 the subscriber's network.
fn client(address: IpAddr) -> String {
    super::address::ClientAddress::from(address).counted()
}

async fn answer(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    rules: Rules,
    stop: CancellationToken,
    _places: (OwnedSemaphorePermit, Option<Slot>),
) {
    // Leptos writes a page in pieces; with Nagle's algorithm every kept-alive connection would wait 40 ms for the second one.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "no TCP_NODELAY");
    }
    forget_unread(&stream, rules.unread);
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request.map(Body::new))
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(rules.head)
        .max_buf_size(LARGEST_BUFFER)
        .serve_connection(TokioIo::new(ReadByClient::new(stream, rules.unread)), service);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// Makes the kernel drop unsent data of a closed connection after the same time.
#[cfg(target_os = "linux")]
fn forget_unread(stream: &TcpStream, after: Duration) {
    let milliseconds = u32::try_from(after.as_millis()).unwrap_or(u32::MAX);
    if let Err(error) = rustix::net::sockopt::set_tcp_user_timeout(stream, milliseconds) {
        tracing::debug!(%error, "no TCP_USER_TIMEOUT");
    }
}

#[cfg(not(target_os = "linux"))]
fn forget_unread(_: &TcpStream, _: Duration) {}

#[cfg(test)]
mod tests;
