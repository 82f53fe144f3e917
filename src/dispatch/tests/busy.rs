//! Other work excludes a provider only if it overlaps in time.

use chrono::TimeDelta;
use engine::Id;

use super::{
    JobState, accept_pending, job,
    scene::{Scene, When},
};
use crate::{
    dispatch::{self, AssignmentState, Candidate, Exclusion, Job, Ranking, candidates_for, store::assignments},
    providers::Provider,
    testing::field::{booked, booked_at},
};

impl Scene {
    async fn candidate(&self, of: Id<Job>, provider: Id<Provider>) -> Candidate {
        let work = job(&self.app, self.tenant, of).await;
        let candidates = candidates_for(&mut self.tx().await, &self.rules, &work).await.unwrap();
        candidates.into_iter().find(|candidate| candidate.provider_id == provider).unwrap()
    }

    async fn exclusion(&self, of: Id<Job>, provider: Id<Provider>) -> Option<Exclusion> {
        match self.candidate(of, provider).await.ranking {
            Ranking::Ranked(_) => None,
            Ranking::Excluded(reason) => Some(reason),
        }
    }

    /// Books for so many minutes from now.
    async fn appointment(&self, minutes: i64) -> Id<Job> {
        booked_at(&self.app, self.tenant, self.app.now() + TimeDelta::minutes(minutes)).await.job
    }

    async fn assignment(&self, job: Id<Job>) -> AssignmentState {
        assignments::current_of_job(&mut *self.tx().await, job).await.unwrap().unwrap().state
    }
}

const A_DAY: i64 = 24 * 60;

#[tokio::test]
async fn a_provider_who_works_today_can_be_assigned_tomorrows_job() {
    let scene = Scene::new(When::Now).await;
    scene.near_takes_it().await;
    let tomorrow = scene.appointment(A_DAY).await;
    assert_eq!(scene.exclusion(tomorrow, scene.near).await, None);
    scene.assign_other(tomorrow, scene.near, None).await.unwrap();
    assert_eq!(scene.assignment(tomorrow).await, AssignmentState::Held);
    assert_eq!(scene.assignment(scene.booked.job).await, AssignmentState::UnderWay);
    scene.app.done().await;
}

#[tokio::test]
async fn a_provider_with_work_tomorrow_is_asked_for_immediate_work() {
    let scene = Scene::new(When::Tomorrow).await;
    scene.near_takes_it().await;
    let now = booked(&scene.app, scene.tenant).await;
    scene.app.drain().await;
    assert_eq!(accept_pending(&scene.app, scene.tenant, scene.near).await, now.job);
    scene.app.done().await;
}

#[tokio::test]
async fn the_dispatcher_asks_only_providers_who_will_be_free_in_time() {
    let scene = Scene::new(When::Now).await;
    scene.near_takes_it().await; // for about 34 minutes
    let overlapping = scene.appointment(30).await;
    assert_eq!(scene.exclusion(overlapping, scene.near).await, Some(Exclusion::JobUnderWay));
    let refused = scene.assign_other(overlapping, scene.near, None).await.unwrap_err();
    assert_eq!(refused.to_string(), "near is on another job at that time.");

    let after = scene.appointment(60).await;
    assert_eq!(scene.exclusion(after, scene.near).await, None);
    let mut tx = scene.tx().await;
    dispatch::go_off_duty(&mut tx, scene.far).await.unwrap();
    tx.commit().await.unwrap();
    scene.app.drain().await;
    let asked = scene.pending(scene.near).await.expect("they are through before they have to set out");
    assert_eq!(asked.job_id, after);
    scene.accept(scene.near, asked.id).await.unwrap();
    assert_eq!(scene.assignment(after).await, AssignmentState::Held);
    scene.app.done().await;
}

#[tokio::test]
async fn nobody_sets_out_for_a_second_job_while_the_first_is_under_way() {
    let scene = Scene::new(When::Tomorrow).await;
    scene.near_takes_it().await;
    let now = booked(&scene.app, scene.tenant).await.job;
    scene.app.drain().await;
    accept_pending(&scene.app, scene.tenant, scene.near).await;
    let refused = scene.advance(scene.near, JobState::EnRoute).await.unwrap_err();
    assert!(refused.to_string().starts_with("You have another job in progress."), "{refused}");
    for step in [JobState::EnRoute, JobState::Arrived, JobState::InProgress] {
        let mut tx = scene.tx().await;
        dispatch::advance(&mut tx, scene.near, now, step).await.unwrap();
        tx.commit().await.unwrap();
    }
    scene.finish(now, scene.near).await;
    scene.advance(scene.near, JobState::EnRoute).await.unwrap();
    assert_eq!(scene.assignment(scene.booked.job).await, AssignmentState::UnderWay);
    scene.app.done().await;
}

#[tokio::test]
async fn work_that_takes_longer_than_expected_still_keeps_its_provider_busy() {
    let scene = Scene::new(When::Now).await;
    scene.near_takes_it().await;
    scene.go_to(scene.app.now() + TimeDelta::hours(2)).await;
    let now = booked(&scene.app, scene.tenant).await.job;
    assert_eq!(scene.exclusion(now, scene.near).await, Some(Exclusion::JobUnderWay));
    let later = scene.appointment(45).await;
    assert_eq!(scene.exclusion(later, scene.near).await, None, "by then they will be through");
    scene.app.done().await;
}

#[tokio::test]
async fn two_appointments_of_one_provider_never_overlap() {
    let scene = Scene::new(When::Tomorrow).await;
    scene.near_takes_it().await; // held from 45 minutes before until 30 minutes after
    let overlapping = scene.appointment(A_DAY + 60).await;
    assert_eq!(scene.exclusion(overlapping, scene.near).await, Some(Exclusion::Reserved));
    let refused = scene.assign_other(overlapping, scene.near, None).await.unwrap_err();
    assert_eq!(refused.to_string(), "near has other work at that time.");
    let touching = scene.appointment(A_DAY + 75).await;
    scene.assign_other(touching, scene.near, None).await.unwrap();
    scene.app.done().await;
}

#[tokio::test]
async fn an_offer_is_withdrawn_only_if_its_provider_is_assigned_work_in_the_same_time() {
    let scene = Scene::new(When::Now).await;
    scene.begin_search().await;
    let asked = scene.pending(scene.near).await.unwrap();
    let tomorrow = scene.appointment(A_DAY).await;
    scene.assign_other(tomorrow, scene.near, None).await.unwrap();
    assert!(scene.offer(asked.id).await.is_open(scene.app.now()));
    let now = booked(&scene.app, scene.tenant).await.job;
    scene.assign_other(now, scene.near, None).await.unwrap();
    assert!(!scene.offer(asked.id).await.is_open(scene.app.now()));
    scene.app.done().await;
}

#[tokio::test]
async fn where_a_provider_is_today_decides_nothing_about_work_of_tomorrow() {
    let scene = Scene::new(When::Tomorrow).await;
    let mut tx = scene.tx().await;
    dispatch::go_off_duty(&mut tx, scene.near).await.unwrap();
    tx.commit().await.unwrap();
    scene.app.app.db.clock.advance(TimeDelta::hours(2));
    assert_eq!(scene.exclusion(scene.booked.job, scene.near).await, None, "off duty, last seen two hours ago");
    scene.assign(scene.near, None).await.unwrap();
    let appointment = scene.job().await.window_start;
    let sets_out = appointment - TimeDelta::minutes(45);
    assert_eq!(scene.held().await, [(sets_out, appointment + TimeDelta::minutes(30))]);
    assert_eq!(scene.job().await.promised_at, Some(appointment));
    scene.app.done().await;
}
