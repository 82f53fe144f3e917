use axum::http::StatusCode;
use chrono::TimeDelta;

use crate::{
    identity::Role,
    testing::{PASSWORD, TestApp, tenant, user},
};

const CHANGE: &str = "/api/change_password";

#[tokio::test]
async fn a_new_password_ends_all_sessions_except_the_current_one() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "ann", &[Role::Customer]).await;
    let mut other = app.browser("atl.localhost");
    other.sign_in("ann@example.com").await;
    let mut browser = app.browser("atl.localhost");
    browser.sign_in("ann@example.com").await;
    let mut before = browser.clone();

    let wrong = [("current_password", "not it at all"), ("new_password", "another three words")];
    let page = browser.submit("/account/security", CHANGE, &wrong).await;
    assert!(page.text().contains("That isn't your password."), "{}", page.text());
    let own = [("current_password", PASSWORD), ("new_password", "ann@example.com")];
    let page = browser.submit("/account/security", CHANGE, &own).await;
    assert!(page.text().contains("the first thing others would try"), "{}", page.text());
    let good = [("current_password", PASSWORD), ("new_password", "another three words")];
    let page = browser.submit("/account/security", CHANGE, &good).await;
    assert!(page.text().contains("Your password is changed."), "still signed in: {}", page.text());
    assert_eq!(other.get("/account/security").await.status, StatusCode::SEE_OTHER, "signed out");
    assert_eq!(before.get("/account/security").await.status, StatusCode::SEE_OTHER, "the old cookie is worth nothing");
    app.drain().await;
    assert_eq!(app.mailbox("ann@example.com").await[0].subject, "Your password was changed");
    app.done().await;
}

#[tokio::test]
async fn irreversible_actions_ask_for_the_password_after_a_quarter_of_an_hour() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "ann", &[Role::Customer]).await;
    let mut browser = app.browser("atl.localhost");
    browser.sign_in("ann@example.com").await;
    app.pass(TimeDelta::minutes(15)).await;
    let fields = [("email", "new@example.com")];
    let asked = browser.post("/account/security", "/api/change_email", &fields).await;
    let asked = asked.location.unwrap();
    assert!(asked.starts_with("/account/confirm?next=%2Faccount%2Fsecurity%3Fdraft"), "{asked}");
    let page = "/account/confirm?next=%2Faccount%2Fsecurity";
    let wrong = [("password", "not it at all"), ("next", "/account/security")];
    assert!(browser.submit(page, "/api/confirm_password", &wrong).await.text().contains("That isn't your password."));
    let right = [("password", PASSWORD), ("next", "/account/security")];
    let confirmed = browser.post(page, "/api/confirm_password", &right).await;
    assert_eq!(confirmed.location.as_deref(), Some("/account/security"));
    let changed = browser.post("/account/security", "/api/change_email", &fields).await;
    assert_eq!(changed.location.as_deref(), Some("/account/security"), "it goes through now");
    app.done().await;
}

#[tokio::test]
async fn devices_are_listed_and_can_be_signed_out() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "ann", &[Role::Customer]).await;
    user(&app, atl, "eve", &[Role::Customer]).await;
    let mut browser = app.browser("atl.localhost");
    browser.sign_in("ann@example.com").await;
    let (mut lost, mut older) = (app.browser("atl.localhost"), app.browser("atl.localhost"));
    lost.sign_in("ann@example.com").await;
    older.sign_in("ann@example.com").await;
    let page = lost.get("/account/devices").await;
    assert_eq!(page.text().matches("This device").count(), 1, "{}", page.text());
    let device = page.attribute("input[name=device]", "value").unwrap();

    let mut eve = app.browser("atl.localhost");
    eve.sign_in("eve@example.com").await;
    let foreign = eve.post("/account/devices", "/api/revoke_device", &[("device", &device)]).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND, "somebody else's device");

    assert_eq!(browser.get("/account/devices").await.all("input[name=device]").len(), 2);
    lost.post("/account/devices", "/api/revoke_device", &[("device", &device)]).await;
    assert_eq!(lost.get("/account/devices").await.all("input[name=device]").len(), 1);
    let mut left = if browser.get("/account/devices").await.status == StatusCode::OK { browser } else { older };
    left.post("/account/devices", "/api/revoke_other_devices", &[]).await;
    assert_eq!(lost.get("/account/devices").await.status, StatusCode::SEE_OTHER, "signed out");
    assert_eq!(left.get("/account/devices").await.all("input[name=device]").len(), 0);
    app.done().await;
}
