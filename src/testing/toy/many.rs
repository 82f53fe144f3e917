//! Crews, and seats on a trip that is there before anybody has booked it.

use chrono::{DateTime, TimeDelta, Utc};
use engine::{Amount, Id, Meters};

use super::{Shape, new_trip, tests::Shop};
use crate::{
    bookings::{Author, Booking, Phase, WaitsFor, store},
    dispatch::{self, Dispatching, Job, JobProgress, NewJob},
    error::AppError,
    fulfilment::{self, make::Beginning},
    identity::Role,
    providers::Provider,
    testing::{Browser, begin, place, provider, provider_living, user},
};

/// The page on which a provider sees a job.
fn page_of(job: Id<Job>) -> String {
    format!("/provider/jobs/{job}")
}

impl Shop {
    /// A driver and their phone.
    pub async fn driver(&self) -> (Id<Provider>, Browser) {
        let account = user(&self.app, self.id, "dora", &[Role::Provider]).await;
        let dora = provider_living(&self.app, self.id, "Dora", Some(account), &[], Some(place())).await;
        let mut phone = self.app.browser("shop.localhost");
        phone.sign_in("dora@example.com").await;
        (dora, phone)
    }

    pub async fn provider(&self, name: &str) -> Id<Provider> {
        provider(&self.app, self.id, name, None, &[]).await
    }

    async fn open_job(&self, booking: &Booking) -> JobProgress {
        let jobs = dispatch::jobs_of(&mut *begin(&self.app, self.id).await, booking.id).await.unwrap();
        jobs.into_iter().find(|job| !job.state.is_over()).unwrap()
    }

    pub async fn choose(&self, job: Id<Job>, crew: &[Id<Provider>]) {
        let tenant = self.tenant().await;
        let mut tx = begin(&self.app, self.id).await;
        dispatch::assign_crew(&mut tx, &tenant, job, crew, crew[0], Author::staff("Stan")).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub async fn move_to(&self, booking: &Booking, to: DateTime<Utc>) -> Result<Booking, AppError> {
        let tenant = self.tenant().await;
        let mut tx = begin(&self.app, self.id).await;
        let locked = store::lock(&mut tx, booking.id).await?;
        fulfilment::reschedule(&mut tx, &tenant, &locked, to, Author::staff("Stan")).await?;
        tx.commit().await?;
        Ok(self.find(booking).await)
    }

    pub async fn cancel(&self, booking: &Booking) {
        let tenant = self.tenant().await;
        let mut tx = begin(&self.app, self.id).await;
        let locked = store::lock(&mut tx, booking.id).await.unwrap();
        fulfilment::cancel(&mut tx, &tenant, &locked, Author::customer(), None).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub async fn trip(&self, at: DateTime<Utc>) -> Id<Job> {
        self.publish(new_trip(at)).await
    }

    /// A trip that needs so many people.
    pub async fn trip_of(&self, at: DateTime<Utc>, staff_needed: i32) -> Id<Job> {
        self.publish(NewJob { staff_needed, ..new_trip(at) }).await
    }

    pub async fn publish(&self, trip: NewJob) -> Id<Job> {
        let mut tx = begin(&self.app, self.id).await;
        let id = dispatch::publish(&mut tx, trip).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    pub async fn drives(&self, trip: Id<Job>, driver: Id<Provider>) {
        let tenant = self.tenant().await;
        let mut tx = begin(&self.app, self.id).await;
        dispatch::assign_manually(&mut tx, &tenant, trip, driver, None, "Stan").await.unwrap();
        tx.commit().await.unwrap();
    }

    pub async fn aboard(&self, trip: Id<Job>) -> Vec<Id<Booking>> {
        dispatch::store::jobs::bookings_of(&mut *begin(&self.app, self.id).await, trip).await.unwrap()
    }
}

#[tokio::test]
async fn a_crew_of_three_is_booked_moved_done_charged_and_paid() {
    let shop = Shop::open().await;
    let booked = shop.make(Shape::Crew, Beginning::Confirmed).await;
    let (ada, ben, cleo) = (shop.provider("Ada").await, shop.provider("Ben").await, shop.provider("Cleo").await);
    let job = shop.open_job(&booked).await;
    shop.choose(job.job_id, &[ben, ada]).await;
    assert_eq!(shop.find(&booked).await.phase, Phase::Confirmed, "2 of 3");
    shop.choose(job.job_id, &[ben, ada, cleo]).await;
    assert_eq!(shop.find(&booked).await.phase, Phase::Dispatched);

    let moved = shop.move_to(&booked, shop.tomorrow() + TimeDelta::hours(3)).await.unwrap();
    let job = shop.open_job(&booked).await;
    assert_eq!(moved.phase, Phase::Dispatched, "all three are free then");
    assert_eq!(job.first_names(), "Ben, Ada and Cleo");
    shop.do_job(job.job_id, cleo).await;
    assert_eq!(shop.find(&booked).await.phase, Phase::Completed);
    assert_eq!(shop.charged(&booked).await, [Amount(4_000)]);
    let mut earned = Vec::new();
    for member in [ben, ada, cleo] {
        earned.extend(shop.earned(&booked, member).await);
    }
    assert_eq!(earned, [Amount(934), Amount(933), Amount(933)], "70% of a third; the rest cent goes to the lead");
    shop.obeys_the_laws().await;
    shop.app.done().await;
}

#[tokio::test]
async fn a_crew_is_free_again_when_its_booking_is_cancelled() {
    let shop = Shop::open().await;
    let booked = shop.make(Shape::Crew, Beginning::Confirmed).await;
    let crew = [shop.provider("Ada").await, shop.provider("Ben").await, shop.provider("Cleo").await];
    shop.choose(shop.open_job(&booked).await.job_id, &crew).await;
    shop.cancel(&booked).await;
    let other = shop.make(Shape::Crew, Beginning::Confirmed).await;
    shop.choose(shop.open_job(&other).await.job_id, &crew).await;
    assert_eq!(shop.find(&other).await.phase, Phase::Dispatched, "at the same time");
    shop.obeys_the_laws().await;
    shop.app.done().await;
}

#[tokio::test]
async fn seats_on_a_trip_are_booked_moved_cancelled_done_charged_and_earned() {
    let shop = Shop::open().await;
    let driver = shop.provider("Dora").await;
    let (day, next) = (shop.tomorrow(), shop.tomorrow() + TimeDelta::days(1));
    let (first, second) = (shop.trip(day).await, shop.trip(next).await);
    let (stays, moves, cancels) = (
        shop.make(Shape::Seat, Beginning::Confirmed).await,
        shop.make(Shape::Seat, Beginning::Confirmed).await,
        shop.make(Shape::Seat, Beginning::Confirmed).await,
    );
    assert_eq!(shop.find(&stays).await.waits_for, Some(WaitsFor::Provider));
    assert_eq!(shop.aboard(first).await.len(), 3);
    shop.drives(first, driver).await;
    assert_eq!(shop.find(&moves).await.phase, Phase::Dispatched);

    let moved = shop.move_to(&moves, next).await.unwrap();
    assert_eq!((moved.phase, moved.waits_for), (Phase::Confirmed, Some(WaitsFor::Provider)), "nobody drives that one");
    assert_eq!(shop.aboard(second).await, [moves.id], "it has left the first");
    let nowhere = shop.move_to(&moves, next + TimeDelta::days(1)).await;
    assert!(matches!(nowhere, Err(AppError::Conflict(_))), "no trip goes then");
    shop.cancel(&cancels).await;
    assert_eq!(shop.aboard(first).await, [stays.id]);

    shop.do_job(first, driver).await;
    for (booking, phase) in [(&stays, Phase::Completed), (&moves, Phase::Confirmed), (&cancels, Phase::Cancelled)] {
        assert_eq!(shop.find(booking).await.phase, phase);
    }
    assert_eq!((shop.charged(&stays).await, shop.charged(&moves).await), (vec![Amount(4_000)], Vec::new()));
    assert_eq!(shop.earned(&stays, driver).await, [Amount(2_800)], "70% of the one seat");
    shop.obeys_the_laws().await;
    shop.app.done().await;
}

#[tokio::test]
async fn a_trip_that_nobody_has_booked_has_its_own_name_glyph_and_fare() {
    let shop = Shop::open().await;
    let (_, mut phone) = shop.driver().await;
    let until = shop.tomorrow();
    let dispatching = Dispatching::Discover { within: Meters(50_000.0), until };
    let trip = shop.publish(NewJob { dispatching, ..new_trip(until) }).await;
    let home = phone.get("/provider").await.text();
    assert!(home.contains("Trip to the park") && home.contains("$35.00"), "70% of the fare: {home}");
    let open = phone.get(&format!("/provider/open/{trip}")).await.text();
    assert!(open.contains("Trip to the park") && open.contains("$35.00"), "{open}");
    let taken = phone.submit(&format!("/provider/open/{trip}"), "/api/take_job", &[("job", &trip.to_string())]).await;
    assert!(taken.text().contains("Trip to the park"), "{}", taken.text());
    assert!(taken.text().contains("Trip with 0 aboard"), "{}", taken.text());
    assert!(phone.get("/provider/jobs").await.text().contains("Trip to the park"));
    shop.obeys_the_laws().await;
    shop.app.done().await;
}

#[tokio::test]
async fn a_trip_with_seven_bookings_shows_what_its_kind_adds_once() {
    let shop = Shop::open().await;
    let (dora, mut phone) = shop.driver().await;
    let trip = shop.trip(shop.tomorrow()).await;
    for _ in 0..7 {
        shop.make(Shape::Seat, Beginning::Confirmed).await;
    }
    shop.drives(trip, dora).await;
    let page = phone.get(&page_of(trip)).await.text();
    assert_eq!(page.matches("Trip with 7 aboard").count(), 1, "{page}");
    assert_eq!(page.matches("Toy seat for the provider").count(), 7, "{page}");
    shop.app.done().await;
}
