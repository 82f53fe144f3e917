use std::collections::BTreeSet;

use axum::http::StatusCode;
use chrono::TimeDelta;
use engine::{Amount, Id};
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;

use super::{
    identifiers::{Identifier, IdentifierKind},
    map::{COMMON, HOLDS, all_held, personal, secrets},
};
use crate::{
    bookings::{self, Author, Phase},
    dispatch,
    identity::Role,
    operator,
    payments::ledger::{self, Account},
    payouts::{self, EarningKind, Work},
    providers,
    tenants::Tenant,
    testing::{Booked, Browser, TestApp, begin, own_booking, provider, service, tenant, user},
};

const HOST: &str = "atl.localhost";

/// A tenant with a customer who has an account and a booking, and about whom others have written.
struct Written {
    atl: Id<Tenant>,
    booked: Booked,
}

async fn written(app: &TestApp) -> Written {
    let atl = tenant(app, "atl").await;
    user(app, atl, "boss", &[Role::Admin]).await;
    let dana = user(app, atl, "dana", &[Role::Customer]).await;
    let towing = service(app, atl, "jump-start", 10_000, None).await;
    let booked = own_booking(app, atl, towing, dana).await;
    let mut tx = begin(app, atl).await;
    for sql in [
        "update users set name = 'Dana Reed', phone = '+14045550123', email_verified_at = app.now()",
        "update users set name = 'Boss' where email = 'boss@example.com'",
        "update users set phone = null where email = 'boss@example.com'",
        "insert into customer_vehicles (id, customer_id, year, make, model, color, plate)
         select gen_random_uuid(), id, 2019, 'Honda', 'Civic', 'Blue', 'RTL4821' from customers",
        "insert into booking_events (id, booking_id, kind, phase, actor, actor_name, note)
         select gen_random_uuid(), id, 'booked', 'confirmed', 'staff', 'Boss', 'DANA REED called, plate rtl-4821' from bookings",
        "insert into staff_alerts (id, booking_id, kind, message)
         select gen_random_uuid(), id, 'call', 'Ring Dana  Reed at (404) 555-0123 or dana@example.com.' from bookings",
        "insert into dispatch_decisions (id, job_id, algorithm, candidates, reason, decided_by)
         select gen_random_uuid(), id, 'manual', '[{\"name\": \"Dana Reed\", \"rank\": 1}]', 'Told 404.555.0123', 'Boss' from jobs",
        "insert into payments (id, booking_id, amount, method, note) select gen_random_uuid(), id, 100, 'zelle', 'Zelle from Dana Reed' from bookings",
    ] {
        sqlx::query(AssertSqlSafe(sql)).execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    Written { atl, booked }
}

async fn signed_in(app: &TestApp, name: &str) -> Browser {
    let mut browser = app.browser(HOST);
    browser.sign_in(&format!("{name}@example.com")).await;
    browser
}

async fn erase(browser: &mut Browser) -> crate::testing::Reply {
    let form = [("confirmation", "Erase "), ("fees", "0")];
    browser.submit("/account/privacy/erase", "/api/erase_account", &form).await
}

/// Erases the person and searches; returns the certificate.
async fn erased(app: &TestApp, browser: &mut Browser) -> Value {
    let link = erase(browser).await.attribute("a[href$='certificate.json']", "href").unwrap();
    app.drain().await;
    serde_json::from_str(&app.browser(HOST).get(&link).await.html).unwrap()
}

/// Runs statements on the rows of a tenant.
async fn write(app: &TestApp, atl: Id<Tenant>, statements: &[&str]) {
    let mut tx = begin(app, atl).await;
    for sql in statements {
        sqlx::query(AssertSqlSafe((*sql).to_owned())).execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// A signed-in user with this name, whose customer has a vehicle with this plate.
async fn called(app: &TestApp, atl: Id<Tenant>, account: &str, name: &str, plate: &str) -> Browser {
    user(app, atl, account, &[Role::Customer]).await;
    let browser = signed_in(app, account).await;
    let (name, email) = (format!("name = '{name}'"), format!("email = '{account}@example.com'"));
    write(
        app,
        atl,
        &[
            &format!("update users set {name}, phone = null where {email}"),
            &format!(
                "insert into customers (id, user_id, name, email, phone) select gen_random_uuid(), id, name, email, '+14045550177' from users where {email}"
            ),
            &format!(
                "insert into customer_vehicles (id, customer_id, year, make, model, color, plate)
                 select gen_random_uuid(), id, 2019, 'Honda', 'Civic', 'Blue', '{plate}' from customers where {email}"
            ),
        ],
    )
    .await;
    browser
}

/// All rows of the tenant, as one text per table.
async fn everything(app: &TestApp, atl: Id<Tenant>) -> Vec<(String, String)> {
    let mut tx = begin(app, atl).await;
    let tables: Vec<String> = sqlx::query_scalar(
        "select c.relname::text from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> '_sqlx_migrations'",
    )
    .fetch_all(&mut *tx)
    .await
    .unwrap();
    let mut all = Vec::new();
    for table in tables {
        let sql = AssertSqlSafe(format!("select coalesce(string_agg(to_jsonb(t)::text, ' '), '') from {table} t"));
        all.push((table, sqlx::query_scalar::<_, String>(sql).fetch_one(&mut *tx).await.unwrap()));
    }
    all
}

/// An operator gives a reason to act as a user of this tenant.
async fn operators_note(app: &TestApp, atl: Id<Tenant>, reason: &str) {
    let email = "otto@wayside.example".parse().unwrap();
    operator::command::add(&mut app.database.owner().await, &email, "Otto", "!").await.unwrap();
    sqlx::query(
        "insert into platform.operator_log (operator_id, action, tenant_id, details)
         select id, 'impersonation_asked', $1, jsonb_build_object('reason', $2::text) from platform.operators",
    )
    .bind(atl)
    .bind(reason)
    .execute(&mut app.database.owner().await)
    .await
    .unwrap();
}

/// Tables that still contain something of the person.
async fn traces(app: &TestApp, atl: Id<Tenant>) -> Vec<String> {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let needles = ["dana reed", "dana@example.com", "rtl4821"];
    let mentions = |text: &str| {
        let plain = text.to_lowercase().replace('-', "");
        needles.iter().any(|needle| plain.contains(needle)) || digits(text).contains("4045550123")
    };
    everything(app, atl).await.into_iter().filter(|(_, text)| mentions(text)).map(|(table, _)| table).collect()
}

#[tokio::test]
async fn every_table_is_on_the_map_of_personal_data() {
    let app = TestApp::new().await;
    let mut owner = app.database.owner().await;
    let tables: Vec<String> = sqlx::query_scalar(
        "select c.relname::text from pg_class c
         where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname <> '_sqlx_migrations' order by 1",
    )
    .fetch_all(&mut owner)
    .await
    .unwrap();
    let neutral: Vec<String> =
        sqlx::query_scalar("select place from platform.neutral_tables").fetch_all(&mut owner).await.unwrap();
    let is_known = |table: &String| all_held().any(|held| held.table == *table) || neutral.contains(table);
    let missing: Vec<_> = tables.iter().filter(|table| !is_known(table)).collect();
    assert!(
        missing.is_empty(),
        "say in privacy/map.rs or the kind of business what these hold about a person, or `call platform.is_about_nobody(…)`: {missing:?}"
    );
    for table in neutral {
        assert!(tables.contains(&table), "there is no table {table}");
    }
    drop(owner);
    app.done().await;
}

#[tokio::test]
async fn every_personal_or_secret_column_exists() {
    let app = TestApp::new().await;
    let there: BTreeSet<String> =
        sqlx::query_scalar("select column_name::text from information_schema.columns where table_schema = 'public'")
            .fetch_all(&mut app.database.owner().await)
            .await
            .unwrap()
            .into_iter()
            .collect();
    let unknown: Vec<_> = personal().into_iter().chain(secrets()).filter(|column| !there.contains(*column)).collect();
    assert_eq!(unknown, Vec::<&str>::new());
    app.done().await;
}

#[tokio::test]
async fn an_export_contains_all_of_a_persons_data_and_no_secrets() {
    let app = TestApp::new().await;
    let Written { booked, .. } = written(&app).await;
    let reply = signed_in(&app, "dana").await.get("/account/privacy/export.json").await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.html);
    assert!(reply.headers["content-disposition"].to_str().unwrap().contains("my-data-2026-03-03.json"));
    let export: Value = serde_json::from_str(&reply.html).unwrap();
    let data = &export["data"];
    assert_eq!(data["account"][0]["email"], "dana@example.com");
    assert_eq!(data["bookings"][0]["reference"], booked.reference.to_string());
    assert_eq!(data["vehicles"][0]["plate"], "RTL4821");
    assert_eq!(data["quotes"].as_array().unwrap().len(), 1);
    assert_eq!(data["payments"][0]["amount"], 100);
    assert_eq!(export["devices"].as_array().unwrap().len(), 1);
    assert!(!reply.html.contains("hash") && !reply.html.contains("boss@example.com"), "{}", reply.html);
    app.done().await;
}

#[tokio::test]
async fn an_export_has_no_price_that_an_account_pays_and_the_person_isnt_told() {
    let app = TestApp::new().await;
    let Written { atl, booked } = written(&app).await;
    let mut tx = begin(&app, atl).await;
    sqlx::query("update bookings set billed_to = 'Acme Fleet', hides_price = true where tenant_id = $1 and id = $2")
        .bind(atl)
        .bind(booked.id)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let reply = signed_in(&app, "dana").await.get("/account/privacy/export.json").await;
    let export: Value = serde_json::from_str(&reply.html).unwrap();
    let data = &export["data"];
    assert_eq!(data["bookings"][0]["reference"], booked.reference.to_string());
    for somebody_elses in ["quotes", "quote_lines", "payments", "customer_ledger"] {
        assert_eq!(data[somebody_elses], serde_json::json!([]), "{somebody_elses}");
    }
    app.done().await;
}

#[tokio::test]
async fn an_export_of_one_person_has_nothing_of_another() {
    let app = TestApp::new().await;
    let Written { atl, .. } = written(&app).await;
    user(&app, atl, "eve", &[Role::Customer]).await;
    let reply = signed_in(&app, "eve").await.get("/account/privacy/export.json").await;
    assert!(reply.html.contains("eve@example.com"));
    for somebody_elses in ["Dana", "dana@example.com", "RTL4821", "4045550123"] {
        assert!(!reply.html.contains(somebody_elses), "{somebody_elses}");
    }
    app.done().await;
}

#[tokio::test]
async fn an_erased_person_remains_only_where_the_law_requires() {
    let app = TestApp::new().await;
    let Written { atl, booked } = written(&app).await;
    let mut before = traces(&app, atl).await;
    before.sort();
    assert!(before.len() >= 8, "there is something to erase: {before:?}");
    operators_note(&app, atl, "Dana Reed rang from (404) 555-0123").await;
    let mut dana = signed_in(&app, "dana").await;
    let preview = dana.get("/account/privacy/erase").await.text();
    assert!(preview.contains(&booked.reference.to_string()), "says that the booking is cancelled: {preview}");
    let certificate = erase(&mut dana).await;
    assert!(certificate.text().contains("Searching"), "{}", certificate.text());
    let link = certificate.attribute("a[href$='certificate.json']", "href").unwrap();
    app.drain().await;

    assert_eq!(traces(&app, atl).await, ["payments"], "the remark on a payment is a legal hold");
    let noted: String = sqlx::query_scalar(
        "select details ->> 'reason' from platform.operator_log where action = 'impersonation_asked'",
    )
    .fetch_one(&mut app.database.owner().await)
    .await
    .unwrap();
    assert!(!noted.contains("Dana") && !noted.contains("0123") && noted.contains("rang"), "{noted}");
    let shown: Value = serde_json::from_str(&app.browser(HOST).get(&link).await.html).unwrap();
    assert_eq!(shown["verdict"], "complete", "{shown:#}");
    assert_eq!(shown["search"]["left_over"], json!([]));
    assert_eq!(shown["search"]["kept_by_law"][0]["place"], "payments");
    assert_eq!(shown["bookings_cancelled"], 1);
    let fields = shown["search"]["columns"].as_i64().unwrap();
    assert!(fields > 100, "only {fields} columns were searched");
    for identifier in ["Dana", "dana@example.com", "4045550123"] {
        assert!(!shown.to_string().contains(identifier), "the certificate names nobody");
    }
    let mut tx = begin(&app, atl).await;
    let booking = bookings::store::find(&mut tx, booked.id).await.unwrap().unwrap();
    assert_eq!((booking.phase, booking.contact.name.as_str()), (Phase::Cancelled, "Erased person"));
    let balance = ledger::balance(&mut tx, Account::Customer(booked.id)).await.unwrap();
    drop(tx);
    assert_eq!(balance.minor(), 0, "the ledger is as it was");
    app.done().await;
}

#[tokio::test]
async fn links_sent_to_an_address_go_with_the_person_whose_it_is() {
    let app = TestApp::new().await;
    let Written { atl, .. } = written(&app).await;
    let eve = user(&app, atl, "eve", &[Role::Customer]).await;
    let mut stranger = app.browser(HOST);
    let form = [("name", "Dana Reed"), ("email", "dana@example.com"), ("phone", "(404) 555-0123")];
    stranger.post("/sign-up", "/api/sign_up", &form).await;
    let form = [("name", "Zoe Other"), ("email", "zoe@example.com"), ("phone", "(404) 555-0188")];
    stranger.post("/sign-up", "/api/sign_up", &form).await;
    let mut tx = begin(&app, atl).await;
    for sql in [
        "insert into email_changes (user_id, new_email, expires_at) select id, 'dana@example.com', app.now() + interval '1 day' from users where email = 'eve@example.com'",
        "insert into invites (id, email, role, token_hash, invited_by, expires_at)
         select gen_random_uuid(), 'dana@example.com', 'staff', decode(repeat('ab', 32), 'hex'), id, app.now() + interval '1 day' from users where email = 'boss@example.com'",
    ] {
        sqlx::query(sql).execute(&mut *tx).await.unwrap();
    }
    let address = Identifier { kind: IdentifierKind::Email, value: "dana@example.com".into() };
    let (found, _) = super::store::search(&mut tx, &[address]).await.unwrap();
    let places: Vec<_> = found.iter().map(|place| place.place.as_str()).collect();
    tx.commit().await.unwrap();
    for place in ["one_time_tokens", "email_changes", "invites"] {
        assert!(places.contains(&place), "the search finds it in {place}: {places:?}");
    }

    erase(&mut signed_in(&app, "dana").await).await;
    let left: (i64, i64, i64) = sqlx::query_as(
        "select (select count(*) from one_time_tokens), (select count(*) from email_changes), (select count(*) from invites)",
    )
    .fetch_one(&mut *begin(&app, atl).await)
    .await
    .unwrap();
    assert_eq!(left, (1, 0, 0), "of {eve} and the other newcomer nothing but their own");
    app.done().await;
}

#[tokio::test]
async fn erasing_ends_every_session_and_nobody_signs_in_again() {
    let app = TestApp::new().await;
    written(&app).await;
    let mut phone = signed_in(&app, "dana").await;
    let mut desktop = signed_in(&app, "dana").await;
    erase(&mut phone).await;
    for browser in [&mut phone, &mut desktop] {
        assert_eq!(browser.get("/account/bookings").await.status, StatusCode::SEE_OTHER);
    }
    let fields = [("email", "dana@example.com"), ("password", crate::testing::PASSWORD)];
    let refused = app.browser(HOST).submit("/sign-in", "/api/sign_in", &fields).await.text();
    assert!(refused.contains("E-mail or password is wrong."), "{refused}");
    let mail = app.mailbox("dana@example.com").await.into_iter().next().expect("a last message");
    assert_eq!(mail.subject, "Your data has been erased");
    app.done().await;
}

#[tokio::test]
async fn the_word_has_to_be_typed_and_the_password_confirmed() {
    let app = TestApp::new().await;
    let Written { atl, .. } = written(&app).await;
    let mut dana = signed_in(&app, "dana").await;
    let form = [("confirmation", "yes"), ("fees", "0")];
    let reply = dana.submit("/account/privacy/erase", "/api/erase_account", &form).await;
    assert!(reply.text().contains("Type the word “erase”"), "{}", reply.text());
    app.pass(TimeDelta::minutes(16)).await;
    assert_eq!(
        dana.get("/account/privacy/export.json").await.status,
        StatusCode::SEE_OTHER,
        "asked for the password first"
    );
    erase(&mut dana).await;
    assert!(traces(&app, atl).await.contains(&"users".to_owned()), "nothing happened");
    app.done().await;
}

#[tokio::test]
async fn identifiers_shared_with_others_are_not_redacted() {
    let app = TestApp::new().await;
    let Written { atl, .. } = written(&app).await;
    let mut tx = begin(&app, atl).await;
    let other = "insert into customers (id, name, email, phone) values (gen_random_uuid(), 'Dana Reed', 'other@example.com', '+14045550123')";
    sqlx::query(other).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    let certificate = erased(&app, &mut signed_in(&app, "dana").await).await;
    let mut tx = begin(&app, atl).await;
    let (name, phone): (String, String) =
        sqlx::query_as("select name, phone from customers where email = 'other@example.com'")
            .fetch_one(&mut *tx)
            .await
            .unwrap();
    drop(tx);
    assert_eq!((name.as_str(), phone.as_str()), ("Dana Reed", "+14045550123"));
    assert_eq!(certificate["search"]["not_searched_for"], json!({ "name": 1, "phone": 1 }));
    app.done().await;
}

#[tokio::test]
async fn longer_names_and_addresses_of_others_are_not_redacted() {
    let app = TestApp::new().await;
    let Written { atl, .. } = written(&app).await;
    user(&app, atl, "mary", &[Role::Customer]).await;
    let mut zqx = called(&app, atl, "zqx", "Zqx Wvu", "QQQ1234").await;
    write(
        &app,
        atl,
        &[
            "update users set name = 'Mary Zqx Wvu', email = 'mary.zqx@vandal.example' where email = 'mary@example.com'",
            "update users set email = 'zqx@vandal.example' where email = 'zqx@example.com'",
            "update customers set email = 'zqx@vandal.example' where email = 'zqx@example.com'",
            "update bookings set notes = 'Ask Mary Zqx Wvu (mary.zqx@vandal.example), not zqx@vandal.example. QQQ 1234, not QQQ12345'",
        ],
    )
    .await;
    let certificate = erased(&app, &mut zqx).await;
    let mut tx = begin(&app, atl).await;
    let mary: (String, String) =
        sqlx::query_as("select name, email from users where name like 'Mary%'").fetch_one(&mut *tx).await.unwrap();
    let notes: String = sqlx::query_scalar("select notes from bookings").fetch_one(&mut *tx).await.unwrap();
    drop(tx);
    assert_eq!(mary, ("Mary Zqx Wvu".to_owned(), "mary.zqx@vandal.example".to_owned()));
    assert_eq!(notes, "Ask Mary Zqx Wvu (mary.zqx@vandal.example), not *****. *****, not QQQ12345");
    assert_eq!(certificate["verdict"], "complete", "{certificate:#}");
    assert_eq!(certificate["search"]["not_searched_for"], json!({ "name": 1 }));
    app.done().await;
}

#[tokio::test]
async fn erasing_a_name_that_is_also_a_street_or_service_changes_neither() {
    let app = TestApp::new().await;
    let Written { atl, .. } = written(&app).await;
    write(
        &app,
        atl,
        &[
            "update bookings set address = '12 Peachtree Street', notes = 'On Peachtree Street, a jump start or towing', phase = 'in_progress'",
            "update services set description = 'A jump start, or towing'",
        ],
    )
    .await;
    app.drain().await; // the search for a provider ends without one
    let kept = async || {
        let tables = ["bookings", "services", "booking_events", "jobs", "quotes", "quote_lines", "staff_alerts"];
        let mut all = everything(&app, atl).await;
        all.retain(|(table, _)| tables.contains(&table.as_str()));
        all
    };
    let before = kept().await;
    for (account, name, plate) in [
        ("peach", "Peachtree Street", "TOWIN"),
        ("progress", "In Progress", "JUMPST"),
        ("jump", "Jump Start", "TOWING"),
    ] {
        let mut browser = called(&app, atl, account, name, plate).await;
        let certificate = erased(&app, &mut browser).await;
        assert_eq!(kept().await, before, "{name}");
        assert_eq!(certificate["search"]["not_searched_for"]["plate"], 1, "{certificate:#}");
        let is_complete = certificate["verdict"] == "complete";
        assert!(is_complete, "{name}: {certificate:#}");
    }
    app.done().await;
}

#[tokio::test]
async fn a_common_word_as_a_name_is_not_redacted() {
    let app = TestApp::new().await;
    let Written { atl, .. } = written(&app).await;
    let mut tx = begin(&app, atl).await;
    sqlx::query(
        "insert into booking_events (id, booking_id, kind, phase, actor, note)
         select gen_random_uuid(), b.id, 'booked', 'confirmed', 'staff', 'Many thanks, we call back' from bookings b, generate_series(0, $1)",
    )
    .bind(COMMON)
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let mut browser = called(&app, atl, "many", "Many Thanks", "QQQ1234").await;
    let certificate = erased(&app, &mut browser).await;
    assert_eq!(certificate["search"]["not_searched_for"], json!({ "name": 1 }), "{certificate:#}");
    let thanks: i64 = sqlx::query_scalar("select count(*) from booking_events where note like 'Many thanks,%'")
        .fetch_one(&mut *begin(&app, atl).await)
        .await
        .unwrap();
    assert_eq!(thanks, COMMON + 1);
    app.done().await;
}

#[tokio::test]
async fn the_name_and_phone_of_the_business_are_not_personal() {
    let app = TestApp::new().await;
    let Written { atl, .. } = written(&app).await;
    sqlx::query("update platform.tenants set name = 'Peach Tow', phone = '+14045550100', email = 'help@peach.example' where id = $1")
        .bind(atl)
        .execute(&mut app.database.owner().await)
        .await
        .unwrap();
    let identifier = |kind, value: &str| Identifier { kind, value: value.into() };
    let known = [
        identifier(IdentifierKind::Name, "Peach Tow"),
        identifier(IdentifierKind::Phone, "+14045550100"),
        identifier(IdentifierKind::Email, "help@peach.example"),
        identifier(IdentifierKind::Email, "dana@peach.example"),
    ];
    let mut tx = begin(&app, atl).await;
    assert_eq!(super::store::ambiguous(&mut tx, &known, &[], None).await.unwrap(), [0, 1, 2]);
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn a_name_in_a_column_that_is_not_rewritten_is_left_over() {
    let app = TestApp::new().await;
    let Written { atl, .. } = written(&app).await;
    write(&app, atl, &["update services set description = 'Dana Reed (dana@example.com) comes in person'"]).await;
    let certificate = erased(&app, &mut signed_in(&app, "dana").await).await;
    assert_eq!(certificate["verdict"], "incomplete", "{certificate:#}");
    let left = json!([{ "place": "services", "field": "description", "hits": 1 }]);
    assert_eq!(certificate["search"]["left_over"], left);
    app.done().await;
}

#[tokio::test]
async fn an_identifier_is_found_as_people_write_it_and_not_inside_another() {
    use IdentifierKind::{Email, Name, Phone, Plate};

    let app = TestApp::new().await;
    let mut owner = app.database.owner().await;
    for (kind, value, text, is_there) in [
        (Name, "Ann Lee", "told ANN  LEE.", true),
        (Name, "Ann Lee", "Lee, Ann", false),
        (Name, "Ann Lee", "Joann Lee", false),
        (Name, "Ann Lee", "ann_lee", false),
        (Name, "Ann Lee", "Ann Lee’s car", true),
        (Name, "Ann Lee", "Mary-Ann Lee", false),
        (Name, "Ann Lee", "Ann Lee-Smith", false),
        (Name, "Zoë O’Hara-Li", "zoë o'hara li\ncalled", true),
        (Email, "lee@corp.com", "<Lee@Corp.com>.", true),
        (Email, "lee@corp.com", "bruce.lee@corp.com", false),
        (Email, "lee@corp.com", "x+lee@corp.com", false),
        (Email, "lee@corp.com", "lee@corp.com.au", false),
        (Email, "lee@corp.com", "lee@corp.company", false),
        (Email, "lee@corp.com", "leeacorpxcom", false),
        (Phone, "+14045550123", "at (404) 555-0123,", true),
        (Phone, "+14045550123", "0014045550123", true),
        (Phone, "+14045550123", "1.404.555.0123", true),
        (Phone, "+14045550123", "40455501234", false),
        (Phone, "+14045550123", "94045550123", false),
        (Phone, "+4930123456", "030/123 456", true),
        (Plate, "RTL-4821", "plate rtl 4821.", true),
        (Plate, "RTL-4821", "R T L 4 8 2 1", true),
        (Plate, "TOW1N", "tow1ng", false),
        (Plate, "TOW1N", "KTOW1N", false),
    ] {
        let pattern = Identifier { kind, value: value.into() }.pattern();
        let (mentions, redacted): (bool, String) =
            sqlx::query_as("select platform.mentions($1::text, $2), platform.redact($1::text, $2)")
                .bind(text)
                .bind(&pattern)
                .fetch_one(&mut owner)
                .await
                .unwrap();
        assert_eq!(mentions, is_there, "{value} in {text}: {pattern}");
        assert_eq!(redacted != text, is_there, "{redacted}");
    }
    let note = json!({ "at": "2026-03-03T10:00:00Z", "note": "Seen 2026-03-03 10:00", "rank": 20_260_303 });
    let redacted: Value = sqlx::query_scalar("select platform.redact($1::jsonb, $2)")
        .bind(&note)
        .bind("2026.?03.?03")
        .fetch_one(&mut owner)
        .await
        .unwrap();
    let expected = json!({ "at": "2026-03-03T10:00:00Z", "note": "Seen ***** 10:00", "rank": 20_260_303 });
    assert_eq!(redacted, expected, "what machines write stays");
    drop(owner);
    app.done().await;
}

#[tokio::test]
async fn every_text_column_is_in_exactly_one_erasure_register() {
    let app = TestApp::new().await;
    let mut owner = app.database.owner().await;
    let mut columns = async |sql: &'static str| -> BTreeSet<String> {
        let rows: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut owner).await.unwrap();
        rows.into_iter().collect()
    };
    let written = columns("select place || '.' || field from platform.written_columns()").await;
    let remarks = columns("select place || '.' || field from platform.remarks()").await;
    let identities = columns("select place || '.' || field from platform.identities()").await;
    let searched_only = columns("select place || '.' || field from platform.searched_columns").await;
    for (one, other) in [(&remarks, &identities), (&remarks, &searched_only), (&identities, &searched_only)] {
        let both: Vec<_> = one.intersection(other).collect();
        assert!(both.is_empty(), "in two registers: {both:?}");
    }
    let listed = &(&remarks | &identities) | &searched_only;
    let missing: Vec<_> = written.difference(&listed).collect();
    assert!(
        missing.is_empty(),
        "`call platform.holds_remarks(…)`, `holds_identity` or `holds_codes` in a migration: {missing:?}"
    );
    let unknown: Vec<_> = listed.difference(&written).collect();
    assert!(unknown.is_empty(), "there are no columns {unknown:?}");
    assert!(HOLDS.iter().all(|hold| searched_only.contains(hold.place)), "what the law wants kept isn't written");
    drop(owner);
    app.done().await;
}

#[tokio::test]
async fn an_administrator_erases_a_guest_and_finds_the_certificate_on_their_page() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "boss", &[Role::Admin]).await;
    user(&app, atl, "staff", &[Role::Staff]).await;
    let towing = service(&app, atl, "jump-start", 10_000, None).await;
    let booked = crate::testing::booking(&app, atl, towing).await;
    let customer = bookings::store::find(&mut *begin(&app, atl).await, booked.id).await.unwrap().unwrap().customer_id;
    let page = format!("/admin/customers/{customer}");
    let mut staff = signed_in(&app, "staff").await;
    assert!(!staff.get(&page).await.text().contains("Erase"), "administrators only");
    assert_eq!(staff.get(&format!("{page}/erase")).await.status, StatusCode::NOT_FOUND);
    let mut boss = signed_in(&app, "boss").await;
    assert!(boss.get(&format!("{page}/export.json")).await.html.contains("Dana Reed"));
    let id = customer.to_string();
    let form = [("customer", id.as_str()), ("confirmation", "erase"), ("fees", "0")];
    let said = boss.submit(&format!("{page}/erase"), "/api/erase_customer", &form).await.text();
    assert!(said.contains("Erased. The certificate is below.") && said.contains("The office, for them"), "{said}");
    app.drain().await;
    assert_eq!(traces(&app, atl).await, Vec::<String>::new());
    assert!(boss.get(&page).await.text().contains("Complete"));
    app.done().await;
}

#[tokio::test]
async fn erasing_one_guest_leaves_the_place_of_a_job_that_others_share() {
    let app = TestApp::new().await;
    let Written { atl, booked } = written(&app).await;
    let towing = service(&app, atl, "tire-change", 10_000, None).await;
    let ann = user(&app, atl, "ann", &[Role::Customer]).await;
    let other = own_booking(&app, atl, towing, ann).await;
    let mut tx = begin(&app, atl).await;
    for sql in [
        "update jobs set state = 'done', assigned_at = app.now(), started_at = app.now(), ended_at = app.now(), dispatch_at = null",
        "update bookings set phase = 'completed', waits_for = null, completed_at = app.now()",
    ] {
        sqlx::query(AssertSqlSafe(sql)).execute(&mut *tx).await.unwrap();
    }
    sqlx::query("insert into job_bookings (job_id, booking_id) values ($1, $2)")
        .bind(booked.job)
        .bind(other.id)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut dana = signed_in(&app, "dana").await;
    erase(&mut dana).await;
    app.drain().await;
    let places: Vec<(Id<crate::dispatch::Job>, bool)> =
        sqlx::query_as("select id, address = 'Erased' from jobs where id in ($1, $2) order by id = $1 desc")
            .bind(booked.job)
            .bind(other.job)
            .fetch_all(&mut *begin(&app, atl).await)
            .await
            .unwrap();
    assert_eq!(places, [(booked.job, false), (other.job, false)]);
    app.done().await;
}

#[tokio::test]
async fn an_erasure_waits_for_open_work_and_pay_and_keeps_the_last_administrator() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "boss", &[Role::Admin]).await;
    let account = user(&app, atl, "truck", &[Role::Provider]).await;
    let truck = provider(&app, atl, "truck", Some(account), &[]).await;
    let towing = service(&app, atl, "jump-start", 10_000, None).await;
    let booked = crate::testing::booking(&app, atl, towing).await;
    let mut tx = begin(&app, atl).await;
    sqlx::query(
        "insert into earnings (id, booking_id, provider_id, base_amount, commission_type, commission_rate, amount)
         values (gen_random_uuid(), $1, $2, 100, 'percentage', 7000, 70)",
    )
    .bind(booked.id)
    .bind(truck)
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    for (name, obstacle) in [("truck", "unpaid earnings"), ("boss", "last administrator")] {
        let mut browser = signed_in(&app, name).await;
        let page = browser.get("/account/privacy/erase").await.text();
        assert!(page.contains(obstacle) && !page.contains("Erase permanently"), "{page}");
        assert_eq!(erase(&mut browser).await.status, StatusCode::CONFLICT, "{name}");
    }
    app.done().await;
}

#[tokio::test]
async fn an_erased_account_and_its_certificate_link_are_deleted_after_90_days() {
    let app = TestApp::new().await;
    let Written { atl, .. } = written(&app).await;
    let certificate = erase(&mut signed_in(&app, "dana").await).await;
    let link = certificate.attribute("a[href$='certificate.json']", "href").unwrap();
    app.schedule().await;
    app.pass(TimeDelta::days(89)).await;
    assert_eq!(app.browser(HOST).get(&link).await.status, StatusCode::OK);
    assert_eq!(accounts(&app, atl).await, 2);
    app.pass(TimeDelta::days(3)).await;
    app.drain().await;
    assert_eq!(app.browser(HOST).get(&link).await.status, StatusCode::NOT_FOUND);
    assert_eq!(accounts(&app, atl).await, 1, "the administrator's");
    app.done().await;
}

async fn accounts(app: &TestApp, atl: Id<Tenant>) -> i64 {
    sqlx::query_scalar("select count(*) from users").fetch_one(&mut *begin(app, atl).await).await.unwrap()
}

#[tokio::test]
async fn an_old_job_goes_without_bookings_and_stays_while_one_that_left_it_is_kept() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let towing = service(&app, atl, "jump-start", 10_000, None).await;
    let ada = provider(&app, atl, "Ada", None, &[]).await;
    let (old, left) =
        (crate::testing::booking(&app, atl, towing).await, crate::testing::booking(&app, atl, towing).await);
    let mut tx = begin(&app, atl).await;
    let trip = dispatch::publish(&mut tx, crate::testing::field::new_job(app.now())).await.unwrap();
    dispatch::call_off(&mut tx, trip, "Nobody came", Author::staff("Sam")).await.unwrap();
    let provider = &providers::store::find(&mut tx, ada).await.unwrap().unwrap();
    let work = Work { kind: EarningKind::Cancellation, booking: left.id, job: Some(old.job), provider, deed: None };
    payouts::earn(&mut tx, work, Amount(1_000)).await.unwrap();
    sqlx::query("update bookings set phase = 'completed', waits_for = null, completed_at = app.now() where id = $1")
        .bind(old.id)
        .execute(&mut *tx)
        .await
        .unwrap();
    sqlx::query("update jobs set state = 'done', started_at = app.now(), ended_at = app.now(), dispatch_at = null where id = $1")
        .bind(old.job)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();

    app.app.db.clock.advance(TimeDelta::days(7 * 366));
    super::retention::sweep(app.app.clone()).await.unwrap();
    let mut tx = begin(&app, atl).await;
    assert!(bookings::store::find(&mut tx, old.id).await.unwrap().is_none());
    let mut there = Vec::new();
    for job in [trip, old.job, left.job] {
        there.push(dispatch::store::jobs::find(&mut tx, job).await.unwrap().is_some());
    }
    assert_eq!(there, [false, true, true]);
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn bookings_and_payments_are_deleted_after_seven_years_and_balances_stay() {
    let app = TestApp::new().await;
    crate::seeds::load(&app.app.db, &mut app.database.owner().await, &app.app.keys).await.unwrap();
    let atl = app.app.hosts.find(&app.app.db, "roadside-atl.localhost").await.unwrap().unwrap().id;
    let balances = async || {
        let mut tx = begin(&app, atl).await;
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "select account, sum(amount)::bigint from (
                 select to_account as account, amount from ledger_rows union all select from_account, -amount from ledger_rows) moves
             where account <> 'carried_forward' group by account having sum(amount) <> 0 order by account",
        )
        .fetch_all(&mut *tx)
        .await
        .unwrap();
        rows
    };
    let left = async |table: &str| {
        let sql = AssertSqlSafe(format!("select count(*) from {table}"));
        sqlx::query_scalar::<_, i64>(sql).fetch_one(&mut *begin(&app, atl).await).await.unwrap()
    };
    let (before, bookings, log) = (balances().await, left("bookings").await, left("audit_log").await);
    assert!(!before.is_empty() && bookings > 5 && log > 5);

    super::retention::sweep(app.app.clone()).await.unwrap();
    assert_eq!((left("bookings").await, left("audit_log").await), (bookings, log), "nothing is old enough");

    app.app.db.clock.advance(TimeDelta::days(7 * 366));
    super::retention::sweep(app.app.clone()).await.unwrap();
    assert_eq!(balances().await, before);
    assert!(left("bookings").await < bookings, "what is over and paid out has gone");
    // The owner creates tenants, at today's real time.
    assert_eq!(left("audit_log where object not in ('tenants', 'hosts')").await, 0);
    let unpaid: i64 = sqlx::query_scalar("select count(*) from earnings where status <> 'paid_out'")
        .fetch_one(&mut *begin(&app, atl).await)
        .await
        .unwrap();
    assert!(unpaid > 0, "what is still owed stays");
    app.done().await;
}

/// The customer and the service of the only booking.
async fn owner_and_service(
    app: &TestApp,
    tenant: Id<Tenant>,
) -> (Id<crate::identity::User>, Id<crate::catalog::Service>) {
    sqlx::query_as("select c.user_id, b.service_id from bookings b join customers c on c.id = b.customer_id")
        .fetch_one(&mut *begin(app, tenant).await)
        .await
        .unwrap()
}

#[tokio::test]
async fn an_erasure_locks_all_bookings_before_providers_and_jobs() {
    let app = TestApp::new().await;
    let Written { atl, booked } = written(&app).await;
    let (owner, service) = owner_and_service(&app, atl).await;
    let later = own_booking(&app, atl, service, owner).await;
    let tanya = provider(&app, atl, "Tanya", None, &["jump-start"]).await;
    crate::testing::on_duty(&app, atl, tanya, crate::testing::place()).await;
    let mut tx = begin(&app, atl).await;
    let rules = crate::tenants::find_by_id(&mut tx, atl).await.unwrap().unwrap();
    dispatch::assign_manually(&mut tx, &rules, booked.job, tanya, None, "Boss").await.unwrap();
    tx.commit().await.unwrap();
    let mut browser = signed_in(&app, "dana").await;
    let fees = crate::verticals::roadside::Rules::of(&rules).dispatch_fee.to_string();

    let mut dispatcher = begin(&app, atl).await;
    bookings::store::lock(&mut dispatcher, later.id).await.unwrap();
    let form = [("confirmation", "erase"), ("fees", fees.as_str())];
    let erasing = browser.post("/account/privacy/erase", "/api/erase_account", &form);
    let (erased, ()) = tokio::join!(erasing, async {
        crate::testing::until_one_waits(&app).await;
        crate::providers::store::lock(&mut dispatcher, tanya).await.unwrap();
        dispatcher.commit().await.unwrap();
    });
    assert_eq!(erased.status, StatusCode::SEE_OTHER, "{}", erased.text());
    assert!(erased.location.unwrap().starts_with("/erasure/"));
    app.done().await;
}

#[tokio::test]
async fn a_booking_made_during_an_erasure_stops_it() {
    let app = TestApp::new().await;
    let Written { atl, booked } = written(&app).await;
    let (owner, service) = owner_and_service(&app, atl).await;
    let mut browser = signed_in(&app, "dana").await;
    let mut holder = begin(&app, atl).await;
    bookings::store::lock(&mut holder, booked.id).await.unwrap();
    let form = [("confirmation", "erase"), ("fees", "0")];
    let erasing = browser.post("/account/privacy/erase", "/api/erase_account", &form);
    let (erased, later) = tokio::join!(erasing, async {
        crate::testing::until_one_waits(&app).await;
        let later = own_booking(&app, atl, service, owner).await;
        holder.commit().await.unwrap();
        later
    });
    assert_eq!(erased.status, StatusCode::CONFLICT, "{}", erased.text());
    assert!(erased.text().contains("A booking was made just now."), "{}", erased.text());
    let mut tx = begin(&app, atl).await;
    for id in [booked.id, later.id] {
        let booking = bookings::store::find(&mut tx, id).await.unwrap().unwrap();
        assert_ne!(booking.phase, Phase::Cancelled);
    }
    drop(tx);
    app.done().await;
}
