//! Tests with a device that has a passkey, and with attackers that try to sign in without one.

use axum::http::StatusCode;
use chrono::TimeDelta;
use engine::Id;
use serde_json::Value;

use crate::{
    identity::{Role, User},
    testing::{Authenticator, Browser, Reply, TestApp, tenant, user},
};

const HOST: &str = "atl.localhost";

async fn call(browser: &mut Browser, action: &str, fields: &[(&str, &str)]) -> Reply {
    let fields: Vec<_> = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    browser.call(action, &fields).await
}

/// The server's options: JSON within the JSON of a server function's response.
async fn options(browser: &mut Browser, action: &str) -> Value {
    let reply = call(browser, action, &[]).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.html);
    let inner: String = serde_json::from_str(&reply.html).unwrap();
    serde_json::from_str(&inner).unwrap()
}

/// A signed-in user with a passkey, and their device.
async fn owner(app: &TestApp) -> (Id<User>, Browser, Authenticator) {
    let atl = tenant(app, "atl").await;
    let ann = user(app, atl, "ann", &[Role::Customer]).await;
    let mut browser = app.browser(HOST);
    browser.sign_in("ann@example.com").await;
    let mut device = Authenticator::new(HOST, ann.uuid());
    let reply = add(&mut browser, &mut device).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.html);
    (ann, browser, device)
}

async fn add(browser: &mut Browser, device: &mut Authenticator) -> Reply {
    let made = device.create(&options(browser, "/api/passkey_registration_options").await);
    call(browser, "/api/add_passkey", &[("name", "My phone"), ("credential", &made)]).await
}

async fn sign_in(browser: &mut Browser, proof: &str) -> Reply {
    call(browser, "/api/sign_in_with_passkey", &[("credential", proof), ("next", "/account/devices")]).await
}

#[tokio::test]
async fn a_passkey_signs_in_without_a_password_and_its_owner_is_notified() {
    let app = TestApp::new().await;
    let (_, mut at_home, mut device) = owner(&app).await;
    app.drain().await;
    assert_eq!(app.mailbox("ann@example.com").await[0].subject, "A passkey was added to your account");
    assert!(at_home.get("/account/passkeys").await.text().contains("My phone"));

    let mut browser = app.browser(HOST);
    let proof = device.get(&options(&mut browser, "/api/passkey_sign_in_options").await);
    let reply = sign_in(&mut browser, &proof).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.html);
    assert!(reply.html.contains("/account/devices"));
    assert_eq!(browser.get("/account/bookings").await.status, StatusCode::OK);
    app.done().await;
}

#[tokio::test]
async fn a_passkey_proves_identity() {
    let app = TestApp::new().await;
    let (_, mut browser, mut device) = owner(&app).await;
    app.pass(TimeDelta::minutes(16)).await;
    let page = browser.get("/account/passkeys").await.location.unwrap();
    assert!(browser.get(&page).await.text().contains("Use a passkey"));
    let proof = device.get(&options(&mut browser, "/api/passkey_sign_in_options").await);
    assert_eq!(sign_in(&mut browser, &proof).await.status, StatusCode::OK);
    assert_eq!(browser.get("/account/passkeys").await.status, StatusCode::OK);
    app.done().await;
}

#[tokio::test]
async fn a_passkey_answer_works_once_in_one_browser_for_its_challenge() {
    let app = TestApp::new().await;
    let (_, _, mut device) = owner(&app).await;
    let mut browser = app.browser(HOST);
    let proof = device.get(&options(&mut browser, "/api/passkey_sign_in_options").await);

    let mut thief = app.browser(HOST);
    assert_eq!(sign_in(&mut thief, &proof).await.status, StatusCode::CONFLICT, "never asked");
    options(&mut thief, "/api/passkey_sign_in_options").await;
    assert_eq!(sign_in(&mut thief, &proof).await.status, StatusCode::CONFLICT, "asked something else");

    assert_eq!(sign_in(&mut browser, &proof).await.status, StatusCode::OK);
    call(&mut browser, "/api/sign_out", &[]).await;
    assert_eq!(sign_in(&mut browser, &proof).await.status, StatusCode::CONFLICT, "a second time");
    app.done().await;
}

#[tokio::test]
async fn a_passkey_answer_from_another_origin_or_a_locked_device_is_rejected() {
    let app = TestApp::new().await;
    let (_, _, mut device) = owner(&app).await;
    let mut browser = app.browser(HOST);
    device.origin = "http://at1.localhost".into();
    let proof = device.get(&options(&mut browser, "/api/passkey_sign_in_options").await);
    assert_eq!(sign_in(&mut browser, &proof).await.status, StatusCode::CONFLICT, "another origin");
    device.origin = format!("http://{HOST}");
    device.verifies = false;
    let proof = device.get(&options(&mut browser, "/api/passkey_sign_in_options").await);
    assert_eq!(sign_in(&mut browser, &proof).await.status, StatusCode::CONFLICT, "only touched");
    assert_ne!(browser.get("/account/bookings").await.status, StatusCode::OK);
    app.done().await;
}

#[tokio::test]
async fn removed_unknown_and_foreign_passkeys_do_not_sign_in() {
    let app = TestApp::new().await;
    let (ann, mut at_home, mut device) = owner(&app).await;

    let mut stranger = Authenticator::new(HOST, Id::<User>::new().uuid());
    let mut browser = app.browser(HOST);
    let proof = stranger.get(&options(&mut browser, "/api/passkey_sign_in_options").await);
    assert_eq!(sign_in(&mut browser, &proof).await.status, StatusCode::CONFLICT, "nobody's");

    tenant(&app, "other").await;
    let mut elsewhere = app.browser("other.localhost");
    device.origin = "http://other.localhost".into();
    let proof = device.get(&options(&mut elsewhere, "/api/passkey_sign_in_options").await);
    assert_eq!(sign_in(&mut elsewhere, &proof).await.status, StatusCode::CONFLICT, "another tenant's");
    device.origin = format!("http://{HOST}");

    let page = at_home.get("/account/passkeys").await;
    let id = page.attribute("form[action^='/api/remove_passkey'] input[name=id]", "value").unwrap();
    assert_eq!(call(&mut at_home, "/api/remove_passkey", &[("id", &id)]).await.status, StatusCode::OK);
    let proof = device.get(&options(&mut browser, "/api/passkey_sign_in_options").await);
    assert_eq!(sign_in(&mut browser, &proof).await.status, StatusCode::CONFLICT, "removed from {ann}");
    app.done().await;
}

#[tokio::test]
async fn adding_a_passkey_needs_a_fresh_proof_and_a_name() {
    let app = TestApp::new().await;
    let (_, mut browser, mut device) = owner(&app).await;
    let made = device.create(&options(&mut browser, "/api/passkey_registration_options").await);
    let nameless = call(&mut browser, "/api/add_passkey", &[("name", " "), ("credential", &made)]).await;
    assert_eq!(nameless.status, StatusCode::UNPROCESSABLE_ENTITY);
    app.pass(TimeDelta::minutes(16)).await;
    let late = call(&mut browser, "/api/passkey_registration_options", &[]).await;
    assert_ne!(late.status, StatusCode::OK);
    let late = call(&mut browser, "/api/add_passkey", &[("name", "Mine"), ("credential", &made)]).await;
    assert_ne!(late.status, StatusCode::OK);
    let mut nobody = app.browser(HOST);
    assert_eq!(call(&mut nobody, "/api/passkey_registration_options", &[]).await.status, StatusCode::UNAUTHORIZED);
    app.done().await;
}
