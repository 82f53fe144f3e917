use axum::http::StatusCode;
use chrono::TimeDelta;
use leptos::server_fn::ServerFn;

use super::{assign, complete, report};
use crate::{
    bookings::messages::{self, Kind},
    dispatch::{JobState, Outcome},
    fulfilment,
    identity::Role,
    reviews::actions::ReviewBooking,
    tenants,
    testing::{TestApp, begin, booking, on_duty, own_booking, place, provider, queries_of, service, tenant, user},
};

const CANCEL: &str = "/api/cancel_booking";

#[tokio::test]
async fn the_tracking_page_shows_the_status_of_the_booking() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let jump = service(&app, atl, "jump-start", 10_000, None).await;
    let marcus = provider(&app, atl, "Marcus Johnson", None, &["jump-start"]).await;
    let booked = booking(&app, atl, jump).await;
    let path = format!("/track/{}", booked.token);
    let mut phone = app.browser("atl.localhost");

    let waiting = phone.get(&path).await;
    assert_eq!(waiting.all("h1"), ["Finding someone near you"]);
    assert_eq!(waiting.all("[aria-current=step] .step-label"), ["Booked"]);
    assert!(waiting.text().contains("$100.00"), "{}", waiting.text());

    assign(&app, atl, &booked, marcus).await;
    report(&app, atl, &booked, marcus, &[JobState::EnRoute]).await;
    let coming = phone.get(&path).await;
    let text = coming.text();
    assert_eq!(coming.all("h1"), ["Marcus is on the way"]);
    assert!(text.contains("white Ford F-450") && text.contains("Arrives in about"), "{text}");
    assert!(!text.contains("Johnson"), "customers know providers by their first name: {text}");
    assert_eq!(coming.attribute(".wide a[href^='tel:']", "href").as_deref(), Some("tel:+1 404-555-0177"));

    report(&app, atl, &booked, marcus, &[JobState::Arrived]).await;
    assert_eq!(phone.get(&path).await.all("h1"), ["Marcus is here"]);
    app.done().await;
}

#[tokio::test]
async fn an_arrival_says_how_old_the_position_is() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let jump = service(&app, atl, "jump-start", 10_000, None).await;
    let marcus = provider(&app, atl, "Marcus", None, &["jump-start"]).await;
    on_duty(&app, atl, marcus, engine::GeoPoint::new(33.749, -84.388).unwrap()).await;
    let booked = booking(&app, atl, jump).await;
    assign(&app, atl, &booked, marcus).await;
    report(&app, atl, &booked, marcus, &[JobState::EnRoute]).await;
    let path = format!("/track/{}", booked.token);
    let mut phone = app.browser("atl.localhost");

    app.app.db.clock.advance(TimeDelta::minutes(2));
    let fresh = phone.get(&path).await.text();
    assert!(fresh.contains("miles away. Updated 2 min ago."), "{fresh}");

    app.app.db.clock.advance(TimeDelta::minutes(20));
    let stale = phone.get(&path).await.text();
    assert!(stale.contains("was last seen at") && !stale.contains("miles away"), "{stale}");
    app.done().await;
}

#[tokio::test]
async fn a_link_opens_one_booking_of_one_tenant_and_nothing_else() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    tenant(&app, "other").await;
    let jump = service(&app, atl, "jump-start", 10_000, None).await;
    let booked = booking(&app, atl, jump).await;
    let token = &booked.token;
    for path in [format!("/track/{token}"), format!("/b/{token}"), format!("/b/{token}/cancel")] {
        assert_eq!(app.browser("atl.localhost").get(&path).await.status, StatusCode::OK, "{path}");
        assert_eq!(app.browser("other.localhost").get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for path in ["/track/nonsense", "/b/nonsense", "/b/nonsense/cancel", "/track/%00%ff", "/live/track/nonsense"] {
        let status = app.browser("atl.localhost").get(path).await.status;
        assert!(status.is_client_error(), "{path}: {status}");
    }
    app.done().await;
}

#[tokio::test]
async fn the_tracking_page_closes_after_an_hour_and_the_link_after_thirty_days() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let jump = service(&app, atl, "jump-start", 10_000, None).await;
    let marcus = provider(&app, atl, "Marcus", None, &["jump-start"]).await;
    let booked = booking(&app, atl, jump).await;
    complete(&app, atl, &booked, marcus, None).await;
    let mut phone = app.browser("atl.localhost");
    let (track, manage) = (format!("/track/{}", booked.token), format!("/b/{}", booked.token));
    let done = phone.get(&track).await;
    assert_eq!(done.all("h1"), ["All done"]);
    let rate = format!(".wide a[href='{manage}']");
    assert_eq!(done.all(&rate), ["Rate Marcus"]);
    phone.post(&manage, ReviewBooking::PATH, &[("token", &booked.token), ("rating", "5")]).await;
    assert!(phone.get(&track).await.all(&rate).is_empty(), "they have rated it");
    app.app.db.clock.advance(TimeDelta::minutes(61));
    assert_eq!(phone.get(&track).await.location.as_deref(), Some(manage.as_str()));
    assert_eq!(phone.get(&manage).await.status, StatusCode::OK);
    app.app.db.clock.advance(TimeDelta::days(30));
    assert_eq!(phone.get(&manage).await.status, StatusCode::NOT_FOUND);
    app.done().await;
}

#[tokio::test]
async fn the_link_of_a_booking_that_was_missed_lasts_from_its_end() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let jump = service(&app, atl, "jump-start", 10_000, None).await;
    let marcus = provider(&app, atl, "Marcus", None, &["jump-start"]).await;
    let booked = booking(&app, atl, jump).await;
    app.app.db.clock.advance(TimeDelta::days(45));
    assign(&app, atl, &booked, marcus).await;
    report(&app, atl, &booked, marcus, &[JobState::EnRoute, JobState::Arrived]).await;
    let mut tx = begin(&app, atl).await;
    let of = tenants::find_by_id(&mut tx, atl).await.unwrap().unwrap();
    fulfilment::give_up(&mut tx, &of, marcus, booked.job, Outcome::GoneOnArrival, None).await.unwrap();
    tx.commit().await.unwrap();

    let mut phone = app.browser("atl.localhost");
    let (track, manage) = (format!("/track/{}", booked.token), format!("/b/{}", booked.token));
    assert_eq!(phone.get(&track).await.all("h1"), ["We missed you"]);
    app.app.db.clock.advance(TimeDelta::days(30));
    let page = phone.get(&manage).await;
    assert!(page.text().contains("$60.00 to pay. Call us at (404) 555-0100"), "{}", page.text());
    app.app.db.clock.advance(TimeDelta::minutes(1));
    assert_eq!(phone.get(&manage).await.status, StatusCode::NOT_FOUND);
    app.done().await;
}

#[tokio::test]
async fn the_tracking_page_can_be_kept_and_reloaded_without_javascript() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let jump = service(&app, atl, "jump-start", 10_000, None).await;
    let booked = booking(&app, atl, jump).await;
    let path = format!("/track/{}", booked.token);
    let page = app.browser("atl.localhost").get(&path).await;
    let url = format!("http://atl.localhost{path}");
    assert_eq!(page.attribute("input[readonly]", "value").as_deref(), Some(url.as_str()));
    let shared = page.attribute("a[href^='sms:']", "href").unwrap();
    assert!(shared.contains("http%3A%2F%2Fatl.localhost%2Ftrack%2F") && !shared.contains('+'), "{shared}");
    assert!(page.attribute("a[href^='mailto:']", "href").is_some());
    assert_eq!(page.attribute(".unscripted-only a", "href").as_deref(), Some(path.as_str()));
    let text = page.text();
    assert!(text.contains("We also send it to d…@example.com and to the phone number ending in 23."), "{text}");
    assert!(!text.contains("dana@example.com"), "{text}");
    app.done().await;
}

#[tokio::test]
async fn the_tracking_page_names_no_address_the_link_could_not_be_sent_to() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let jump = service(&app, atl, "jump-start", 10_000, None).await;
    let booked = booking(&app, atl, jump).await;
    let mut tx = begin(&app, atl).await;
    messages::tell(&mut tx, booked.id, Kind::Booked).await.unwrap();
    tx.commit().await.unwrap();
    app.drain().await;
    let mut tx = begin(&app, atl).await;
    sqlx::query("update notifications set status = 'failed', sealed_content = null where channel = 'email'")
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let text = app.browser("atl.localhost").get(&format!("/track/{}", booked.token)).await.text();
    assert!(text.contains("We also send it to the phone number ending in 23."), "{text}");
    app.done().await;
}

#[tokio::test]
async fn the_fee_of_a_cancelled_booking_says_how_to_pay_it_without_a_provider() {
    for (handle, way) in
        [("null", "$35.00 to pay. Call us at"), ("'$peachtow'", "$35.00 to pay by CashApp to $peachtow. Add RA-")]
    {
        let app = TestApp::new().await;
        let atl = tenant(&app, "atl").await;
        let set = format!(
            "update platform.tenants set settings = settings || jsonb_build_object('cashapp_handle', {handle}::text)"
        );
        sqlx::query(sqlx::AssertSqlSafe(set)).execute(&mut app.database.owner().await).await.unwrap();
        let jump = service(&app, atl, "jump-start", 10_000, None).await;
        let marcus = provider(&app, atl, "Marcus", None, &["jump-start"]).await;
        let booked = booking(&app, atl, jump).await;
        assign(&app, atl, &booked, marcus).await;
        let token = booked.token.as_str();
        let mut phone = app.browser("atl.localhost");
        let asked = phone.get(&format!("/b/{token}/cancel")).await.text();
        let before =
            if handle == "null" { "After you cancel, call us at" } else { "You pay it by CashApp to $peachtow." };
        assert!(asked.contains(before), "{asked}");
        phone.submit(&format!("/b/{token}/cancel"), CANCEL, &[("token", token), ("fee", "3500")]).await;
        for path in [format!("/b/{token}"), format!("/track/{token}")] {
            let text = phone.get(&path).await.text();
            assert!(text.contains(way) && !text.contains("in cash"), "{path}: {text}");
        }
        app.done().await;
    }
}

#[tokio::test]
async fn the_fee_and_its_reason_are_shown_before_cancelling() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let jump = service(&app, atl, "jump-start", 10_000, None).await;
    let marcus = provider(&app, atl, "Marcus", None, &["jump-start"]).await;
    let booked = booking(&app, atl, jump).await;
    let token = booked.token.as_str();
    let path = format!("/b/{token}/cancel");
    let mut phone = app.browser("atl.localhost");

    let free = phone.get(&path).await;
    assert!(free.text().contains("cancelling is free") && free.text().contains("$0.00"), "{}", free.text());

    assign(&app, atl, &booked, marcus).await;
    let changed = phone.submit(&path, CANCEL, &[("token", token), ("fee", "0")]).await;
    assert!(changed.text().contains("$35.00") && changed.text().contains("fee has changed"), "{}", changed.text());

    let cancelled = phone.submit(&path, CANCEL, &[("token", token), ("fee", "3500"), ("reason", "Found help")]).await;
    assert!(cancelled.text().contains("This booking is cancelled"), "{}", cancelled.text());
    assert!(cancelled.text().contains("$35.00") && !cancelled.text().contains("$100.00"), "{}", cancelled.text());
    let again = phone.post(&path, CANCEL, &[("token", token), ("fee", "3500")]).await;
    assert_eq!(again.location, Some(format!("/b/{token}")), "a second tap changes nothing");
    assert_eq!(phone.get(&path).await.location, Some(format!("/b/{token}")), "there is nothing left to cancel");
    app.done().await;
}

#[tokio::test]
async fn a_request_no_form_would_send_is_never_our_fault() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let jump = service(&app, atl, "jump-start", 10_000, None).await;
    let booked = booking(&app, atl, jump).await;
    let token = booked.token.as_str();
    let path = format!("/b/{token}/cancel");
    let long = "x".repeat(501);
    let mut phone = app.browser("atl.localhost");
    let requests: [(&[(&str, &str)], StatusCode); 9] = [
        (&[], StatusCode::BAD_REQUEST),
        (&[("token", "nonsense"), ("fee", "0")], StatusCode::NOT_FOUND),
        (&[("token", "\0"), ("fee", "0")], StatusCode::NOT_FOUND),
        (&[("token", token), ("fee", "0"), ("reason", "\0"), ("\0", "\0")], StatusCode::SEE_OTHER), // shown again
        (&[("token", token)], StatusCode::BAD_REQUEST),
        (&[("token", token), ("fee", "free")], StatusCode::BAD_REQUEST),
        (&[("token", token), ("fee", "99999999999999999999")], StatusCode::BAD_REQUEST),
        (&[("reference", "RA-7K3M9Q"), ("fee", "0")], StatusCode::SEE_OTHER), // asks to sign in
        (&[("token", token), ("fee", "0"), ("reason", &long)], StatusCode::SEE_OTHER), // shown again
    ];
    for (fields, status) in requests {
        assert_eq!(phone.post(&path, CANCEL, fields).await.status, status, "{fields:?}");
    }
    let again = phone.submit(&path, CANCEL, &[("token", token), ("fee", "0"), ("reason", &long)]).await;
    assert_eq!(again.all("#errors li").len(), 1, "{}", again.text());
    assert!(again.html.contains(&long), "what was typed is still there");
    let mut elsewhere = app.browser("other.localhost");
    tenant(&app, "other").await;
    let foreign = elsewhere.post("/", CANCEL, &[("token", token), ("fee", "0")]).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    app.done().await;
}

#[tokio::test]
async fn an_account_sees_its_own_bookings_only() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let jump = service(&app, atl, "jump-start", 10_000, None).await;
    let marcus = provider(&app, atl, "Marcus", None, &["jump-start"]).await;
    let ann = user(&app, atl, "ann", &[Role::Customer]).await;
    let bob = user(&app, atl, "bob", &[Role::Customer]).await;
    let mine = own_booking(&app, atl, jump, ann).await;
    let done = own_booking(&app, atl, jump, ann).await;
    complete(&app, atl, &done, marcus, None).await;
    let his = own_booking(&app, atl, jump, bob).await;
    let mut browser = app.browser("atl.localhost");
    let stranger = browser.get("/account/bookings").await;
    assert!(stranger.location.is_some_and(|to| to.starts_with("/sign-in")), "a stranger signs in first");
    browser.sign_in("ann@example.com").await;

    let open = browser.get("/account/bookings").await;
    assert_eq!(open.all(".row-link"), [mine.reference.to_string()]);
    let past = browser.get("/account/bookings?show=past").await;
    assert_eq!(past.all(".row-link"), [done.reference.to_string()]);
    for page in ["?page=0", "?page=99", "?page=x&show=y"] {
        assert_eq!(browser.get(&format!("/account/bookings{page}")).await.status, StatusCode::OK, "{page}");
    }
    let path = format!("/account/bookings/{}", mine.reference);
    assert!(browser.get(&path).await.text().contains("Piedmont Park"));
    let theirs = format!("/account/bookings/{}", his.reference);
    for path in [theirs.clone(), format!("{theirs}/cancel"), "/account/bookings/x".into()] {
        assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let foreign = browser.post(&path, CANCEL, &[("reference", his.reference.as_str()), ("fee", "0")]).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    let cancelled = browser.submit(&path, CANCEL, &[("reference", mine.reference.as_str()), ("fee", "0")]).await;
    assert!(cancelled.text().contains("You cancelled it."), "{}", cancelled.text());
    app.done().await;
}

#[tokio::test]
async fn the_pages_of_a_booking_ask_the_database_little() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let jump = service(&app, atl, "jump-start", 10_000, None).await;
    let booked = booking(&app, atl, jump).await;
    on_duty(&app, atl, provider(&app, atl, "Marcus", None, &["jump-start"]).await, place()).await;
    app.drain().await;
    for path in ["track", "b"] {
        let mut phone = app.browser("atl.localhost");
        let path = format!("/{path}/{}", booked.token);
        let (reply, queries) = queries_of(phone.get(&path)).await;
        assert_eq!(reply.status, StatusCode::OK);
        assert!((1..=6).contains(&queries.len()), "{path}: {queries:#?}");
    }
    app.done().await;
}
