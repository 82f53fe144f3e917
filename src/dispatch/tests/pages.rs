use axum::http::StatusCode;
use chrono::TimeDelta;

use super::{JobState, accept_pending, job, pending};
use crate::{
    identity::Role,
    testing::{
        Browser, TestApp, booking,
        field::{booked, provider_with_account},
        on_duty, place, provider, service, tenant, user,
    },
};

pub(super) async fn signed_in(app: &TestApp, name: &str) -> Browser {
    let mut browser = app.browser("atl.localhost");
    browser.sign_in(&format!("{name}@example.com")).await;
    browser
}

#[tokio::test]
async fn a_provider_takes_an_offer_and_does_the_job_tap_by_tap() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let marcus = provider_with_account(&app, atl, "marcus", 2.0).await;
    let booked = booked(&app, atl).await;
    app.drain().await;
    let offer = pending(&app, atl, marcus).await.unwrap();
    let mut phone = signed_in(&app, "marcus").await;
    assert!(phone.get("/provider").await.text().contains("You have a new offer"));
    let page = format!("/provider/offers/{}", offer.id);
    let shown = phone.get(&page).await;
    assert!(shown.text().contains("$70.00"), "{}", shown.text());
    assert!(
        !shown.html.contains("+14045550123") && !shown.text().contains("Dana"),
        "who it is, is told after accepting only"
    );

    let taken = phone.post(&page, "/api/accept_offer", &[("offer", &offer.id.to_string())]).await;
    let page = format!("/provider/jobs/{}", booked.job);
    assert_eq!(taken.location.as_deref(), Some(page.as_str()));
    let shown = phone.get(&page).await;
    assert!(shown.html.contains("tel:+14045550123") && shown.text().contains("Piedmont Park"), "{}", shown.text());
    assert!(shown.html.contains("<a href=\"/provider\">Type where you are</a>"), "for a phone without scripts");
    let id = booked.job.to_string();
    for step in ["en_route", "arrived", "in_progress", "in_progress"] {
        let reply = phone.post(&page, "/api/advance_job", &[("job", &id), ("to", step)]).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{step}: {}", reply.text());
    }
    let done = phone.submit(&page, "/api/complete_job", &[("job", &id)]).await;
    assert_eq!(job(&app, atl, booked.job).await.state, JobState::Done);
    assert!(done.text().contains("Job complete. You earned $70.00."), "{}", done.text());
    assert!(done.html.find("class=\"toast").unwrap() < done.html.find("<main").unwrap(), "it is said above the page");
    assert!(!done.html.contains("tel:+14045550123"), "the number is there while the job is active only");
    assert!(phone.get("/provider/earnings").await.text().contains("$70.00"));
    assert!(phone.get("/provider/jobs").await.text().contains("jump start"));
    app.done().await;
}

#[tokio::test]
async fn the_end_of_a_job_asks_for_the_miles_and_says_what_to_collect() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let towing = service(&app, atl, "towing", 12_500, Some(300)).await;
    let account = user(&app, atl, "marcus", &[Role::Provider]).await;
    let marcus = provider(&app, atl, "marcus", Some(account), &["towing"]).await;
    on_duty(&app, atl, marcus, place()).await;
    let booked = booking(&app, atl, towing).await;
    app.drain().await;
    accept_pending(&app, atl, marcus).await;
    let mut phone = signed_in(&app, "marcus").await;
    let page = format!("/provider/jobs/{}", booked.job);
    let id = booked.job.to_string();
    for step in ["en_route", "arrived", "in_progress"] {
        phone.post(&page, "/api/advance_job", &[("job", &id), ("to", step)]).await;
    }
    let shown = phone.get(&page).await;
    assert!(shown.attribute(".sticky-actions [popovertarget=finish-job]", "type").is_some(), "{}", shown.html);
    assert_eq!(shown.all("#finish-job[popover] .price-total dt"), ["Cash to collect"]);
    assert!(shown.html.contains("follow the miles you change"), "for a phone without scripts");
    assert_eq!(shown.all("#finish-job .price-total dd"), ["$170.50"], "for the ten miles that were estimated");

    let unreported = phone.post(&page, "/api/complete_job", &[("job", &id)]).await;
    assert_eq!(unreported.status, StatusCode::CONFLICT, "the miles are missing");
    assert_eq!(job(&app, atl, booked.job).await.state, JobState::InProgress);
    let again = phone.submit(&page, "/api/roadside_finish_job", &[("job", &id), ("miles", "far")]).await;
    assert!(again.all("[popover]").is_empty(), "what is wrong is not hidden in a sheet that is closed");
    assert_eq!(again.attribute("main input[name=miles]", "value").as_deref(), Some("far"));
    assert_eq!(again.all("main .field-error").len(), 1, "{}", again.text());
    let empty = phone.submit(&page, "/api/roadside_finish_job", &[("job", &id), ("miles", "")]).await;
    assert_eq!(empty.all("main .field-error"), ["Enter the miles driven."], "{}", empty.text());
    // A page of the release before still has the old name.
    let done = phone.submit(&page, "/api/finish_job", &[("job", &id), ("miles", "6.0")]).await;
    assert!(done.text().contains("Job complete. You earned $100.10."), "{}", done.text());
    assert!(done.text().contains("Cash you took $157.30"), "{}", done.text());
    app.done().await;
}

#[tokio::test]
async fn a_provider_sees_earnings_first_and_an_old_location_is_marked() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    provider_with_account(&app, atl, "marcus", 2.0).await;
    let mut phone = signed_in(&app, "marcus").await;
    let home = phone.get("/provider").await;
    assert_eq!(home.all(".alert-title"), ["You can get offers"]);
    assert!(home.text().find("Earned today").unwrap() < home.text().find("Your location").unwrap());
    app.pass(TimeDelta::hours(1)).await;
    let home = phone.get("/provider").await;
    assert_eq!(home.all(".alert-warning .alert-title"), ["Your location is out of date"]);
    assert!(home.text().contains("1 h ago") && !home.text().contains("You can get offers"), "{}", home.text());
    app.done().await;
}

#[tokio::test]
async fn offers_and_jobs_of_others_are_not_there() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let marcus = provider_with_account(&app, atl, "marcus", 2.0).await;
    provider_with_account(&app, atl, "tanya", 5.0).await;
    let booked = booked(&app, atl).await;
    app.drain().await;
    let offer = pending(&app, atl, marcus).await.unwrap().id.to_string();
    let mut phone = signed_in(&app, "tanya").await;
    assert_eq!(phone.get(&format!("/provider/offers/{offer}")).await.status, StatusCode::NOT_FOUND);
    for action in ["/api/accept_offer", "/api/decline_offer"] {
        let reply = phone.post("/provider", action, &[("offer", &offer), ("reason", "other")]).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{action}");
    }
    accept_pending(&app, atl, marcus).await;
    let id = booked.job.to_string();
    assert_eq!(phone.get(&format!("/provider/jobs/{id}")).await.status, StatusCode::NOT_FOUND);
    for (action, fields) in [
        ("/api/advance_job", [("job", id.as_str()), ("to", "en_route")]),
        ("/api/roadside_finish_job", [("job", id.as_str()), ("miles", "")]),
        ("/api/complete_job", [("job", id.as_str()), ("x", "x")]),
        ("/api/give_back_job", [("job", id.as_str()), ("reason", "No")]),
        ("/api/give_up_job", [("job", id.as_str()), ("outcome", "gone_on_arrival")]),
        ("/api/assign_provider", [("job", id.as_str()), ("provider", id.as_str())]),
        ("/api/search_again", [("job", id.as_str()), ("x", "x")]),
    ] {
        let reply = phone.post("/provider", action, &fields).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{action}: {}", reply.text());
    }
    app.done().await;
}

#[tokio::test]
async fn bad_input_shows_the_form_again_or_finds_nothing() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let marcus = provider_with_account(&app, atl, "marcus", 2.0).await;
    let booked = booked(&app, atl).await;
    app.drain().await;
    let offer = pending(&app, atl, marcus).await.unwrap().id.to_string();
    let mut phone = signed_in(&app, "marcus").await;
    let page = format!("/provider/offers/{offer}");
    let again = phone.submit(&page, "/api/decline_offer", &[("offer", &offer), ("note", "My truck")]).await;
    assert!(again.text().contains("Choose a reason"), "{}", again.text());
    assert_eq!(again.attribute("input[name=note]", "value").as_deref(), Some("My truck"), "what was typed is kept");
    let nowhere = phone.post("/provider", "/api/share_position", &[("latitude", "91"), ("longitude", "x")]).await;
    assert!(nowhere.location.unwrap().contains("draft"));
    assert_eq!(
        phone.post("/provider", "/api/accept_offer", &[("offer", "nonsense")]).await.status,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(phone.post("/provider", "/api/set_duty", &[("duty", "maybe")]).await.status, StatusCode::BAD_REQUEST);
    accept_pending(&app, atl, marcus).await;
    let page = format!("/provider/jobs/{}", booked.job);
    let id = booked.job.to_string();
    let skipped = phone.post(&page, "/api/advance_job", &[("job", &id), ("to", "in_progress")]).await;
    assert_eq!(skipped.status, StatusCode::CONFLICT, "one step after another");
    let unknown = phone.post(&page, "/api/advance_job", &[("job", &id), ("to", "flying")]).await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
    let why = phone.submit(&page, "/api/give_back_job", &[("job", &id)]).await;
    assert!(why.all(".field-error").iter().any(|told| !told.is_empty()), "{}", why.text());
    app.done().await;
}

#[tokio::test]
async fn a_position_is_taken_on_duty_only() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let marcus = provider_with_account(&app, atl, "marcus", 2.0).await;
    let mut phone = signed_in(&app, "marcus").await;
    let here = [("latitude", "33.80"), ("longitude", "-84.40")];
    app.pass(TimeDelta::minutes(1)).await;
    assert_eq!(phone.post("/provider", "/api/share_position", &here).await.status, StatusCode::SEE_OTHER);
    let mut tx = crate::testing::begin(&app, atl).await;
    let position = crate::providers::store::position_of(&mut tx, marcus).await.unwrap().unwrap();
    assert!((position.point.latitude() - 33.80).abs() < 1e-9 && position.recorded_at == app.now());
    drop(tx);
    phone.post("/provider", "/api/set_duty", &[("duty", "off")]).await;
    assert_eq!(phone.post("/provider", "/api/share_position", &here).await.status, StatusCode::CONFLICT);
    app.done().await;
}

#[tokio::test]
async fn a_position_does_not_notify_watchers() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let marcus = provider_with_account(&app, atl, "marcus", 2.0).await;
    let booked = booked(&app, atl).await;
    app.drain().await;
    accept_pending(&app, atl, marcus).await;
    let mut tx = crate::testing::begin(&app, atl).await;
    crate::dispatch::advance(&mut tx, marcus, booked.job, JobState::EnRoute).await.unwrap();
    tx.commit().await.unwrap();
    let mut phone = signed_in(&app, "marcus").await;
    let mut listener = app.app.db.listen(&["live"]).await.unwrap();

    let here = [("latitude", "33.80"), ("longitude", "-84.40")];
    assert_eq!(phone.post("/provider", "/api/share_position", &here).await.status, StatusCode::SEE_OTHER);
    let mut tx = crate::testing::begin(&app, atl).await;
    crate::db::publish(&mut tx, "end").await.unwrap();
    tx.commit().await.unwrap();

    // Notifications arrive in the order of their transactions.
    assert_eq!(listener.recv().await.unwrap().payload(), format!("{atl}/end"));
    drop(listener);
    app.done().await;
}
