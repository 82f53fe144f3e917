//! Measures the lists of the back office with a million bookings: every list with its filters, orders, a search and a page far down.
//!
//! `cargo bench --bench lists -- fill` adds the bookings to the demo's first tenant, in the database of `DATABASE_OWNER_URL`, which must be a separate
//! database. `cargo bench --bench lists -- http://127.0.0.1:3000 roadside-atl.localhost` measures a running server; `docs/performance.md` says how to start it.

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use reqwest::{Client, StatusCode, header, redirect::Policy};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// Bookings of the large tenant.
const MANY: u32 = 1_000_000;

/// Requests per list.
const TIMES: u32 = 21;

/// The goal for the median.
const GOAL: Duration = Duration::from_millis(20);

/// The number of a page far down.
const DEEP: u32 = 40;

const BOOKINGS: &[&str] = &[
    "",
    "sort=created",
    "sort=customer",
    "sort=-customer",
    "phase=completed",
    "phase=completed&sort=customer",
    "phase=pending&sort=customer",
    "phase=no_show&sort=-customer",
    "from=2026-01-01&until=2026-01-31",
    "from=2025-01-01&until=2025-12-31&phase=cancelled",
    "from=2026-01-01&until=2026-01-31&sort=customer",
    "q=smith",
    "q=smith+ashley",
    "q=müller",
    "q=4455",
    "q=smith&phase=completed&sort=customer",
    "q=nobody+here",
];
const PAYMENTS: &[&str] = &[
    "",
    "status=pending",
    "status=confirmed",
    "status=failed",
    "method=cash",
    "method=zelle&status=failed",
    "method=stripe",
];
const AUDIT: &[&str] = &[
    "",
    "object=bookings",
    "object=users&action=delete",
    "object=erasures",
    "action=security",
    "action=update",
    "action=passkey_added",
    "person=ops@roadsideatl.com",
    "from=2026-01-01&until=2026-01-31",
];

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["fill"] => fill().await,
        [url, host] => return measure(url, host).await,
        _ => eprintln!(
            "usage: cargo bench --bench lists -- fill\n       cargo bench --bench lists -- http://127.0.0.1:3000 roadside-atl.localhost"
        ),
    }
    ExitCode::SUCCESS
}

async fn fill() {
    let url = std::env::var("DATABASE_OWNER_URL").expect("DATABASE_OWNER_URL is set");
    let mut owner = PgConnection::connect(&url).await.expect("the database answers");
    let tenant: uuid::Uuid = sqlx::query_scalar("select id from platform.tenants where slug = 'roadside-atl'")
        .fetch_one(&mut owner)
        .await
        .expect("the database has the demo tenants");
    let statements = concat!(include_str!("../src/testing/schema/filling.sql"), include_str!("lists.sql"))
        .replace("$tenant", &tenant.to_string())
        .replace("$many", &MANY.to_string());
    sqlx::raw_sql(AssertSqlSafe(statements)).execute(&mut owner).await.expect("the tenant is filled");
    sqlx::raw_sql("vacuum analyze").execute(&mut owner).await.expect("the statistics are gathered");
}

async fn measure(url: &str, host: &str) -> ExitCode {
    let office = Office::new(url, host).await;
    let lists = [("/admin/bookings", BOOKINGS), ("/admin/payments", PAYMENTS), ("/admin/audit", AUDIT)];
    let filtered =
        lists.iter().flat_map(|(list, filters)| filters.iter().map(move |filter| format!("{list}?{filter}")));
    let others = ["/admin/board", "/admin/payouts", "/admin/providers", "/admin/people"].map(str::to_owned);
    let mut slow = 0;
    println!("| list | first page, p50 | page {DEEP} or the last, p50 |");
    println!("|---|---|---|");
    for list in filtered.chain(others) {
        let address = list.trim_end_matches('?');
        let first = office.median(address).await;
        let deep = match office.further(address).await {
            Some(address) => Some(office.median(&address).await),
            None => None,
        };
        slow += u32::from(first > GOAL) + u32::from(deep.is_some_and(|time| time > GOAL));
        let deep = deep.map_or_else(|| "–".to_owned(), milliseconds);
        println!("| `{address}` | {} | {deep} |", milliseconds(first));
    }
    println!("\n{slow} above the goal of {}", milliseconds(GOAL));
    if slow == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

/// A signed-in administrator.
struct Office {
    client: Client,
    url: String,
    host: String,
    cookie: String,
}

impl Office {
    async fn new(url: &str, host: &str) -> Self {
        let client = Client::builder().redirect(Policy::none()).build().expect("a client");
        let mut office = Self { client, url: url.to_owned(), host: host.to_owned(), cookie: String::new() };
        office.keep_cookies(&office.request("/sign-in").send().await.expect("an answer"));
        let answer = office
            .client
            .post(format!("{url}/api/sign_in?from=%2Fsign-in"))
            .header(header::HOST, host)
            .header(header::COOKIE, &office.cookie)
            .header(header::ACCEPT, "text/html")
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body("email=ops%40roadsideatl.com&password=wayside-demo&next=%2Fadmin%2Fboard")
            .send()
            .await
            .expect("an answer");
        office.keep_cookies(&answer);
        office
    }

    fn request(&self, address: &str) -> reqwest::RequestBuilder {
        self.client
            .get(format!("{}{address}", self.url))
            .header(header::HOST, &self.host)
            .header(header::COOKIE, &self.cookie)
    }

    fn keep_cookies(&mut self, answer: &reqwest::Response) {
        for cookie in answer.headers().get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
            self.cookie = format!("{pair}; {}", self.cookie);
        }
    }

    async fn page(&self, address: &str) -> String {
        let answer = self.request(address).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK, "{address}");
        answer.text().await.expect("a page")
    }

    /// The median time of a response.
    async fn median(&self, address: &str) -> Duration {
        let mut times = Vec::new();
        for _ in 0..TIMES {
            let begun = Instant::now();
            self.page(address).await;
            times.push(begun.elapsed());
        }
        times.sort();
        times[times.len() / 2]
    }

    /// A page far down the list.
    async fn further(&self, address: &str) -> Option<String> {
        let mut found = None;
        for _ in 1..DEEP {
            let page = self.page(found.as_deref().unwrap_or(address)).await;
            let Some((_, link)) = page.split_once("rel=\"next\" href=\"") else { break };
            found = link.split('"').next().map(|link| link.replace("&amp;", "&"));
        }
        found
    }
}
