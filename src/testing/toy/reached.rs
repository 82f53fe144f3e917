//! The driver of a shared trip is at its destination.

use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use engine::Id;

use super::{Shape, new_trip, tests::Shop};
use crate::{
    bookings::{Booking, Phase},
    dispatch::{Destination, Job, JobState, NewJob, store::jobs},
    fulfilment::{self, make::Beginning},
    providers::Provider,
    testing::{Browser, Reply, begin, place},
};

/// The driver's button, and what a passenger reads then.
const BUTTON: &str = "I'm at the destination";
const REACHED: &str = "Dora reached the destination";

/// Dora drives a trip to the lake.
struct Scene {
    shop: Shop,
    dora: Id<Provider>,
    phone: Browser,
    trip: Id<Job>,
}

/// Who has a seat, and the link by which they follow it.
struct Passenger {
    booking: Booking,
    link: String,
}

impl Scene {
    async fn new() -> Self {
        let shop = Shop::open().await;
        let (dora, phone) = shop.driver().await;
        let destination = Some(Destination { address: "Stone Mountain Lake".into(), point: Some(place()) });
        let trip = shop.publish(NewJob { destination, ..new_trip(shop.tomorrow()) }).await;
        shop.drives(trip, dora).await;
        Self { shop, dora, phone, trip }
    }

    async fn passenger(&self) -> Passenger {
        self.passenger_at(self.shop.tomorrow()).await
    }

    async fn passenger_at(&self, at: DateTime<Utc>) -> Passenger {
        let booking = self.shop.try_to_make(Shape::Seat, Beginning::Confirmed, at).await.unwrap();
        let link = self.shop.link(&booking).await;
        Passenger { booking, link }
    }

    async fn advance(&self, to: JobState) {
        let tenant = self.shop.tenant().await;
        let mut tx = begin(&self.shop.app, self.shop.id).await;
        fulfilment::advance(&mut tx, &tenant, self.dora, self.trip, to).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// A passenger isn't there.
    async fn miss(&self, passenger: &Passenger) {
        let tenant = self.shop.tenant().await;
        let mut tx = begin(&self.shop.app, self.shop.id).await;
        fulfilment::missed(&mut tx, &tenant, self.dora, self.trip, passenger.booking.id).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn finish(&self) {
        let tenant = self.shop.tenant().await;
        let mut tx = begin(&self.shop.app, self.shop.id).await;
        fulfilment::finish(&mut tx, &tenant, self.dora, self.trip, None).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn page(&mut self) -> String {
        self.phone.get(&format!("/provider/jobs/{}", self.trip)).await.text()
    }

    async fn tap(&mut self) -> Reply {
        let page = format!("/provider/jobs/{}", self.trip);
        self.phone.submit(&page, "/api/reach_destination", &[("job", &self.trip.to_string())]).await
    }

    async fn reached_at(&self) -> Option<DateTime<Utc>> {
        jobs::find(&mut *begin(&self.shop.app, self.shop.id).await, self.trip).await.unwrap().unwrap().reached_at
    }

    /// How often their kind of business heard it, and whether their page says it.
    async fn told(&self, passenger: &Passenger) -> (usize, bool) {
        let heard = self.shop.heard(&passenger.booking).await.matches("reached/").count();
        let page = self.shop.app.browser("shop.localhost").get(&passenger.link).await;
        assert_eq!(page.status, StatusCode::OK);
        (heard, page.text().contains(REACHED))
    }

    async fn done(self) {
        self.shop.obeys_the_laws().await;
        self.shop.app.done().await;
    }
}

#[tokio::test]
async fn everybody_on_board_reads_once_that_their_driver_is_at_the_destination_and_nobody_else() {
    let mut scene = Scene::new().await;
    let next_day = scene.shop.tomorrow() + TimeDelta::days(1);
    scene.shop.trip(next_day).await;
    let (kim, lee) = (scene.passenger().await, scene.passenger().await);
    let (cancels, stays_away) = (scene.passenger().await, scene.passenger().await);
    let goes_later = scene.passenger_at(next_day).await;
    scene.shop.cancel(&cancels.booking).await;
    for step in [JobState::EnRoute, JobState::Arrived] {
        scene.advance(step).await;
    }
    scene.miss(&stays_away).await;
    scene.advance(JobState::InProgress).await;
    assert!(scene.page().await.contains(BUTTON));

    let at = scene.shop.app.now();
    for tap in ["first", "second"] {
        let page = scene.tap().await;
        assert_eq!(page.status, StatusCode::OK, "{tap} tap");
        assert!(!page.text().contains(BUTTON), "{tap} tap: {}", page.text());
        assert_eq!(scene.reached_at().await, Some(at), "{tap} tap");
        scene.shop.app.pass(TimeDelta::minutes(5)).await;
    }
    for passenger in [&kim, &lee] {
        assert_eq!(scene.told(passenger).await, (1, true));
        assert_eq!(scene.shop.find(&passenger.booking).await.phase, Phase::InProgress, "they are still on board");
    }
    for other in [&cancels, &stays_away, &goes_later] {
        assert_eq!(scene.told(other).await, (0, false));
    }
    let staff = scene.shop.staff().await.get(&format!("/admin/jobs/{}", scene.trip)).await.text();
    assert!(staff.contains("At the destination"), "{staff}");

    scene.finish().await;
    for passenger in [&kim, &lee] {
        let heard = scene.shop.heard(&passenger.booking).await;
        assert!(heard.ends_with("reached/in_progress completed/completed"), "{heard}");
    }
    assert_eq!(scene.shop.find(&goes_later.booking).await.phase, Phase::Confirmed);
    scene.done().await;
}

#[tokio::test]
async fn a_driver_is_not_at_the_destination_before_the_trip_begins_or_after_it_is_over() {
    let mut scene = Scene::new().await;
    let kim = scene.passenger().await;
    for step in [JobState::EnRoute, JobState::Arrived, JobState::InProgress] {
        assert!(!scene.page().await.contains(BUTTON), "before {step}");
        assert_eq!(scene.tap().await.status, StatusCode::CONFLICT, "before {step}");
        scene.advance(step).await;
    }
    scene.finish().await;
    assert!(!scene.page().await.contains(BUTTON));
    assert_eq!(scene.tap().await.status, StatusCode::CONFLICT, "it is over");
    assert_eq!((scene.reached_at().await, scene.told(&kim).await), (None, (0, false)));
    scene.done().await;
}

#[tokio::test]
async fn a_trip_without_passengers_reaches_its_destination_and_one_without_a_destination_does_not_ask() {
    let mut scene = Scene::new().await;
    for step in [JobState::EnRoute, JobState::Arrived, JobState::InProgress] {
        scene.advance(step).await;
    }
    assert_eq!(scene.tap().await.status, StatusCode::OK);
    assert_eq!(scene.reached_at().await, Some(scene.shop.app.now()));
    scene.finish().await;

    let to_nowhere = scene.shop.trip(scene.shop.tomorrow()).await;
    scene.shop.drives(to_nowhere, scene.dora).await;
    scene.trip = to_nowhere;
    for step in [JobState::EnRoute, JobState::Arrived, JobState::InProgress] {
        scene.advance(step).await;
    }
    assert!(!scene.page().await.contains(BUTTON));
    assert_eq!(scene.tap().await.status, StatusCode::CONFLICT, "a form that no page shows");
    assert_eq!(scene.reached_at().await, None);
    scene.done().await;
}
