use chrono::TimeDelta;

use super::{JobState, OfferState, accept_pending, job, offer, pending};
use crate::{
    bookings::Author,
    dispatch::{go_off_duty, search_again},
    providers,
    testing::{
        TestApp, begin,
        field::{booked, provider},
        tenant,
    },
};

#[tokio::test]
async fn while_the_search_lasts_somebody_who_comes_on_duty_is_found_within_a_minute() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let booked = booked(&app, atl).await;
    app.drain().await;
    assert!(job(&app, atl, booked.job).await.search_exhausted_at.is_some());
    let late = provider(&app, atl, "late", 3.0).await;
    app.pass(TimeDelta::seconds(60)).await;
    assert!(pending(&app, atl, late).await.is_some());
    app.done().await;
}

#[tokio::test]
async fn a_search_ends_when_it_has_lasted_as_long_as_the_tenant_allows() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let booked = booked(&app, atl).await;
    app.drain().await;
    app.pass(TimeDelta::minutes(10)).await;
    let ended = job(&app, atl, booked.job).await;
    assert_eq!((ended.state, ended.dispatch_at), (JobState::Open, None), "the job stays open for staff");
    provider(&app, atl, "late", 3.0).await;
    app.pass(TimeDelta::minutes(5)).await;
    assert_eq!(job(&app, atl, booked.job).await.state, JobState::Open);

    let mut tx = begin(&app, atl).await;
    search_again(&mut tx, booked.job, Author::staff("Sam")).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = begin(&app, atl).await;
    let late = providers::store::list(&mut tx, None).await.unwrap().remove(0).id;
    providers::store::move_to(
        &mut tx,
        late,
        &providers::Position { point: crate::testing::field::north(3.0), accuracy: None, recorded_at: app.now() },
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    app.drain().await;
    assert!(pending(&app, atl, late).await.is_some(), "staff may let it search again");
    app.done().await;
}

#[tokio::test]
async fn a_provider_with_a_job_under_way_is_not_asked() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let near = provider(&app, atl, "near", 2.0).await;
    let far = provider(&app, atl, "far", 9.0).await;
    booked(&app, atl).await;
    app.drain().await;
    accept_pending(&app, atl, near).await;
    booked(&app, atl).await;
    app.drain().await;
    assert!(pending(&app, atl, near).await.is_none());
    assert!(pending(&app, atl, far).await.is_some());
    app.done().await;
}

#[tokio::test]
async fn going_off_duty_withdraws_the_offer_and_asks_the_next() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let near = provider(&app, atl, "near", 2.0).await;
    let far = provider(&app, atl, "far", 9.0).await;
    booked(&app, atl).await;
    app.drain().await;
    let asked = pending(&app, atl, near).await.unwrap();
    let mut tx = begin(&app, atl).await;
    go_off_duty(&mut tx, near).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(offer(&app, atl, asked.id).await.state, OfferState::Withdrawn);
    app.drain().await;
    assert!(pending(&app, atl, far).await.is_some());
    app.done().await;
}

#[tokio::test]
async fn a_restart_after_an_offers_deadline_asks_the_next_provider() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let near = provider(&app, atl, "near", 2.0).await;
    let far = provider(&app, atl, "far", 9.0).await;
    let waiting = booked(&app, atl).await;
    // The process is killed before the dispatcher runs: the next process finds the deadline in the database.
    app.app.db.clock.advance(TimeDelta::minutes(3));
    app.drain().await;
    assert!(pending(&app, atl, near).await.is_some(), "late, but not lost");
    // Killed during the countdown.
    app.app.db.clock.advance(TimeDelta::minutes(2));
    let restarted = crate::server::App { live: crate::server::live::Hub::default(), ..app.app.clone() };
    crate::app::worker(&restarted).drain().await.unwrap();
    assert!(pending(&app, atl, far).await.is_some());
    assert_eq!(job(&app, atl, waiting.job).await.state, JobState::Offered);
    app.done().await;
}
