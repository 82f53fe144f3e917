//! Jobs that are there before their bookings.

use engine::{Amount, Id};

use super::{job, settings_of};
use crate::{
    bookings::{self, Author, Booking, Phase, WaitsFor},
    checks,
    dispatch::{self, Dispatching, Job, JobState, NewJob, Outcome},
    error::AppError,
    fulfilment, payments,
    providers::Provider,
    tenants::Tenant,
    testing::{
        Booked, TestApp, begin,
        field::{booked, new_job, provider},
        tenant,
    },
};

/// A published trip, its driver, and a passenger with a confirmed booking.
pub(super) struct Trip {
    pub app: TestApp,
    pub tenant: Tenant,
    pub driver: Id<Provider>,
    pub job: Id<Job>,
}

impl Trip {
    pub async fn new(dispatching: Dispatching) -> Self {
        let app = TestApp::new().await;
        let atl = tenant(&app, "atl").await;
        let driver = provider(&app, atl, "Marcus", 2.0).await;
        let mut tx = begin(&app, atl).await;
        let job = dispatch::publish(&mut tx, NewJob { dispatching, ..new_job(app.now()) }).await.unwrap();
        tx.commit().await.unwrap();
        let tenant = settings_of(&app, atl).await;
        Self { app, tenant, driver, job }
    }

    /// A confirmed booking without a job of its own.
    pub async fn passenger(&self) -> Booked {
        let booked = booked(&self.app, self.tenant.id).await;
        let mut tx = begin(&self.app, self.tenant.id).await;
        dispatch::withdraw(&mut tx, booked.id, "They share a trip.").await.unwrap();
        dispatch::store::jobs::remove_booking(&mut tx, booked.job, booked.id).await.unwrap();
        tx.commit().await.unwrap();
        booked
    }

    pub async fn join(&self, passenger: &Booked) -> Result<(), AppError> {
        let mut tx = begin(&self.app, self.tenant.id).await;
        let booking = bookings::store::lock(&mut tx, passenger.id).await?;
        dispatch::join(&mut tx, self.job, &booking).await?;
        tx.commit().await
    }

    async fn cancel(&self, passenger: &Booked) {
        let mut tx = begin(&self.app, self.tenant.id).await;
        let booking = bookings::store::lock(&mut tx, passenger.id).await.unwrap();
        fulfilment::cancel(&mut tx, &self.tenant, &booking, Author::customer(), None).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn assign(&self) {
        let mut tx = begin(&self.app, self.tenant.id).await;
        dispatch::assign_manually(&mut tx, &self.tenant, self.job, self.driver, None, "Sam").await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn advance(&self, states: &[JobState]) {
        let mut tx = begin(&self.app, self.tenant.id).await;
        for state in states {
            dispatch::advance(&mut tx, self.driver, self.job, *state).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    async fn missed(&self, passenger: &Booked) -> Result<(), AppError> {
        let mut tx = begin(&self.app, self.tenant.id).await;
        fulfilment::missed(&mut tx, &self.tenant, self.driver, self.job, passenger.id).await?;
        tx.commit().await
    }

    async fn finish(&self) -> Amount {
        let mut tx = begin(&self.app, self.tenant.id).await;
        let earned = fulfilment::finish(&mut tx, &self.tenant, self.driver, self.job, None).await.unwrap();
        tx.commit().await.unwrap();
        earned
    }

    pub async fn find(&self, passenger: &Booked) -> Booking {
        bookings::store::find(&mut *begin(&self.app, self.tenant.id).await, passenger.id).await.unwrap().unwrap()
    }

    async fn phases(&self, passengers: [&Booked; 2]) -> [Phase; 2] {
        [self.find(passengers[0]).await.phase, self.find(passengers[1]).await.phase]
    }

    pub async fn on_it(&self) -> usize {
        let mut tx = begin(&self.app, self.tenant.id).await;
        dispatch::store::jobs::bookings_of(&mut tx, self.job).await.unwrap().len()
    }

    pub async fn state(&self) -> JobState {
        job(&self.app, self.tenant.id, self.job).await.state
    }

    async fn charged(&self, passenger: &Booked) -> Vec<Amount> {
        let mut tx = begin(&self.app, self.tenant.id).await;
        let found = payments::store::list_of_booking(&mut tx, passenger.id).await.unwrap();
        found.into_iter().map(|payment| payment.amount).collect()
    }

    pub async fn done(self) {
        let violations = checks::violations(&mut *begin(&self.app, self.tenant.id).await).await.unwrap();
        assert!(violations.is_empty(), "{violations:?}");
        self.app.done().await;
    }
}

#[tokio::test]
async fn passengers_join_a_trip_before_and_after_it_has_a_driver_and_each_pays_their_seat() {
    let trip = Trip::new(Dispatching::ByHand).await;
    let (first, second) = (trip.passenger().await, trip.passenger().await);
    trip.join(&first).await.unwrap();
    trip.join(&first).await.expect("a second tap");
    assert_eq!(trip.phases([&first, &second]).await, [Phase::Confirmed, Phase::Confirmed]);
    trip.assign().await;
    trip.join(&second).await.unwrap();
    assert_eq!(trip.phases([&first, &second]).await, [Phase::Dispatched, Phase::Dispatched]);
    trip.advance(&[JobState::EnRoute, JobState::Arrived, JobState::InProgress]).await;
    let late = trip.passenger().await;
    assert!(matches!(trip.join(&late).await, Err(AppError::Conflict(_))), "it has begun");
    assert_eq!(trip.finish().await, Amount(14_000), "70% of two seats");
    assert_eq!(trip.phases([&first, &second]).await, [Phase::Completed, Phase::Completed]);
    assert_eq!((trip.charged(&first).await, trip.charged(&second).await), (vec![Amount(11_000)], vec![Amount(11_000)]));
    trip.done().await;
}

#[tokio::test]
async fn a_trip_goes_on_when_its_passengers_cancel_until_it_is_called_off() {
    let trip = Trip::new(Dispatching::ByHand).await;
    let (first, second) = (trip.passenger().await, trip.passenger().await);
    trip.join(&first).await.unwrap();
    trip.join(&second).await.unwrap();
    trip.assign().await;
    trip.cancel(&first).await;
    assert_eq!((trip.on_it().await, trip.state().await), (1, JobState::Assigned));
    assert_eq!(trip.find(&second).await.phase, Phase::Dispatched, "one passenger's cancellation is not the trip's");
    trip.cancel(&second).await;
    assert_eq!((trip.on_it().await, trip.state().await), (0, JobState::Assigned), "the last one doesn't end it either");

    let third = trip.passenger().await;
    trip.join(&third).await.unwrap();
    let mut tx = begin(&trip.app, trip.tenant.id).await;
    dispatch::call_off(&mut tx, trip.job, "The road is closed", Author::staff("Sam")).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(trip.state().await, JobState::Cancelled);
    let left = trip.find(&third).await;
    assert_eq!((left.phase, left.waits_for), (Phase::Confirmed, Some(WaitsFor::Staff)), "staff decide");
    trip.done().await;
}

#[tokio::test]
async fn a_passenger_who_did_not_show_leaves_the_trip_to_the_others() {
    let trip = Trip::new(Dispatching::ByHand).await;
    let (first, second) = (trip.passenger().await, trip.passenger().await);
    trip.join(&first).await.unwrap();
    trip.join(&second).await.unwrap();
    trip.assign().await;
    assert!(matches!(trip.missed(&first).await, Err(AppError::Conflict(_))), "the driver isn't there yet");
    trip.advance(&[JobState::EnRoute, JobState::Arrived]).await;
    trip.missed(&first).await.unwrap();
    assert_eq!(trip.phases([&first, &second]).await, [Phase::NoShow, Phase::Dispatched]);
    assert_eq!((trip.on_it().await, trip.state().await), (1, JobState::Arrived));
    trip.advance(&[JobState::InProgress]).await;
    trip.finish().await;
    assert_eq!(trip.phases([&first, &second]).await, [Phase::NoShow, Phase::Completed]);
    trip.done().await;
}

#[tokio::test]
async fn a_drive_in_vain_is_paid_once_however_it_is_reported() {
    let trip = Trip::new(Dispatching::ByHand).await;
    let (first, second, third) = (trip.passenger().await, trip.passenger().await, trip.passenger().await);
    for passenger in [&first, &second, &third] {
        trip.join(passenger).await.unwrap();
    }
    trip.assign().await;
    trip.advance(&[JobState::EnRoute, JobState::Arrived]).await;
    trip.missed(&first).await.unwrap();
    trip.missed(&second).await.unwrap();
    let mut tx = begin(&trip.app, trip.tenant.id).await;
    fulfilment::give_up(&mut tx, &trip.tenant, trip.driver, trip.job, Outcome::GoneOnArrival, None).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(trip.phases([&first, &second]).await, [Phase::NoShow; 2]);
    assert_eq!(trip.find(&third).await.phase, Phase::NoShow);
    let shared: Amount = sqlx::query_scalar("select sum(base_amount)::bigint from earnings where job_id = $1")
        .bind(trip.job)
        .fetch_one(&mut *begin(&trip.app, trip.tenant.id).await)
        .await
        .unwrap();
    assert_eq!(shared, Amount(6_000), "of one fee for coming in vain, not of three");
    trip.done().await;
}

#[tokio::test]
async fn a_booking_that_leaves_a_trip_waits_for_another() {
    let trip = Trip::new(Dispatching::ByHand).await;
    let passenger = trip.passenger().await;
    trip.join(&passenger).await.unwrap();
    trip.assign().await;
    let mut tx = begin(&trip.app, trip.tenant.id).await;
    let booking = bookings::store::lock(&mut tx, passenger.id).await.unwrap();
    dispatch::leave(&mut tx, trip.job, &booking).await.unwrap();
    tx.commit().await.unwrap();
    let left = trip.find(&passenger).await;
    assert_eq!((left.phase, left.waits_for), (Phase::Confirmed, Some(WaitsFor::Provider)));
    assert_eq!((trip.on_it().await, trip.state().await), (0, JobState::Assigned));
    trip.done().await;
}

#[tokio::test]
async fn nobody_is_asked_about_work_that_staff_plan_and_the_others_in_their_time() {
    let by_hand = Trip::new(Dispatching::ByHand).await;
    by_hand.app.drain().await;
    assert_eq!(by_hand.state().await, JobState::Open);
    let mut tx = begin(&by_hand.app, by_hand.tenant.id).await;
    assert!(dispatch::search_again(&mut tx, by_hand.job, Author::staff("Sam")).await.is_err());
    drop(tx);
    by_hand.done().await;

    let now = Trip::new(Dispatching::Now).await;
    now.app.drain().await;
    assert_eq!(now.state().await, JobState::Offered);
    now.done().await;
}

#[tokio::test]
async fn a_search_that_begins_at_a_time_of_its_own_waits_for_it() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    provider(&app, atl, "Marcus", 2.0).await;
    let (at, window_start) = (app.now() + chrono::TimeDelta::hours(2), app.now() + chrono::TimeDelta::days(7));
    let mut tx = begin(&app, atl).await;
    let new = NewJob { dispatching: Dispatching::At(at), ..new_job(window_start) };
    let id = dispatch::publish(&mut tx, new).await.unwrap();
    tx.commit().await.unwrap();
    app.drain().await;
    assert_eq!(job(&app, atl, id).await.state, JobState::Open);
    app.app.db.clock.advance(chrono::TimeDelta::hours(2));
    app.drain().await;
    assert_eq!(job(&app, atl, id).await.state, JobState::Offered, "days before the dispatch lead");
    app.done().await;
}
