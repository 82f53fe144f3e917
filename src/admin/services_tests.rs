//! Adding, ordering and archiving services.

use axum::http::StatusCode;
use engine::{Amount, Id, LineKind, Reference, quote::Unit};

use crate::{
    catalog::{self, Service, ServiceRules, ServiceStatus, store::MOST_PAST_PRICES},
    identity::Role,
    tenants::Tenant,
    testing::{Browser, TestApp, begin, booking, provider, service, tenant, user},
    verticals::roadside::RoadsideService,
};

const ADD: &str = "/admin/services/new";

async fn boss(app: &TestApp, tenant: Id<Tenant>) -> Browser {
    user(app, tenant, "boss", &[Role::Admin]).await;
    let mut browser = app.browser("atl.localhost");
    browser.sign_in("boss@example.com").await;
    browser
}

async fn found(app: &TestApp, tenant: Id<Tenant>, slug: &str) -> Service {
    catalog::store::find_by_slug(&mut *begin(app, tenant).await, slug).await.unwrap().unwrap().service
}

async fn add(boss: &mut Browser, name: &str, destination: &str) -> crate::testing::Reply {
    let fields = [
        ("name", name),
        ("description", "We pull you out."),
        ("expected_minutes", "45"),
        ("details[asks_destination]", destination),
    ];
    boss.submit(ADD, "/api/add_service", &fields).await
}

#[tokio::test]
async fn two_clicks_add_one_service_and_services_added_at_once_have_places_of_their_own() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let boss = boss(&app, atl).await;
    let send = async |attempt: Id<Service>| {
        let attempt = attempt.to_string();
        let fields = [("attempt", &*attempt), ("name", "Winch-out"), ("expected_minutes", "45")];
        boss.clone().post(ADD, "/api/add_service", &fields).await
    };
    let (one, other) = (Id::new(), Id::new());
    let (first, again, second) = tokio::join!(send(one), send(one), send(other));
    assert_eq!(first.location, again.location);
    assert_ne!(first.location, second.location);
    let positions: Vec<i32> = sqlx::query_scalar("select position from services order by position")
        .fetch_all(&mut *begin(&app, atl).await)
        .await
        .unwrap();
    assert_eq!(positions, [1, 2]);
    app.done().await;
}

#[tokio::test]
async fn a_service_that_was_added_can_be_booked_once_it_has_a_price() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    service(&app, atl, "towing", 12_500, Some(300)).await;
    let mut boss = boss(&app, atl).await;
    assert!(boss.get("/admin/services").await.text().contains("Add a service"));
    let refused = add(&mut boss, "", "").await;
    assert_eq!(refused.all("#field-name-error").len(), 1, "{}", refused.text());

    let page = add(&mut boss, "Winch-out & recovery", "true").await;
    assert!(page.text().contains("Set its price") && page.text().contains("Needs a price"), "{}", page.text());
    assert!(page.text().contains("No active provider has this skill"), "{}", page.text());
    let added = found(&app, atl, "winch-out-recovery").await;
    assert!(
        RoadsideService::of(&added).asks_destination
            && added.is_active()
            && added.position > found(&app, atl, "towing").await.position
    );
    add(&mut boss, "Winch-out & recovery", "").await;
    assert!(
        !RoadsideService::of(&found(&app, atl, "winch-out-recovery-2").await).asks_destination,
        "a short name is there once"
    );
    let mut guest = app.browser("atl.localhost");
    assert!(!guest.get("/book").await.text().contains("Winch-out"));

    let id = added.id.to_string();
    let its_page = format!("/admin/services/{id}");
    boss.submit(&its_page, "/api/change_price", &[("service", &id), ("amounts[service_job]", "180")]).await;
    assert!(guest.get("/book").await.text().contains("Winch-out & recovery"));
    assert_eq!(guest.get("/book/winch-out-recovery").await.status, StatusCode::OK);
    assert_eq!(boss.get(&its_page).await.all("input[name=\"details[asks_destination]\"][checked]").len(), 1);
    let edit =
        [("service", &*id), ("name", "Winch-out"), ("description", "We pull you out."), ("expected_minutes", "45")];
    boss.submit(&its_page, "/api/edit_service", &edit).await;
    assert!(
        RoadsideService::of(&found(&app, atl, "winch-out-recovery").await).asks_destination,
        "a page of the version before doesn't ask, so it changes nothing"
    );
    let edit: Vec<_> = edit.into_iter().chain([("shows_details", "true")]).collect();
    boss.submit(&its_page, "/api/edit_service", &edit).await;
    assert!(
        !RoadsideService::of(&found(&app, atl, "winch-out-recovery").await).asks_destination,
        "not ticked any more"
    );
    provider(&app, atl, "Ada Lake", None, &["winch-out-recovery"]).await;
    assert!(!boss.get(&its_page).await.text().contains("No active provider has this skill"));
    app.done().await;
}

#[tokio::test]
async fn customers_see_services_in_the_order_that_staff_give_them() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let mut ids = Vec::new();
    for slug in ["alpha", "bravo", "charlie"] {
        ids.push(service(&app, atl, slug, 10_000, None).await.to_string());
    }
    let mut boss = boss(&app, atl).await;
    let order = async |boss: &mut Browser, service: &str, to: &str| {
        let list = boss.submit("/admin/services", "/api/move_service", &[("service", service), ("to", to)]).await;
        let focused = list.attribute("button[autofocus]", "aria-label");
        assert!(focused.is_some_and(|label| label.starts_with("Move ")), "{}", list.html);
        let offered = app.browser("atl.localhost").get("/book").await.text();
        let mut names = ["alpha", "bravo", "charlie"];
        names.sort_by_key(|name| offered.find(name).unwrap());
        names.join(" ")
    };
    assert_eq!(order(&mut boss, &ids[2], "up").await, "alpha charlie bravo");
    assert_eq!(order(&mut boss, &ids[0], "down").await, "charlie alpha bravo");
    assert_eq!(order(&mut boss, &ids[2], "up").await, "charlie alpha bravo", "it is the first already");
    let list = boss.get(&format!("/admin/services?moved={}&to=up", ids[2])).await;
    assert_eq!(list.attribute("button[autofocus]", "aria-label").as_deref(), Some("Move charlie down"));
    let list = boss.get(&format!("/admin/services?moved={}&to=down", ids[0])).await;
    assert_eq!(list.attribute("button[autofocus]", "aria-label").as_deref(), Some("Move alpha down"));
    let landing = app.browser("atl.localhost").get("/").await.text();
    assert!(
        landing.find("charlie") < landing.find("alpha") && landing.find("alpha") < landing.find("bravo"),
        "{landing}"
    );
    let log = boss.get("/admin/audit").await.text();
    assert!(log.contains("Position"), "{log}");
    app.done().await;
}

#[tokio::test]
async fn two_members_of_staff_who_order_services_at_once_lose_nothing() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let mut ids = Vec::new();
    for slug in ["alpha", "bravo", "charlie", "delta"] {
        ids.push(service(&app, atl, slug, 10_000, None).await.to_string());
    }
    let boss = boss(&app, atl).await;
    let order = async |service: &str, to: &str| {
        boss.clone().post("/admin/services", "/api/move_service", &[("service", service), ("to", to)]).await
    };
    let moves = tokio::join!(order(&ids[3], "up"), order(&ids[0], "down"));
    assert_eq!((moves.0.status, moves.1.status), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER));
    let slugs: Vec<String> = sqlx::query_scalar("select slug from services order by position")
        .fetch_all(&mut *begin(&app, atl).await)
        .await
        .unwrap();
    assert_eq!(slugs, ["bravo", "alpha", "delta", "charlie"]);
    app.done().await;
}

#[tokio::test]
async fn an_archived_service_names_its_open_bookings_leaves_every_list_and_comes_back() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let lockout = service(&app, atl, "lockout", 9_000, None).await;
    let ada = provider(&app, atl, "Ada Lake", None, &["lockout"]).await;
    let booked: Vec<Reference> =
        [booking(&app, atl, lockout).await, booking(&app, atl, lockout).await].map(|one| one.reference).into();
    let mut boss = boss(&app, atl).await;
    let id = lockout.to_string();
    let page = format!("/admin/services/{id}");
    let asked = boss.get(&page).await.text();
    assert!(asked.contains("2 bookings are open and stay"), "{asked}");
    assert!(booked.iter().all(|reference| asked.contains(reference.as_str())), "{asked}");

    let gone = boss.submit(&page, "/api/archive_service", &[("service", &id), ("to", "archive")]).await;
    assert!(gone.text().contains("Archived") && gone.text().contains("Restore"), "{}", gone.text());
    let mut guest = app.browser("atl.localhost");
    assert!(!guest.get("/book").await.text().contains("lockout"));
    assert!(!boss.get("/admin/bookings/new").await.text().contains("lockout"));
    let list = boss.get("/admin/services").await;
    assert!(list.all("h2").contains(&"Archived".to_owned()), "{}", list.text());
    let profile = boss.get(&format!("/admin/providers/{ada}")).await.text();
    assert!(profile.contains("lockout"), "a skill that somebody has stays: {profile}");
    let log = boss.get("/admin/audit").await.text();
    assert!(log.contains("Status: active → archived"), "{log}");

    let twice = boss.post(&page, "/api/archive_service", &[("service", &id), ("to", "archive")]).await;
    assert_eq!(twice.status, StatusCode::CONFLICT, "it is archived already");
    boss.submit(&page, "/api/archive_service", &[("service", &id), ("to", "restore")]).await;
    assert_eq!(found(&app, atl, "lockout").await.status, ServiceStatus::Paused);
    app.done().await;
}

#[tokio::test]
async fn planning_one_price_leaves_the_others_as_planned() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let tow = service(&app, atl, "towing", 12_500, Some(300)).await.to_string();
    let mut boss = boss(&app, atl).await;
    let page = format!("/admin/services/{tow}");
    let plan = async |boss: &mut Browser, job: &str, mile: &str, from: &str| {
        let fields =
            [("service", tow.as_str()), ("amounts[service_job]", job), ("amounts[mileage_mile]", mile), ("from", from)];
        boss.submit(&page, "/api/change_price", &fields).await.text()
    };
    plan(&mut boss, "125.00", "4.00", "2026-04-01").await;
    let said = plan(&mut boss, "120.00", "3.00", "2026-04-15").await;
    assert!(said.contains("it costs $120.00. Per mile stays as planned, at $4.00."), "{said}");
    app.pass(chrono::TimeDelta::days(60)).await;
    let prices = async || {
        let found = catalog::store::find_by_slug(&mut *begin(&app, atl).await, "towing").await.unwrap().unwrap().prices;
        [(LineKind::Service, Unit::Job), (LineKind::Mileage, Unit::Mile)].map(|(line, unit)| found.of(line, unit))
    };
    assert_eq!(prices().await, [Some(Amount(12_000)), Some(Amount(400))]);

    // What isn't there today and was planned stays as well; what is removed on purpose is gone.
    let mut boss = app.browser("atl.localhost");
    boss.sign_in("boss@example.com").await;
    plan(&mut boss, "120.00", "", "").await;
    assert_eq!(prices().await, [Some(Amount(12_000)), None]);
    app.done().await;
}

#[tokio::test]
async fn a_service_that_is_not_sold_by_time_or_number_ignores_a_form_with_such_rules() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let mut boss = boss(&app, atl).await;
    let jump = service(&app, atl, "jump-start", 10_000, None).await;
    let (page, id) = (format!("/admin/services/{jump}"), jump.to_string());
    let fields = [
        ("service", id.as_str()),
        ("notice", "120"),
        ("min_units", "2"),
        ("max_units", "4"),
        ("min_minutes", "90"),
        ("max_minutes", "none"),
        ("hours_before[tier_0]", "24"),
        ("refund[tier_0]", "50"),
    ];
    let saved = boss.submit(&page, "/api/change_service_rules", &fields).await;
    assert!(saved.text().contains("Saved."), "{}", saved.text());
    for name in ["notice", "min_units", "max_units", "min_minutes", "max_minutes", "hours_before[tier_0]"] {
        let is_shown = saved.attribute(&format!("input[name='{name}']"), "value").is_some();
        assert_eq!(is_shown, name == "notice", "{name}");
    }
    let rules = found(&app, atl, "jump-start").await.rules;
    assert_eq!(rules, ServiceRules { notice_minutes: 120, ..ServiceRules::default() }, "one can still be booked");
    app.done().await;
}

#[tokio::test]
async fn a_service_shows_its_latest_past_prices_and_all_that_are_in_force_or_to_come() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let mut boss = boss(&app, atl).await;
    let id = service(&app, atl, "jump-start", 10_000, None).await;
    let mut tx = begin(&app, atl).await;
    for (unit, last) in [("hour", MOST_PAST_PRICES), ("day", 1)] {
        sqlx::query(
            "insert into prices (id, service_id, unit, base_amount, effective_from, effective_to)
             select gen_random_uuid(), $1, $2, 100 * n, app.now() - (n + 1) * interval '1 day', app.now() - n * interval '1 day'
             from generate_series(1, $3) n",
        )
        .bind(id)
        .bind(unit)
        .bind(i64::try_from(last).unwrap())
        .execute(&mut *tx)
        .await
        .unwrap();
    }
    tx.commit().await.unwrap();
    let shown = boss.get(&format!("/admin/services/{id}")).await;
    assert_eq!(shown.all("tbody tr").len(), 1 + MOST_PAST_PRICES, "the one in force, and the latest");
    assert!(shown.text().contains("Of past prices, the latest 100 are shown."), "{}", shown.text());
    app.done().await;
}
