use axum::http::StatusCode;
use chrono::TimeDelta;

use crate::{
    identity::Role,
    testing::{Browser, TestApp, tenant, user},
};

const HOST: &str = "atl.localhost";

async fn is_signed_in(browser: &mut Browser) -> bool {
    browser.get("/account/devices").await.status == StatusCode::OK
}

#[tokio::test]
async fn a_session_ends_when_it_is_unused_and_staff_sooner() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "ann", &[Role::Customer]).await;
    user(&app, atl, "stan", &[Role::Staff]).await;
    let (mut ann, mut stan) = (app.browser(HOST), app.browser(HOST));
    ann.sign_in("ann@example.com").await;
    stan.sign_in("stan@example.com").await;
    app.pass(TimeDelta::hours(11)).await;
    assert!(is_signed_in(&mut ann).await && is_signed_in(&mut stan).await);
    app.pass(TimeDelta::hours(11)).await;
    assert!(is_signed_in(&mut stan).await, "using it keeps it alive");
    app.pass(TimeDelta::hours(12)).await;
    assert!(!is_signed_in(&mut stan).await);
    assert!(is_signed_in(&mut ann).await);
    app.pass(TimeDelta::days(14)).await;
    assert!(!is_signed_in(&mut ann).await);
    app.done().await;
}

#[tokio::test]
async fn a_session_ends_some_time_after_signing_in_however_much_it_is_used() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "ann", &[Role::Customer]).await;
    user(&app, atl, "stan", &[Role::Staff]).await;
    let (mut ann, mut stan) = (app.browser(HOST), app.browser(HOST));
    ann.sign_in("ann@example.com").await;
    stan.sign_in("stan@example.com").await;
    for _ in 0..15 {
        app.pass(TimeDelta::hours(11)).await;
        assert!(is_signed_in(&mut stan).await);
    }
    app.pass(TimeDelta::hours(4)).await;
    assert!(!is_signed_in(&mut stan).await, "seven days have passed");
    assert!(is_signed_in(&mut ann).await);
    for _ in 0..6 {
        app.pass(TimeDelta::days(13)).await;
        assert!(is_signed_in(&mut ann).await);
    }
    app.pass(TimeDelta::days(5)).await;
    assert!(!is_signed_in(&mut ann).await, "ninety days have passed");
    app.done().await;
}

#[tokio::test]
async fn signing_in_gives_a_new_token_and_kills_the_old_one() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "ann", &[Role::Customer]).await;
    user(&app, atl, "bob", &[Role::Customer]).await;
    let mut browser = app.browser(HOST);
    browser.sign_in("ann@example.com").await;
    let mut before = browser.clone();
    browser.sign_in("bob@example.com").await;
    assert!(!is_signed_in(&mut before).await, "a token that was known before is worth nothing");
    assert!(browser.get("/account/security").await.text().contains("bob@example.com"));
    app.done().await;
}

#[tokio::test]
async fn other_roles_end_every_session() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let ann = user(&app, atl, "ann", &[Role::Customer]).await;
    let mut browser = app.browser(HOST);
    browser.sign_in("ann@example.com").await;
    let mut tx = crate::testing::begin(&app, atl).await;
    sqlx::query("update users set roles = '{staff}' where id = $1").bind(ann).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    assert!(!is_signed_in(&mut browser).await);
    app.done().await;
}
