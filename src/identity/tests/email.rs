use axum::http::StatusCode;

use crate::{
    identity::Role,
    testing::{
        Browser, PASSWORD, TestApp,
        links::{mailed_path, token_of},
        tenant, unverified, user,
    },
};

const CHANGE: &str = "/api/change_email";
const AGREE: &str = "/api/agree_to_email";

async fn agree(app: &TestApp, browser: &mut Browser, to: &str) -> String {
    let path = mailed_path(app, to).await;
    assert_eq!(browser.get(&path).await.status, StatusCode::OK);
    browser.submit(&path, AGREE, &[("token", token_of(&path))]).await.text()
}

#[tokio::test]
async fn an_account_moves_to_another_e_mail_once_both_addresses_agree() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "ann", &[Role::Customer]).await;
    let mut browser = app.browser("atl.localhost");
    browser.sign_in("ann@example.com").await;
    let page = browser.submit("/account/security", CHANGE, &[("email", "new@example.com")]).await;
    assert!(page.text().contains("Changing to new@example.com"), "{}", page.text());

    let mut elsewhere = app.browser("atl.localhost");
    agree(&app, &mut elsewhere, "new@example.com").await;
    let page = browser.get("/account/security").await;
    assert!(page.text().contains("Confirm the change in the e-mail we sent to your old address."), "{}", page.text());
    agree(&app, &mut elsewhere, "ann@example.com").await;
    let page = browser.get("/account/security").await;
    assert!(page.text().contains("new@example.com Confirmed"), "{}", page.text());
    let fields = [("email", "new@example.com"), ("password", PASSWORD)];
    let reply = app.browser("atl.localhost").post("/sign-in", "/api/sign_in", &fields).await;
    assert_eq!(reply.location.as_deref(), Some("/account/bookings"));
    app.done().await;
}

#[tokio::test]
async fn withdrawing_or_restarting_a_change_of_e_mail_invalidates_its_links() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "ann", &[Role::Customer]).await;
    let mut browser = app.browser("atl.localhost");
    browser.sign_in("ann@example.com").await;
    browser.post("/account/security", CHANGE, &[("email", "first@example.com")]).await;
    let first = mailed_path(&app, "first@example.com").await;
    browser.post("/account/security", CHANGE, &[("email", "second@example.com")]).await;
    let second = mailed_path(&app, "second@example.com").await;
    assert_eq!(browser.get(&first).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get(&second).await.status, StatusCode::OK);
    browser.post("/account/security", "/api/keep_email", &[]).await;
    assert_eq!(browser.get(&second).await.status, StatusCode::NOT_FOUND);
    let late = browser.post(&second, AGREE, &[("token", token_of(&second))]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    app.done().await;
}

#[tokio::test]
async fn a_new_password_cancels_a_pending_change_of_e_mail() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "ann", &[Role::Customer]).await;
    let mut thief = app.browser("atl.localhost");
    thief.sign_in("ann@example.com").await;
    let mut browser = app.browser("atl.localhost");
    browser.sign_in("ann@example.com").await;
    thief.post("/account/security", CHANGE, &[("email", "thief@example.com")]).await;
    let link = mailed_path(&app, "thief@example.com").await;
    assert_eq!(thief.get(&link).await.status, StatusCode::OK);
    let new = [("current_password", PASSWORD), ("new_password", "another three words")];
    let page = browser.submit("/account/security", "/api/change_password", &new).await.text();
    assert!(!page.contains("thief@example.com"), "{page}");
    assert_eq!(thief.get(&link).await.status, StatusCode::NOT_FOUND);
    let late = thief.post(&link, AGREE, &[("token", token_of(&link))]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);

    browser.post("/account/security", CHANGE, &[("email", "new@example.com")]).await;
    let link = mailed_path(&app, "new@example.com").await;
    browser.post("/reset", "/api/request_reset", &[("email", "ann@example.com")]).await;
    let reset = mailed_path(&app, "ann@example.com").await;
    browser.post(&reset, "/api/reset_password", &[("token", token_of(&reset)), ("password", PASSWORD)]).await;
    assert_eq!(browser.get(&link).await.status, StatusCode::NOT_FOUND, "also one behind a link");
    app.done().await;
}

#[tokio::test]
async fn changing_to_another_accounts_address_looks_the_same_and_changes_nothing() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "ann", &[Role::Customer]).await;
    user(&app, atl, "bob", &[Role::Customer]).await;
    let mut browser = app.browser("atl.localhost");
    browser.sign_in("ann@example.com").await;
    let page = browser.submit("/account/security", CHANGE, &[("email", "bob@example.com")]).await;
    assert!(page.text().contains("Check both inboxes"), "{}", page.text());
    app.drain().await;
    let mail = app.mailbox("bob@example.com").await.remove(0);
    assert_eq!(mail.path(), Some("/sign-in"), "no link that agrees: {mail:?}");
    app.done().await;
}

#[tokio::test]
async fn an_unconfirmed_e_mail_is_reminded_until_confirmed() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let ann = user(&app, atl, "ann", &[Role::Customer]).await;
    unverified(&app, atl, ann).await;
    let mut browser = app.browser("atl.localhost");
    browser.sign_in("ann@example.com").await;
    assert!(browser.get("/").await.text().contains("Confirm your e-mail"));
    browser.post("/", "/api/send_verification", &[]).await;
    let path = mailed_path(&app, "ann@example.com").await;
    assert!(browser.get(&path).await.text().contains("Is ann@example.com your address?"));
    assert!(browser.get("/").await.text().contains("Confirm your e-mail"), "opening the link confirms nothing");
    browser.post(&path, "/api/verify_email", &[("token", token_of(&path))]).await;
    assert!(!browser.get("/").await.text().contains("Confirm your e-mail"));
    app.done().await;
}
