use axum::http::StatusCode;

use crate::{
    identity::{AccountStatus, Role, store},
    testing::{PASSWORD, TestApp, begin, queries_of, tenant, user},
};

#[tokio::test]
async fn signing_in_continues_to_the_requested_page() {
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
async fn signing_in_never_redirects_to_another_site() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "ann", &[Role::Customer]).await;
    for elsewhere in ["https://evil.example/", "//evil.example/", "/\\evil.example", "/\t/evil.example"] {
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
async fn a_session_is_invalid_on_another_tenants_host() {
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
    assert_eq!(stolen.get("/sign-in").await.status, StatusCode::OK, "the old cookie no longer works");
    app.done().await;
}

#[tokio::test]
async fn a_closed_account_says_why_only_after_the_right_password() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let ann = user(&app, atl, "ann", &[Role::Customer]).await;
    let mut signed_in = app.browser("atl.localhost");
    signed_in.sign_in("ann@example.com").await;
    let mut tx = begin(&app, atl).await;
    store::set_status(&mut tx, ann, AccountStatus::Suspended, Some("Unpaid tow of 3 March.")).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(signed_in.get("/account/bookings").await.status, StatusCode::SEE_OTHER, "signed out at once");
    let mut browser = app.browser("atl.localhost");
    let wrong = [("email", "ann@example.com"), ("password", "wrong password")];
    let page = browser.submit("/sign-in", "/api/sign_in", &wrong).await;
    assert!(page.text().contains("E-mail or password is wrong.") && !page.text().contains("Unpaid"), "{}", page.text());
    let right = [("email", "ann@example.com"), ("password", PASSWORD)];
    let page = browser.submit("/sign-in", "/api/sign_in", &right).await;
    assert!(page.text().contains("This account is suspended: Unpaid tow of 3 March."), "{}", page.text());
    app.done().await;
}

#[tokio::test]
async fn a_full_hash_queue_answers_503_with_retry_after() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "ann", &[Role::Customer]).await;
    let waiting = app.app.passwords.fill_queue();
    let mut browser = app.browser("atl.localhost");
    let fields = [("email", "ann@example.com"), ("password", PASSWORD)];
    let refused = browser.post("/sign-in", "/api/sign_in", &fields).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused.headers.get("retry-after").unwrap(), "5");
    assert_eq!(browser.get("/").await.status, StatusCode::OK, "pages are still served");
    drop(waiting);
    assert_eq!(browser.post("/sign-in", "/api/sign_in", &fields).await.status, StatusCode::SEE_OTHER);
    app.done().await;
}

#[tokio::test]
async fn a_wrong_password_costs_the_same_whether_there_is_an_account() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "ann", &[Role::Customer]).await;
    let mut browser = app.browser("atl.localhost");
    browser.get("/sign-in").await; // caches the tenant of the host
    let mut asked = Vec::new();
    for email in ["ann@example.com", "bob@example.com"] {
        let fields = [("email", email), ("password", "wrong password")];
        asked.push(queries_of(browser.post("/sign-in", "/api/sign_in", &fields)).await.1);
    }
    assert_eq!(asked[0], asked[1]);
    app.done().await;
}
