use axum::http::StatusCode;
use chrono::TimeDelta;
use engine::{Amount, Id, LineKind, quote::Unit};

use crate::{
    bookings::{self, LocationSource, Phase, WaitsFor},
    catalog::{self, Service},
    identity::Role,
    providers::{self, Provider, ProviderStatus},
    tenants::Tenant,
    testing::{
        Booked, Browser, TestApp, begin, booking, on_duty, place, provider, queries_of, service, tenant, user,
        without_place,
    },
};

/// A tenant with staff, an administrator, a service, a provider on duty and a booking without provider.
struct Office {
    tenant: Id<Tenant>,
    service: Id<Service>,
    provider: Id<Provider>,
    booked: Booked,
}

async fn office(app: &TestApp) -> Office {
    let tenant = tenant(app, "atl").await;
    user(app, tenant, "boss", &[Role::Admin]).await;
    user(app, tenant, "staff", &[Role::Staff]).await;
    let service = service(app, tenant, "lockout", 13_500, None).await;
    let provider = provider(app, tenant, "Ada Lake", None, &["lockout"]).await;
    on_duty(app, tenant, provider, place()).await;
    let booked = booking(app, tenant, service).await;
    Office { tenant, service, provider, booked }
}

impl Office {
    /// Every page of the back office.
    fn pages(&self) -> Vec<String> {
        let Self { service, provider, booked, .. } = self;
        let reference = &booked.reference;
        vec![
            "/admin/board".into(),
            "/admin/bookings".into(),
            "/admin/bookings.csv".into(),
            format!("/admin/bookings/{reference}"),
            format!("/admin/bookings/{reference}/assign"),
            format!("/admin/bookings/{reference}/cancel"),
            format!("/admin/bookings/{reference}/move"),
            format!("/admin/bookings/{reference}/price"),
            "/admin/payments".into(),
            "/admin/payouts".into(),
            "/admin/providers".into(),
            format!("/admin/providers/{provider}"),
            "/admin/services".into(),
            format!("/admin/services/{service}"),
        ]
    }

    async fn booking(&self, app: &TestApp) -> bookings::Booking {
        bookings::store::find(&mut *begin(app, self.tenant).await, self.booked.id).await.unwrap().unwrap()
    }

    async fn provider(&self, app: &TestApp) -> Provider {
        providers::store::find(&mut *begin(app, self.tenant).await, self.provider).await.unwrap().unwrap()
    }
}

async fn signed_in(app: &TestApp, name: &str) -> Browser {
    let mut browser = app.browser("atl.localhost");
    browser.sign_in(&format!("{name}@example.com")).await;
    browser
}

#[tokio::test]
async fn staff_can_open_every_page_and_nobody_else_sees_that_there_is_one() {
    let app = TestApp::new().await;
    let office = office(&app).await;
    user(&app, office.tenant, "ann", &[Role::Customer, Role::Provider]).await;
    let (mut staff, mut ann) = (signed_in(&app, "staff").await, signed_in(&app, "ann").await);
    for page in office.pages() {
        assert_eq!(staff.get(&page).await.status, StatusCode::OK, "{page}");
        assert_eq!(ann.get(&page).await.status, StatusCode::NOT_FOUND, "{page}");
        let unknown = app.browser("atl.localhost").get(&page).await;
        assert!(unknown.location.unwrap_or_default().starts_with("/sign-in"), "{page}");
    }
    app.done().await;
}

#[tokio::test]
async fn another_tenants_things_are_not_there() {
    let app = TestApp::new().await;
    let office = office(&app).await;
    let other = tenant(&app, "other").await;
    user(&app, other, "eve", &[Role::Admin]).await;
    let mut eve = app.browser("other.localhost");
    eve.sign_in("eve@example.com").await;
    for page in office.pages().into_iter().filter(|page| page.matches('/').count() > 2) {
        assert_eq!(eve.get(&page).await.status, StatusCode::NOT_FOUND, "{page}");
    }
    let (booking, provider, service) =
        (office.booked.id.to_string(), office.provider.to_string(), office.service.to_string());
    let job = office.booked.job.to_string();
    let fields = [
        ("booking", booking.as_str()),
        ("provider", provider.as_str()),
        ("service", service.as_str()),
        ("job", job.as_str()),
        ("quote", job.as_str()),
        ("attempt", job.as_str()),
        ("fee", "waive"),
        ("reason", "mine now"),
        ("status", "inactive"),
        ("to", "off"),
        ("address", "Elsewhere"),
        ("coordinates", "33.7, -84.3"),
        ("commission", "percentage"),
        ("percent", "1"),
        ("name", "Free"),
        ("base", "1"),
        ("expected_minutes", "30"),
    ];
    for action in ACTIONS {
        let reply = eve.post("/admin/board", action, &fields).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{action}");
    }
    assert_eq!(office.booking(&app).await.phase, Phase::Confirmed);
    assert_eq!(office.provider(&app).await.status, ProviderStatus::Active);
    app.done().await;
}

/// Every action of the back office on a booking, a provider or a service.
const ACTIONS: [&str; 16] = [
    "/api/cancel_for_customer",
    "/api/resolve_alerts",
    "/api/place_booking",
    "/api/begin_booking",
    "/api/complete_booking",
    "/api/miss_booking",
    "/api/propose_price",
    "/api/withdraw_quote",
    "/api/assign_provider",
    "/api/search_again",
    "/api/change_provider_status",
    "/api/change_commission",
    "/api/change_skills",
    "/api/edit_service",
    "/api/change_price",
    "/api/switch_service",
];

#[tokio::test]
async fn only_administrators_decide_about_people_and_prices() {
    let app = TestApp::new().await;
    let office = office(&app).await;
    let mut staff = signed_in(&app, "staff").await;
    let (provider, service) = (office.provider.to_string(), office.service.to_string());
    let fields = [("provider", provider.as_str()), ("service", service.as_str()), ("status", "inactive")];
    for action in [
        "/api/change_provider_status",
        "/api/change_commission",
        "/api/edit_service",
        "/api/change_price",
        "/api/switch_service",
    ] {
        assert_eq!(staff.post("/admin/board", action, &fields).await.status, StatusCode::FORBIDDEN, "{action}");
    }
    let page = staff.get(&format!("/admin/providers/{provider}")).await.text();
    assert!(!page.contains("Deactivate") && !page.contains("Change commission"), "{page}");
    let page = staff.get(&format!("/admin/services/{service}")).await.text();
    assert!(!page.contains("Switch off") && !page.contains("Change price"), "{page}");
    app.done().await;
}

#[tokio::test]
async fn bad_input_to_any_form_is_a_field_error() {
    let app = TestApp::new().await;
    let office = office(&app).await;
    without_place(&app, office.tenant, office.booked.id).await;
    let mut boss = signed_in(&app, "boss").await;
    let (booking, provider, service) =
        (office.booked.id.to_string(), office.provider.to_string(), office.service.to_string());
    let booking_page = format!("/admin/bookings/{}", office.booked.reference);
    let cancel_page = format!("{booking_page}/cancel");
    let (provider_page, service_page) = (format!("/admin/providers/{provider}"), format!("/admin/services/{service}"));
    let long = "x".repeat(700);
    for (page, action, fields, complaint) in [
        (&cancel_page, "cancel_for_customer", vec![("booking", &*booking)], "Choose whether to charge the fee."),
        (
            &cancel_page,
            "cancel_for_customer",
            vec![("booking", &*booking), ("fee", "waive"), ("reason", &*long)],
            "at most 500",
        ),
        (
            &booking_page,
            "place_booking",
            vec![("booking", &*booking), ("address", "Here"), ("coordinates", "north")],
            "Enter latitude and longitude",
        ),
        (&provider_page, "change_commission", vec![("provider", &*provider)], "Choose how the provider is paid."),
        (
            &provider_page,
            "change_commission",
            vec![("provider", &*provider), ("commission", "percentage"), ("percent", "101")],
            "alert",
        ),
        (
            &provider_page,
            "change_commission",
            vec![("provider", &*provider), ("commission", "flat_per_job"), ("flat_fee", "-1")],
            "alert",
        ),
        (
            &provider_page,
            "change_skills",
            vec![("provider", &*provider), ("skills[flying]", "true")],
            "no longer exists",
        ),
        (&service_page, "edit_service", vec![("service", &*service)], "Fill in this field"),
        (
            &service_page,
            "edit_service",
            vec![("service", &*service), ("name", "Tow"), ("expected_minutes", "4")],
            "from 5 to 44640",
        ),
        (&service_page, "change_price", vec![("service", &*service), ("amounts[service_job]", "free")], "alert"),
        (
            &service_page,
            "change_price",
            vec![("service", &*service), ("amounts[service_job]", "10"), ("amounts[mileage_mile]", "99999")],
            "too high",
        ),
    ] {
        let reply = boss.submit(page, &format!("/api/{action}"), &fields).await;
        assert_eq!(reply.status, StatusCode::OK, "{action} {fields:?}: {}", reply.text());
        assert!(reply.html.contains("class=\"alert alert-danger\""), "{action} {fields:?}: {}", reply.text());
        assert!(complaint == "alert" || reply.text().contains(complaint), "{action} {complaint}: {}", reply.text());
    }
    for action in ACTIONS {
        for (nonsense, answers) in [
            ("", [StatusCode::BAD_REQUEST].as_slice()),
            ("nonsense", &[StatusCode::BAD_REQUEST]),
            ("00000000-0000-0000-0000-000000000000", &[StatusCode::NOT_FOUND, StatusCode::SEE_OTHER]),
        ] {
            let fields = [
                ("booking", nonsense),
                ("provider", nonsense),
                ("service", nonsense),
                ("job", nonsense),
                ("quote", nonsense),
                ("attempt", nonsense),
                ("status", "active"),
                ("to", "on"),
            ];
            let status = boss.post("/admin/board", action, &fields).await.status;
            assert!(answers.contains(&status), "{action} with {nonsense:?}: {status}");
        }
    }
    app.done().await;
}

#[tokio::test]
async fn a_booking_is_found_by_reference_phone_and_parts_of_a_name() {
    let app = TestApp::new().await;
    let office = office(&app).await;
    let mut staff = signed_in(&app, "staff").await;
    let reference = office.booked.reference.to_string();
    let typed_badly = reference.to_lowercase().replace('-', " ");
    for wanted in
        [reference.as_str(), typed_badly.as_str(), "(404) 555-0123", "dana", "Reed", "dana re", "re dan", "0123"]
    {
        let query: String = form_urlencoded::byte_serialize(wanted.as_bytes()).collect();
        let found = staff.get(&format!("/admin/bookings?q={query}")).await;
        assert!(found.all("tbody a.row-link").contains(&reference), "{wanted}: {}", found.text());
    }
    for wanted in ["RA-222222", "(404) 555-9999", "anna", "%", "'"] {
        let query: String = form_urlencoded::byte_serialize(wanted.as_bytes()).collect();
        let found = staff.get(&format!("/admin/bookings?q={query}")).await;
        assert!(found.text().contains("No bookings found"), "{wanted}: {}", found.text());
    }
    app.done().await;
}

#[tokio::test]
async fn bookings_are_filtered_sorted_and_paged_in_the_address() {
    let app = TestApp::new().await;
    let office = office(&app).await;
    for _ in 0..29 {
        booking(&app, office.tenant, office.service).await;
    }
    let mut staff = signed_in(&app, "staff").await;
    let first = staff.get("/admin/bookings?phase=confirmed&sort=customer").await;
    assert_eq!(first.all("tbody tr").len(), 25);
    assert!(first.text().contains("30 bookings"), "{}", first.text());
    let next = first.attribute("[rel=next]", "href").unwrap();
    assert!(next.starts_with("/admin/bookings?phase=confirmed&sort=customer&after=RA-"), "the filter stays: {next}");
    let second = staff.get(&next).await;
    assert_eq!(second.all("tbody tr").len(), 5);
    let back = staff.get(&second.attribute("[rel=prev]", "href").unwrap()).await;
    assert_eq!(back.all("tbody a.row-link"), first.all("tbody a.row-link"));
    for (query, count) in [
        ("from=2026-03-03", 25),
        ("until=2026-03-02", 0),
        ("phase=completed", 0),
        ("phase=nonsense&from=x&after=-1", 25),
    ] {
        let found = staff.get(&format!("/admin/bookings?{query}")).await;
        assert_eq!(found.all("tbody tr").len(), count, "{query}");
    }
    let file = staff.get("/admin/bookings.csv?phase=confirmed").await;
    assert_eq!(file.html.lines().count(), 31);
    assert!(file.html.contains(",+1 404-555-0123,"), "a phone number is no formula");
    assert!(file.html.starts_with('\u{feff}'), "Excel reads the file as UTF-8");
    assert!(file.html.contains("Created (America/New_York)"));
    app.done().await;
}

#[tokio::test]
async fn staff_assign_a_provider_by_hand_and_the_board_shows_it() {
    let app = TestApp::new().await;
    let office = office(&app).await;
    let mut staff = signed_in(&app, "staff").await;
    let page = format!("/admin/bookings/{}/assign", office.booked.reference);
    let candidates = staff.get(&page).await;
    assert!(candidates.text().contains("Ada Lake"), "{}", candidates.text());
    assert!(candidates.text().contains("Fastest"), "{}", candidates.text());
    let (job, provider) = (office.booked.job.to_string(), office.provider.to_string());
    let reply = staff.submit(&page, "/api/assign_provider", &[("job", &job), ("provider", &provider)]).await;
    assert!(reply.text().contains("Assigned by staff."), "{}", reply.text());
    let board = staff.get("/admin/board").await;
    assert!(board.text().contains("Ada Lake"), "{}", board.text());
    app.done().await;
}

#[tokio::test]
async fn assigning_a_provider_without_the_skill_asks_for_confirmation() {
    let app = TestApp::new().await;
    let office = office(&app).await;
    let novice = provider(&app, office.tenant, "Nora Novice", None, &["towing"]).await;
    on_duty(&app, office.tenant, novice, place()).await;
    let page = format!("/admin/bookings/{}/assign", office.booked.reference);
    let page = signed_in(&app, "staff").await.get(&page).await;
    let rows = page.all("tbody tr");
    let row = |name: &str| rows.iter().position(|row| row.contains(name)).unwrap() + 1;
    let (fit, unfit) = (row("Ada Lake"), row("Nora Novice"));
    assert_eq!(page.all(&format!("tr:nth-child({fit}) .button")), ["Assign"]);
    assert_eq!(page.all(&format!("tr:nth-child({fit}) .dialog")).len(), 0);
    assert_eq!(page.all(&format!("tr:nth-child({unfit}) .caution")).len(), 1, "{rows:?}");
    let titles = page.all(&format!("tr:nth-child({unfit}) .dialog h2"));
    assert!(titles.len() == 1 && titles[0].contains("anyway?"), "{titles:?}");
    let outside = page.all(&format!("tr:nth-child({unfit}) .cell > form"));
    assert_eq!(outside.len(), 0, "no button that assigns at once");
    app.done().await;
}

#[tokio::test]
async fn staff_cancel_for_the_fee_that_was_shown_or_waive_it() {
    let app = TestApp::new().await;
    let office = office(&app).await;
    let mut staff = signed_in(&app, "staff").await;
    let (job, provider, id) =
        (office.booked.job.to_string(), office.provider.to_string(), office.booked.id.to_string());
    staff.post("/admin/board", "/api/assign_provider", &[("job", &job), ("provider", &provider)]).await;
    let page = format!("/admin/bookings/{}/cancel", office.booked.reference);
    let shown = staff.get(&page).await;
    assert!(shown.text().contains("Charge $35.00"), "{}", shown.text());
    let stale = [("booking", id.as_str()), ("fee", "charge"), ("shown_fee", "0"), ("reason", "changed their mind")];
    assert_eq!(staff.post(&page, "/api/cancel_for_customer", &stale).await.status, StatusCode::CONFLICT);
    let fields = [("booking", id.as_str()), ("fee", "charge"), ("shown_fee", "3500"), ("reason", "changed their mind")];
    let reply = staff.submit(&page, "/api/cancel_for_customer", &fields).await;
    assert!(reply.text().contains("The booking is cancelled."), "{}", reply.text());
    let cancelled = office.booking(&app).await;
    assert_eq!((cancelled.phase, cancelled.cancellation.unwrap().fee), (Phase::Cancelled, Amount(3_500)));
    for late in [&[("booking", id.as_str()), ("fee", "waive"), ("reason", "x")][..], &[("booking", &id)]] {
        assert_eq!(staff.post(&page, "/api/cancel_for_customer", late).await.status, StatusCode::CONFLICT, "{late:?}");
    }
    let misplaced = [("booking", id.as_str()), ("address", ""), ("coordinates", "nowhere")];
    let late = staff.post(&page, "/api/place_booking", &misplaced).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "its page has no field to show an error beside");
    app.done().await;
}

#[tokio::test]
async fn a_bookings_page_says_its_state_once_and_has_the_customers_link_while_that_works() {
    let app = TestApp::new().await;
    let office = office(&app).await;
    let mut staff = signed_in(&app, "staff").await;
    let page = format!("/admin/bookings/{}", office.booked.reference);
    let state = "#booking-work > section:first-child .badge";
    assert_eq!(staff.get(&page).await.all(state), ["Looking for a provider"]);
    let id = office.booked.id.to_string();
    let fields = [("booking", id.as_str()), ("fee", "waive"), ("reason", "changed their mind")];
    staff.post(&format!("{page}/cancel"), "/api/cancel_for_customer", &fields).await;
    let cancelled = staff.get(&page).await;
    assert_eq!(cancelled.all(state), ["Cancelled"]);
    let link = cancelled.attribute("input[type=url]", "value").unwrap();
    assert!(link.ends_with(&format!("/track/{}", office.booked.token)), "{link}");
    assert_eq!(cancelled.attribute("[data-copy]", "data-copy"), Some(link));

    app.app.db.clock.advance(TimeDelta::days(31));
    let mut staff = signed_in(&app, "staff").await;
    assert_eq!(staff.get(&page).await.attribute("input[type=url]", "value"), None);
    app.done().await;
}

/// Only words are known of where the bookings are.
#[tokio::test]
async fn a_booking_without_a_place_gets_one_from_staff() {
    let app = TestApp::new().await;
    let office = office(&app).await;
    without_place(&app, office.tenant, office.booked.id).await;
    let mut staff = signed_in(&app, "staff").await;
    let page = format!("/admin/bookings/{}", office.booked.reference);
    assert!(staff.get("/admin/board").await.text().contains("Needs a location"));
    let found = staff.get(&format!("{page}?place=piedmont+park")).await;
    assert!(found.text().contains("Use this place"), "{}", found.text());
    let found = staff.get(&format!("{page}/assign?place=piedmont+park")).await;
    assert!(found.text().contains("Use this place"), "{}", found.text());
    let id = office.booked.id.to_string();
    let fields = [("booking", id.as_str()), ("address", "Piedmont Park"), ("coordinates", "33.7851, -84.3738")];
    let reply = staff.submit(&page, "/api/place_booking", &fields).await;
    assert!(reply.text().contains("Location set."), "{}", reply.text());
    let placed = office.booking(&app).await;
    assert_eq!((placed.location_source, placed.waits_for), (LocationSource::Pin, Some(WaitsFor::Provider)));
    app.done().await;
}

#[tokio::test]
async fn an_alert_is_on_the_board_until_it_is_resolved() {
    let app = TestApp::new().await;
    let office = office(&app).await;
    let mut tx = begin(&app, office.tenant).await;
    bookings::store::alert_staff(&mut tx, office.booked.id, "search_failed", "Nobody could be found.").await.unwrap();
    tx.commit().await.unwrap();
    let mut staff = signed_in(&app, "staff").await;
    let board = staff.get("/admin/board").await;
    assert!(board.text().contains("Nobody could be found."));
    assert_eq!(board.all(".attention .board-count"), ["1"]);
    assert!(board.all(".side-link .nav-count-urgent").contains(&"1 waiting".to_owned()), "the same number");
    assert_eq!(board.all(".board-actions").len(), 1, "assigned from the card");
    let id = office.booked.id.to_string();
    let fields = [("booking", id.as_str()), ("next", "https://elsewhere.example/")];
    let reply = staff.post("/admin/board", "/api/resolve_alerts", &fields).await;
    assert_eq!(reply.location.as_deref(), Some("/admin/board"), "never to another site");
    assert!(!staff.get("/admin/board").await.text().contains("Nobody could be found."));
    app.done().await;
}

#[tokio::test]
async fn an_administrator_approves_pays_and_deactivates_a_provider() {
    let app = TestApp::new().await;
    let office = office(&app).await;
    let mut boss = signed_in(&app, "boss").await;
    let provider = office.provider.to_string();
    let page = format!("/admin/providers/{provider}");
    let flat = [("provider", provider.as_str()), ("commission", "flat_per_job"), ("flat_fee", "65.00")];
    let reply = boss.submit(&page, "/api/change_commission", &flat).await;
    assert!(reply.text().contains("Gets $65.00 for each job"), "{}", reply.text());
    assert!(reply.text().contains("Jobs already offered or assigned keep their commission."), "{}", reply.text());
    let skills = [("provider", provider.as_str()), ("skills[lockout]", "true")];
    assert!(boss.submit(&page, "/api/change_skills", &skills).await.text().contains("Skills changed."));
    assert_eq!(office.provider(&app).await.skills, ["lockout"]);
    boss.submit(&page, "/api/change_skills", &[("provider", &provider)]).await;
    assert!(office.provider(&app).await.skills.is_empty());
    let off =
        boss.submit(&page, "/api/change_provider_status", &[("provider", &provider), ("status", "inactive")]).await;
    assert!(off.text().contains("Reactivate"), "{}", off.text());
    assert!(!office.provider(&app).await.is_on_duty(), "who may not work is off duty");
    let on = boss.submit(&page, "/api/change_provider_status", &[("provider", &provider), ("status", "active")]).await;
    assert!(on.text().contains("can work again"), "{}", on.text());
    app.done().await;
}

#[tokio::test]
async fn a_new_price_is_in_force_from_now_on_and_the_old_one_stays_known() {
    let app = TestApp::new().await;
    let office = office(&app).await;
    app.pass(chrono::TimeDelta::days(1)).await;
    let mut boss = signed_in(&app, "boss").await;
    let service = office.service.to_string();
    let page = format!("/admin/services/{service}");
    let fields = [("service", service.as_str()), ("amounts[service_job]", "149.50"), ("amounts[mileage_mile]", "3")];
    let reply = boss.submit(&page, "/api/change_price", &fields).await;
    assert!(reply.text().contains("From now on it costs $149.50."), "{}", reply.text());
    assert!(reply.text().contains("$135.00"), "the price before stays known: {}", reply.text());
    boss.submit(&page, "/api/switch_service", &[("service", &service), ("to", "off")]).await;
    let mut tx = begin(&app, office.tenant).await;
    let stored = catalog::store::find(&mut tx, office.service).await.unwrap().unwrap();
    assert!(!stored.service.is_active());
    let stored = |line, unit| stored.prices.of(line, unit);
    assert_eq!(stored(LineKind::Service, Unit::Job), Some(Amount(14_950)));
    assert_eq!(stored(LineKind::Mileage, Unit::Mile), Some(Amount(300)));
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn a_price_from_a_later_day_waits_for_it_and_can_be_removed_before() {
    let app = TestApp::new().await;
    let office = office(&app).await;
    let mut boss = signed_in(&app, "boss").await;
    let service = office.service.to_string();
    let page = format!("/admin/services/{service}");
    let change = async |boss: &mut Browser, amount: &str, from: &str| {
        let fields = [("service", service.as_str()), ("amounts[service_job]", amount), ("from", from)];
        boss.submit(&page, "/api/change_price", &fields).await
    };
    let past = change(&mut boss, "150", "2026-03-01").await;
    assert_eq!(past.all("#field-from-error").len(), 1, "{}", past.text());
    let later = change(&mut boss, "150", "2026-04-01").await;
    assert!(later.text().contains("From Wed, Apr 1, 2026 on it costs $150.00."), "{}", later.text());
    let latest = change(&mut boss, "160", "2026-05-01").await;
    assert!(latest.text().contains("Wed, Apr 1, 12:00 AM"), "{}", latest.text());
    let offered = async || app.browser("atl.localhost").get("/book").await.text();
    assert!(offered().await.contains("$135.00"));
    change(&mut boss, "140", "").await;
    assert!(offered().await.contains("$140.00"), "a price of today leaves those of later days alone");

    let cancel = latest.all("form[action^='/api/cancel_price'] input[name=price]").len();
    assert_eq!(cancel, 2, "what applies already can't be removed");
    let april: Id<catalog::Price> = sqlx::query_scalar("select id from prices where base_amount = 15000")
        .fetch_one(&mut *begin(&app, office.tenant).await)
        .await
        .unwrap();
    let april = april.to_string();
    boss.submit(&page, "/api/cancel_price", &[("price", &april)]).await;
    app.pass(chrono::TimeDelta::days(40)).await;
    assert!(offered().await.contains("$140.00"), "the one of April was removed");
    app.pass(chrono::TimeDelta::days(30)).await;
    assert!(offered().await.contains("$160.00"));
    let mut boss = signed_in(&app, "boss").await;
    let gone = boss.post(&page, "/api/cancel_price", &[("price", &april)]).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    app.done().await;
}

#[tokio::test]
async fn the_previous_version_and_this_one_read_the_same_price_per_mile() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let tow = service(&app, atl, "towing", 12_500, Some(300)).await;
    let mut tx = begin(&app, atl).await;
    let before = "select per_mile_amount from prices where service_id = $1 and unit = 'job' and effective_to is null";
    let per_mile: Option<i64> = sqlx::query_scalar(before).bind(tow).fetch_one(&mut *tx).await.unwrap();
    assert_eq!(per_mile, Some(300));
    tx.commit().await.unwrap();
    app.pass(chrono::TimeDelta::hours(1)).await;
    let mut tx = begin(&app, atl).await;
    for sql in [
        "update prices set effective_to = app.now() where service_id = $1 and vehicle_class = 'any' and unit = 'job' and effective_to is null",
        "insert into prices (id, service_id, base_amount, per_mile_amount, effective_from) values (gen_random_uuid(), $1, 13000, 350, app.now())",
    ] {
        sqlx::query(sql).bind(tow).execute(&mut *tx).await.unwrap();
    }
    let now = catalog::store::find(&mut tx, tow).await.unwrap().unwrap().prices;
    let now = [now.of(LineKind::Service, Unit::Job), now.of(LineKind::Mileage, Unit::Mile)];
    assert_eq!(now, [Some(Amount(13_000)), Some(Amount(350))], "as the previous version writes it");
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn no_page_needs_more_than_six_queries() {
    let app = TestApp::new().await;
    let office = office(&app).await;
    for _ in 0..5 {
        booking(&app, office.tenant, office.service).await;
    }
    let mut staff = signed_in(&app, "staff").await;
    // The candidates page searches ring by ring, like the dispatcher: it isn't a list.
    for page in office.pages().into_iter().filter(|page| !page.ends_with("/assign")) {
        let (reply, statements) = queries_of(staff.get(&page)).await;
        assert_eq!(reply.status, StatusCode::OK, "{page}");
        // Session and user are two statements and count as one.
        assert!(statements.len() <= 7, "{page}: {statements:#?}");
    }
    app.done().await;
}

/// Copies the only booking so many times, with these changes (an SQL expression).
async fn multiply(app: &TestApp, tenant: Id<Tenant>, times: i32, changes: &str) {
    let mut tx = begin(app, tenant).await;
    // References have no 0 and no 1.
    let copies = format!(
        "insert into bookings
         select (jsonb_populate_record(b, jsonb_build_object(
             'id', gen_random_uuid(), 'reference', 'RA-' || translate((100000 + n)::text, '01', 'YZ'), 'access_token_hash', null) || {changes})).*
         from bookings b, generate_series(1, $1) n"
    );
    sqlx::query(sqlx::AssertSqlSafe(copies)).bind(times).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn urgent_bookings_are_on_the_board_despite_many_later_ones() {
    let app = TestApp::new().await;
    let office = office(&app).await;
    let later = "jsonb_build_object('scheduled_at', app.now() + interval '2 days', 'created_at', app.now() - interval '3 days', 'waits_for', null)";
    multiply(&app, office.tenant, 320, later).await;
    let board = signed_in(&app, "staff").await.get("/admin/board").await;
    let text = board.text();
    assert!(text.contains(office.booked.reference.as_str()), "{text}");
    assert!(text.contains("321 live bookings"), "{text}");
    assert!(text.contains("The first 50 of 320 bookings for later are shown."), "{text}");
    assert_eq!(board.all(".board-column .board-count"), ["1", "0", "0", "320"]);
    let all = signed_in(&app, "staff").await.get("/admin/bookings?phase=later").await;
    assert!(all.text().contains("320 bookings"), "as many as the column says: {}", all.text());
    app.done().await;
}

#[tokio::test]
async fn unassigned_bookings_are_on_the_board_despite_many_in_progress() {
    let app = TestApp::new().await;
    let office = office(&app).await;
    let taken =
        "jsonb_build_object('phase', 'dispatched', 'created_at', app.now() - interval '3 hours', 'waits_for', null)";
    multiply(&app, office.tenant, 320, taken).await;
    let board = signed_in(&app, "staff").await.get("/admin/board").await;
    assert!(board.text().contains(office.booked.reference.as_str()), "{}", board.text());
    app.done().await;
}

#[tokio::test]
async fn a_day_that_is_far_off_is_no_fault_of_a_list() {
    let app = TestApp::new().await;
    office(&app).await;
    let mut boss = signed_in(&app, "boss").await;
    for list in ["/admin/bookings", "/admin/bookings.csv", "/admin/audit", "/admin/audit.csv"] {
        for days in
            ["from=-9999-01-01", "until=-9999-01-01", "from=%2B200000-01-01", "until=9999-12-31", "from=nonsense"]
        {
            assert_eq!(boss.get(&format!("{list}?{days}")).await.status, StatusCode::OK, "{list}?{days}");
        }
    }
    app.done().await;
}
