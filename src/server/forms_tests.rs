//! Typed values are shown again, whatever the outcome of the form.

use axum::http::{StatusCode, header};
use engine::Id;
use sqlx::types::Json;

use super::device::Device;
use crate::{
    catalog::Service,
    identity::Role,
    limits::{self, Client, Limit},
    testing::{Browser, Reply, TestApp, address, begin, service, tenant, user},
    ui::form::FormState,
};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const OURS: (&str, &str) = ("sec-fetch-site", "same-origin");
const PAGE: (&str, &str) = ("accept", "text/html");

/// Opens a page and sends its form with this `Referer`.
async fn send(browser: &mut Browser, page: &str, endpoint: &str, referer: Option<&str>, body: &str) -> Reply {
    let shown = browser.get(page).await;
    let action = shown.attribute(&format!("form[action^='{endpoint}']"), "action").unwrap();
    let mut headers = vec![FORM, OURS, PAGE];
    headers.extend(referer.map(|referer| ("referer", referer)));
    browser.post_raw(&action, &headers, body.to_owned()).await
}

fn value(reply: &Reply, name: &str) -> Option<String> {
    reply.attribute(&format!("input[name={name}]"), "value")
}

async fn kept(app: &TestApp, tenant: Id<crate::tenants::Tenant>) -> i64 {
    sqlx::query_scalar("select count(*) from form_drafts").fetch_one(&mut *begin(app, tenant).await).await.unwrap()
}

/// The page's full address, only the site, or none.
const SENT_FROM: [Option<&str>; 3] = [Some("http://atl.localhost/sign-up"), Some("http://atl.localhost/"), None];

const WRONG: &str = "name=Zoe&email=zoe%40example.com&phone=404-555-0161+ext.+5";

#[tokio::test]
async fn a_rejected_form_is_shown_filled_in_with_or_without_referer() {
    let app = TestApp::new().await;
    tenant(&app, "atl").await;
    for referer in SENT_FROM {
        let mut browser = app.visitor("atl.localhost");
        let sent = send(&mut browser, "/sign-up?next=/account", "/api/sign_up", referer, WRONG).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{referer:?}");
        let to = sent.location.unwrap();
        assert!(to.starts_with("/sign-up?next=%2Faccount&draft="), "{referer:?}: {to}");
        let shown = browser.get(&to).await;
        assert_eq!(value(&shown, "name").as_deref(), Some("Zoe"), "{referer:?}");
        assert!(!shown.all("#errors").is_empty());
        assert!(shown.all("title")[0].starts_with("Error: "), "{:?}", shown.all("title"));
    }
    app.done().await;
}

#[tokio::test]
async fn a_form_that_needs_sign_in_continues_to_its_page_without_referer() {
    let app = TestApp::new().await;
    tenant(&app, "atl").await;
    let mut browser = app.visitor("atl.localhost");
    let action = "/api/request_phone_verification?from=%2Faccount%2Fphone";
    let sent = browser.post_raw(action, &[FORM, OURS, PAGE], "phone=4045550161").await;
    let to = sent.location.unwrap_or_else(|| panic!("{} {}", sent.status, sent.html));
    assert!(to.starts_with("/sign-in?next=%2Faccount%2Fphone%3Fdraft%3D"), "{to}");
    app.done().await;
}

#[tokio::test]
async fn beyond_the_limit_of_drafts_a_strangers_form_is_answered_directly() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let mut browser = app.visitor("atl.localhost");
    for _ in 0..30 {
        let sent = browser.post("/sign-up", "/api/sign_up", &[("name", "Zoe"), ("email", "zoe")]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER);
    }
    let sent = browser.post("/sign-up", "/api/sign_up", &[("name", "Zoe"), ("email", "zoe")]).await;
    assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(value(&sent, "name").as_deref(), Some("Zoe"));
    assert_eq!(value(&sent, "email").as_deref(), Some("zoe"));
    assert!(sent.all("title")[0].starts_with("Error: "));
    assert_eq!(kept(&app, atl).await, 30);
    let mut elsewhere = app.visitor("atl.localhost");
    let sent = elsewhere.post("/sign-up", "/api/sign_up", &[("name", "Ann"), ("email", "ann")]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "others are kept as before");
    app.done().await;
}

#[tokio::test]
async fn drafts_of_a_tenants_strangers_are_limited_per_hour() {
    let app = TestApp::new().await;
    let (atl, bhm) = (tenant(&app, "atl").await, tenant(&app, "bhm").await);
    let device = Device::default();
    for _ in 0..995 {
        let address = address().parse::<std::net::IpAddr>().unwrap().into();
        let client = Client { tenant: Some(atl), address, device: &device, request_id: "" };
        limits::take(&app.app.db, &client, Limit::Draft, "strangers").await.unwrap();
    }
    let next = "x".repeat(15_000);
    for (name, next, status) in [
        ("Zoe", "/account", StatusCode::SEE_OTHER),
        ("Ann, who writes four times as much", next.as_str(), StatusCode::SEE_OTHER),
        ("Ben", "/account", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let typed = [("name", name), ("email", "zoe"), ("next", next)];
        let sent = app.visitor("atl.localhost").post("/sign-up", "/api/sign_up", &typed).await;
        assert_eq!(sent.status, status, "{name}");
        if sent.status == StatusCode::UNPROCESSABLE_ENTITY {
            assert_eq!(value(&sent, "name").as_deref(), Some(name), "it is shown again all the same");
        }
    }
    assert_eq!(kept(&app, atl).await, 2);
    let sent =
        app.visitor("bhm.localhost").post("/sign-up", "/api/sign_up", &[("name", "Zoe"), ("email", "zoe")]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "another business keeps them as before");
    assert_eq!(kept(&app, bhm).await, 1);
    app.done().await;
}

#[tokio::test]
async fn only_fields_that_a_form_has_are_kept_of_it() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let sent = [("name", "Zoe"), ("email", "zoe"), ("password", "secret"), ("colour", "red"), ("hours[0]", "8")];
    app.visitor("atl.localhost").post("/sign-up", "/api/sign_up", &sent).await;
    let contents: Json<FormState> =
        sqlx::query_scalar("select contents from form_drafts").fetch_one(&mut *begin(&app, atl).await).await.unwrap();
    let fields: Vec<&str> = contents.values.keys().map(String::as_str).collect();
    assert_eq!(fields, ["email", "name"]);
    app.done().await;
}

#[tokio::test]
async fn a_signed_in_users_draft_is_not_stored_after_429_or_404() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "zoe", &[Role::Customer]).await;
    let mut browser = app.browser("atl.localhost");
    browser.sign_in("zoe@example.com").await;
    let wrong = [("password", "wrong-wrong-wrong"), ("next", "/account")];
    for _ in 0..5 {
        browser.post("/account/confirm", "/api/confirm_password", &wrong).await;
    }
    let before = kept(&app, atl).await;
    assert_eq!(before, 5);
    let sent = browser.post("/account/confirm", "/api/confirm_password", &wrong).await;
    assert_eq!(sent.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(sent.headers.contains_key(header::RETRY_AFTER));

    let missing = [("reference", "ATL-222222"), ("rating", "5"), ("comment", "much")];
    let sent = browser.post("/account/bookings", "/api/review_booking", &missing).await;
    assert_eq!(sent.status, StatusCode::NOT_FOUND, "{}", sent.text());
    assert_eq!(kept(&app, atl).await, before);
    app.done().await;
}

#[tokio::test]
async fn drafts_of_an_account_are_limited_per_hour() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "zoe", &[Role::Customer]).await;
    let mut browser = app.browser("atl.localhost");
    browser.sign_in("zoe@example.com").await;
    for _ in 0..203 {
        browser
            .post("/account/bookings", "/api/review_booking", &[("reference", "ATL-222222"), ("comment", "much")])
            .await;
    }
    assert_eq!(kept(&app, atl).await, 200);
    app.done().await;
}

#[tokio::test]
async fn a_form_larger_than_any_of_ours_is_shown_again_and_not_kept() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let mut browser = app.visitor("atl.localhost");
    let large = "x".repeat(17_000);
    let sent = browser.post("/sign-in", "/api/sign_in", &[("email", "zoe"), ("next", &large)]).await;
    assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(value(&sent, "email").as_deref(), Some("zoe"));
    assert_eq!(kept(&app, atl).await, 0);
    app.done().await;
}

#[tokio::test]
async fn a_rate_limited_stranger_keeps_the_typed_values() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let mut browser = app.visitor("atl.localhost");
    let typed = [("email", "ann@example.com"), ("password", "wrong-wrong-wrong")];
    for _ in 0..5 {
        browser.post("/sign-in", "/api/sign_in", &typed).await;
    }
    let before = kept(&app, atl).await;
    let sent = browser.post("/sign-in", "/api/sign_in", &typed).await;
    assert_eq!(sent.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(sent.headers.contains_key(header::RETRY_AFTER));
    assert_eq!(value(&sent, "email").as_deref(), Some("ann@example.com"));
    assert!(sent.all("#errors")[0].contains("Please wait a second and try again."), "{:?}", sent.all("#errors"));
    assert_eq!(kept(&app, atl).await, before, "nothing of theirs is kept");
    app.done().await;
}

#[tokio::test]
async fn the_address_of_a_form_leads_to_its_page() {
    let app = TestApp::new().await;
    tenant(&app, "atl").await;
    let mut browser = app.browser("atl.localhost");
    for (address, page) in [
        ("/api/create_payout?from=%2Fadmin%2Fpayouts%2Fnew%3Fprovider%3D1", "/admin/payouts/new?provider=1"),
        ("/api/create_payout", "/"),
        ("/api/create_payout?from=https%3A%2F%2Fevil.example%2F", "/"),
    ] {
        let reply = browser.get(address).await;
        assert_eq!((reply.status, reply.location.as_deref()), (StatusCode::SEE_OTHER, Some(page)), "{address}");
    }
    assert_eq!(browser.get("/api/nothing?from=%2F").await.status, StatusCode::NOT_FOUND);
    app.done().await;
}

#[tokio::test]
async fn signing_in_without_cookies_says_that_cookies_are_blocked() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "ann", &[Role::Customer]).await;
    let body = "email=ann%40example.com&password=wayside-demo";
    let shown = app.visitor("atl.localhost").get("/sign-in").await;
    let action = shown.attribute("form[action^='/api/sign_in']", "action").unwrap();
    let mut forgetful = app.visitor("atl.localhost");
    let sent = forgetful.post_raw(&action, &[FORM, OURS, PAGE], body).await;
    assert!(sent.text().contains("Allow cookies for this site, then sign in again."), "{}", sent.text());
    assert_eq!(value(&sent, "email").as_deref(), Some("ann@example.com"));

    let mut usual = app.visitor("atl.localhost");
    let sent = send(&mut usual, "/sign-in", "/api/sign_in", None, body).await;
    assert_eq!(sent.location.as_deref(), Some("/account/bookings"), "{}", sent.text());
    app.done().await;
}

/// Each of the first two changes of services keeps its lock while it asks for the other's.
const DEADLOCK: &str = "
    create sequence public.changes;
    create function public.collide() returns trigger language plpgsql security definer as $$
    declare
        own constant integer := case new.slug when 'lockout' then 1 else 2 end;
    begin
        perform pg_advisory_xact_lock(own);
        perform nextval('public.changes');
        while (select last_value from public.changes) < 2 loop perform pg_sleep(0.01); end loop;
        perform pg_advisory_xact_lock(3 - own);
        return new;
    end $$;
    create trigger collide before update on services for each row execute function public.collide();";

/// Makes every change of a service fail as if it were always in a deadlock.
const ALWAYS_GIVEN_UP: &str = "
    create sequence public.changes;
    create function public.give_up() returns trigger language plpgsql security definer as $$
    begin
        perform nextval('public.changes');
        raise exception 'deadlock detected' using errcode = '40P01';
    end $$;
    create trigger give_up before update on services for each row execute function public.give_up();";

/// How many changes of services were begun.
async fn changes(app: &TestApp) -> i64 {
    sqlx::query_scalar("select last_value from public.changes")
        .fetch_one(&mut app.database.owner().await)
        .await
        .unwrap()
}

async fn rename(browser: &mut Browser, service: Id<Service>, name: &str) -> Reply {
    let id = service.to_string();
    let fields = [("service", id.as_str()), ("name", name), ("description", ""), ("expected_minutes", "25")];
    browser.post(&format!("/admin/services/{id}"), "/api/edit_service", &fields).await
}

/// An administrator of a business with two services, whose database has been prepared by these statements.
async fn office(prepared: &'static str) -> (TestApp, Browser, [Id<Service>; 2]) {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "boss", &[Role::Admin]).await;
    let services = [service(&app, atl, "lockout", 100, None).await, service(&app, atl, "jump-start", 100, None).await];
    sqlx::raw_sql(prepared).execute(&mut app.database.owner().await).await.unwrap();
    let mut boss = app.browser("atl.localhost");
    boss.sign_in("boss@example.com").await;
    (app, boss, services)
}

#[tokio::test]
async fn two_forms_that_end_in_a_deadlock_are_both_done() {
    let (app, mut boss, [one, other]) = office(DEADLOCK).await;
    let mut at_home = boss.clone();
    let (first, second) = tokio::join!(rename(&mut boss, one, "Keys"), rename(&mut at_home, other, "Battery"));
    assert_eq!((first.status, second.status), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER));
    let services = boss.get("/admin/services").await.text();
    assert!(services.contains("Keys") && services.contains("Battery"), "{services}");
    assert_eq!(changes(&app).await, 3, "one of them was begun twice");
    app.done().await;
}

#[tokio::test]
async fn a_form_that_collides_twice_says_to_try_again() {
    let (app, mut boss, [service, _]) = office(ALWAYS_GIVEN_UP).await;
    let reply = rename(&mut boss, service, "Keys").await;
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(reply.text().contains("Please try again in a moment."), "{}", reply.text());
    assert_eq!(changes(&app).await, 2);
    app.done().await;
}
