//! Measures pages while passwords are hashed: `/` alone, `/` with twenty sign-ins a second, and the responses to two hundred sign-ins at once.
//!
//! `cargo bench --bench sign_ins -- http://127.0.0.1:3000 roadside-atl.localhost` against a running server; `docs/performance.md` says how to start it.

use std::{
    collections::BTreeMap,
    process::ExitCode,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use reqwest::{Client, StatusCode, header};
use tokio::{task::JoinSet, time::interval};

/// Page requests in each part.
const PAGES: u32 = 1000;

/// The time between pages, so that the pages themselves don't load the server.
const PAGE_EVERY: Duration = Duration::from_millis(10);

/// Twenty a second: one for five pages.
const SIGN_IN_EVERY: Duration = Duration::from_millis(50);

/// Many more than the queue holds.
const CROWD: u32 = 200;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let [url, host] = arguments.as_slice() else {
        eprintln!("usage: cargo bench --bench sign_ins -- http://127.0.0.1:3000 roadside-atl.localhost");
        return ExitCode::SUCCESS;
    };
    let server = Server { client: Client::new(), url: url.clone(), host: host.clone() };

    server.pages(100).await;
    let alone = server.pages(PAGES).await;
    let (busy, answers) = server.pages_beside_sign_ins().await;
    let crowd = server.crowd().await;

    println!("/ alone                        p50 {:.2?}  p99 {:.2?}", alone.at(50), alone.at(99));
    println!("/ beside 20 sign-ins a second  p50 {:.2?}  p99 {:.2?}", busy.at(50), busy.at(99));
    println!("ratio of the p99               {:.1}", busy.at(99).as_secs_f64() / alone.at(99).as_secs_f64());
    println!("sign-ins                       {answers:?}");
    println!("a crowd of {CROWD}                 {crowd:?}");
    ExitCode::SUCCESS
}

/// Number of responses by status and `Retry-After`.
type Answers = BTreeMap<String, u32>;

struct Server {
    client: Client,
    url: String,
    host: String,
}

/// Times taken, shortest first.
struct Times(Vec<Duration>);

impl Times {
    fn at(&self, percentile: usize) -> Duration {
        self.0[(self.0.len() * percentile / 100).min(self.0.len() - 1)]
    }
}

impl Server {
    async fn pages(&self, count: u32) -> Times {
        let mut pace = interval(PAGE_EVERY);
        let mut times = Vec::new();
        for _ in 0..count {
            pace.tick().await;
            let start = Instant::now();
            let page = self.client.get(format!("{}/", self.url)).header(header::HOST, &self.host).send().await;
            let page = page.expect("the server answers");
            assert_eq!(page.status(), StatusCode::OK, "is there a tenant on this host?");
            page.bytes().await.expect("the page arrives");
            times.push(start.elapsed());
        }
        times.sort();
        Times(times)
    }

    async fn pages_beside_sign_ins(&self) -> (Times, Answers) {
        let sign_ins = async {
            let mut pace = interval(SIGN_IN_EVERY);
            let mut running = JoinSet::new();
            for _ in 0..PAGES / 5 {
                pace.tick().await;
                running.spawn(self.sign_in());
            }
            count(running).await
        };
        tokio::join!(self.pages(PAGES), sign_ins)
    }

    async fn crowd(&self) -> Answers {
        let mut running = JoinSet::new();
        for _ in 0..CROWD {
            running.spawn(self.sign_in());
        }
        count(running).await
    }

    /// An unknown user, each time from another address, so that the rate limits don't apply.
    fn sign_in(&self) -> impl Future<Output = String> + use<> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let request = self
            .client
            .post(format!("{}/api/sign_in", self.url))
            .header(header::HOST, &self.host)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .header("x-forwarded-for", format!("198.{}.{}.{}", 18 + (number >> 16), (number >> 8) & 255, number & 255))
            .body(format!("email=nobody{number}%40example.com&password=correct+horse+battery"));
        async move {
            let answer = request.send().await.expect("the server answers");
            let again = if answer.headers().contains_key(header::RETRY_AFTER) { " with Retry-After" } else { "" };
            format!("{}{again}", answer.status().as_u16())
        }
    }
}

async fn count(mut running: JoinSet<String>) -> Answers {
    let mut answers = Answers::new();
    while let Some(answer) = running.join_next().await {
        *answers.entry(answer.expect("no sign-in panics")).or_default() += 1;
    }
    answers
}
