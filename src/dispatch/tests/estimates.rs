//! The arrival shown to the customer.

use chrono::{DateTime, TimeDelta, Utc};
use engine::{Id, road_distance, travel_time};

use super::{
    JobState,
    scene::{Scene, When},
};
use crate::{
    dispatch::jobs_of,
    providers::Provider,
    testing::{field::north, on_duty, place},
};

impl Scene {
    async fn eta(&self) -> DateTime<Utc> {
        let progress = jobs_of(&mut *self.tx().await, self.booked.id).await.unwrap().remove(0);
        progress.eta(&self.rules.settings, self.app.now()).unwrap()
    }

    fn drive(&self, kilometres: f64) -> TimeDelta {
        travel_time(road_distance(north(kilometres), place()), self.rules.settings.speed_kmh.into())
    }

    async fn page(&self) -> crate::testing::Reply {
        self.app.browser("atl.localhost").get(&format!("/track/{}", self.booked.token)).await
    }

    async fn move_to(&self, provider: Id<Provider>, kilometres: f64) {
        on_duty(&self.app, self.tenant, provider, north(kilometres)).await;
    }
}

#[tokio::test]
async fn the_estimate_counts_the_drive_from_now_until_the_provider_sets_out() {
    let scene = Scene::new(When::Now).await;
    scene.assign(scene.far, None).await.unwrap();
    let drive = scene.drive(9.0);
    for _ in 0..3 {
        assert_eq!(scene.eta().await, scene.app.now() + drive, "it doesn't count down while nobody drives");
        scene.app.app.db.clock.advance(TimeDelta::minutes(3));
    }
    let page = scene.page().await;
    assert_eq!(page.all("[aria-current=step] .step-label"), ["Booked"], "accepted isn't on the way");
    assert!(page.text().contains("far was 7.6 miles away 9 min ago and hasn't left yet."), "{}", page.text());

    // The position is nine minutes old: the drive counts from departure.
    scene.advance(scene.far, JobState::EnRoute).await.unwrap();
    let set_out = scene.app.now();
    scene.app.app.db.clock.advance(TimeDelta::minutes(1));
    assert_eq!(scene.eta().await, set_out + drive);
    scene.move_to(scene.far, 4.0).await;
    let seen = scene.app.now();
    scene.app.app.db.clock.advance(TimeDelta::minutes(2));
    assert_eq!(scene.eta().await, seen + scene.drive(4.0), "then from the last position");
    assert_eq!(scene.page().await.all("[aria-current=step] .step-label"), ["On the way"]);

    // No position came for longer than the drive.
    scene.app.app.db.clock.advance(TimeDelta::minutes(7));
    let silent = scene.page().await.text();
    assert!(silent.contains("Any minute") && !silent.contains("Arrival about"), "{silent}");
    assert!(silent.contains("far was 3.5 miles away 9 min ago."), "{silent}");
    scene.app.done().await;
}

#[tokio::test]
async fn a_late_arrival_is_shown_without_contradictions() {
    let scene = Scene::new(When::Now).await;
    scene.assign(scene.near, None).await.unwrap();
    scene.app.app.db.clock.advance(TimeDelta::minutes(20));
    scene.move_to(scene.near, 0.0).await;
    let page = scene.page().await.text();
    assert!(page.contains("near is nearby and hasn't left yet.") && !page.contains("0.0 miles"), "{page}");
    assert!(page.contains("We're past our") && page.contains("so you can cancel free."), "{page}");
    scene.app.done().await;
}

#[tokio::test]
async fn an_appointment_that_is_assigned_shows_its_time_and_not_where_the_provider_is_today() {
    let scene = Scene::new(When::Tomorrow).await;
    scene.near_takes_it().await;
    let appointment = scene.job().await.window_start;
    assert_eq!(scene.eta().await, appointment);
    let page = scene.page().await;
    let text = page.text();
    let at = scene.rules.appointment(appointment).replace('\u{a0}', " ");
    assert_eq!(page.all("h1"), [format!("near will come {at}")]);
    assert_eq!(page.all("[aria-current=step] .step-label"), ["Booked"]);
    assert!(text.contains("near leaves in time for your appointment.") && !text.contains("miles away"), "{text}");
    scene.app.done().await;
}
