//! The terms agreed when a provider got a job apply, even if staff change them before it ends.

use super::*;
use crate::{
    bookings::{self, Author},
    db::Tx,
    dispatch::{self, JobState, Outcome},
    fulfilment, tenants,
    testing::field,
};

/// How a provider gets a job.
#[derive(Debug, Clone, Copy)]
enum Given {
    ByOffer,
    ByStaff,
}

/// How it ends.
#[derive(Debug, Clone, Copy)]
enum End {
    Done,
    GoneOnArrival,
    Cancelled,
}

/// A provider, and the rules of the business they work for.
struct Work<'a> {
    app: &'a TestApp,
    rules: Tenant,
    provider: Id<Provider>,
}

impl<'a> Work<'a> {
    async fn new(app: &'a TestApp) -> Self {
        let id = tenant(app, "atl").await;
        let provider = field::provider(app, id, "ada", 2.0).await;
        let rules = tenants::find_by_id(&mut *begin(app, id).await, id).await.unwrap().unwrap();
        Self { app, rules, provider }
    }

    async fn tx(&self) -> Tx {
        begin(self.app, self.rules.id).await
    }

    async fn agree(&self, commission: Commission) {
        agree(self.app, self.rules.id, self.provider, commission).await;
    }

    async fn booked(&self) -> Booked {
        field::booked(self.app, self.rules.id).await
    }

    async fn give(&self, booked: &Booked, given: Given) {
        match given {
            Given::ByOffer => {
                self.app.drain().await;
                let mut tx = self.tx().await;
                let offer = dispatch::store::offers::pending_of_provider(&mut tx, self.provider).await.unwrap();
                dispatch::accept(&mut tx, &self.rules, self.provider, offer.unwrap().id).await.unwrap();
                tx.commit().await.unwrap();
            }
            Given::ByStaff => {
                let mut tx = self.tx().await;
                dispatch::assign_manually(&mut tx, &self.rules, booked.job, self.provider, None, "Sam").await.unwrap();
                tx.commit().await.unwrap();
            }
        }
    }

    async fn end(&self, booked: &Booked, end: End) {
        let (rules, provider, job) = (&self.rules, self.provider, booked.job);
        let mut tx = self.tx().await;
        for step in [JobState::EnRoute, JobState::Arrived] {
            dispatch::advance(&mut tx, provider, job, step).await.unwrap();
        }
        match end {
            End::Done => {
                dispatch::advance(&mut tx, provider, job, JobState::InProgress).await.unwrap();
                fulfilment::finish(&mut tx, rules, provider, job, None).await.unwrap();
            }
            End::GoneOnArrival => {
                fulfilment::give_up(&mut tx, rules, provider, job, Outcome::GoneOnArrival, None).await.unwrap();
            }
            End::Cancelled => {
                let booking = bookings::store::lock(&mut tx, booked.id).await.unwrap();
                fulfilment::cancel(&mut tx, rules, &booking, Author::customer(), None).await.unwrap();
            }
        }
        tx.commit().await.unwrap();
    }

    /// The earning of a booking, and its base.
    async fn earned(&self, booked: &Booked) -> (Amount, Amount) {
        sqlx::query_as("select amount, base_amount from earnings where booking_id = $1 and provider_id = $2")
            .bind(booked.id)
            .bind(self.provider)
            .fetch_one(&mut *self.tx().await)
            .await
            .unwrap()
    }
}

fn percent(part: i32) -> Commission {
    Commission::Percentage(BasisPoints::percent(part).unwrap())
}

#[tokio::test]
async fn a_job_earns_the_commission_at_assignment_in_every_outcome() {
    let app = TestApp::new().await;
    let work = Work::new(&app).await;
    for given in [Given::ByOffer, Given::ByStaff] {
        for end in [End::Done, End::GoneOnArrival, End::Cancelled] {
            for (agreed, changed) in [(percent(70), percent(10)), (Commission::FlatPerJob(Amount(1_500)), percent(99))]
            {
                work.agree(agreed).await;
                let booked = work.booked().await;
                work.give(&booked, given).await;
                work.agree(changed).await;
                work.end(&booked, end).await;
                let (amount, base) = work.earned(&booked).await;
                assert!(base > Amount(1_500), "{given:?}, {end:?}: of {base:?}");
                assert_eq!(amount, agreed.provider_share(base), "{given:?}, {end:?}, {agreed:?}");
            }
        }
    }
    app.done().await;
}

#[tokio::test]
async fn a_reassigned_job_earns_the_commission_at_reassignment() {
    let app = TestApp::new().await;
    let work = Work::new(&app).await;
    work.agree(percent(70)).await;
    let booked = work.booked().await;
    work.give(&booked, Given::ByStaff).await;
    let mut tx = work.tx().await;
    dispatch::give_back(&mut tx, work.provider, booked.job, "A flat tire").await.unwrap();
    tx.commit().await.unwrap();
    work.agree(percent(50)).await;
    app.pass(chrono::TimeDelta::minutes(1)).await;
    work.give(&booked, Given::ByStaff).await;
    work.agree(percent(10)).await;
    work.end(&booked, End::Done).await;
    let (amount, base) = work.earned(&booked).await;
    assert_eq!(amount, percent(50).provider_share(base));
    app.done().await;
}

/// Rows written by earlier releases.
#[tokio::test]
async fn offers_and_jobs_without_an_agreed_commission_use_the_providers() {
    let app = TestApp::new().await;
    let work = Work::new(&app).await;
    let forget = async |statement: &'static str| {
        let mut tx = work.tx().await;
        sqlx::query(statement).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    };
    work.agree(percent(70)).await;
    let offered = work.booked().await;
    app.drain().await;
    forget("update offers set commission_type = null, commission_rate = null, flat_fee_amount = null").await;
    work.agree(percent(60)).await;
    work.give(&offered, Given::ByOffer).await;
    work.agree(percent(50)).await;
    work.end(&offered, End::Done).await;
    let (amount, base) = work.earned(&offered).await;
    assert_eq!(amount, percent(60).provider_share(base), "that of when they accepted");

    let given = work.booked().await;
    work.give(&given, Given::ByStaff).await;
    forget("update assignments set commission_type = null, commission_rate = null, flat_fee_amount = null").await;
    work.agree(percent(40)).await;
    work.end(&given, End::Done).await;
    let (amount, base) = work.earned(&given).await;
    assert_eq!(amount, percent(40).provider_share(base), "that of when it was done");
    app.done().await;
}
