use chrono::TimeDelta;
use engine::Id;

use crate::{
    config::Environment,
    identity::{Role, User},
    tenants::Tenant,
    testing::{Browser, Reply, TestApp, begin, confirmed_phone, tenant, user},
};

const HOST: &str = "atl.localhost";
const PHONE: &str = "+14045550123";

async fn ann() -> (TestApp, Id<Tenant>, Id<User>) {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let ann = user(&app, atl, "ann", &[Role::Customer]).await;
    (app, atl, ann)
}

async fn ask(app: &TestApp, browser: &mut Browser, phone: &str) -> Reply {
    let fields = [("phone", phone), ("next", "/book")];
    let reply = browser.post("/sign-in/phone", "/api/request_sign_in_code", &fields).await;
    app.drain().await;
    reply
}

/// The digits of the latest text message.
async fn texted(app: &TestApp) -> String {
    app.mailbox(PHONE).await[0].text[..6].to_owned()
}

async fn type_code(browser: &mut Browser, code: &str) -> Reply {
    browser.post("/sign-in/phone/code", "/api/sign_in_with_phone_code", &[("code", code)]).await
}

/// A different code.
fn other_than(code: &str) -> &'static str {
    if code == "111111" { "222222" } else { "111111" }
}

#[tokio::test]
async fn a_code_to_a_confirmed_number_signs_in_once() {
    let (app, atl, ann) = ann().await;
    confirmed_phone(&app, atl, ann, PHONE).await;
    let mut browser = app.browser(HOST);
    let asked = ask(&app, &mut browser, "(404) 555-0123").await;
    assert_eq!(asked.location.as_deref(), Some("/sign-in/phone/code"));
    let code = texted(&app).await;
    let mut thief = browser.clone();
    let mut stranger = app.browser(HOST);
    assert_eq!(stranger.get("/sign-in/phone/code").await.location.as_deref(), Some("/sign-in/phone"));
    assert!(type_code(&mut stranger, &code).await.location.unwrap().starts_with("/sign-in?"), "not asked for there");
    let reply = type_code(&mut browser, &code).await;
    assert_eq!(reply.location.as_deref(), Some("/book"));
    assert_eq!(browser.get("/account/bookings").await.status, 200);
    type_code(&mut thief, &code).await;
    assert_eq!(thief.get("/account/bookings").await.status, 303, "a code works once");
    app.done().await;
}

#[tokio::test]
async fn a_code_to_a_confirmed_number_proves_identity() {
    let (app, atl, ann) = ann().await;
    let mut browser = app.browser(HOST);
    browser.sign_in("ann@example.com").await;
    app.pass(TimeDelta::minutes(16)).await;
    let page = browser.get("/account/passkeys").await.location.unwrap();
    assert!(browser.get(&page).await.attribute("[name=phone]", "value").is_none(), "nobody confirmed a number");
    confirmed_phone(&app, atl, ann, PHONE).await;
    let asks = browser.get(&page).await;
    let fields = [("phone", asks.attribute("[name=phone]", "value").unwrap()), ("next", "/account/passkeys".into())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    browser.post(&page, "/api/request_sign_in_code", &fields).await;
    assert_eq!(browser.get("/account/bookings").await.status, 200, "nobody is signed out by asking");
    let again = browser.get("/sign-in/phone/code").await.attribute("main a[href^='/account/confirm']", "href");
    assert_eq!(again.as_deref(), Some("/account/confirm?next=%2Faccount%2Fpasskeys"));
    app.drain().await;
    let reply = type_code(&mut browser, &texted(&app).await).await;
    assert_eq!(reply.location.as_deref(), Some("/account/passkeys"));
    assert_eq!(browser.get("/account/passkeys").await.status, 200);
    app.done().await;
}

#[tokio::test]
async fn an_unconfirmed_number_gets_the_same_answer_and_no_code() {
    let (app, atl, ann) = ann().await;
    confirmed_phone(&app, atl, ann, PHONE).await;
    let mut known = app.browser(HOST);
    let mut unknown = app.browser(HOST);
    let (one, other) = (ask(&app, &mut known, PHONE).await, ask(&app, &mut unknown, "+14045550124").await);
    assert_eq!((one.status, one.location), (other.status, other.location));
    assert!(app.mailbox("+14045550124").await.is_empty());
    let wrong = other_than(&texted(&app).await);
    let page = known.get("/sign-in/phone/code").await.text().replace("0123", "0124");
    assert_eq!(page, unknown.get("/sign-in/phone/code").await.text());
    let answer = async |browser: &mut Browser| {
        let reply = browser.submit("/sign-in/phone/code", "/api/sign_in_with_phone_code", &[("code", wrong)]).await;
        reply.text().replace("0123", "0124")
    };
    let (one, other) = (answer(&mut known).await, answer(&mut unknown).await);
    assert!(one.contains("That isn't the code we sent."), "{one}");
    assert_eq!(one, other);
    app.done().await;
}

#[tokio::test]
async fn a_code_becomes_invalid_after_five_attempts() {
    let (app, atl, ann) = ann().await;
    confirmed_phone(&app, atl, ann, PHONE).await;
    let mut browser = app.browser(HOST);
    ask(&app, &mut browser, PHONE).await;
    let code = texted(&app).await;
    for number in 0..5 {
        let mut elsewhere = browser.at(&format!("203.0.113.{number}"));
        let page = "/sign-in/phone/code";
        let nonsense = elsewhere.submit(page, "/api/sign_in_with_phone_code", &[("code", "12 ab")]).await.text();
        assert!(nonsense.contains("Enter the six digits"), "costs no try: {nonsense}");
        let wrong = [("code", other_than(&code))];
        let told = elsewhere.submit(page, "/api/sign_in_with_phone_code", &wrong).await.text();
        let sentence = if number < 4 { "That isn't the code we sent." } else { "This code no longer works." };
        assert!(told.contains(sentence), "try {number}: {told}");
    }
    let reply = browser
        .at("203.0.113.9")
        .submit("/sign-in/phone/code", "/api/sign_in_with_phone_code", &[("code", &code)])
        .await;
    assert!(reply.text().contains("This code no longer works."), "{}", reply.text());
    assert_eq!(browser.get("/account/bookings").await.status, 303);
    app.done().await;
}

#[tokio::test]
async fn a_code_expires_after_ten_minutes() {
    let (app, atl, ann) = ann().await;
    confirmed_phone(&app, atl, ann, PHONE).await;
    let mut browser = app.browser(HOST);
    ask(&app, &mut browser, PHONE).await;
    let code = texted(&app).await;
    app.pass(TimeDelta::minutes(10)).await;
    type_code(&mut browser, &code).await;
    assert_eq!(browser.get("/account/bookings").await.status, 303);
    app.done().await;
}

#[tokio::test]
async fn one_number_gets_a_limited_number_of_codes() {
    let (app, atl, ann) = ann().await;
    confirmed_phone(&app, atl, ann, PHONE).await;
    let mut sent = 0;
    for number in 0..20 {
        let mut browser = app.browser(HOST).at(&format!("203.0.113.{number}"));
        sent += i32::from(ask(&app, &mut browser, PHONE).await.status == 303);
    }
    assert_eq!(sent, 6, "in an hour, from anywhere");
    app.done().await;
}

#[tokio::test]
async fn a_code_by_text_message_is_followed_by_the_second_factor() {
    let (app, atl, ann) = ann().await;
    confirmed_phone(&app, atl, ann, PHONE).await;
    let mut tx = begin(&app, atl).await;
    crate::identity::second_factor::activate(&mut tx, &app.app.keys, ann).await;
    tx.commit().await.unwrap();
    let mut browser = app.browser(HOST);
    ask(&app, &mut browser, PHONE).await;
    let code = texted(&app).await;
    assert_eq!(type_code(&mut browser, &code).await.location.as_deref(), Some("/sign-in/code"));
    app.done().await;
}

#[tokio::test]
async fn a_number_is_confirmed_by_its_code_and_belongs_to_one_account() {
    let (app, atl, _) = ann().await;
    let bob = user(&app, atl, "bob", &[Role::Customer]).await;
    let mut browser = app.browser(HOST);
    browser.sign_in("ann@example.com").await;
    browser.post("/account/phone", "/api/request_phone_verification", &[("phone", PHONE)]).await;
    app.drain().await;
    let code = texted(&app).await;
    let wrong = browser.submit("/account/phone", "/api/verify_phone", &[("code", other_than(&code))]).await;
    assert!(wrong.text().contains("That isn't the code we sent."), "{}", wrong.text());
    let page = browser.submit("/account/phone", "/api/verify_phone", &[("code", &code)]).await;
    assert!(page.text().contains("Confirmed"), "{}", page.text());
    app.drain().await;
    let mail = app.mailbox("ann@example.com").await.remove(0);
    assert_eq!(mail.subject, "Sign-in by phone was turned on");
    assert!(mail.text.contains("(404) 555-0123") && mail.text.contains("If it wasn't you"), "{}", mail.text);

    let mut other = app.browser(HOST);
    other.sign_in("bob@example.com").await;
    other.post("/account/phone", "/api/request_phone_verification", &[("phone", PHONE)]).await;
    app.drain().await;
    let code = texted(&app).await;
    let refused = other.post("/account/phone", "/api/verify_phone", &[("code", &code)]).await;
    assert!(refused.location.unwrap().contains("draft"), "the number is taken");

    // Any other change of the number makes it unconfirmed.
    let mut tx = begin(&app, atl).await;
    sqlx::query("update users set phone = '+14045550199' where id <> $1").bind(bob).execute(&mut *tx).await.unwrap();
    let confirmed: i64 = sqlx::query_scalar("select count(*) from users where phone_verified_at is not null")
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    assert_eq!(confirmed, 0);
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn without_a_gateway_there_is_no_sign_in_by_phone() {
    let app = TestApp::with(|config| config.environment = Environment::Production).await;
    tenant(&app, "atl").await;
    let mut browser = app.browser(HOST);
    assert_eq!(browser.get("/sign-in/phone").await.status, 404);
    assert_eq!(browser.post("/sign-in/phone", "/api/request_sign_in_code", &[("phone", PHONE)]).await.status, 404);
    app.done().await;
}

#[tokio::test]
async fn removing_phone_sign_in_stops_codes_from_signing_in() {
    let (app, atl, ann) = ann().await;
    confirmed_phone(&app, atl, ann, PHONE).await;
    let mut browser = app.browser(HOST);
    browser.sign_in("ann@example.com").await;
    assert!(browser.get("/account/phone").await.text().contains("Stop signing in by phone"));
    let said = browser.submit("/account/phone", "/api/remove_phone_sign_in", &[]).await.text();
    assert!(said.contains("Not confirmed") && !said.contains("Stop signing in"), "{said}");
    app.drain().await;
    assert_eq!(app.mailbox("ann@example.com").await[0].subject, "Sign-in by phone was turned off");
    ask(&app, &mut app.browser(HOST), PHONE).await;
    assert!(app.mailbox(PHONE).await.is_empty(), "no code is sent");
    app.done().await;
}
