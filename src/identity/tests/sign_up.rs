use axum::http::StatusCode;
use chrono::TimeDelta;

use crate::{
    identity::Role,
    testing::{
        TestApp,
        links::{mailed_path, token_of},
        queries_of, tenant, user,
    },
};

const FORM: [(&str, &str); 4] =
    [("name", "Ann Lee"), ("email", "ann@example.com"), ("phone", "404 555 0123"), ("next", "/book?x=1")];
const FINISH: &str = "/api/finish_sign_up";

#[tokio::test]
async fn signing_up_creates_an_account_for_the_owner_of_the_mailbox() {
    let app = TestApp::new().await;
    tenant(&app, "atl").await;
    let mut browser = app.browser("atl.localhost");
    let page = browser.submit("/sign-up", "/api/sign_up", &FORM).await;
    assert!(page.text().contains("Check your inbox"), "{}", page.text());
    let path = mailed_path(&app, "ann@example.com").await;
    assert!(browser.get(&path).await.text().contains("You sign in as ann@example.com"));

    let weak = [("token", token_of(&path)), ("password", "qwertyuiop")];
    let page = browser.submit(&path, FINISH, &weak).await;
    assert!(page.text().contains("lists of stolen passwords"), "{}", page.text());
    let good = [("token", token_of(&path)), ("password", "correct horse battery")];
    let done = browser.post(&path, FINISH, &good).await;
    assert_eq!(done.location.as_deref(), Some("/book?x=1"), "{}", done.text());
    let page = browser.get("/account/bookings").await;
    assert!(page.text().contains("No open bookings"), "signed in: {}", page.text());

    let again = app.browser("atl.localhost").post(&path, FINISH, &good).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "the link works once");
    assert_eq!(app.browser("atl.localhost").get(&path).await.status, StatusCode::NOT_FOUND);
    app.done().await;
}

#[tokio::test]
async fn signing_up_with_an_existing_address_looks_the_same_and_notifies_its_owner() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "ann", &[Role::Customer]).await;
    let mut taken = FORM;
    taken[1].1 = "ann@example.com";
    let mut free = FORM;
    free[1].1 = "bob@example.com";
    let mut browser = app.browser("atl.localhost");
    browser.get("/sign-up").await; // caches the tenant of the host
    let (one, asked) = queries_of(browser.post("/sign-up", "/api/sign_up", &taken)).await;
    let (other, asked_too) = queries_of(browser.post("/sign-up", "/api/sign_up", &free)).await;
    assert_eq!((one.status, one.location, one.html), (other.status, other.location, other.html));
    assert_eq!(asked, asked_too, "both run the same queries");
    app.drain().await;
    let mail = app.mailbox("ann@example.com").await.remove(0);
    assert!(mail.text.contains("You already have an account") && mail.path() == Some("/sign-in"), "{mail:?}");
    assert!(mailed_path(&app, "bob@example.com").await.starts_with("/sign-up/"));
    app.done().await;
}

#[tokio::test]
async fn a_link_to_finish_signing_up_works_for_a_day() {
    let app = TestApp::new().await;
    tenant(&app, "atl").await;
    let mut browser = app.browser("atl.localhost");
    browser.post("/sign-up", "/api/sign_up", &FORM).await;
    let path = mailed_path(&app, "ann@example.com").await;
    app.pass(TimeDelta::hours(24)).await;
    let page = browser.get(&path).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.text().contains("This link has expired or was already used"), "{}", page.text());
    app.done().await;
}
