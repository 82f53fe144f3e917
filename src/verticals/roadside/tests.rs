use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use engine::{Amount, Id, Quote};
use proptest::prelude::*;

use super::{RoadsideForm, reading::Reader, store};
use crate::{
    bookings::{self, Booking, LocationSource, Phase, WaitsFor, quotes},
    catalog::{self, ServiceRules},
    customers::vehicles,
    identity::Role,
    tenants::Tenant,
    testing::{Browser, Reply, TestApp, begin, price, service, tenant, user},
    verticals::Vertical,
};

const START: &str = "/api/roadside_start_booking";
const CHOOSE: &str = "/api/roadside_choose_places";
const CONFIRM: &str = "/api/roadside_confirm_booking";

/// A tenant with a jump start ($100) and a tow ($125 and $3 a mile).
async fn roadside(app: &TestApp, slug: &str) -> Id<Tenant> {
    let id = tenant(app, slug).await;
    service(app, id, "jump-start", 10_000, None).await;
    service(app, id, "towing", 12_500, Some(300)).await;
    id
}

/// A form that can be booked, with some fields changed.
fn filled<'a>(service: &'a str, changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("service", service),
        ("address", "Piedmont Park"),
        ("vehicle_year", "2019"),
        ("vehicle_make", "Honda"),
        ("vehicle_model", "Civic"),
        ("vehicle_color", "Blue"),
        ("when", "now"),
        ("name", "Dana Reed"),
        ("phone", "(404) 555-0123"),
        ("email", "Dana@Example.com"),
        ("payment_method", "cash"),
    ];
    fields.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    fields.extend(changes);
    fields
}

/// Submits the form and follows the redirect.
async fn start(browser: &mut Browser, service: &str, changes: &[(&str, &str)]) -> (String, Reply) {
    let page = format!("/book/{service}");
    let reply = browser.post(&page, START, &filled(service, changes)).await;
    let next = reply.location.unwrap_or_else(|| panic!("{}: {}", reply.status, reply.html));
    let reply = browser.get(&next).await;
    (next, reply)
}

/// Presses the review page's button.
async fn confirm(browser: &mut Browser, path: &str, review: &Reply) -> Reply {
    let field = |name: &str| review.attribute(&format!("form[action^='{CONFIRM}'] input[name={name}]"), "value");
    let fields = ["draft", "total", "ceiling", "beside"]
        .map(|name| (name, field(name).unwrap_or_else(|| panic!("{}", review.text()))));
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post(path, CONFIRM, &fields).await
}

/// The only booking, with its approved price.
async fn only_booking(app: &TestApp, tenant: Id<Tenant>) -> (Booking, Quote) {
    let mut tx = begin(app, tenant).await;
    let ids: Vec<Id<Booking>> = sqlx::query_scalar("select id from bookings").fetch_all(&mut *tx).await.unwrap();
    let [id] = ids[..] else { panic!("{} bookings", ids.len()) };
    let booking = bookings::store::find(&mut tx, id).await.unwrap().unwrap();
    let versions = quotes::list(&mut tx, id).await.unwrap();
    (booking, quotes::approved(&versions).unwrap())
}

fn path_of(location: Option<&str>) -> &str {
    location.unwrap_or_default().split('?').next().unwrap_or_default()
}

#[tokio::test]
async fn a_rate_limited_booking_form_keeps_its_values() {
    let app = TestApp::new().await;
    roadside(&app, "atl").await;
    let mut browser = app.browser("atl.localhost").at("203.0.113.7");
    let (path, review) = start(&mut browser, "jump-start", &[]).await;
    let mut answer = confirm(&mut browser, &path, &review).await;
    for _ in 0..100 {
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            break;
        }
        answer = confirm(&mut browser, &path, &review).await;
    }
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    let (path, review) = start(&mut browser, "jump-start", &[("name", "Dana Again")]).await;
    let refused = confirm(&mut browser, &path, &review).await;
    let back = refused.all("main a.button-primary");
    assert_eq!((refused.status, back), (StatusCode::TOO_MANY_REQUESTS, vec!["Back".to_owned()]));
    let back = refused.attribute("main a.button-primary", "href").unwrap();
    assert!(browser.get(&back).await.text().contains("Dana Again"), "{back}");
    app.done().await;
}

#[tokio::test]
async fn a_guest_gets_the_link_of_the_booking_by_mail_and_text_message() {
    let app = TestApp::new().await;
    roadside(&app, "atl").await;
    let mut browser = app.browser("atl.localhost");
    let (path, review) = start(&mut browser, "towing", &[("destination", "Oakland Cemetery")]).await;
    let track = confirm(&mut browser, &path, &review).await.location.unwrap();
    app.drain().await;
    for to in ["dana@example.com", "+14045550123"] {
        let mails = app.mailbox(to).await;
        let [mail] = &mails[..] else { panic!("{to}: {mails:?}") };
        assert_eq!((mail.kind.as_str(), mail.path()), ("booking-booked", Some(track.as_str())), "{mail:?}");
        assert_eq!(app.browser("atl.localhost").get(mail.path().unwrap()).await.status, StatusCode::OK);
    }
    app.done().await;
}

#[tokio::test]
async fn messages_go_to_the_bookings_contact_or_the_accounts_address() {
    let app = TestApp::new().await;
    let atl = roadside(&app, "atl").await;
    for (name, role, fields, told, untold) in [
        (
            "staff",
            Role::Staff,
            [("email", "caller@example.com"), ("phone", "(404) 555-0199")],
            "caller@example.com",
            true,
        ),
        ("carl", Role::Customer, [("email", ""), ("phone", "(404) 555-0198")], "carl@example.com", false),
    ] {
        user(&app, atl, name, &[role]).await;
        let mut browser = app.browser("atl.localhost");
        browser.sign_in(&format!("{name}@example.com")).await;
        let form = browser.get("/book/jump-start").await;
        assert_eq!(form.attribute("[name=email]", "value").unwrap_or_default(), if untold { "" } else { told });
        let (path, review) = start(&mut browser, "jump-start", &fields).await;
        confirm(&mut browser, &path, &review).await;
        app.drain().await;
        let kinds: Vec<_> = app.mailbox(told).await.into_iter().map(|mail| mail.kind).collect();
        assert_eq!(kinds, ["booking-booked"], "{told}");
        assert_eq!(app.mailbox(&format!("{name}@example.com")).await.is_empty(), untold);
    }
    app.done().await;
}

#[tokio::test]
async fn the_tracking_page_shows_what_was_booked() {
    let app = TestApp::new().await;
    roadside(&app, "atl").await;
    let mut browser = app.browser("atl.localhost");
    let changes = [("destination", "Oakland Cemetery"), ("vehicle_plate", "RTL4821"), ("notes", "Behind the gate")];
    let (path, review) = start(&mut browser, "towing", &changes).await;
    let track = confirm(&mut browser, &path, &review).await.location.unwrap();
    let text = browser.get(&track).await.text();
    for part in ["Piedmont Park", "Tow to Oakland Cemetery", "Blue 2019 Honda Civic, plate RTL4821", "Behind the gate"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    app.done().await;
}

#[tokio::test]
async fn the_review_of_a_form_that_was_booked_leads_to_the_booking() {
    let app = TestApp::new().await;
    let atl = roadside(&app, "atl").await;
    let mut browser = app.browser("atl.localhost");
    let (path, review) = start(&mut browser, "jump-start", &[]).await;
    let track = confirm(&mut browser, &path, &review).await.location.unwrap();
    let again = browser.get(&path).await;
    assert_eq!((again.status, again.location.as_deref()), (StatusCode::SEE_OTHER, Some(track.as_str())));
    only_booking(&app, atl).await;
    app.done().await;
}

#[tokio::test]
async fn the_same_help_is_booked_twice_only_after_a_question() {
    let app = TestApp::new().await;
    let atl = roadside(&app, "atl").await;
    user(&app, atl, "staff", &[Role::Staff]).await;
    let mut browser = app.browser("atl.localhost");
    // Two tabs, each with a form that was reviewed before anything was booked.
    let (first, first_review) = start(&mut browser, "jump-start", &[]).await;
    let (second, second_review) = start(&mut browser, "jump-start", &[("vehicle_make", "HONDA")]).await;
    confirm(&mut browser, &first, &first_review).await;
    let (booked, _) = only_booking(&app, atl).await;

    let asked = confirm(&mut browser, &second, &second_review).await;
    assert_eq!(asked.location.as_deref(), Some(second.as_str()), "the review asks first");
    let question = browser.get(&second).await;
    let said = format!("You already booked this: {}", booked.reference);
    assert!(question.text().contains(&said), "{}", question.text());
    assert!(question.text().contains("Book another anyway for $110.00"), "{}", question.text());
    only_booking(&app, atl).await;

    let another = confirm(&mut browser, &second, &question).await;
    assert!(another.location.unwrap().starts_with("/track/"));
    let bookings: i64 =
        sqlx::query_scalar("select count(*) from bookings").fetch_one(&mut *begin(&app, atl).await).await.unwrap();
    assert_eq!(bookings, 2);
    let mut staff = app.browser("atl.localhost");
    staff.sign_in("staff@example.com").await;
    let page = staff.get(&format!("/admin/bookings/{}", booked.reference)).await;
    assert!(page.text().contains("Possible duplicate"), "{}", page.text());
    app.done().await;
}

#[tokio::test]
async fn of_two_tabs_confirming_at_once_one_is_asked_about_the_duplicate() {
    let app = TestApp::new().await;
    let atl = roadside(&app, "atl").await;
    let (mut one, mut other) = (app.browser("atl.localhost"), app.browser("atl.localhost"));
    let (first, first_review) = start(&mut one, "jump-start", &[]).await;
    let (second, second_review) = start(&mut other, "jump-start", &[]).await;
    let (first, second) =
        tokio::join!(confirm(&mut one, &first, &first_review), confirm(&mut other, &second, &second_review));
    let led: Vec<String> = [first, second].into_iter().filter_map(|reply| reply.location).collect();
    assert_eq!(led.iter().filter(|path| path.starts_with("/track/")).count(), 1, "{led:?}");
    only_booking(&app, atl).await;
    app.done().await;
}

#[tokio::test]
async fn other_help_is_booked_without_a_question() {
    for other in [("vehicle_model", "Accord"), ("phone", "(404) 555-0199"), ("address", "Georgia State Capitol")] {
        let app = TestApp::new().await;
        roadside(&app, "atl").await;
        let mut browser = app.browser("atl.localhost");
        let (path, review) = start(&mut browser, "jump-start", &[]).await;
        confirm(&mut browser, &path, &review).await;
        let (_, review) = start(&mut browser, "jump-start", &[other]).await;
        assert!(!review.text().contains("You already booked this"), "{other:?}: {}", review.text());
        app.done().await;
    }
}

#[tokio::test]
async fn the_form_asks_for_the_place_first_and_the_contact_last_with_the_price_beside_it() {
    let app = TestApp::new().await;
    roadside(&app, "atl").await;
    let mut browser = app.browser("atl.localhost");
    let page = browser.get("/book/jump-start").await;
    let order = ["Where is the car?", "When should we come?", "Your vehicle", "How will you pay?", "Your name"];
    let places = order.map(|text| page.html.find(text).unwrap_or_else(|| panic!("{text}: {}", page.html)));
    assert!(places.is_sorted(), "{places:?}");
    assert!(page.all(".schedule .field-optional").is_empty(), "who chooses a time has to tell it");
    assert!(page.text().contains("Eastern Time"), "{}", page.text());
    assert_eq!(page.all("[aria-label='Price so far'] .price-total dd"), ["$110.00"]);
    let tow = browser.get("/book/towing").await.text();
    assert!(
        tow.contains("Mileage is added at $3.00 a mile") && tow.contains("We'll ask before charging more"),
        "{tow}"
    );
    app.done().await;
}

#[tokio::test]
async fn an_empty_form_shows_errors_under_each_field_and_links_to_them() {
    let app = TestApp::new().await;
    roadside(&app, "atl").await;
    let mut browser = app.browser("atl.localhost");
    let page = browser.get("/book/jump-start").await;
    assert!(
        page.attribute(&format!("form[action^='{START}']"), "novalidate").is_some(),
        "the browser says nothing itself"
    );
    let sent = [("service", "jump-start"), ("when", "scheduled"), ("vehicle_year", "18"), ("payment_method", "cash")];
    let again = browser.submit("/book/jump-start", START, &sent).await;
    let fields =
        ["address", "date", "time", "vehicle_year", "vehicle_make", "vehicle_model", "vehicle_color", "name", "phone"];
    for field in fields {
        let linked = again.all(&format!("#errors a[href='#field-{field}']"));
        assert!(linked.iter().any(|words| !words.is_empty()), "{field}: {}", again.text());
        assert_eq!(again.attribute(&format!("#field-{field}"), "aria-invalid").as_deref(), Some("true"), "{field}");
    }
    assert_eq!(again.all(".field-error").len(), fields.len(), "{}", again.text());
    assert!(again.text().contains("Enter a 4-digit year"), "{}", again.text());
    app.done().await;
}

#[tokio::test]
async fn two_guests_who_share_a_phone_are_two_people() {
    let app = TestApp::new().await;
    let atl = roadside(&app, "atl").await;
    user(&app, atl, "boss", &[Role::Admin]).await;
    let mut browser = app.browser("atl.localhost");
    for (name, address) in [
        ("Field Anna", "Piedmont Park"),
        ("Field Bert", "Georgia State Capitol"),
        ("  field  ANNA ", "Oakland Cemetery"),
    ] {
        let (path, review) =
            start(&mut browser, "jump-start", &[("name", name), ("address", address), ("email", "")]).await;
        confirm(&mut browser, &path, &review).await;
    }
    let customers: Vec<(Id<crate::customers::Customer>, String)> =
        sqlx::query_as("select id, name from customers where phone = '+14045550123' order by name")
            .fetch_all(&mut *begin(&app, atl).await)
            .await
            .unwrap();
    let [(anna, _), (_, bert)] = &customers[..] else { panic!("{customers:?}") };
    assert_eq!(bert, "Field Bert");
    let mut boss = app.browser("atl.localhost");
    boss.sign_in("boss@example.com").await;
    let export = boss.get(&format!("/admin/customers/{anna}/export.json")).await.html;
    assert!(export.contains("Piedmont Park") && export.contains("Oakland"), "{export}");
    assert!(!export.contains("Bert") && !export.contains("Capitol"), "{export}");
    app.done().await;
}

#[tokio::test]
async fn a_guest_books_a_jump_start_without_javascript() {
    let app = TestApp::new().await;
    let atl = roadside(&app, "atl").await;
    let mut browser = app.browser("atl.localhost");
    let choice = browser.get("/book").await;
    assert_eq!(choice.attribute("a[href='/book/jump-start']", "href").as_deref(), Some("/book/jump-start"));
    assert!(browser.get("/book/jump-start").await.text().contains("$100.00"));

    let (path, review) = start(&mut browser, "jump-start", &[("vehicle_plate", "ABC 123")]).await;
    let text = review.text();
    assert!(text.contains("Piedmont Park, Atlanta, GA") && text.contains("Found on the map"), "{text}");
    assert!(text.contains("Blue 2019 Honda Civic, plate ABC 123") && text.contains("Confirm for $110.00"), "{text}");
    let confirmed = confirm(&mut browser, &path, &review).await;
    assert_eq!(confirmed.status, StatusCode::SEE_OTHER);
    assert!(confirmed.location.as_deref().is_some_and(|to| to.starts_with("/track/")), "{:?}", confirmed.location);

    let (booking, quote) = only_booking(&app, atl).await;
    assert_eq!((booking.phase, booking.waits_for), (Phase::Confirmed, Some(WaitsFor::Provider)));
    assert_eq!(booking.location_source, LocationSource::Place);
    assert_eq!((quote.total(), quote.ceiling()), (Amount(11_000), Amount(11_000)));
    let mut tx = begin(&app, atl).await;
    let (kind, skills): (String, Vec<String>) =
        sqlx::query_as("select kind, skills from jobs join job_bookings on job_id = id where booking_id = $1")
            .bind(booking.id)
            .fetch_one(&mut *tx)
            .await
            .unwrap();
    assert_eq!((kind.as_str(), skills), ("jump-start", vec!["jump-start".to_owned()]));
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn a_tow_between_two_known_places_costs_its_miles_and_a_bit_of_room() {
    let app = TestApp::new().await;
    let atl = roadside(&app, "atl").await;
    let mut browser = app.browser("atl.localhost");
    let (path, review) = start(&mut browser, "towing", &[("destination", "Lenox Square")]).await;
    confirm(&mut browser, &path, &review).await;
    let (booking, quote) = only_booking(&app, atl).await;
    let mut tx = begin(&app, atl).await;
    let details = store::find(&mut tx, booking.id).await.unwrap().unwrap();
    let miles = details.estimated_miles.unwrap();
    assert!((40..90).contains(&miles.tenths()), "{miles} miles from the park to the mall");
    assert_eq!(quote.total(), Amount(13_750 + i64::from(miles.tenths()) * 33));
    assert_eq!(quote.ceiling(), Amount(13_750 + i64::from(miles.with_headroom().tenths()) * 33));
    assert!(review.text().contains(&format!("About {miles} miles")));
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn a_tow_with_an_unknown_end_gets_a_ceiling_the_customer_approves() {
    let app = TestApp::new().await;
    let atl = roadside(&app, "atl").await;
    let mut browser = app.browser("atl.localhost");
    for destination in ["", "my cousin's garage"] {
        let (path, review) = start(&mut browser, "towing", &[("destination", destination)]).await;
        let text = review.text();
        assert!(text.contains("From $137.50") && text.contains("At most $220.00"), "25 miles at $3, with tax: {text}");
        if destination.is_empty() {
            confirm(&mut browser, &path, &review).await;
        }
    }
    let (_, quote) = only_booking(&app, atl).await;
    assert_eq!((quote.total(), quote.ceiling()), (Amount(13_750), Amount(22_000)));
    app.done().await;
}

#[tokio::test]
async fn an_unknown_place_can_be_booked_and_staff_are_alerted() {
    let app = TestApp::new().await;
    let atl = roadside(&app, "atl").await;
    let mut browser = app.browser("atl.localhost");
    let (path, review) = start(&mut browser, "jump-start", &[("address", "the dirt road behind the barn")]).await;
    assert!(review.text().contains("We couldn't find this on the map"), "{}", review.text());
    confirm(&mut browser, &path, &review).await;
    let (booking, _) = only_booking(&app, atl).await;
    assert_eq!((booking.waits_for, booking.point), (Some(WaitsFor::Location), None));
    let mut tx = begin(&app, atl).await;
    assert_eq!(bookings::store::open_alerts(&mut tx).await.unwrap().0.len(), 1);
    let dispatch_at: Option<DateTime<Utc>> =
        sqlx::query_scalar("select dispatch_at from jobs").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(dispatch_at, None, "nobody is sent to an unknown place");
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn an_ambiguous_place_is_asked_about() {
    let app = TestApp::new().await;
    let atl = roadside(&app, "atl").await;
    let mut browser = app.browser("atl.localhost");
    let (path, asked) = start(&mut browser, "jump-start", &[("address", "1280 Peachtree St, Atlanta, GA 30309")]).await;
    assert!(asked.text().contains("Which place is it?") && asked.text().contains("30309, Atlanta, GA"));
    let draft = asked.attribute("input[name=draft]", "value").unwrap();

    let nothing = browser.submit(&path, CHOOSE, &[("draft", &draft)]).await;
    assert!(nothing.text().contains("Choose one of these places"), "{}", nothing.text());
    let forged = browser.submit(&path, CHOOSE, &[("draft", &draft), ("address", "1,2")]).await;
    assert!(forged.text().contains("Choose one of these places"), "{}", forged.text());

    let choice = asked.attribute("input[type=radio][name=address]", "value").unwrap();
    let chosen = browser.post(&path, CHOOSE, &[("draft", &draft), ("address", &choice)]).await;
    let path = chosen.location.unwrap();
    let review = browser.get(&path).await;
    confirm(&mut browser, &path, &review).await;
    let (booking, _) = only_booking(&app, atl).await;
    assert_eq!(booking.address, "1280 Peachtree St, Atlanta, GA 30309", "an area doesn't replace the address");
    assert_eq!(booking.point.unwrap().to_string(), choice);
    app.done().await;
}

#[tokio::test]
async fn none_of_these_places_is_an_answer_too() {
    let app = TestApp::new().await;
    roadside(&app, "atl").await;
    let mut browser = app.browser("atl.localhost");
    let (path, asked) = start(&mut browser, "jump-start", &[("address", "30309")]).await;
    let draft = asked.attribute("input[name=draft]", "value").unwrap();
    let review = browser.submit(&path, CHOOSE, &[("draft", &draft), ("address", "none")]).await;
    assert!(review.text().contains("We couldn't find this on the map"), "{}", review.text());
    app.done().await;
}

#[tokio::test]
async fn confirming_twice_makes_one_booking() {
    let app = TestApp::new().await;
    let atl = roadside(&app, "atl").await;
    let mut browser = app.browser("atl.localhost");
    let (path, review) = start(&mut browser, "jump-start", &[]).await;
    let mut second = browser.clone();
    let (one, two) = tokio::join!(confirm(&mut browser, &path, &review), confirm(&mut second, &path, &review));
    let again = confirm(&mut browser, &path, &review).await;
    assert_eq!(one.location, two.location);
    assert_eq!(one.location, again.location);
    only_booking(&app, atl).await;
    app.done().await;
}

#[tokio::test]
async fn the_review_names_no_cancellation_fee_above_the_price() {
    let app = TestApp::new().await;
    let atl = roadside(&app, "atl").await;
    let mut tx = begin(&app, atl).await;
    let service = catalog::store::find_by_slug(&mut tx, "jump-start").await.unwrap().unwrap().service.id;
    price(&mut tx, service, 4_000, None).await;
    tx.commit().await.unwrap();
    let (_, review) = start(&mut app.browser("atl.localhost"), "jump-start", &[]).await;
    assert!(review.text().contains("Then it costs $35.00, or $44.00 once"), "{}", review.text());
    app.done().await;
}

#[tokio::test]
async fn nobody_pays_a_price_they_have_not_seen() {
    let app = TestApp::new().await;
    let atl = roadside(&app, "atl").await;
    let mut browser = app.browser("atl.localhost");
    let (path, review) = start(&mut browser, "jump-start", &[]).await;
    app.pass(chrono::TimeDelta::minutes(1)).await;
    let mut tx = begin(&app, atl).await;
    let service = catalog::store::find_by_slug(&mut tx, "jump-start").await.unwrap().unwrap().service.id;
    price(&mut tx, service, 12_000, None).await;
    tx.commit().await.unwrap();
    let refused = confirm(&mut browser, &path, &review).await;
    assert_eq!(path_of(refused.location.as_deref()), "/book/jump-start/review");
    let review = browser.get(&path).await;
    assert!(review.text().contains("The price has changed") && review.text().contains("$120.00"), "{}", review.text());
    confirm(&mut browser, &path, &review).await;
    assert_eq!(only_booking(&app, atl).await.1.total(), Amount(13_200));
    app.done().await;
}

#[tokio::test]
async fn a_rejected_form_shows_typed_values_and_an_error_beside_each_field() {
    let app = TestApp::new().await;
    roadside(&app, "atl").await;
    let mut browser = app.browser("atl.localhost");
    let changes =
        [("phone", "12"), ("vehicle_year", "2091"), ("notes", "Gate <b>4711</b>"), ("destination", "Somewhere")];
    let (_, form) = start(&mut browser, "towing", &changes).await;
    assert_eq!(form.attribute("input[name=phone]", "value").as_deref(), Some("12"));
    assert_eq!(form.attribute("input[name=address]", "value").as_deref(), Some("Piedmont Park"));
    assert_eq!(form.attribute("input[name=destination]", "value").as_deref(), Some("Somewhere"));
    assert_eq!(form.attribute("input[name=vehicle_make]", "value").as_deref(), Some("Honda"));
    assert_eq!(form.all("textarea[name=notes]"), ["Gate <b>4711</b>"]);
    assert!(!form.all("#field-phone-error").is_empty() && !form.all("#field-vehicle_year-error").is_empty());
    app.done().await;
}

#[tokio::test]
async fn going_back_from_the_review_keeps_everything() {
    let app = TestApp::new().await;
    roadside(&app, "atl").await;
    let mut browser = app.browser("atl.localhost");
    let (_, review) = start(&mut browser, "jump-start", &[("notes", "Level 2")]).await;
    let back = review.attribute("a[href^='/book/jump-start?draft=']", "href").unwrap();
    let form = browser.get(&back).await;
    assert_eq!(form.attribute("input[name=name]", "value").as_deref(), Some("Dana Reed"));
    assert_eq!(form.all("textarea[name=notes]"), ["Level 2"]);
    assert_eq!(form.attribute("input[name=source]", "value").as_deref(), Some("place"), "the place found stays");
    assert!(form.all(".field-error").is_empty());
    app.done().await;
}

#[tokio::test]
async fn a_position_of_the_device_gets_words_and_other_words_make_it_void() {
    let app = TestApp::new().await;
    let atl = roadside(&app, "atl").await;
    let mut browser = app.browser("atl.localhost");
    let device = [("latitude", "33.7853"), ("longitude", "-84.3741"), ("source", "device"), ("address", "")];
    let (path, review) = start(&mut browser, "jump-start", &device).await;
    assert!(review.text().contains("Near Piedmont Park") && review.text().contains("Your device's location"));
    confirm(&mut browser, &path, &review).await;
    assert_eq!(only_booking(&app, atl).await.0.location_source, LocationSource::Device);
    let retyped = [device[0], device[1], device[2], ("address", "the old mill"), ("placed", "Piedmont Park")];
    let (_, review) = start(&mut browser, "jump-start", &retyped).await;
    assert!(review.text().contains("We couldn't find this on the map"), "{}", review.text());
    app.done().await;
}

#[tokio::test]
async fn coordinates_typed_as_the_address_are_the_place() {
    let app = TestApp::new().await;
    let atl = roadside(&app, "atl").await;
    let mut browser = app.browser("atl.localhost");
    for address in ["33.7853, -84.3741", "33°47'07.1\"N 84°22'26.8\"W", "https://maps.google.com/?q=33.7853,-84.3741"]
    {
        let (_, review) = start(&mut browser, "jump-start", &[("address", address)]).await;
        assert!(review.text().contains("Near Piedmont Park"), "{address}: {}", review.text());
    }
    let (path, review) = start(&mut browser, "jump-start", &[("address", "33.7853, -84.3741")]).await;
    confirm(&mut browser, &path, &review).await;
    let point = only_booking(&app, atl).await.0.point.unwrap();
    assert!(point.distance_to(engine::GeoPoint::new(33.7853, -84.3741).unwrap()).0 < 1.0);
    app.done().await;
}

#[tokio::test]
async fn a_scheduled_time_is_read_in_the_tenants_zone() {
    let app = TestApp::new().await; // noon of 3 March 2026 in Atlanta
    let atl = roadside(&app, "atl").await;
    let mut browser = app.browser("atl.localhost");
    let at = |date, time| [("when", "scheduled"), ("date", date), ("time", time)];
    let refused = [
        (at("2026-03-08", "02:30"), "time", "skip this time"),
        (at("2026-03-03", "11:59"), "time", "is past"),
        (at("2026-06-03", "12:00"), "date", "too far ahead"),
        (at("", "12:00"), "date", "like 2026-12-24"),
        (at("2026-03-04", "noon"), "time", "like 14:30"),
        (at("2026-02-30", "12:00"), "date", "Choose a day"),
    ];
    for (changes, field, why) in refused {
        let (_, form) = start(&mut browser, "jump-start", &changes).await;
        let errors = form.all(&format!("#field-{field}-error"));
        assert!(errors.iter().any(|error| error.contains(why)), "{changes:?}: {errors:?}");
    }
    for (date, time) in [("3/8/2026", "3:30 am"), ("08.03.2026", "03.30"), ("2026-03-08", "03:30:00")] {
        let (path, review) = start(&mut browser, "jump-start", &at(date, time)).await;
        assert!(review.text().contains("Sun, Mar 8, 3:30 AM EDT"), "{}", review.text());
        let again = browser.get(&path.replace("/review", "")).await;
        let shown = ["date", "time"].map(|field| again.attribute(&format!("#field-{field}"), "value").unwrap());
        assert_eq!(shown, ["2026-03-08", "03:30"], "as the fields of the browser know it");
    }
    let (path, review) = start(&mut browser, "jump-start", &at("2026-03-08", "03:30")).await;
    confirm(&mut browser, &path, &review).await;
    let booked = only_booking(&app, atl).await.0.scheduled_at.unwrap();
    assert_eq!(booked, "2026-03-08T07:30:00Z".parse::<DateTime<Utc>>().unwrap());
    app.done().await;
}

#[tokio::test]
async fn a_time_that_passed_during_the_review_is_an_error_on_the_form() {
    let app = TestApp::new().await;
    roadside(&app, "atl").await;
    let mut browser = app.browser("atl.localhost");
    let soon = [("when", "scheduled"), ("date", "2026-03-03"), ("time", "13:00")];
    let (path, review) = start(&mut browser, "jump-start", &soon).await;
    app.pass(chrono::TimeDelta::hours(2)).await;
    let late = confirm(&mut browser, &path, &review).await;
    let form = browser.get(late.location.as_deref().unwrap()).await;
    assert!(form.all("#field-time-error").iter().any(|error| error.contains("is past")));
    assert_eq!(form.attribute("input[name=name]", "value").as_deref(), Some("Dana Reed"));
    assert!(browser.get(&path).await.text().contains("is past"), "the review says so, too");
    app.done().await;
}

#[tokio::test]
async fn an_expired_form_is_no_fault_of_anybody() {
    let app = TestApp::new().await;
    roadside(&app, "atl").await;
    let mut browser = app.browser("atl.localhost");
    let (path, review) = start(&mut browser, "jump-start", &[]).await;
    app.pass(chrono::TimeDelta::hours(7)).await;
    let late = confirm(&mut browser, &path, &review).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert_eq!(browser.get(&path).await.location.as_deref(), Some("/book/jump-start"));
    app.done().await;
}

#[tokio::test]
async fn foreign_and_unknown_services_are_not_found_and_inactive_ones_say_so() {
    let app = TestApp::new().await;
    let atl = roadside(&app, "atl").await;
    let other = tenant(&app, "other").await;
    service(&app, other, "lockout", 13_500, None).await;
    let mut browser = app.browser("atl.localhost");
    for path in ["/book/lockout", "/book/unknown", "/book/lockout/review?draft=x", "/book/%00"] {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let posted = browser.post("/book/lockout", START, &filled("lockout", &[])).await;
    assert_eq!(posted.status, StatusCode::NOT_FOUND);

    let (path, review) = start(&mut browser, "jump-start", &[]).await;
    let mut tx = begin(&app, atl).await;
    let service = catalog::store::find_by_slug(&mut tx, "jump-start").await.unwrap().unwrap().service;
    catalog::store::set_status(&mut tx, service.id, &service.pause().unwrap()).await.unwrap();
    tx.commit().await.unwrap();
    assert!(browser.get("/book/jump-start").await.text().contains("can't be booked right now"));
    assert!(browser.get(&path).await.text().contains("can't be booked right now"));
    assert_eq!(confirm(&mut browser, &path, &review).await.status, StatusCode::CONFLICT);
    assert!(browser.get("/book").await.all("a[href='/book/jump-start']").is_empty());
    app.done().await;
}

#[tokio::test]
async fn no_field_value_causes_a_server_error() {
    let app = TestApp::new().await;
    roadside(&app, "atl").await;
    let mut browser = app.browser("atl.localhost");
    let long = "x".repeat(5_000);
    for (field, _) in
        filled("towing", &[("destination", ""), ("notes", ""), ("vehicle_plate", ""), ("saved_vehicle", "")])
    {
        for value in ["", long.as_str(), "\u{0}\u{7f}", "💥", "-1", "<script>", "9e99", "none"] {
            let reply = browser.post("/book/towing", START, &filled("towing", &[(field, value)])).await;
            let fine = [StatusCode::SEE_OTHER, StatusCode::UNPROCESSABLE_ENTITY, StatusCode::NOT_FOUND]
                .contains(&reply.status);
            assert!(fine, "{field}={value:.20}: {} {}", reply.status, reply.text());
            if let Some(next) = reply.location {
                assert_eq!(browser.get(&next).await.status, StatusCode::OK, "{field}={value:.20}");
            }
        }
    }
    for action in [START, CHOOSE, CONFIRM] {
        let reply = browser.post("/book/towing", action, &[]).await;
        assert!(reply.status.is_client_error(), "{action}: {}", reply.status);
    }
    app.done().await;
}

#[tokio::test]
async fn somebody_with_an_account_picks_the_vehicle_of_last_time() {
    let app = TestApp::new().await;
    let atl = roadside(&app, "atl").await;
    let ann = user(&app, atl, "ann", &[Role::Customer]).await;
    let mut browser = app.browser("atl.localhost");
    browser.sign_in("ann@example.com").await;
    assert_eq!(
        browser.get("/book/jump-start").await.attribute("input[name=email]", "value").as_deref(),
        Some("ann@example.com")
    );
    for _ in 0..2 {
        let (path, review) = start(&mut browser, "jump-start", &[]).await;
        confirm(&mut browser, &path, &review).await;
    }
    let mut tx = begin(&app, atl).await;
    let saved = vehicles::list_of_user(&mut tx, ann).await.unwrap();
    drop(tx);
    assert_eq!(saved.len(), 1, "the same car is kept once");
    let id = saved[0].id.to_string();
    let form = browser.get("/book/jump-start").await;
    assert_eq!(form.attribute("input[name=saved_vehicle]", "value"), Some(id.clone()));
    let blank = [
        ("saved_vehicle", id.as_str()),
        ("vehicle_year", ""),
        ("vehicle_make", ""),
        ("vehicle_model", ""),
        ("vehicle_color", ""),
    ];
    let (_, review) = start(&mut browser, "jump-start", &blank).await;
    assert!(review.text().contains("Blue 2019 Honda Civic"), "{}", review.text());
    let (_, form) = start(&mut app.browser("atl.localhost"), "jump-start", &blank).await;
    assert!(form.text().contains("Choose one of your vehicles"), "a guest can't name somebody's car");
    app.done().await;
}

#[test]
fn a_form_survives_being_kept() {
    let form = RoadsideForm { service: "towing".into(), notes: "a\nb".into(), ..RoadsideForm::default() };
    assert_eq!(RoadsideForm::from_values(&form.values()), form);
    assert_eq!(RoadsideForm::from_values(&std::collections::BTreeMap::new()), RoadsideForm::default());
}

#[test]
fn a_place_is_asked_for_by_the_code_that_people_there_know() {
    let read = |tenant: &Tenant| {
        let now = "2026-03-03T17:00:00Z".parse().unwrap();
        let errors = Reader { tenant, asks_destination: false, rules: &ServiceRules::default(), saved: &[], now }
            .read(&RoadsideForm::default());
        errors.unwrap_err().0["address"].clone()
    };
    assert_eq!(read(&atlanta()), "Tell us where: an address, a place or a ZIP code.");
    let leeds = Tenant { region: "GB".into(), ..atlanta() };
    assert_eq!(read(&leeds), "Tell us where: an address, a place or a postcode.");
}

#[test]
fn a_number_is_written_so_that_it_can_be_read_again_where_it_is_from_elsewhere_too() {
    let tenant = atlanta();
    for (number, written) in [("+14045550123", "(404) 555-0123"), ("+442079460123", "+44 207 946 0123")] {
        let phone: engine::Phone = number.parse().unwrap();
        assert_eq!(tenant.written_phone(&phone), written);
        assert_eq!(engine::Phone::parse(written, &tenant.region).unwrap(), phone);
    }
}

fn atlanta() -> Tenant {
    Tenant {
        id: Id::new(),
        slug: "atl".into(),
        name: "ATL".into(),
        tagline: String::new(),
        coverage: String::new(),
        status: crate::tenants::Status::Active,
        status_reason: None,
        plan: crate::tenants::Plan::Standard,
        primary_host: None,
        maintenance: None,
        zone: "America/New_York".parse().unwrap(),
        currency: engine::Currency::Usd,
        locale: engine::Locale::EnUs,
        locales: Vec::new(),
        region: "US".into(),
        reference_prefix: "RA".into(),
        phone: "+14045550100".into(),
        spoken_phone: "(404) 555-0100".into(),
        email: "hello@example.com".into(),
        colors: crate::ui::BrandColors::new("#000000".parse().unwrap(), "#000000".parse().unwrap()),
        logo_hash: None,
        inline_logo: None,
        center: engine::GeoPoint::new(33.75, -84.39).unwrap(),
        verticals: vec![Vertical::Roadside],
        settings: crate::tenants::Settings::default(),
    }
}

proptest! {
    #[test]
    fn any_input_gives_a_request_or_field_errors(
        texts in prop::collection::vec(any::<String>(), 12),
        date in "[0-9]{4}-[0-9]{2}-[0-9]{2}|\\PC*",
        time in "[0-9]{2}:[0-9]{2}|\\PC*",
        asks_destination in any::<bool>(),
    ) {
        let [address, destination, year, make, model, color, plate, name, phone, email, payment, notes] = &texts[..] else { unreachable!() };
        let form = RoadsideForm {
            address: address.clone(), destination: destination.clone(), vehicle_year: year.clone(), vehicle_make: make.clone(),
            vehicle_model: model.clone(), vehicle_color: color.clone(), vehicle_plate: plate.clone(), when: "scheduled".into(), date, time,
            name: name.clone(), phone: phone.clone(), email: email.clone(), payment_method: payment.clone(), notes: notes.clone(),
            ..RoadsideForm::default()
        };
        let tenant = atlanta();
        let now = "2026-03-03T17:00:00Z".parse().unwrap();
        let read = Reader { tenant: &tenant, asks_destination, rules: &ServiceRules::default(), saved: &[], now }.read(&form);
        prop_assert!(read.is_ok() || read.is_err_and(|errors| !errors.is_empty()));
    }
}

#[tokio::test]
async fn the_rules_of_a_service_are_said_beside_the_time_and_a_request_waits_for_an_answer() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let jump = service(&app, atl, "jump-start", 10_000, None).await;
    let rules = ServiceRules { notice_minutes: 120, horizon_days: 7, instant: false, ..ServiceRules::default() };
    let mut tx = begin(&app, atl).await;
    catalog::store::set_rules(&mut tx, jump, &rules).await.unwrap();
    tx.commit().await.unwrap();
    let mut browser = app.browser("atl.localhost");
    let form = browser.get("/book/jump-start").await;
    assert!(form.all("input[name=when][type=radio]").is_empty(), "it can't be now");
    assert!(form.text().contains("At least 2 hours from now."), "{}", form.text());
    assert!(form.text().contains("we confirm it, or not, within 1 day."), "{}", form.text());
    for (when, date, time, field, error) in [
        ("now", "", "", "when", "Choose a time. This is booked at least 2 hours before."),
        ("scheduled", "2026-03-03", "13:59", "time", "That is too soon. This is booked at least 2 hours before."),
        ("scheduled", "2026-03-11", "12:00", "date", "You can book up to 7 days in advance."),
    ] {
        let (_, page) = start(&mut browser, "jump-start", &[("when", when), ("date", date), ("time", time)]).await;
        let shown = page.all(&format!("#field-{field}-error")).join("");
        assert!(shown.contains(error), "{field}: {shown} {}", page.text());
    }
    let (path, review) =
        start(&mut browser, "jump-start", &[("when", "scheduled"), ("date", "2026-03-03"), ("time", "14:00")]).await;
    assert!(review.text().contains("We tell you by Tue, Mar 3, 2:00"), "{}", review.text());
    assert!(review.text().contains("Send request for $110.00"), "{}", review.text());
    let track = confirm(&mut browser, &path, &review).await.location.unwrap();
    let (booking, _) = only_booking(&app, atl).await;
    assert_eq!((booking.phase, booking.expires_at), (Phase::Pending, booking.scheduled_at));

    let asked = browser.get(path_of(Some(&track))).await;
    assert_eq!(asked.all("[aria-current=step] .step-label"), ["Requested"]);
    assert_eq!(asked.all(".timeline-label"), ["Requested"]);
    user(&app, atl, "stan", &[Role::Staff]).await;
    let mut stan = app.browser("atl.localhost");
    stan.sign_in("stan@example.com").await;
    let (id, page) = (booking.id.to_string(), format!("/admin/bookings/{}", booking.reference));
    let no = [("booking", id.as_str()), ("reason", "We are full that day")];
    stan.submit(&page, "/api/decline_booking", &no).await;
    let declined = browser.get(path_of(Some(&track))).await;
    assert_eq!(declined.all("h1"), ["We can't take this request"]);
    assert!(declined.text().contains("We are full that day. Nothing to pay."), "{}", declined.text());
    app.done().await;
}
