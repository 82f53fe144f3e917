use chrono::TimeDelta;

use super::{JobState, OfferState, accept_pending, holder, job, offer, pending, settings_of};
use crate::{
    bookings::{self, Author, Phase, WaitsFor},
    dispatch::{self, accept, decisions_of, decline, give_back, go_off_duty, progress_of, search_again},
    error::AppError,
    providers,
    testing::{
        TestApp, begin,
        field::{booked, provider},
        tenant,
    },
};

const WINDOW: TimeDelta = TimeDelta::seconds(30);

#[tokio::test]
async fn the_nearest_is_asked_first_and_the_next_nearest_when_the_offer_runs_out() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let far = provider(&app, atl, "far", 9.0).await;
    let near = provider(&app, atl, "near", 2.0).await;
    let booked = booked(&app, atl).await;
    app.drain().await;
    let first = pending(&app, atl, near).await.unwrap();
    assert_eq!(first.pay, engine::Amount(7_000), "70 % of $100");
    assert_eq!(job(&app, atl, booked.job).await.state, JobState::Offered);
    assert!(pending(&app, atl, far).await.is_none(), "one after another");

    app.pass(WINDOW).await;
    assert_eq!(offer(&app, atl, first.id).await.state, OfferState::TimedOut);
    assert!(pending(&app, atl, far).await.is_some());
    assert!(pending(&app, atl, near).await.is_none(), "who let it run out isn't asked again in the same search");

    let mut tx = begin(&app, atl).await;
    let decisions = decisions_of(&mut tx, booked.id).await.unwrap();
    let latest = &decisions[0];
    assert_eq!((decisions.len(), latest.provider_id), (2, Some(far)));
    let near_then = latest.candidates.iter().find(|considered| considered.provider_id == near).unwrap();
    assert_eq!(near_then.excluded, Some(dispatch::Exclusion::TimedOut), "the log keeps why not");
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn a_declined_offer_goes_to_the_next_nearest_provider_and_never_comes_back() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let near = provider(&app, atl, "near", 2.0).await;
    let far = provider(&app, atl, "far", 9.0).await;
    let booked = booked(&app, atl).await;
    app.drain().await;
    let asked = pending(&app, atl, near).await.unwrap();
    let mut tx = begin(&app, atl).await;
    decline(&mut tx, near, asked.id, "Too far away").await.unwrap();
    tx.commit().await.unwrap();
    app.drain().await;
    let next = pending(&app, atl, far).await.unwrap();

    let mut tx = begin(&app, atl).await;
    decline(&mut tx, far, next.id, "Busy").await.unwrap();
    tx.commit().await.unwrap();
    app.drain().await;
    let mut tx = begin(&app, atl).await;
    let booking = bookings::store::find(&mut tx, booked.id).await.unwrap().unwrap();
    assert_eq!((booking.phase, booking.waits_for), (Phase::Confirmed, Some(WaitsFor::Staff)), "the booking says so");
    assert_eq!(bookings::store::open_alerts(&mut tx).await.unwrap().len(), 1, "staff are alerted once");
    search_again(&mut tx, booked.job, Author::staff("Sam")).await.unwrap();
    tx.commit().await.unwrap();
    app.pass(TimeDelta::minutes(1)).await;
    assert!(pending(&app, atl, near).await.is_none(), "who refused isn't asked again, even in a new search");
    app.done().await;
}

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
async fn accepting_reserves_the_provider_and_promises_an_arrival() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let near = provider(&app, atl, "near", 6.0).await;
    let booked = booked(&app, atl).await;
    app.drain().await;
    let asked = pending(&app, atl, near).await.unwrap();
    let taken = accept_pending(&app, atl, near).await;
    assert_eq!(taken, booked.job);
    let after = job(&app, atl, booked.job).await;
    assert_eq!((after.state, after.dispatch_at), (JobState::Assigned, None));
    assert_eq!(after.promised_at, Some(app.now() + asked.travel * 5 / 4), "the estimate and a quarter");
    let rules = settings_of(&app, atl).await;
    let mut tx = begin(&app, atl).await;
    assert_eq!(accept(&mut tx, &rules, near, asked.id).await.unwrap(), booked.job, "a second tap changes nothing");
    let booking = bookings::store::find(&mut tx, booked.id).await.unwrap().unwrap();
    assert_eq!(booking.phase, Phase::Dispatched);
    let held: (chrono::DateTime<chrono::Utc>, chrono::DateTime<chrono::Utc>) =
        sqlx::query_as("select starts_at, ends_at from reservations where job_id = $1 and state = 'held'")
            .bind(booked.job)
            .fetch_one(&mut *tx)
            .await
            .unwrap();
    assert_eq!(held, (app.now(), app.now() + asked.travel + TimeDelta::minutes(30)));
    let progress = progress_of(&mut tx, booked.id).await.unwrap().unwrap();
    assert_eq!(progress.provider.unwrap().name, "near");
    drop(tx);
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
async fn a_job_given_back_goes_to_somebody_else() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let near = provider(&app, atl, "near", 2.0).await;
    let far = provider(&app, atl, "far", 9.0).await;
    let booked = booked(&app, atl).await;
    app.drain().await;
    accept_pending(&app, atl, near).await;
    let mut tx = begin(&app, atl).await;
    give_back(&mut tx, near, booked.job, "Flat tire").await.unwrap();
    tx.commit().await.unwrap();
    assert!(holder(&app, atl, booked.job).await.is_none());
    app.drain().await;
    assert!(pending(&app, atl, near).await.is_none(), "not who gave it back");
    assert!(pending(&app, atl, far).await.is_some());
    let mut tx = begin(&app, atl).await;
    let held: i64 =
        sqlx::query_scalar("select count(*) from reservations where state = 'held'").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(held, 0, "their time is free again");
    let again = give_back(&mut tx, near, booked.job, "Flat tire").await.unwrap_err();
    assert!(matches!(again, AppError::Conflict(_)), "{again}");
    drop(tx);
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
async fn a_server_that_was_dead_past_the_deadline_asks_the_next_when_it_is_back() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let near = provider(&app, atl, "near", 2.0).await;
    let far = provider(&app, atl, "far", 9.0).await;
    let waiting = booked(&app, atl).await;
    // Killed before the dispatcher looked: whoever starts next finds the deadline in the database.
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

#[tokio::test]
async fn who_accepts_after_the_customer_cancelled_reads_so() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let near = provider(&app, atl, "near", 2.0).await;
    let booked = booked(&app, atl).await;
    app.drain().await;
    let asked = pending(&app, atl, near).await.unwrap();
    let rules = settings_of(&app, atl).await;
    let mut tx = begin(&app, atl).await;
    let booking = bookings::store::lock(&mut tx, booked.id).await.unwrap();
    bookings::cancel(&mut tx, &rules, &booking, Author::customer(), None).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = begin(&app, atl).await;
    let refused = accept(&mut tx, &rules, near, asked.id).await.unwrap_err();
    assert!(refused.to_string().starts_with("The customer cancelled"), "{refused}");
    drop(tx);
    assert_eq!(offer(&app, atl, asked.id).await.state, OfferState::Withdrawn);
    app.done().await;
}

#[tokio::test]
async fn an_offer_that_has_run_out_can_not_be_accepted_even_before_anybody_noticed() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let near = provider(&app, atl, "near", 2.0).await;
    booked(&app, atl).await;
    app.drain().await;
    let asked = pending(&app, atl, near).await.unwrap();
    let rules = settings_of(&app, atl).await;
    app.app.db.clock.advance(WINDOW);
    let mut tx = begin(&app, atl).await;
    let refused = accept(&mut tx, &rules, near, asked.id).await.unwrap_err();
    assert!(refused.to_string().starts_with("This offer has run out"), "{refused}");
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn staff_give_a_job_to_somebody_and_then_to_somebody_else() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let near = provider(&app, atl, "near", 2.0).await;
    let far = provider(&app, atl, "far", 9.0).await;
    let booked = booked(&app, atl).await;
    app.drain().await;
    let asked = pending(&app, atl, near).await.unwrap();
    let rules = settings_of(&app, atl).await;
    for chosen in [far, near] {
        let mut tx = begin(&app, atl).await;
        dispatch::assign_manually(&mut tx, &rules, booked.job, chosen, "Sam").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(holder(&app, atl, booked.job).await, Some(chosen));
    }
    assert_eq!(offer(&app, atl, asked.id).await.state, OfferState::Withdrawn);
    let mut tx = begin(&app, atl).await;
    let decisions = decisions_of(&mut tx, booked.id).await.unwrap();
    assert_eq!(decisions.iter().filter(|decision| decision.decided_by == "Sam").count(), 2);
    drop(tx);
    app.done().await;
}
