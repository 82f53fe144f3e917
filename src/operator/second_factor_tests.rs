use axum::http::StatusCode;
use chrono::TimeDelta;

use super::{command, second_factor};
use crate::{
    identity::second_factor::SEED_SEALED_FOR,
    secrets::{Keys, rotation},
    testing::{Browser, CHEAP_HASH, PASSWORD, Reply, TestApp, begin_as_operator},
};

const HOST: &str = "operator.localhost";
const EMAIL: &str = "olivia@wayside.example";
const PAGE: &str = "/operator/security";

/// An installation with one operator and production's requirements.
async fn installation() -> TestApp {
    let app = TestApp::with(|config| config.operators_need_second_factor = true).await;
    let mut owner = app.database.owner().await;
    command::add(&mut owner, &EMAIL.parse().unwrap(), "Olivia", CHEAP_HASH).await.unwrap();
    app
}

async fn type_password(browser: &mut Browser) -> Reply {
    let form = [("email", EMAIL), ("password", PASSWORD), ("next", "/operator/health")];
    browser.post("/sign-in", "/api/operator_sign_in", &form).await
}

async fn type_code(browser: &mut Browser, code: &str) -> Reply {
    browser.post("/sign-in/code", "/api/operator_finish_sign_in", &[("code", code)]).await
}

async fn code_of(app: &TestApp) -> String {
    second_factor::code_of(&mut begin_as_operator(app, EMAIL).await, &app.app.keys).await
}

async fn activate(app: &TestApp) {
    let mut tx = begin_as_operator(app, EMAIL).await;
    second_factor::activate(&mut tx, &app.app.keys).await;
    tx.commit().await.unwrap();
}

fn leads_to(reply: &Reply) -> &str {
    reply.location.as_deref().unwrap_or("nowhere")
}

/// Sets a second factor up; returns the recovery codes.
async fn set_up(app: &TestApp, browser: &mut Browser) -> Vec<String> {
    let begun = browser.post(PAGE, "/api/operator_begin_second_factor", &[("password", PASSWORD)]).await;
    assert_eq!(leads_to(&begun), PAGE, "{}", begun.text());
    let code = code_of(app).await;
    let codes = browser.submit(PAGE, "/api/operator_enable_second_factor", &[("code", &code)]).await;
    codes.all(".recovery-codes code")
}

#[tokio::test]
async fn an_operator_without_a_second_factor_sees_nothing_before_it_is_set_up() {
    let app = installation().await;
    let mut browser = app.browser(HOST);
    type_password(&mut browser).await;
    for path in
        ["/operator", "/operator/health", "/operator/account", "/operator/tenants/new", "/operator/security/codes"]
    {
        assert_eq!(leads_to(&browser.get(path).await), PAGE, "{path}");
    }
    let done = browser.post("/operator", "/api/operator_change_password", &[("password", PASSWORD)]).await;
    assert_eq!(leads_to(&done), PAGE, "nothing can be done, either");

    let codes = set_up(&app, &mut browser).await;
    assert_eq!(codes.len(), 10);
    assert_eq!(browser.get("/operator/health").await.status, StatusCode::OK);
    app.done().await;
}

#[tokio::test]
async fn setting_it_up_takes_the_password_signs_out_other_devices_and_shows_the_codes_until_noted() {
    let app = installation().await;
    let (mut browser, mut other) = (app.browser(HOST), app.browser(HOST));
    type_password(&mut browser).await;
    type_password(&mut other).await;
    let refused = browser.submit(PAGE, "/api/operator_begin_second_factor", &[("password", "a guess")]).await;
    assert_eq!(refused.all("#field-password-error"), ["That is not your password."]);
    let codes = set_up(&app, &mut browser).await;
    assert_eq!(leads_to(&other.get("/operator").await), "/sign-in?next=%2Foperator", "signed out");
    assert_eq!(browser.get("/operator/security/codes").await.all(".recovery-codes code"), codes);
    browser.post("/operator/security/codes", "/api/operator_hide_recovery_codes", &[]).await;
    assert_eq!(leads_to(&browser.get("/operator/security/codes").await), PAGE, "shown no more");
    let page = browser.get(PAGE).await;
    assert!(page.text().contains("10 of 10 are left"), "{}", page.text());
    app.done().await;
}

#[tokio::test]
async fn signing_in_asks_for_a_code_before_there_is_a_session_and_a_code_works_once() {
    let app = installation().await;
    activate(&app).await;
    let mut browser = app.browser(HOST);
    assert_eq!(leads_to(&type_password(&mut browser).await), "/sign-in/code");
    let waiting = browser.cookie("__Host-operator").unwrap().to_owned();
    assert_eq!(leads_to(&browser.get("/operator").await), "/sign-in?next=%2Foperator", "no session yet");
    assert_eq!(browser.get("/sign-in/code").await.status, StatusCode::OK);

    let code = code_of(&app).await;
    assert_eq!(leads_to(&type_code(&mut browser, &code).await), "/operator/health", "where they were going");
    assert_eq!(browser.get("/operator").await.status, StatusCode::OK);
    assert_ne!(browser.cookie("__Host-operator"), Some(waiting.as_str()), "another secret");

    let mut again = app.browser(HOST);
    type_password(&mut again).await;
    assert!(leads_to(&type_code(&mut again, &code).await).contains("draft="), "the same code again");
    app.app.db.clock.advance(TimeDelta::seconds(60));
    let next = code_of(&app).await;
    assert_eq!(leads_to(&type_code(&mut again, &next).await), "/operator/health");
    app.done().await;
}

#[tokio::test]
async fn after_five_wrong_codes_or_ten_minutes_signing_in_starts_over() {
    let app = installation().await;
    activate(&app).await;
    let mut browser = app.browser(HOST);
    type_password(&mut browser).await;
    let thief = browser.clone();
    for _ in 1..5 {
        assert!(leads_to(&type_code(&mut browser, "000000").await).starts_with("/sign-in/code?draft="));
    }
    assert_eq!(leads_to(&type_code(&mut browser, "000000").await), "/sign-in", "the fifth");
    let code = code_of(&app).await;
    app.app.db.clock.advance(TimeDelta::minutes(1));
    let late = type_code(&mut thief.clone(), &code).await;
    assert!(leads_to(&late).starts_with("/sign-in?next="), "the right one, too late: {}", leads_to(&late));

    type_password(&mut browser).await;
    app.app.db.clock.advance(TimeDelta::minutes(10));
    let code = code_of(&app).await;
    assert!(leads_to(&type_code(&mut browser, &code).await).starts_with("/sign-in?next="));
    app.done().await;
}

#[tokio::test]
async fn a_recovery_code_signs_an_operator_in_once() {
    let app = installation().await;
    let mut browser = app.browser(HOST);
    type_password(&mut browser).await;
    let codes = set_up(&app, &mut browser).await;
    for (expected, who) in [(PAGE, "first"), ("/sign-in/code?draft=", "again")] {
        let mut elsewhere = app.visitor(HOST);
        type_password(&mut elsewhere).await;
        let reply = type_code(&mut elsewhere, &codes[3].to_lowercase()).await;
        assert!(leads_to(&reply).starts_with(expected), "{who}: {}", leads_to(&reply));
    }
    app.done().await;
}

#[tokio::test]
async fn a_code_removes_the_factor_and_a_new_one_is_required() {
    let app = installation().await;
    let mut browser = app.browser(HOST);
    type_password(&mut browser).await;
    set_up(&app, &mut browser).await;
    let wrong = browser.submit(PAGE, "/api/operator_remove_second_factor", &[("code", "000000")]).await;
    assert!(wrong.text().contains("That code is wrong"), "{}", wrong.text());
    app.app.db.clock.advance(TimeDelta::seconds(60));
    let code = code_of(&app).await;
    browser.post(PAGE, "/api/operator_remove_second_factor", &[("code", &code)]).await;
    assert_eq!(leads_to(&browser.get("/operator").await), PAGE);
    app.done().await;
}

#[tokio::test]
async fn the_database_owner_can_reset_a_lost_factor() {
    let app = installation().await;
    let mut browser = app.browser(HOST);
    type_password(&mut browser).await;
    set_up(&app, &mut browser).await;
    let mut owner = app.database.owner().await;
    assert!(command::reset_factor(&mut owner, &"nobody@wayside.example".parse().unwrap()).await.is_err());
    command::reset_factor(&mut owner, &EMAIL.parse().unwrap()).await.unwrap();
    assert_eq!(leads_to(&browser.get("/operator").await), "/sign-in?next=%2Foperator", "signed out");
    assert_eq!(leads_to(&type_password(&mut browser).await), "/operator/health");
    assert_eq!(leads_to(&browser.get("/operator/health").await), PAGE, "and asked to set up another one");
    let logged: i64 =
        sqlx::query_scalar("select count(*) from platform.operator_log where action = 'second_factor_reset'")
            .fetch_one(&mut owner)
            .await
            .unwrap();
    assert_eq!(logged, 1);
    drop(owner);
    app.done().await;
}

#[tokio::test]
async fn rotation_seals_operators_secrets_with_the_first_key() {
    let app = installation().await;
    activate(&app).await;
    let both = |first: &str, second: &str| Keys::parse(&format!("{first},{second}").into()).unwrap();
    let (old, new) =
        ("test:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=", "new:CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=");
    let keys = both(new, old);
    assert_eq!(rotation::rotate(&app.app.db, &keys).await.unwrap(), 2, "the seed, and the codes still shown");
    assert_eq!(rotation::rotate(&app.app.db, &keys).await.unwrap(), 0);
    let sealed: Vec<u8> = sqlx::query_scalar("select sealed_seed from platform.operator_second_factors")
        .fetch_one(&mut app.database.owner().await)
        .await
        .unwrap();
    assert!(Keys::parse(&new.into()).unwrap().open(SEED_SEALED_FOR, &sealed).is_ok(), "the old key isn't needed");
    app.done().await;
}
