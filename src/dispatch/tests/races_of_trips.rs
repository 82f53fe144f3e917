//! What happens to a published job at the same time as it is cancelled or given to somebody.

use engine::Id;

use super::{holder, published::Trip, race::all_waiting};
use crate::{
    bookings::{self, Author, Phase, WaitsFor},
    db::Db,
    dispatch::{self, Dispatching, Job, JobState, store},
    error::AppError,
    providers::Provider,
    tenants::Tenant,
    testing::{Booked, begin, field::provider},
};

/// One of two things that happen at once.
#[derive(Debug, Clone, Copy)]
enum Deed {
    Assign(Id<Provider>),
    CallOff,
    Join(Id<bookings::Booking>),
}

async fn act(db: Db, tenant: Tenant, job: Id<Job>, deed: Deed) -> Result<(), AppError> {
    let mut tx = db.begin_system(tenant.id).await?;
    match deed {
        Deed::Assign(to) => dispatch::assign_manually(&mut tx, &tenant, job, to, None, "Sam").await?,
        Deed::CallOff => dispatch::call_off(&mut tx, job, "The road is closed", Author::staff("Stan")).await?,
        Deed::Join(booking) => {
            let booking = bookings::store::lock(&mut tx, booking).await?;
            dispatch::join(&mut tx, job, &booking).await?;
        }
    }
    tx.commit().await
}

/// Both come to the locked job in this order, and go on when it is free.
async fn at_once(trip: &Trip, deeds: [Deed; 2]) -> [Result<(), AppError>; 2] {
    let db = trip.app.database.with_connections(4).await.with_clock(trip.app.app.db.clock.clone());
    let mut gate = begin(&trip.app, trip.tenant.id).await;
    store::jobs::lock(&mut gate, trip.job).await.unwrap();
    let mut racing = Vec::new();
    for (deed, waiting) in deeds.into_iter().zip(1..) {
        racing.push(tokio::spawn(act(db.clone(), trip.tenant.clone(), trip.job, deed)));
        all_waiting(&trip.app, waiting).await;
    }
    drop(gate);
    let [first, second] = racing.try_into().unwrap();
    let results = [first.await.unwrap(), second.await.unwrap()];
    db.close().await;
    results
}

fn is_conflict(result: &Result<(), AppError>) -> bool {
    matches!(result, Err(AppError::Conflict(_)))
}

async fn is_waiting_for_staff(trip: &Trip, passenger: &Booked) -> bool {
    let found = trip.find(passenger).await;
    (found.phase, found.waits_for) == (Phase::Confirmed, Some(WaitsFor::Staff))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_trip_is_given_to_a_driver_before_it_is_cancelled_or_never() {
    for is_first in [true, false] {
        let trip = Trip::new(Dispatching::ByHand).await;
        let passenger = trip.passenger().await;
        trip.join(&passenger).await.unwrap();
        let assign = Deed::Assign(trip.driver);
        let [first, second] =
            at_once(&trip, if is_first { [assign, Deed::CallOff] } else { [Deed::CallOff, assign] }).await;
        assert!(first.is_ok(), "{first:?}");
        assert_eq!(is_conflict(&second), !is_first, "cancelling ends what was assigned: {second:?}");
        assert_eq!(
            (trip.state().await, holder(&trip.app, trip.tenant.id, trip.job).await),
            (JobState::Cancelled, None)
        );
        assert!(is_waiting_for_staff(&trip, &passenger).await);
        trip.done().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_staff_who_give_a_trip_to_different_drivers_the_second_hears_of_the_first() {
    let trip = Trip::new(Dispatching::ByHand).await;
    let passenger = trip.passenger().await;
    trip.join(&passenger).await.unwrap();
    let other = provider(&trip.app, trip.tenant.id, "Nadia", 3.0).await;
    let [first, second] = at_once(&trip, [Deed::Assign(trip.driver), Deed::Assign(other)]).await;
    assert!(first.is_ok() && is_conflict(&second), "{first:?} {second:?}");
    assert_eq!(holder(&trip.app, trip.tenant.id, trip.job).await, Some(trip.driver));
    assert_eq!(trip.find(&passenger).await.phase, Phase::Dispatched);
    trip.done().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_booking_joins_a_trip_before_it_is_cancelled_and_waits_for_staff_or_never_joins() {
    for is_first in [true, false] {
        let trip = Trip::new(Dispatching::ByHand).await;
        let passenger = trip.passenger().await;
        let join = Deed::Join(passenger.id);
        let [first, second] =
            at_once(&trip, if is_first { [join, Deed::CallOff] } else { [Deed::CallOff, join] }).await;
        assert!(first.is_ok(), "{first:?}");
        assert_eq!(is_conflict(&second), !is_first, "{second:?}");
        assert_eq!((trip.state().await, trip.on_it().await), (JobState::Cancelled, usize::from(is_first)));
        assert_eq!(is_waiting_for_staff(&trip, &passenger).await, is_first, "who joined in time hears of it");
        trip.done().await;
    }
}
