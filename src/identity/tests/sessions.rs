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
async fn a_session_ends_after_its_maximum_time_even_if_used() {
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
async fn signing_in_replaces_the_session_token() {
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

#[tokio::test]
async fn ending_sessions_asks_for_a_fresh_proof_and_leads_back() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let ann = user(&app, atl, "ann", &[Role::Customer]).await;
    let (mut here, mut elsewhere) = (app.browser(HOST), app.browser(HOST));
    elsewhere.sign_in("ann@example.com").await;
    app.pass(TimeDelta::minutes(1)).await;
    here.sign_in("ann@example.com").await;
    app.pass(TimeDelta::minutes(16)).await;
    let devices = crate::identity::devices(&mut crate::testing::begin(&app, atl).await, ann).await.unwrap();
    let other = devices.last().unwrap().id.to_string();
    for (action, fields) in [("revoke_device", vec![("device", other.as_str())]), ("revoke_other_devices", vec![])] {
        let reply = here.post("/account/devices", &format!("/api/{action}"), &fields).await;
        let led_to = reply.location.unwrap();
        assert!(led_to.starts_with("/account/confirm?next=%2Faccount%2Fdevices"), "{action}: {led_to}");
        assert!(is_signed_in(&mut elsewhere).await, "{action} did nothing");
    }
    let proof = [("password", crate::testing::PASSWORD), ("next", "/account/devices")];
    let back = here.post("/account/confirm", "/api/confirm_password", &proof).await;
    assert_eq!(back.location.as_deref(), Some("/account/devices"));
    here.post("/account/devices", "/api/revoke_other_devices", &[]).await;
    assert!(!is_signed_in(&mut elsewhere).await);
    assert!(is_signed_in(&mut here).await);
    app.done().await;
}

#[tokio::test]
async fn typing_the_password_again_is_limited_like_signing_in() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "ann", &[Role::Customer]).await;
    for (action, field) in [("confirm_password", "password"), ("change_password", "current_password")] {
        let mut browser = app.visitor(HOST);
        browser.sign_in("ann@example.com").await;
        let fields =
            [(field.to_owned(), "a wrong guess".to_owned()), ("new_password".into(), "four words in a row".into())];
        let mut tries = 0;
        while browser.call(&format!("/api/{action}"), &fields).await.status != StatusCode::TOO_MANY_REQUESTS {
            tries += 1;
            assert!(tries <= 20, "{action}: nothing stops them");
        }
        assert!(tries >= 3, "{action}: nobody is stopped at once");
    }
    app.done().await;
}
