use axum::http::StatusCode;
use chrono::TimeDelta;

use crate::{
    identity::Role,
    testing::{
        Browser, TestApp,
        links::{mailed_path, token_of},
        queries_of, tenant, user,
    },
};

const RESET: &str = "/api/reset_password";

async fn ask(browser: &mut Browser, email: &str) -> String {
    browser.submit("/reset", "/api/request_reset", &[("email", email)]).await.text()
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_link_and_every_session_ends() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "ann", &[Role::Customer]).await;
    let mut thief = app.browser("atl.localhost");
    thief.sign_in("ann@example.com").await;
    let mut browser = app.browser("atl.localhost");
    ask(&mut browser, "ann@example.com").await;
    let path = mailed_path(&app, "ann@example.com").await;
    let weak = [("token", token_of(&path)), ("password", "short")];
    let page = browser.submit(&path, RESET, &weak).await;
    assert!(page.text().contains("Use at least 10 characters"), "{}", page.text());
    let new = [("token", token_of(&path)), ("password", "another three words")];
    let reply = browser.post(&path, RESET, &new).await;
    assert_eq!(reply.location.as_deref(), Some("/sign-in"), "a second factor isn't skipped by a link");
    assert_eq!(thief.get("/account/bookings").await.status, StatusCode::SEE_OTHER, "signed out");
    let signed_in = browser
        .post("/sign-in", "/api/sign_in", &[("email", "ann@example.com"), ("password", "another three words")])
        .await;
    assert_eq!(signed_in.location.as_deref(), Some("/account/bookings"));
    app.drain().await;
    assert_eq!(app.mailbox("ann@example.com").await[0].subject, "Your password was changed");

    assert_eq!(browser.post(&path, RESET, &new).await.status, StatusCode::CONFLICT, "used");
    assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND);
    app.done().await;
}

#[tokio::test]
async fn asking_for_a_link_answers_and_costs_the_same_whether_there_is_an_account() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "ann", &[Role::Customer]).await;
    let mut browser = app.browser("atl.localhost");
    browser.get("/reset").await; // caches the tenant of the host
    let (known, asked) = queries_of(ask(&mut browser, "ann@example.com")).await;
    let (unknown, asked_too) = queries_of(ask(&mut browser, "nobody@example.com")).await;
    assert_eq!((known, asked), (unknown, asked_too));
    app.drain().await;
    assert_eq!(app.mailbox("nobody@example.com").await.len(), 0);
    app.done().await;
}

#[tokio::test]
async fn a_link_works_for_an_hour_and_until_one_of_them_is_used() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "ann", &[Role::Customer]).await;
    let mut browser = app.browser("atl.localhost");
    ask(&mut browser, "ann@example.com").await;
    let first = mailed_path(&app, "ann@example.com").await;
    app.pass(TimeDelta::minutes(1)).await;
    ask(&mut browser, "ann@example.com").await;
    let second = mailed_path(&app, "ann@example.com").await;
    for link in [&first, &second] {
        assert_eq!(browser.get(link).await.status, StatusCode::OK, "a second request doesn't end the first link");
    }
    app.pass(TimeDelta::minutes(59)).await;
    assert_eq!(browser.get(&first).await.status, StatusCode::NOT_FOUND, "expired");
    ask(&mut browser, "ann@example.com").await;
    let third = mailed_path(&app, "ann@example.com").await;
    browser.post(&third, RESET, &[("token", token_of(&third)), ("password", "another three words")]).await;
    assert_eq!(browser.get(&second).await.status, StatusCode::NOT_FOUND, "the password has been changed");
    app.done().await;
}

#[tokio::test]
async fn strangers_requesting_reset_links_do_not_block_the_owner() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "ann", &[Role::Customer]).await;
    let at = |address: &str| app.browser("atl.localhost").at(address);
    assert!(ask(&mut at("192.0.2.1"), "ann@example.com").await.contains("Check your inbox"));
    let own = mailed_path(&app, "ann@example.com").await;
    for n in 0..20 {
        ask(&mut at(&format!("203.0.113.{n}")), "ann@example.com").await;
    }
    app.drain().await;
    assert_eq!(app.mailbox("ann@example.com").await.len(), 10, "her mailbox isn't flooded");
    assert!(ask(&mut at("192.0.2.7"), "ann@example.com").await.contains("Check your inbox"), "she isn't turned away");
    assert_eq!(at("192.0.2.7").get(&own).await.status, StatusCode::OK, "and what she got first works");
    app.done().await;
}
