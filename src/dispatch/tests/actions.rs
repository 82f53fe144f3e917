//! Each action of dispatch, for immediate and for scheduled work.

use chrono::TimeDelta;
use engine::Amount;

use super::{
    JobState, OfferState,
    scene::{Scene, When, for_both},
};
use crate::{
    bookings::{self, Phase, WaitsFor},
    dispatch::{self, Holder, decisions_of, give_back, jobs_of},
    error::AppError,
    testing::field::provider,
};

const WINDOW: TimeDelta = TimeDelta::seconds(30);

for_both!(
    the_nearest_is_asked_first_and_the_next_nearest_when_the_offer_runs_out,
    a_declined_offer_goes_to_the_next_nearest_provider_and_never_comes_back,
    accepting_reserves_the_provider_and_promises_an_arrival,
    an_offer_that_has_run_out_can_not_be_accepted_even_before_anybody_noticed,
    a_job_given_back_goes_to_somebody_else,
    a_new_search_asks_those_again_who_let_an_offer_run_out,
    a_search_that_staff_start_early_asks_in_its_time,
    when_nobody_is_left_the_booking_says_so_and_the_search_goes_on,
    staff_give_a_job_to_somebody_and_then_to_somebody_else,
    who_accepts_after_the_customer_cancelled_reads_so,
    a_cancelled_booking_leaves_its_provider_free,
    a_job_that_is_done_holds_nothing,
);

async fn the_nearest_is_asked_first_and_the_next_nearest_when_the_offer_runs_out(when: When) {
    let scene = Scene::new(when).await;
    scene.begin_search().await;
    let first = scene.pending(scene.near).await.unwrap();
    assert_eq!(first.pay, Amount(7_000), "70 % of $100");
    assert_eq!(scene.job().await.state, JobState::Offered);
    assert!(scene.pending(scene.far).await.is_none(), "one after another");

    scene.app.pass(WINDOW).await;
    assert_eq!(scene.offer(first.id).await.state, OfferState::TimedOut);
    assert!(scene.pending(scene.far).await.is_some());
    assert!(scene.pending(scene.near).await.is_none(), "who let it run out isn't asked again in the same search");

    let (decisions, _) = decisions_of(&mut *scene.tx().await, scene.booked.id).await.unwrap();
    let latest = &decisions[0];
    assert_eq!((decisions.len(), latest.provider_id), (2, Some(scene.far)));
    let near_then = latest.candidates.iter().find(|considered| considered.provider_id == scene.near).unwrap();
    assert_eq!(near_then.excluded, Some(dispatch::Exclusion::TimedOut), "the log keeps why not");
    scene.app.done().await;
}

async fn a_declined_offer_goes_to_the_next_nearest_provider_and_never_comes_back(when: When) {
    let scene = Scene::new(when).await;
    scene.begin_search().await;
    scene.decline(scene.near).await;
    scene.decline(scene.far).await;
    scene.search_again().await;
    scene.app.pass(TimeDelta::minutes(1)).await;
    assert!(scene.pending(scene.near).await.is_none(), "who refused isn't asked again, even in a new search");
    scene.app.done().await;
}

async fn accepting_reserves_the_provider_and_promises_an_arrival(when: When) {
    let scene = Scene::new(when).await;
    scene.begin_search().await;
    let asked = scene.pending(scene.near).await.unwrap();
    assert_eq!(scene.accept(scene.near, asked.id).await.unwrap(), scene.booked.job);
    assert_eq!(scene.accept(scene.near, asked.id).await.unwrap(), scene.booked.job, "a second tap changes nothing");
    let (now, job) = (scene.app.now(), scene.job().await);
    assert_eq!((job.state, job.dispatch_at), (JobState::Assigned, None));
    assert_eq!(scene.booking().await.phase, Phase::Dispatched);
    let work = TimeDelta::minutes(30);
    let (promised, sets_out) = match when {
        When::Now => (now + asked.travel * 5 / 4, now),
        When::Tomorrow => (job.window_start, job.window_start - asked.travel),
    };
    assert_eq!(job.promised_at, Some(promised), "the estimate and a quarter, but not before the appointment");
    assert_eq!(scene.held().await, [(sets_out, sets_out + asked.travel + work)]);
    let progress = jobs_of(&mut *scene.tx().await, scene.booked.id).await.unwrap().remove(0);
    assert_eq!(progress.provider.unwrap().name, "near");
    scene.app.done().await;
}

async fn an_offer_that_has_run_out_can_not_be_accepted_even_before_anybody_noticed(when: When) {
    let scene = Scene::new(when).await;
    scene.begin_search().await;
    let asked = scene.pending(scene.near).await.unwrap();
    scene.app.app.db.clock.advance(WINDOW);
    let refused = scene.accept(scene.near, asked.id).await.unwrap_err();
    assert!(refused.to_string().starts_with("This offer has expired"), "{refused}");
    scene.app.done().await;
}

async fn a_job_given_back_goes_to_somebody_else(when: When) {
    let scene = Scene::new(when).await;
    scene.near_takes_it().await;
    let mut tx = scene.tx().await;
    give_back(&mut tx, scene.near, scene.booked.job, "Flat tire").await.unwrap();
    let again = give_back(&mut tx, scene.near, scene.booked.job, "Flat tire").await.unwrap_err();
    assert!(matches!(again, AppError::Conflict(_)), "{again}");
    tx.commit().await.unwrap();
    assert_eq!((scene.holder().await, scene.held().await), (None, vec![]), "their time is free again");
    scene.begin_search().await;
    assert!(scene.pending(scene.near).await.is_none(), "not who gave it back");
    assert!(scene.pending(scene.far).await.is_some());
    assert_eq!(scene.booking().await.waits_for, Some(WaitsFor::Provider));
    scene.app.done().await;
}

async fn a_new_search_asks_those_again_who_let_an_offer_run_out(when: When) {
    let scene = Scene::new(when).await;
    scene.begin_search().await;
    scene.app.pass(WINDOW).await;
    scene.app.pass(WINDOW).await;
    assert_eq!(scene.booking().await.waits_for, Some(WaitsFor::Staff), "both let it run out");
    scene.search_again().await;
    assert!(scene.pending(scene.near).await.is_some());
    scene.app.done().await;
}

async fn a_search_that_staff_start_early_asks_in_its_time(when: When) {
    let scene = Scene::new(when).await;
    scene.search_again().await;
    if when == When::Tomorrow {
        let waits = scene.job().await;
        let begins_at = waits.window_start - scene.rules.settings.dispatch_lead();
        assert_eq!((waits.dispatch_at, waits.search_started_at), (Some(begins_at), None));
    }
    scene.begin_search().await;
    assert!(scene.pending(scene.near).await.is_some());
    assert_eq!(scene.job().await.search_started_at, Some(scene.app.now()), "the search counts from its first look");
    scene.app.done().await;
}

/// The search window is ten minutes; a scheduled job is searched for until it begins, an hour after the first run.
async fn when_nobody_is_left_the_booking_says_so_and_the_search_goes_on(when: When) {
    let scene = Scene::new(when).await;
    scene.begin_search().await;
    let minutes = match when {
        When::Now => 10,
        When::Tomorrow => 60,
    };
    let ends_at = scene.app.now() + TimeDelta::minutes(minutes);
    scene.decline(scene.near).await;
    scene.decline(scene.far).await;
    let booking = scene.booking().await;
    assert_eq!((booking.phase, booking.waits_for), (Phase::Confirmed, Some(WaitsFor::Staff)));
    let alerts = bookings::store::open_alerts(&mut *scene.tx().await).await.unwrap().0;
    assert_eq!(alerts.len(), 1, "staff are alerted once");

    scene.app.pass(ends_at - scene.app.now() - TimeDelta::minutes(2)).await;
    assert!(scene.job().await.dispatch_at.is_some(), "somebody may come on duty");
    let late = provider(&scene.app, scene.tenant, "late", 3.0).await;
    scene.app.pass(TimeDelta::minutes(1)).await;
    let asked = scene.pending(late).await.expect("found within a minute");
    scene.decline(late).await;
    assert_eq!(asked.job_id, scene.booked.job);
    scene.app.pass(ends_at - scene.app.now()).await;
    let ended = scene.job().await;
    assert_eq!((ended.state, ended.dispatch_at), (JobState::Open, None), "the job stays open for staff");
    scene.app.done().await;
}

async fn staff_give_a_job_to_somebody_and_then_to_somebody_else(when: When) {
    let scene = Scene::new(when).await;
    if when == When::Now {
        scene.begin_search().await;
    }
    let asked = scene.pending(scene.near).await;
    scene.assign(scene.far, None).await.unwrap();
    assert_eq!(scene.holder().await, Some(scene.far));
    let shown = Holder { provider_id: scene.far, state: JobState::Assigned };
    scene.assign(scene.near, Some(shown)).await.unwrap();
    assert_eq!(scene.holder().await, Some(scene.near));
    assert_eq!(scene.held().await.len(), 1);
    if let Some(asked) = asked {
        assert_eq!(scene.offer(asked.id).await.state, OfferState::Withdrawn);
    }
    let (decisions, _) = decisions_of(&mut *scene.tx().await, scene.booked.id).await.unwrap();
    assert_eq!(decisions.iter().filter(|decision| decision.decided_by == "Sam").count(), 2);
    scene.app.drain().await;
    assert!(scene.pending(scene.far).await.is_none() && scene.pending(scene.near).await.is_none(), "nobody is asked");
    scene.app.done().await;
}

async fn who_accepts_after_the_customer_cancelled_reads_so(when: When) {
    let scene = Scene::new(when).await;
    scene.begin_search().await;
    let asked = scene.pending(scene.near).await.unwrap();
    scene.cancel().await;
    let refused = scene.accept(scene.near, asked.id).await.unwrap_err();
    assert!(refused.to_string().starts_with("The customer cancelled"), "{refused}");
    assert_eq!(scene.offer(asked.id).await.state, OfferState::Withdrawn);
    scene.app.done().await;
}

async fn a_cancelled_booking_leaves_its_provider_free(when: When) {
    let scene = Scene::new(when).await;
    scene.near_takes_it().await;
    scene.cancel().await;
    assert_eq!((scene.holder().await, scene.held().await), (None, vec![]));
    scene.app.drain().await;
    let job = scene.job().await;
    assert_eq!((job.state, job.dispatch_at), (JobState::Cancelled, None));
    scene.app.done().await;
}

async fn a_job_that_is_done_holds_nothing(when: When) {
    let scene = Scene::new(when).await;
    scene.near_takes_it().await;
    if when == When::Tomorrow {
        scene.go_to(scene.job().await.window_start - TimeDelta::minutes(5)).await;
    }
    for step in [JobState::EnRoute, JobState::Arrived, JobState::InProgress] {
        scene.advance(scene.near, step).await.unwrap();
    }
    assert_eq!(scene.held().await.len(), 1);
    scene.finish(scene.booked.job, scene.near).await;
    assert_eq!((scene.job().await.state, scene.held().await), (JobState::Done, vec![]));
    assert_eq!(scene.booking().await.phase, Phase::Completed);
    scene.app.done().await;
}
