use std::{
    collections::BTreeMap,
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    http::{Request, Response, StatusCode, header},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use http_body_util::BodyExt;
use leptos::config::LeptosOptions;
use scraper::{Html, Selector};
use tower::ServiceExt;

use super::{TestDb, toy};
use crate::{
    app::{product, worker},
    config::{Config, DEVELOPMENT_OPERATOR_HOST, Environment},
    db::{Clock, Db},
    identity::Passwords,
    notifications::{self, Channels, Mail},
    places::geocoding::Geocoder,
    secrets::Keys,
    server::{App, Readiness, assets::Assets, live::Hub, router},
    tasks::Pulse,
    tenants::{self, Hosts, Storefronts},
};

/// The application in memory: its router and its database, which has the tables of every kind of business, with a clock fixed at noon on a Tuesday in Atlanta.
pub struct TestApp {
    pub database: TestDb,
    pub app: App,
    router: Router,
}

impl TestApp {
    /// A new application without tenants.
    pub async fn new() -> Self {
        Self::with(|_| ()).await
    }

    /// A new application with other settings.
    pub async fn with(settings: impl FnOnce(&mut Config)) -> Self {
        Self::made(settings, Hub::default()).await
    }

    /// A new application with other live updates.
    pub async fn watching(live: Hub) -> Self {
        Self::made(|_| (), live).await
    }

    async fn made(settings: impl FnOnce(&mut Config), live: Hub) -> Self {
        let _ = any_spawner::Executor::init_tokio();
        let database = TestDb::new().await;
        sqlx::raw_sql(toy::MIGRATION).execute(&mut database.owner().await).await.unwrap();
        let clock = Clock::fixed("2026-03-03T17:00:00Z".parse().unwrap());
        let db = database.db.clone().with_clock(clock);
        let mut config = Config {
            environment: Environment::Test,
            listed: false,
            database_url: String::new(),
            owner_url: None,
            database_connections: 5,
            geocoder_url: None,
            tile_url: None,
            proxies: 1,
            default_host: None,
            operators_need_second_factor: false,
            secret_keys: Some(format!("test:{}", STANDARD.encode([7; 32])).into()),
            metrics_token: None,
            mail: None,
            texts: None,
            operator_host: Some(DEVELOPMENT_OPERATOR_HOST.to_owned()),
        };
        settings(&mut config);
        let leptos = LeptosOptions::builder().output_name("wayside").build();
        let app = App {
            db,
            keys: Keys::of(&config).unwrap(),
            channels: Channels::of(&config).unwrap(),
            config: Arc::new(config),
            assets: Arc::new(Assets::of(&leptos)),
            leptos,
            live,
            hosts: Hosts::default(),
            storefronts: Storefronts::default(),
            geocoder: Geocoder::default(),
            passwords: Passwords::default(),
            readiness: Readiness::default(),
            pulse: Pulse::default(),
        };
        let router = router(app.clone(), product());
        Self { database, app, router }
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.app.db.clock.now()
    }

    /// Moves the clock, and runs what becomes due.
    pub async fn pass(&self, time: TimeDelta) {
        self.app.db.clock.advance(time);
        self.drain().await;
    }

    /// Runs the deadlines and tasks that are due.
    pub async fn drain(&self) {
        worker(&self.app).drain().await.unwrap();
    }

    /// Enqueues the scheduled tasks, as a server does when it starts.
    pub async fn schedule(&self) {
        worker(&self.app).schedule().await.unwrap();
    }

    /// The unsent messages to an address or number, of all tenants, the newest first.
    pub async fn mailbox(&self, to: &str) -> Vec<Mail> {
        let tenants = tenants::list_ids(&mut self.app.db.begin_platform().await.unwrap()).await.unwrap();
        let mut mails = Vec::new();
        for tenant in tenants {
            let mut tx = self.app.db.begin_system(tenant).await.unwrap();
            mails.extend(notifications::mailbox(&mut tx, &self.app.keys, 1000).await.unwrap());
        }
        mails.retain(|mail| mail.to == to);
        mails
    }

    /// A browser without cookies on a tenant's host.
    pub fn browser(&self, host: &str) -> Browser {
        Browser {
            router: self.router.clone(),
            host: host.to_owned(),
            address: "198.51.100.7".to_owned(),
            cookies: BTreeMap::new(),
        }
    }

    /// The same with an unused network address, because limits count by address.
    pub fn visitor(&self, host: &str) -> Browser {
        self.browser(host).at(&address())
    }

    /// Drops the database; call it at the end of a test that passed.
    pub async fn done(self) {
        self.app.db.close().await;
        self.database.drop().await;
    }
}

/// An unused network address.
pub fn address() -> String {
    static USED: AtomicU32 = AtomicU32::new(0x0a00_0000);
    Ipv4Addr::from_bits(USED.fetch_add(1, Ordering::Relaxed)).to_string()
}

/// Another process of the same installation: separate connections and memory, the same database and clock.
pub struct Process {
    app: App,
    router: Router,
}

impl Process {
    /// Starts another process of the same installation.
    pub async fn start(beside: &TestApp) -> Self {
        Self::with(beside, beside.database.with_connections(2).await.with_clock(beside.app.db.clock.clone()))
    }

    /// Starts one with this database handle.
    pub fn with(beside: &TestApp, db: Db) -> Self {
        let app = App { db, hosts: Hosts::default(), storefronts: Storefronts::default(), ..beside.app.clone() };
        let router = router(app.clone(), product());
        Self { app, router }
    }

    /// The same browser with its cookies, but answered by this process.
    pub fn serve(&self, browser: &Browser) -> Browser {
        Browser { router: self.router.clone(), ..browser.clone() }
    }

    /// Ends the process and its connections.
    pub async fn end(self) {
        self.app.db.close().await;
    }
}

/// A browser without JavaScript.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    host: String,
    address: String,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    /// The same browser with its cookies, on another host.
    #[must_use]
    pub fn on(&self, host: &str) -> Self {
        Self { host: host.to_owned(), ..self.clone() }
    }

    /// The same browser with its cookies, at another network address.
    #[must_use]
    pub fn at(&self, address: &str) -> Self {
        Self { address: address.to_owned(), ..self.clone() }
    }

    /// Opens a page, without following redirects.
    pub async fn get(&mut self, path: &str) -> Reply {
        let request = Request::get(path);
        self.send(request, Body::empty()).await
    }

    /// Opens a page with these headers.
    pub async fn get_with(&mut self, path: &str, headers: &[(&str, &str)]) -> Reply {
        let request = headers.iter().fold(Request::get(path), |request, (name, value)| request.header(*name, *value));
        self.send(request, Body::empty()).await
    }

    /// Submits a form of `page` (for the referer) to `action`.
    pub async fn post(&mut self, page: &str, action: &str, fields: &[(&str, &str)]) -> Reply {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(action)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::REFERER, format!("http://{}{page}", self.host))
            .header("sec-fetch-site", "same-origin");
        self.send(request, Body::from(body)).await
    }

    /// Sends a file with a form, and follows the redirect.
    pub async fn upload(&mut self, page: &str, action: &str, field: &str, file: &[u8]) -> Reply {
        const BOUNDARY: &str = "a-line-no-file-has";
        let head =
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"file\"\r\n\r\n");
        let body = [head.as_bytes(), file, format!("\r\n--{BOUNDARY}--\r\n").as_bytes()].concat();
        let request = Request::post(action)
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"))
            .header(header::REFERER, format!("http://{}{page}", self.host))
            .header("sec-fetch-site", "same-origin");
        let reply = self.send(request, Body::from(body)).await;
        match reply.location.clone() {
            Some(to) => self.get(&to).await,
            None => reply,
        }
    }

    /// Submits a form and follows the redirect.
    pub async fn submit(&mut self, page: &str, action: &str, fields: &[(&str, &str)]) -> Reply {
        let reply = self.post(page, action, fields).await;
        match reply.location.clone() {
            Some(to) => self.get(&to).await,
            None => reply,
        }
    }

    /// Signs in with the password of all built accounts.
    pub async fn sign_in(&mut self, email: &str) {
        let reply = self.post("/sign-in", "/api/sign_in", &[("email", email), ("password", super::PASSWORD)]).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "sign-in as {email}: {}", reply.text());
        assert!(!reply.location.as_deref().unwrap_or_default().contains("draft"), "sign-in as {email} was rejected");
    }

    /// Calls a server function as an island does: the answer is JSON, with the error's own status.
    pub async fn call(&mut self, action: &str, fields: &[(String, String)]) -> Reply {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(action)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.send(request, Body::from(body)).await
    }

    /// Sends an arbitrary request: adds only the host and the cookies.
    pub async fn post_raw(&mut self, action: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Reply {
        let request =
            headers.iter().fold(Request::post(action), |request, (name, value)| request.header(*name, *value));
        self.send(request, body.into()).await
    }

    pub fn is_known(&self) -> bool {
        !self.cookies.is_empty()
    }

    /// Sets a cookie, as an attacker might.
    pub fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// The status of a response that may not end: live updates.
    pub async fn status_of(&mut self, path: &str) -> StatusCode {
        self.respond(Request::get(path), Body::empty()).await.status()
    }

    /// Opens a response that doesn't end by itself.
    pub async fn open_stream(&mut self, path: &str) -> Stream {
        let response = self.respond(Request::get(path), Body::empty()).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        Stream(response.into_body())
    }

    async fn send(&mut self, request: axum::http::request::Builder, body: Body) -> Reply {
        let response = self.respond(request, body).await;
        let status = response.status();
        let location = response.headers().get(header::LOCATION).map(|value| value.to_str().unwrap().to_owned());
        let headers = response.headers().clone();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        Reply { status, location, headers, html: String::from_utf8_lossy(&bytes).into_owned() }
    }

    /// Sends a request with this browser's cookies, and stores the cookies of the response.
    async fn respond(&mut self, request: axum::http::request::Builder, body: Body) -> Response<Body> {
        let cookies = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        let mut request = request.header(header::HOST, &self.host).header("x-forwarded-for", &self.address);
        if !request.headers_ref().is_some_and(|headers| headers.contains_key(header::ACCEPT)) {
            request = request.header(header::ACCEPT, "text/html");
        }
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies);
        }
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap();
            let (name, rest) = pair.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap_or_default();
            if value.is_empty() || pair.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        response
    }
}

/// A response that doesn't end by itself.
pub struct Stream(Body);

impl Stream {
    /// Whether the response ends within that time.
    pub async fn ends_within(&mut self, time: Duration) -> bool {
        let to_its_end = async { while self.0.frame().await.is_some() {} };
        tokio::time::timeout(time, to_its_end).await.is_ok()
    }

    /// The next chunk; empty at the end.
    pub async fn next(&mut self) -> String {
        let frame = self.0.frame().await.map(|frame| frame.unwrap().into_data().unwrap_or_default());
        String::from_utf8(frame.unwrap_or_default().to_vec()).unwrap()
    }

    /// Whether nothing arrives for that long.
    pub async fn is_silent(&mut self, time: Duration) -> bool {
        tokio::time::timeout(time, self.0.frame()).await.is_err()
    }
}

#[derive(Debug, Clone)]
pub struct Reply {
    pub status: StatusCode,
    pub location: Option<String>,
    pub headers: axum::http::HeaderMap,
    pub html: String,
}

impl Reply {
    /// The visible text, with white space collapsed.
    pub fn text(&self) -> String {
        let document = Html::parse_document(&self.html);
        let body = Selector::parse("body").unwrap();
        let text: String = document.select(&body).flat_map(|body| body.text()).collect::<Vec<_>>().join(" ");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The text of every element the selector finds.
    pub fn all(&self, selector: &str) -> Vec<String> {
        let document = Html::parse_document(&self.html);
        document
            .select(&Selector::parse(selector).unwrap())
            .map(|element| element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" "))
            .collect()
    }

    /// An attribute of the first element the selector finds.
    pub fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        let document = Html::parse_document(&self.html);
        document.select(&Selector::parse(selector).unwrap()).next()?.value().attr(name).map(str::to_owned)
    }
}
