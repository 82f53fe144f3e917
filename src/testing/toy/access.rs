//! Who may use the toy's pages and server functions.

use chrono::TimeDelta;
use engine::Id;

use super::{
    Shape, hand_over, new_trip,
    tests::{add_service, book, do_job},
};
use crate::{
    bookings::Booking,
    dispatch::{self, Job, JobState, store::jobs},
    fulfilment::make::Beginning,
    tenants,
    testing::access::{
        ADMINS, ANYONE, Account, Business, Call, Lines, PROVIDER, STAFF, form, function, open, page, reading,
    },
};

pub(super) fn lines() -> Lines {
    let functions = vec![
        function("toy_hand_over", PROVIDER, "toy_bookings", async |at, _| {
            let leg = leg(at, 0, JobState::Arrived).await;
            form!("job" = leg.job, "booking" = leg.booking).by(leg.account.browser)
        }),
        function("toy_end_pickup", PROVIDER, "toy_bookings", async |at, _| {
            let leg = leg(at, 0, JobState::InProgress).await;
            form!("job" = leg.job, "pieces" = 3).by(leg.account.browser)
        }),
        function("toy_end_return", PROVIDER, "earnings", async |at, _| {
            let leg = leg(at, 1, JobState::InProgress).await;
            form!("job" = leg.job, "pieces" = 3).by(leg.account.browser)
        }),
        function("toy_edit_rules", ADMINS, "platform.tenants", async |_, _| form!("patience_minutes" = 20))
            .names_nothing(),
        reading("toy_choose_place", ANYONE, async |_, _| form!("address" = "Piedmont Park")).names_nothing(),
    ];
    let topics = vec![page("/live/toy/trip/{id}", STAFF, async |at, _| {
        let mut tx = at.begin().await;
        let trip = dispatch::publish(&mut tx, new_trip(at.app().now())).await.unwrap();
        tx.commit().await.unwrap();
        Call::to(format!("/live/toy/trip/{trip}"))
    })];
    Lines { pages: vec![open("/toys", ANYONE), open("/toys/place", ANYONE)], functions, topics, ..Lines::default() }
}

/// A provider's job that fetches a toy, or brings it back.
struct Leg {
    booking: Id<Booking>,
    job: Id<Job>,
    account: Account,
}

async fn leg(at: &Business, nth: usize, until: JobState) -> Leg {
    let (provider, account) = at.on_duty().await;
    let service = add_service(at.app(), at.tenant, &at.name("kite")).await;
    let mut tx = at.begin().await;
    let tenant = tenants::find_by_id(&mut tx, at.tenant).await.unwrap().unwrap();
    let tomorrow = tx.now + TimeDelta::days(1);
    let booking =
        book(&mut tx, &tenant, at.app(), service.id, Shape::Legs.into(), Beginning::Confirmed, tomorrow).await.unwrap();
    let legs: Vec<_> = dispatch::jobs_of(&mut tx, booking.id).await.unwrap().iter().map(|leg| leg.job_id).collect();
    for job in &legs {
        dispatch::assign_manually(&mut tx, &tenant, *job, provider, None, "Stan").await.unwrap();
    }
    tx.commit().await.unwrap();
    for job in &legs[..nth] {
        do_job(at.app(), &tenant, *job, provider).await;
    }
    let mut tx = at.begin().await;
    for step in [JobState::EnRoute, JobState::Arrived, JobState::InProgress] {
        if until >= step {
            dispatch::advance(&mut tx, provider, legs[nth], step).await.unwrap();
        }
    }
    if until == JobState::InProgress {
        let job = jobs::find(&mut tx, legs[nth]).await.unwrap().unwrap();
        hand_over::record(&mut tx, &job, booking.id).await.unwrap();
    }
    tx.commit().await.unwrap();
    Leg { booking: booking.id, job: legs[nth], account }
}
