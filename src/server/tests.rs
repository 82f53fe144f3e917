//! Rules for every response, and what is logged of a request.

use std::{
    io,
    sync::{Arc, Mutex},
};

use axum::http::{StatusCode, header};
use tracing::instrument::WithSubscriber;
use tracing_subscriber::fmt::MakeWriter;

use crate::{
    identity::Role,
    telemetry,
    testing::{TestApp, booking, field::provider_with_account, service, tenant, user},
};

/// Collects log lines.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn logs_hold_neither_tokens_nor_what_people_typed() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let service = service(&app, atl, "lockout", 13_500, None).await;
    let booked = booking(&app, atl, service).await;
    user(&app, atl, "ann", &[Role::Customer]).await;
    let token = booked.token.clone();
    let lines = Lines::default();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).with_writer(lines.clone()).finish();
    async {
        let mut browser = app.browser("atl.localhost");
        for page in [
            format!("/b/{token}"),
            format!("/track/{token}"),
            format!("/b/{token}/nowhere"),
            format!("/sign-in?next=/b/{token}&email=secretive@example.com"),
            format!("/live/track/{token}"),
            "/secretive@example.com".to_owned(),
        ] {
            browser.status_of(&page).await;
        }
        for password in ["hunter2-hunter2", "wayside-demo"] {
            let typed = [("email", "ann@example.com"), ("password", password)];
            browser.post("/sign-in", "/api/sign_in", &typed).await;
        }
        browser
            .post("/sign-up", "/api/sign_up", &[("name", "Zebulon"), ("phone", "nobody-0142x"), ("email", "secretive")])
            .await;
        browser.post("/sign-up", "/api/not_a_function", &[("name", "Zebulon")]).await;
    }
    .with_subscriber(subscriber)
    .await;
    let log = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    let ours: Vec<&str> = log.lines().filter(|line| line.contains("request")).collect();
    let ours = ours.join("\n");
    for expected in ["/b/{token}", "/track/{token}", "/api/sign_in", "/live/{*topic}"] {
        assert!(ours.contains(expected), "{expected} is logged: {ours}");
    }
    for personal in
        [&*token, "secretive", "ann@example.com", "hunter2", "wayside-demo", "Zebulon", "nobody-0142x", "198.51.100.7"]
    {
        let found = log.lines().find(|line| line.contains(personal));
        assert_eq!(found, None, "{personal} is in the log");
    }
    app.done().await;
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let app = TestApp::new().await;
    tenant(&app, "atl").await;
    let mut browser = app.browser("atl.localhost");
    let answers = [
        browser.get("/").await,
        browser.get("/nowhere").await,
        browser.get("/admin/board").await,
        browser.get("/healthz").await,
        browser.get("/pkg/nothing.js").await,
        browser.post("/sign-in", "/api/sign_in", &[("email", "x")]).await,
        browser.post("/sign-in", "/api/nothing", &[]).await,
        app.browser("nobodys.localhost").get("/").await,
    ];
    for answer in &answers {
        let value = |name: &str| answer.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        assert_eq!(value("x-content-type-options"), "nosniff");
        assert_eq!(value("x-frame-options"), "DENY");
        assert_eq!(value("referrer-policy"), "same-origin");
        assert!(value("strict-transport-security").starts_with("max-age=31536000"));
        assert_eq!(value("cross-origin-opener-policy"), "same-origin");
        assert_eq!(value("cross-origin-resource-policy"), "same-origin");
        assert!(value("permissions-policy").contains("camera=()"));
        let policy = value("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
    }
    for page in &answers[..2] {
        assert_eq!(page.headers[header::CACHE_CONTROL], "no-store");
    }
    app.done().await;
}

#[tokio::test]
async fn the_sessions_cookie_stays_on_its_host_and_out_of_scripts() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "ann", &[Role::Customer]).await;
    let typed = [("email", "ann@example.com"), ("password", "wayside-demo")];
    let reply = app.browser("atl.localhost").post("/sign-in", "/api/sign_in", &typed).await;
    let cookies: Vec<&str> =
        reply.headers.get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap()).collect();
    for name in ["__Host-session=", "__Host-device="] {
        let cookie =
            cookies.iter().find(|cookie| cookie.starts_with(name)).unwrap_or_else(|| panic!("{name}: {cookies:?}"));
        for part in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
    app.done().await;
}

#[tokio::test]
async fn a_body_larger_than_any_form_is_refused() {
    let app = TestApp::new().await;
    tenant(&app, "atl").await;
    let mut browser = app.browser("atl.localhost");
    let large = "x".repeat(70_000);
    let reply = browser.post("/sign-in", "/api/sign_in", &[("email", &large)]).await;
    assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
    app.done().await;
}

#[tokio::test]
async fn a_request_names_itself_only_through_a_trusted_proxy_and_in_harmless_letters() {
    let app = TestApp::new().await;
    tenant(&app, "atl").await;
    let mut browser = app.browser("atl.localhost");
    let named = async |browser: &mut crate::testing::Browser, id: &str| {
        let reply = browser.get_with("/healthz", &[("x-request-id", id)]).await;
        reply.headers["x-request-id"].to_str().unwrap().to_owned()
    };
    assert_eq!(named(&mut browser, "proxy-0815").await, "proxy-0815");
    for foreign in ["a b", "x\"y", &"z".repeat(65), "ann@example.com"] {
        assert_ne!(named(&mut browser, foreign).await, foreign);
    }
    app.done().await;
}

#[tokio::test]
async fn too_many_attempts_answer_429_with_the_time_to_wait() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "ann", &[Role::Customer]).await;
    let mut browser = app.browser("atl.localhost");
    let wrong = [("email", "ann@example.com"), ("password", "wrong-wrong-wrong")];
    for _ in 0..5 {
        assert_eq!(browser.post("/sign-in", "/api/sign_in", &wrong).await.status, StatusCode::SEE_OTHER);
    }
    let reply = browser.post("/sign-in", "/api/sign_in", &wrong).await;
    assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(reply.headers[header::RETRY_AFTER], "1");
    assert!(reply.text().contains("Please wait a second and try again."), "{}", reply.text());
    let right =
        [("email".to_owned(), "ann@example.com".to_owned()), ("password".to_owned(), "wayside-demo".to_owned())];
    let refused = browser.call("/api/sign_in", &right).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "the right password has to wait too");
    assert!(refused.headers.contains_key(header::RETRY_AFTER), "an island is told as well");
    app.done().await;
}

#[tokio::test]
async fn a_signed_in_user_gets_an_error_page_while_the_database_is_down() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "stan", &[Role::Staff]).await;
    let mut browser = app.browser("atl.localhost");
    browser.sign_in("stan@example.com").await;
    app.app.db.close().await;
    for page in ["/admin/board", "/account/devices", "/"] {
        let reply = browser.get(page).await;
        assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE, "{page}");
        assert!(reply.text().contains("Not available right now"), "{page}: {}", reply.html);
        assert!(reply.headers.contains_key(header::RETRY_AFTER), "{page}");
    }
    let form = browser.post("/account/devices", "/api/sign_out", &[]).await;
    assert_eq!(form.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(form.text().contains("Not available right now"), "{}", form.html);
    app.done().await;
}

#[tokio::test]
async fn a_page_that_panics_is_a_friendly_error_with_a_code() {
    let app = TestApp::new().await;
    let panics = axum::Router::new()
        .route("/", axum::routing::get(async || -> StatusCode { panic!("bad luck") }))
        .layer(super::panics::catch_panics(&std::sync::Arc::new(app.app.clone())));
    let request = axum::http::Request::get("/").body(axum::body::Body::empty()).unwrap();
    let response = tower::ServiceExt::oneshot(panics, request).await.unwrap();
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let body = axum::body::to_bytes(axum::body::Body::new(response.into_body()), usize::MAX).await.unwrap();
    let html = String::from_utf8_lossy(&body);
    assert!(html.contains("Something went wrong") && html.contains("tell us this code"), "{html}");
    assert!(!html.contains("bad luck"));
    app.done().await;
}

#[tokio::test]
async fn a_request_that_names_two_hosts_is_refused() {
    let app = TestApp::new().await;
    tenant(&app, "atl").await;
    let mut browser = app.browser("atl.localhost");
    assert_eq!(browser.get_with("/", &[("host", "evil.example")]).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(browser.get_with("/", &[("host", "atl.localhost")]).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(browser.get("http://evil.example/").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(browser.get("http://atl.localhost/").await.status, StatusCode::OK);
    assert_eq!(browser.get("/").await.status, StatusCode::OK);
    app.done().await;
}

#[tokio::test]
async fn metrics_are_for_who_has_the_token() {
    const TOKEN: &str = "a-token-of-24-characters";
    let app = TestApp::new().await;
    tenant(&app, "atl").await;
    assert_eq!(
        app.browser("atl.localhost").get("/metrics").await.status,
        StatusCode::NOT_FOUND,
        "none in the settings"
    );
    app.done().await;

    let app = TestApp::with(|config| config.metrics_token = Some(TOKEN.into())).await;
    tenant(&app, "atl").await;
    let mut browser = app.browser("atl.localhost");
    for wrong in ["", "Bearer ", "Bearer another-token", TOKEN, "Basic a-token-of-24-characters"] {
        let reply = browser.get_with("/metrics", &[("authorization", wrong)]).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{wrong}");
        assert!(!reply.html.contains("wayside_"), "{wrong}");
    }
    telemetry::recorder();
    browser.get("/sign-in").await;
    let reply = browser.get_with("/metrics", &[("authorization", &format!("Bearer {TOKEN}"))]).await;
    assert_eq!(reply.status, StatusCode::OK);
    for line in [
        "route=\"/sign-in\",method=\"GET\",status=\"200\"",
        "wayside_database_up 1",
        "wayside_tasks_failed 0",
        "wayside_deadline_lateness_seconds 0",
        "wayside_database_connections_max 5",
    ] {
        assert!(reply.html.contains(line), "{line}: {}", reply.html);
    }
    app.done().await;
}

#[tokio::test]
async fn labels_of_metrics_are_routes_and_fixed_words() {
    const TOKEN: &str = "a-token-of-24-characters";
    telemetry::recorder();
    let app = TestApp::with(|config| config.metrics_token = Some(TOKEN.into())).await;
    let zephyr = tenant(&app, "zephyr").await;
    let service = service(&app, zephyr, "lockout", 13_500, None).await;
    let booked = booking(&app, zephyr, service).await;
    user(&app, zephyr, "stan", &[Role::Staff]).await;
    app.drain().await;
    let mut browser = app.browser("zephyr.localhost");
    browser.sign_in("stan@example.com").await;
    for page in [
        format!("/b/{}", booked.token),
        format!("/track/{}/nowhere", booked.token),
        "/secretive@example.com".to_owned(),
        "/admin/bookings/secretive".to_owned(),
        "/pkg/secretive.js".to_owned(),
        "/pkgsecretive".to_owned(),
        "/favicon.svg".to_owned(),
        "/api/secretive".to_owned(),
    ] {
        browser.get(&page).await;
        browser.post("/", &page, &[]).await;
    }
    let mut operator = app.browser(crate::config::DEVELOPMENT_OPERATOR_HOST);
    for page in ["/operator/health", "/operator/tenants/secretive", "/secretive", "/sign-in"] {
        operator.get(page).await;
    }
    operator.post("/", "/api/operator_retry_task", &[("task", "1")]).await;
    let text = browser.get_with("/metrics", &[("authorization", &format!("Bearer {TOKEN}"))]).await.html;

    let known: std::collections::HashSet<&str> = crate::app::routes()
        .iter()
        .map(|route| route.path)
        .chain(crate::app::operator_routes().iter().map(|route| route.path))
        .chain(leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path))
        .chain(["/api/{*endpoint}", "/live/{*topic}", "/pkg", "/metrics", "unmatched"])
        .collect();
    let routes: Vec<&str> = text.split("route=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(
        routes.contains(&"/b/{token}") && routes.contains(&"/operator/health") && routes.contains(&"unmatched"),
        "{text}"
    );
    assert!(routes.contains(&"/api/operator_retry_task"), "{text}");
    for route in routes {
        assert!(known.contains(route), "{route}");
    }
    for secret in ["zephyr", "secretive", &booked.token, "stan@", "example.com"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    app.done().await;
}

#[tokio::test]
async fn a_message_waits_for_the_next_page_a_person_opens() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    provider_with_account(&app, atl, "marcus", 2.0).await;
    let mut phone = app.browser("atl.localhost");
    phone.sign_in("marcus@example.com").await;
    phone.post("/provider", "/api/set_duty", &[("duty", "off")]).await;
    let renewed = phone.get_with("/provider", &[("sec-fetch-dest", "empty")]).await;
    assert!(renewed.all(".toast").is_empty(), "a script only renews a part of the page");
    let said = phone.get_with("/provider", &[("sec-fetch-dest", "document")]).await;
    assert_eq!(said.all(".toast"), ["You're off duty. You get no offers until you go on duty again."]);
    assert!(phone.get("/provider").await.all(".toast").is_empty(), "it is said once");
    app.done().await;
}
