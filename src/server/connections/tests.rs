use std::{convert::Infallible, future::pending, sync::Arc};

use axum::routing::get;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::Notify,
    task::JoinHandle,
};
use tokio_stream::wrappers::ReceiverStream;

use super::*;
use crate::{
    server::live::Hub,
    testing::{TestApp, booking, service, tenant},
};

const PATIENT: Rules =
    Rules { head: Duration::from_mins(1), unread: Duration::from_mins(1), most: 1000, most_per_address: None };

/// How long a test waits for something that should happen at once.
const SOON: Duration = Duration::from_secs(20);

/// A server on its own port.
struct Running {
    address: SocketAddr,
    stop: CancellationToken,
    connections: TaskTracker,
    accepting: JoinHandle<()>,
}

impl Running {
    async fn start(router: Router, rules: Rules) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, connections) = (CancellationToken::new(), TaskTracker::new());
        let (stopping, running) = (stop.clone(), connections.clone());
        let accepting = tokio::spawn(async move { serve(listener, router, rules, &stopping, &running).await });
        Self { address, stop, connections, accepting }
    }

    /// A connection on which this text was sent.
    async fn said(&self, text: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        stream
    }

    async fn stop(self) {
        self.stop.cancel();
        self.accepting.await.unwrap();
        self.connections.close();
        tokio::time::timeout(SOON, self.connections.wait()).await.expect("all connections end");
    }
}

/// Reads until the other side ends the connection.
async fn rest(stream: &mut TcpStream) -> String {
    let mut read = Vec::new();
    let ended = tokio::time::timeout(SOON, stream.read_to_end(&mut read)).await.expect("the connection ends");
    let _ = ended; // closed or reset, both are an end
    String::from_utf8_lossy(&read).into_owned()
}

async fn until(stream: &mut TcpStream, sign: &str) -> String {
    let mut read = Vec::new();
    while !String::from_utf8_lossy(&read).contains(sign) {
        let next = tokio::time::timeout(SOON, stream.read_u8()).await.expect("something comes");
        read.push(next.unwrap_or_else(|error| panic!("{error} after {}", String::from_utf8_lossy(&read))));
    }
    String::from_utf8_lossy(&read).into_owned()
}

fn hello() -> Router {
    Router::new().route("/", get(async || "hello"))
}

#[tokio::test]
async fn a_connection_that_says_nothing_or_half_of_a_request_is_closed() {
    let server = Running::start(hello(), Rules { head: Duration::from_millis(50), ..PATIENT }).await;
    let mut silent = server.said("").await;
    let mut slow = server.said("GET / HTTP/1.1\r\nHost: a").await;
    let mut idle = server.said("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    rest(&mut silent).await;
    rest(&mut slow).await;
    assert!(rest(&mut idle).await.ends_with("hello"), "answered, and closed when no other request came");
    server.stop().await;
}

/// More than the buffers of both sides can hold.
const BIG: usize = 32 * 1024 * 1024;

fn pages_of_all_sizes() -> Router {
    hello().route("/big", get(async || "x".repeat(BIG)))
}

#[tokio::test]
async fn a_client_that_never_reads_its_answer_is_cut_off() {
    let rules = Rules { unread: Duration::from_millis(100), ..PATIENT };
    let server = Running::start(pages_of_all_sizes(), rules).await;
    let one = server.said("GET /big HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let many = server.said(&"GET /big HTTP/1.1\r\nHost: a\r\n\r\n".repeat(100)).await;
    let mut reading = server.said("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    until(&mut reading, "hello").await;
    let only_who_reads_is_left = async {
        while server.connections.len() > 1 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(SOON, only_who_reads_is_left).await.expect("the others are closed, although they stay");
    reading.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    until(&mut reading, "hello").await;
    drop((one, many, reading));
    server.stop().await;
}

#[tokio::test]
async fn a_client_that_reads_slowly_gets_its_whole_answer() {
    let unread = Duration::from_secs(1);
    let server = Running::start(pages_of_all_sizes(), Rules { unread, ..PATIENT }).await;
    let mut slow = server.said("GET /big HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
    let mut pauses = tokio::time::interval(unread / 10);
    let mut piece = vec![0; BIG / 64];
    until(&mut slow, "\r\n\r\n").await;
    for _ in 0..25 {
        pauses.tick().await;
        slow.read_exact(&mut piece).await.unwrap();
    }
    assert_eq!(25 * piece.len() + rest(&mut slow).await.len(), BIG);
    server.stop().await;
}

#[tokio::test]
async fn an_idle_event_stream_stays_open() {
    let unread = Duration::from_millis(50);
    let (happens, events) = tokio::sync::mpsc::channel::<Result<&str, Infallible>>(1);
    let events = Arc::new(std::sync::Mutex::new(Some(events)));
    let stream = get(async move || Body::from_stream(ReceiverStream::new(events.lock().unwrap().take().unwrap())));
    let server = Running::start(Router::new().route("/", stream), Rules { unread, ..PATIENT }).await;
    let mut watching = server.said("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    happens.send(Ok("first")).await.unwrap();
    until(&mut watching, "first\r\n").await;
    let silence = tokio::time::timeout(4 * unread, watching.read_u8()).await;
    assert!(silence.is_err(), "{silence:?}");
    happens.send(Ok("second")).await.unwrap();
    until(&mut watching, "second").await;
    drop((happens, watching));
    server.stop().await;
}

#[tokio::test]
async fn a_connection_beyond_the_limit_is_answered_once_another_ends() {
    let server = Running::start(hello(), Rules { most: 1, ..PATIENT }).await;
    let mut first = server.said("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    until(&mut first, "hello").await;
    let mut second = server.said("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let early = tokio::time::timeout(Duration::from_millis(50), second.read_u8()).await;
    assert!(early.is_err(), "there is no place for it");
    drop(first);
    until(&mut second, "hello").await;
    drop(second);
    server.stop().await;
}

#[tokio::test]
async fn one_address_can_not_take_all_connections() {
    let server = Running::start(hello(), Rules { most_per_address: Some(1), ..PATIENT }).await;
    let mut first = server.said("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    until(&mut first, "hello").await;
    let mut second = TcpStream::connect(server.address).await.unwrap();
    assert_eq!(rest(&mut second).await, "", "closed without an answer");
    drop((first, second));
    server.stop().await;
}

#[tokio::test]
async fn a_running_request_is_finished_after_the_process_is_told_to_stop() {
    let (started, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (begun, goes_on) = (started.clone(), go_on.clone());
    let slow = get(async move || {
        begun.notify_one();
        goes_on.notified().await;
        "done"
    });
    let server = Running::start(Router::new().route("/", slow), PATIENT).await;
    let mut request = server.said("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let mut idle = server.said("").await;
    started.notified().await;
    server.stop.cancel();
    rest(&mut idle).await;
    go_on.notify_one();
    assert!(rest(&mut request).await.ends_with("done"));
    server.stop().await;
}

#[tokio::test]
async fn an_endless_request_does_not_block_the_listener() {
    let server = Running::start(Router::new().route("/", get(pending::<&'static str>)), PATIENT).await;
    let request = server.said("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    server.stop.cancel();
    tokio::time::timeout(SOON, server.accepting).await.expect("no more connections are taken").unwrap();
    assert!(TcpStream::connect(server.address).await.is_err());
    drop(request);
}

#[tokio::test]
async fn a_hundred_event_streams_end_at_once_when_the_process_stops() {
    let app = TestApp::watching(Hub::default()).await;
    let atl = tenant(&app, "atl").await;
    let service = service(&app, atl, "lockout", 13_500, None).await;
    let booked = booking(&app, atl, service).await;
    let server = Running::start(crate::server::router(app.app.clone(), crate::app::product()), PATIENT).await;
    let mut streams = Vec::new();
    for client in 0..100 {
        let head = format!(
            "GET /live/track/{} HTTP/1.1\r\nHost: atl.localhost\r\nX-Forwarded-For: 203.0.113.{}\r\n\r\n",
            booked.token, client
        );
        let mut stream = server.said(&head).await;
        let answer = until(&mut stream, "\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        streams.push(stream);
    }
    app.app.live.close();
    server.stop().await;
    for stream in &mut streams {
        rest(stream).await;
    }
    app.done().await;
}
