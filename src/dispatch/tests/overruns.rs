//! Work that lasts longer than the time that was reserved for it.

use chrono::TimeDelta;
use engine::Id;

use super::scene::{Scene, When};
use crate::{
    dispatch::{Job, JobState},
    testing::field::booked_at,
};

impl Scene {
    /// The state of a job's reservation, and in how many minutes it ends.
    async fn reservation(&self, job: Id<Job>) -> (String, i64) {
        let (state, ends_at): (String, chrono::DateTime<chrono::Utc>) =
            sqlx::query_as("select state, ends_at from reservations where job_id = $1")
                .bind(job)
                .fetch_one(&mut *self.tx().await)
                .await
                .unwrap();
        (state, (ends_at - self.app.now()).num_minutes())
    }

    /// The kinds and sentences of the open alerts of a job's booking.
    async fn alerts(&self, job: Id<Job>) -> Vec<(String, String)> {
        sqlx::query_as(
            "select a.kind, a.message from staff_alerts a join job_bookings jb on jb.booking_id = a.booking_id
             where jb.job_id = $1 and a.resolved_at is null order by a.created_at",
        )
        .bind(job)
        .fetch_all(&mut *self.tx().await)
        .await
        .unwrap()
    }

    async fn begin_work(&self) {
        for step in [JobState::EnRoute, JobState::Arrived, JobState::InProgress] {
            self.advance(self.near, step).await.unwrap();
        }
    }
}

#[tokio::test]
async fn whoever_was_promised_the_time_that_work_takes_longer_is_in_conflict_until_it_is_done() {
    let scene = Scene::new(When::Now).await;
    scene.near_takes_it().await; // for about 34 minutes
    let later = booked_at(&scene.app, scene.tenant, scene.app.now() + TimeDelta::minutes(100)).await.job;
    scene.assign_other(later, scene.near, None).await.unwrap(); // from 45 minutes before
    scene.begin_work().await;
    scene.app.pass(TimeDelta::minutes(35)).await;
    assert_eq!(scene.reservation(scene.booked.job).await, ("held".into(), 15));
    assert_eq!(scene.reservation(later).await.0, "held", "there is time left");
    assert_eq!(scene.alerts(later).await, []);

    scene.app.pass(TimeDelta::minutes(15)).await;
    assert_eq!(scene.reservation(scene.booked.job).await, ("held".into(), 15));
    assert_eq!(scene.reservation(later).await.0, "conflicted");
    let alerts = scene.alerts(later).await;
    assert_eq!(alerts.len(), 1, "{alerts:?}");
    let (kind, sentence) = &alerts[0];
    assert_eq!(kind, "time_conflict");
    assert!(sentence.starts_with("near is still busy with earlier work and may be late at "), "{sentence}");

    scene.finish(scene.booked.job, scene.near).await;
    assert_eq!(scene.reservation(scene.booked.job).await, ("released".into(), 0), "it ended when it ended");
    assert_eq!(scene.reservation(later).await.0, "held");
    scene.app.done().await;
}

#[tokio::test]
async fn work_that_nobody_ends_alerts_staff_once_and_takes_no_more_time() {
    let scene = Scene::new(When::Now).await;
    scene.near_takes_it().await;
    scene.begin_work().await;
    for _ in 0..30 {
        scene.app.pass(TimeDelta::minutes(15)).await;
    }
    let alerts = scene.alerts(scene.booked.job).await;
    let sentence = "near hasn't said for hours that it is done. Call them.";
    assert_eq!(alerts, [("overdue".to_owned(), sentence.to_owned())]);
    let (state, ended) = scene.reservation(scene.booked.job).await;
    assert!(state == "held" && ended < 0, "{state} {ended}");
    scene.app.done().await;
}

#[tokio::test]
async fn staff_hear_of_a_provider_who_never_set_out() {
    let scene = Scene::new(When::Tomorrow).await;
    scene.near_takes_it().await;
    scene.app.pass(TimeDelta::days(1) + TimeDelta::minutes(31)).await;
    let alerts = scene.alerts(scene.booked.job).await;
    let sentence = "near hasn't set out, and the time for it is over. Call them, or assign somebody else.";
    assert!(alerts.contains(&("overdue".to_owned(), sentence.to_owned())), "{alerts:?}");
    scene.app.done().await;
}
