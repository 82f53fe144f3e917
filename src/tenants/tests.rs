use axum::http::StatusCode;

use engine::{Locale, Units};

use super::{Plan, Status, actions::DISPATCH_LIMITS};
use crate::{
    identity::Role,
    testing::{Browser, TestApp, begin, service, tenant, user},
    verticals::roadside::Rules,
};

async fn admin(app: &TestApp) -> (engine::Id<super::Tenant>, Browser) {
    let atl = tenant(app, "atl").await;
    user(app, atl, "ada", &[Role::Admin]).await;
    let mut browser = app.browser("atl.localhost");
    browser.sign_in("ada@example.com").await;
    (atl, browser)
}

/// A brand as the form sends it, with one field changed.
fn brand<'a>(field: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("name", "Peach Tow"),
        ("tagline", "We come"),
        ("coverage", "Atlanta"),
        ("phone", "(404) 555-0111"),
        ("email", "hi@peachtow.example"),
        ("brand_color", "#7a1f2b"),
        ("accent_color", "#d9a441"),
    ];
    for known in &mut fields {
        if known.0 == field {
            known.1 = value;
        }
    }
    fields
}

const SETTINGS: &str = "/admin/settings";

#[tokio::test]
async fn saved_settings_are_shown_on_the_next_page() {
    let app = TestApp::new().await;
    let (_, mut browser) = admin(&app).await;
    let saved = browser.post(SETTINGS, "/api/edit_brand", &brand("", "")).await;
    assert_eq!(saved.location.as_deref(), Some("/admin/settings?part=brand"));
    let home = app.browser("atl.localhost").get("/").await;
    assert!(home.text().contains("Peach Tow") && home.text().contains("We come"), "{}", home.text());
    assert!(home.html.contains("--brand:#7a1f2b;--brand-ink:#ffffff"), "colors with a readable ink");
    assert!(home.html.contains("tel:+14045550111"));
    app.done().await;
}

#[tokio::test]
async fn an_invalid_brand_is_rejected_beside_its_field_and_keeps_the_typed_values() {
    let app = TestApp::new().await;
    let (_, mut browser) = admin(&app).await;
    for (field, value, complaint) in [
        ("name", " ", "Fill in this field"),
        ("phone", "12", "Enter a phone number"),
        ("email", "nobody", "e-mail address"),
        ("brand_color", "#ffee99", "hard to see"),
        ("brand_color", "#fff}body{display:none", "hexadecimal"),
        ("accent_color", "amber", "hexadecimal"),
    ] {
        let page = browser.submit(SETTINGS, "/api/edit_brand", &brand(field, value)).await;
        let errors = page.all(&format!("#field-{field}-error"));
        assert!(errors.len() == 1 && errors[0].contains(complaint), "{field}={value}: {errors:?}");
        let tagline = page.attribute("#field-tagline", "value");
        assert_eq!(tagline.as_deref(), Some("We come"), "{field}: what was typed stays");
    }
    app.done().await;
}

#[tokio::test]
async fn rules_are_kept_within_their_bounds_and_others_stay_as_they_are() {
    let app = TestApp::new().await;
    let (atl, mut browser) = admin(&app).await;
    let dispatch = [
        ("offer_seconds", "45"),
        ("search_minutes", "12"),
        ("search_radius", "50"),
        ("position_fresh_minutes", "15"),
        ("dispatch_lead_minutes", "90"),
        ("speed", "31"),
        ("promise_margin_percent", "30"),
    ];
    let roadside = [("dispatch_fee", "20"), ("dry_run_fee", "$45.50"), ("unknown_miles_ceiling", "30")];
    let money = [("tax", "8,875 %"), ("cashapp_handle", "$peach"), ("zelle_handle", "")];
    browser.submit(SETTINGS, "/api/edit_dispatch_rules", &dispatch).await;
    browser.submit(SETTINGS, "/api/edit_money_rules", &money).await;
    browser.submit(SETTINGS, "/api/roadside_edit_rules", &roadside).await;
    browser.submit(SETTINGS, "/api/edit_security_rules", &[]).await;
    let kept = super::find_by_id(&mut *begin(&app, atl).await, atl).await.unwrap().unwrap().settings;
    assert_eq!((kept.offer_seconds, kept.promise_margin_percent), (45, 30), "dispatching survives saving money");
    assert_eq!((kept.search_radius_km, kept.speed_kmh), (80, 50), "typed in miles, stored in kilometres");
    let shown = browser.get("/admin/settings?part=dispatch").await;
    assert_eq!(shown.attribute("#field-search_radius", "value").as_deref(), Some("50"));
    assert_eq!(shown.attribute("#field-speed", "value").as_deref(), Some("31"));
    assert!(shown.text().contains("mph") && !shown.text().contains("km"), "{}", shown.text());
    let fees = |settings: &super::Settings| {
        let rules: Rules = settings.of_kind();
        (rules.dispatch_fee, rules.dry_run_fee, rules.unknown_miles_ceiling)
    };
    assert_eq!((fees(&kept), kept.tax_basis_points), ((2000, 4550, 30), 887));
    assert_eq!(kept.tax().rate.to_string(), "8.875%");
    let shown = browser.get("/admin/settings?part=money").await.attribute("#field-tax", "value");
    assert_eq!(shown.as_deref(), Some("8.875"));
    assert_eq!((kept.cashapp_handle.as_deref(), kept.zelle_handle), (Some("$peach"), None));

    for (field, value) in [("offer_seconds", "14"), ("search_minutes", "0"), ("speed", "82"), ("search_radius", "1e9")]
    {
        let wrong = dispatch.map(|(name, typed)| if name == field { (name, value) } else { (name, typed) });
        let page = browser.submit(SETTINGS, "/api/edit_dispatch_rules", &wrong).await;
        assert!(page.all(&format!("#field-{field}-error"))[0].contains("Enter a whole number from"), "{field}");
    }
    let page = browser.submit(SETTINGS, "/api/edit_money_rules", &[("tax", "101")]).await;
    assert_eq!(page.all("#field-tax-error").len(), 1);
    for (field, value) in [("dispatch_fee", "-1"), ("dry_run_fee", "10"), ("unknown_miles_ceiling", "0")] {
        let wrong = roadside.map(|(name, typed)| if name == field { (name, value) } else { (name, typed) });
        let page = browser.submit(SETTINGS, "/api/roadside_edit_rules", &wrong).await;
        assert_eq!(page.all(&format!("#field-{field}-error")).len(), 1, "{field}={value}");
    }
    let after = super::find_by_id(&mut *begin(&app, atl).await, atl).await.unwrap().unwrap().settings;
    assert_eq!((after.offer_seconds, fees(&after)), (45, (2000, 4550, 30)), "nothing of a rejected form is kept");
    app.done().await;
}

#[tokio::test]
async fn disabled_services_cannot_be_booked_and_times_are_in_the_tenants_zone() {
    let app = TestApp::new().await;
    let (atl, mut browser) = admin(&app).await;
    service(&app, atl, "jump-start", 10_000, None).await;
    let mut guest = app.browser("atl.localhost");
    assert_eq!(guest.get("/book/jump-start").await.status, StatusCode::OK);
    let place = [("zone", "Asia/Almaty"), ("locale", "ru-KZ")];
    browser.submit(SETTINGS, "/api/edit_place", &place).await;
    assert_eq!(guest.get("/book/jump-start").await.status, StatusCode::NOT_FOUND);
    assert!(!guest.get("/book").await.html.contains("/book/jump-start"));
    assert!(!guest.get("/").await.html.contains("/book/jump-start"));
    let kept = super::find_by_id(&mut *begin(&app, atl).await, atl).await.unwrap().unwrap();
    assert_eq!((kept.zone.as_str(), kept.locale.as_str()), ("Asia/Almaty", "ru-KZ"));

    let page = browser.submit(SETTINGS, "/api/edit_place", &[("zone", "Mars/Olympus"), ("locale", "tlh")]).await;
    assert!(page.all("#field-zone-error")[0].contains("not a time zone"));
    assert_eq!(page.all("#field-locale-error"), ["Choose one from the list."]);
    app.done().await;
}

#[tokio::test]
async fn a_page_names_the_language_it_is_written_in_and_settings_promise_no_other() {
    for (locale, lang) in [("en-US", "en-US"), ("en-GB", "en-GB"), ("de-DE", "en"), ("es-US", "en")] {
        let app = TestApp::new().await;
        let (atl, mut browser) = admin(&app).await;
        sqlx::query("update platform.tenants set locale = $2, locales = '{es-US}' where id = $1")
            .bind(atl)
            .bind(locale)
            .execute(&mut app.database.owner().await)
            .await
            .unwrap();
        app.app.hosts.forget();
        assert_eq!(browser.get("/").await.attribute("html", "lang").as_deref(), Some(lang), "{locale}");
        let settings = browser.get("/admin/settings?part=place").await;
        assert!(
            !settings.text().contains("Also spoken") && !settings.text().contains("Español"),
            "{}",
            settings.text()
        );
        assert_eq!(settings.attribute("select[name=locale] option[selected]", "value").as_deref(), Some(locale));

        let place = [("zone", "America/New_York"), ("locale", locale), ("verticals[roadside]", "true")];
        browser.submit(SETTINGS, "/api/edit_place", &place).await;
        let kept = super::find_by_id(&mut *begin(&app, atl).await, atl).await.unwrap().unwrap();
        assert_eq!((kept.locale.as_str(), kept.locales), (locale, vec!["es-US".to_owned()]), "what was stored stays");
        app.done().await;
    }
}

#[tokio::test]
async fn the_locale_decides_how_prices_distances_and_days_are_written_and_typed() {
    let app = TestApp::new().await;
    let (atl, mut browser) = admin(&app).await;
    let service = service(&app, atl, "abschleppen", 125_050, Some(300)).await;
    sqlx::query("update platform.tenants set locale = 'de-DE', currency = 'EUR', region = 'DE' where id = $1")
        .bind(atl)
        .execute(&mut app.database.owner().await)
        .await
        .unwrap();
    app.app.hosts.forget();
    let offered = app.browser("atl.localhost").get("/book").await.text();
    assert!(offered.contains("1.250,50 €"), "{offered}");

    let page = format!("/admin/services/{service}");
    let shown = browser.get(&page).await;
    assert_eq!(shown.attribute("input[name='amounts[service_job]']", "value").as_deref(), Some("1250,50"));
    assert!(shown.text().contains("1.250,50 €"), "{}", shown.text());
    let price = [
        ("service", service.to_string()),
        ("amounts[service_job]", "1.300,50 €".into()),
        ("amounts[mileage_mile]", "2,5".into()),
    ];
    let price: Vec<_> = price.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let changed = browser.submit(&page, "/api/change_price", &price).await;
    assert!(changed.text().contains("1.300,50 €"), "{}", changed.text());

    let rules = browser.get("/admin/settings?part=dispatch").await;
    assert!(rules.text().contains("km/h"), "{}", rules.text());
    let mut tx = begin(&app, atl).await;
    let tenant = super::find_by_id(&mut tx, atl).await.unwrap().unwrap();
    let at = "2026-03-03T19:05:00Z".parse().unwrap();
    assert_eq!(tenant.date_time(at), "Di, 3. März, 14:05");
    assert_eq!(tenant.exact(at), "Di, 3. März 2026, 14:05:00");
    assert_eq!(tenant.distance(engine::Meters(3_440.0)), "3,4\u{a0}km");
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn a_business_whose_formats_are_no_longer_known_gets_the_nearest() {
    let app = TestApp::new().await;
    let (atl, _) = admin(&app).await;
    for (tag, nearest) in [("de-AT", Locale::DeDe), ("fr-FR", Locale::EnGb)] {
        sqlx::query("update platform.tenants set locale = $2 where id = $1")
            .bind(atl)
            .bind(tag)
            .execute(&mut app.database.owner().await)
            .await
            .unwrap();
        let kept = super::find_by_id(&mut *begin(&app, atl).await, atl).await.unwrap().unwrap();
        assert_eq!(kept.locale, nearest, "{tag}");
    }
    app.done().await;
}

#[test]
fn every_locale_can_be_chosen_with_an_example() {
    let choices = super::formats();
    assert_eq!(choices.len(), Locale::ALL.len());
    assert_eq!(choices[0].label, "United States: Tue, Mar 3, 2:05\u{a0}PM");
    for choice in choices {
        assert!(choice.value.parse::<Locale>().is_ok() && !choice.label.contains('%'), "{}", choice.label);
    }
}

#[tokio::test]
async fn during_maintenance_customers_read_so_while_staff_and_providers_work() {
    let app = TestApp::new().await;
    let (atl, mut browser) = admin(&app).await;
    user(&app, atl, "carl", &[Role::Customer]).await;
    user(&app, atl, "stan", &[Role::Staff]).await;
    let mut customer = app.browser("atl.localhost");
    customer.sign_in("carl@example.com").await;
    browser.submit(SETTINGS, "/api/close_for_maintenance", &[("note", "Back at <noon>")]).await;

    let mut guest = app.browser("atl.localhost");
    for path in ["/", "/book", "/account/bookings"] {
        let page = if path.starts_with("/account") { customer.get(path).await } else { guest.get(path).await };
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert_eq!(page.headers["retry-after"], "600");
        assert!(page.text().contains("Back at <noon>") && page.text().contains("(404) 555-0100"), "{}", page.text());
    }
    let refused = guest.post("/book", "/api/roadside_start_booking", &[]).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE, "nothing is booked behind its back");
    let mut staff = app.browser("atl.localhost");
    assert_eq!(staff.get("/sign-in").await.status, StatusCode::OK);
    staff.sign_in("stan@example.com").await;
    assert_eq!(staff.get("/admin/board").await.status, StatusCode::OK);

    browser.submit(SETTINGS, "/api/open_after_maintenance", &[]).await;
    assert_eq!(guest.get("/").await.status, StatusCode::OK);
    app.done().await;
}

#[tokio::test]
async fn a_logo_is_uploaded_as_a_file_and_served_so_that_it_can_do_nothing() {
    let app = TestApp::new().await;
    let (_, mut browser) = admin(&app).await;
    let picture = "<svg xmlns=\"http://www.w3.org/2000/svg\"><circle r=\"9\"/></svg>";
    let page = browser.upload(SETTINGS, "/api/upload_logo", "logo_file", picture.as_bytes()).await;
    let shown = page.attribute(".brand-logo", "src").expect("the logo is on the page");
    assert!(shown.starts_with("data:image/svg+xml;base64,"), "a small one needs no request of its own: {shown}");
    assert_eq!(page.attribute("link[rel='icon']", "href"), Some(shown));

    let large = picture.replace('9', &"9".repeat(1500));
    let page = browser.upload(SETTINGS, "/api/upload_logo", "logo_file", large.as_bytes()).await;
    let src = page.attribute(".brand-logo", "src").expect("the logo is on the page");
    assert_eq!(page.attribute("link[rel='icon']", "href").as_ref(), Some(&src));
    let served = app.browser("atl.localhost").get(&src).await;
    assert_eq!((served.status, &served.html), (StatusCode::OK, &large));
    assert_eq!(served.headers["content-type"], "image/svg+xml");
    assert_eq!(served.headers["x-content-type-options"], "nosniff");
    assert!(served.headers["content-security-policy"].to_str().unwrap().ends_with("sandbox"));
    assert!(served.headers["cache-control"].to_str().unwrap().contains("immutable"));

    for (file, complaint) in [
        (b"<svg><script>alert(1)</script></svg>".as_slice(), "more than shapes"),
        (b"GIF89a".as_slice(), "Use an SVG or PNG picture."),
        (&vec![0xff; 70_000], "at most 64 kB"),
        (b"", "Choose a file."),
    ] {
        let page = browser.upload(SETTINGS, "/api/upload_logo", "logo_file", file).await;
        assert!(page.all("#field-logo_file-error")[0].contains(complaint), "{complaint}: {}", page.text());
    }
    let page = browser.submit(SETTINGS, "/api/remove_logo", &[]).await;
    assert_eq!(page.attribute(".brand-logo", "src"), None);
    assert_eq!(app.browser("atl.localhost").get(&src).await.status, StatusCode::NOT_FOUND);
    app.done().await;
}

#[tokio::test]
async fn several_hosts_lead_to_the_same_business() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let mut owner = app.database.owner().await;
    sqlx::query("insert into platform.hosts values ('help.example.com', $1), ('another.example.com', $1)")
        .bind(atl)
        .execute(&mut owner)
        .await
        .unwrap();
    for host in ["atl.localhost", "HELP.example.com", "another.example.com:8080"] {
        assert_eq!(app.browser(host).get("/").await.status, StatusCode::OK, "{host}");
    }
    let hosts = super::store::list_own_hosts(&mut *begin(&app, atl).await).await.unwrap();
    assert_eq!(hosts, ["atl.localhost", "another.example.com", "help.example.com"], "the primary one first");
    let stranger = app.browser("elsewhere.example.com").get("/book").await;
    assert_eq!(stranger.status, StatusCode::NOT_FOUND);
    assert!(stranger.text().contains("No business here"), "a friendly page");

    tenant(&app, "other").await;
    let stolen = sqlx::query("update platform.tenants set primary_host = 'help.example.com' where slug = 'other'")
        .execute(&mut owner)
        .await;
    assert!(stolen.is_err(), "a business's links can't lead to another's host");
    drop(owner);
    app.done().await;
}

#[tokio::test]
async fn a_change_of_settings_is_in_the_audit_log_with_who_made_it() {
    let app = TestApp::new().await;
    let (atl, mut browser) = admin(&app).await;
    browser.submit(SETTINGS, "/api/edit_brand", &brand("", "")).await;
    let mut tx = begin(&app, atl).await;
    let (actor, changes): (String, serde_json::Value) = sqlx::query_as(
        "select actor, changes from audit_log where object = 'tenants' and changes ? 'name' and action = 'update'",
    )
    .fetch_one(&mut *tx)
    .await
    .unwrap();
    assert!(actor.starts_with("user:"), "{actor}");
    assert_eq!(changes["name"], serde_json::json!(["atl", "Peach Tow"]));
    assert!(changes.get("zone").is_none(), "only what changed");
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn a_business_changes_itself_and_no_other() {
    let app = TestApp::new().await;
    let (atl, other) = (tenant(&app, "atl").await, tenant(&app, "other").await);
    let mut tx = begin(&app, atl).await;
    super::store::change_settings(&mut tx, &serde_json::json!({"offer_seconds": 99})).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = begin(&app, other).await;
    let theirs = super::find_by_id(&mut tx, other).await.unwrap().unwrap();
    assert_eq!((theirs.settings.offer_seconds, theirs.status, theirs.plan), (30, Status::Active, Plan::Standard));
    drop(tx);
    app.done().await;
}

#[test]
fn every_limit_in_miles_can_be_stored_in_kilometers() {
    for (name, range) in DISPATCH_LIMITS.into_iter().filter(|(name, _)| matches!(*name, "search_radius" | "speed")) {
        let limits = Units::Imperial.limits(&range);
        for end in [limits.start(), limits.end()] {
            assert!(range.contains(&Units::Imperial.stored(*end, 0)), "{name}: {end}");
        }
    }
}
