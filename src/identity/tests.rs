use axum::http::StatusCode;

use super::Role;
use crate::testing::{TestApp, tenant, user};

#[tokio::test]
async fn signing_in_leads_to_where_one_was_going() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "ann", &[Role::Customer]).await;
    let mut browser = app.browser("atl.localhost");
    let reply = browser
        .post(
            "/sign-in",
            "/api/sign_in",
            &[("email", "Ann@Example.com "), ("password", "wayside-demo"), ("next", "/book?x=1")],
        )
        .await;
    assert_eq!((reply.status, reply.location.as_deref()), (StatusCode::SEE_OTHER, Some("/book?x=1")));
    let again = browser.get("/sign-in").await;
    assert_eq!(again.location.as_deref(), Some("/account/bookings"), "already signed in");
    app.done().await;
}

#[tokio::test]
async fn a_wrong_password_shows_the_form_again_with_the_typed_email_and_no_password() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "ann", &[Role::Customer]).await;
    let mut browser = app.browser("atl.localhost");
    let known =
        browser.submit("/sign-in", "/api/sign_in", &[("email", "ann@example.com"), ("password", "wrong")]).await;
    assert!(known.text().contains("E-mail or password is wrong."), "{}", known.text());
    assert_eq!(known.attribute("input[name=email]", "value").as_deref(), Some("ann@example.com"));
    assert!(!known.html.contains("value=\"wrong\""));
    let unknown =
        browser.submit("/sign-in", "/api/sign_in", &[("email", "bob@example.com"), ("password", "wrong")]).await;
    assert!(
        unknown.text().contains("E-mail or password is wrong."),
        "the answer doesn't tell whether an account exists"
    );
    app.done().await;
}

#[tokio::test]
async fn after_signing_in_nobody_is_led_to_another_site() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "ann", &[Role::Customer]).await;
    for elsewhere in ["https://evil.example/", "//evil.example/", "/\\evil.example"] {
        let reply = app
            .browser("atl.localhost")
            .post(
                "/sign-in",
                "/api/sign_in",
                &[("email", "ann@example.com"), ("password", "wayside-demo"), ("next", elsewhere)],
            )
            .await;
        assert_eq!(reply.location.as_deref(), Some("/account/bookings"), "{elsewhere}");
    }
    app.done().await;
}

#[tokio::test]
async fn a_session_is_nobodys_on_another_tenants_host() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    tenant(&app, "other").await;
    user(&app, atl, "ann", &[Role::Customer]).await;
    let mut browser = app.browser("atl.localhost");
    browser.sign_in("ann@example.com").await;
    assert_eq!(browser.get("/sign-in").await.status, StatusCode::SEE_OTHER);
    let mut elsewhere = browser.on("other.localhost");
    assert_eq!(elsewhere.get("/sign-in").await.status, StatusCode::OK, "the other tenant doesn't know the session");
    app.done().await;
}

#[tokio::test]
async fn signing_out_ends_the_session_on_the_server() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "ann", &[Role::Customer]).await;
    let mut browser = app.browser("atl.localhost");
    browser.sign_in("ann@example.com").await;
    let mut stolen = browser.clone();
    browser.post("/", "/api/sign_out", &[]).await;
    assert_eq!(stolen.get("/sign-in").await.status, StatusCode::OK, "the old cookie is worth nothing");
    app.done().await;
}
