//! A stay that nobody begins in time, and the batteries of a toy that is back.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use sqlx::types::Json;

use super::{Shape, background::RECHARGE, tests::Shop};
use crate::{
    bookings::{Author, Booking, Phase, store},
    fulfilment::{jobless, make::Beginning, requests},
    tasks,
    testing::begin,
};

impl Shop {
    async fn is_patient_for(&self, minutes: u32) {
        sqlx::query("update platform.tenants set settings = $1")
            .bind(Json(serde_json::json!({ "patience_minutes": minutes })))
            .execute(&mut self.app.database.owner().await)
            .await
            .unwrap();
        self.app.app.hosts.forget();
    }

    /// When the stay's deadline is, as the worker knows it.
    async fn deadline(&self, stay: &Booking) -> Option<DateTime<Utc>> {
        sqlx::query_scalar("select due_at from queue.deadlines where kind = 'toy_begin_by' and subject_id = $1")
            .bind(stay.id)
            .fetch_optional(&mut self.app.database.owner().await)
            .await
            .unwrap()
    }

    async fn pass_until(&self, at: DateTime<Utc>) {
        self.app.pass(at - self.app.now()).await;
    }

    async fn charged_batteries_at(&self, stay: &Booking) -> Option<DateTime<Utc>> {
        sqlx::query_scalar("select batteries_charged_at from toy_bookings where booking_id = $1")
            .bind(stay.id)
            .fetch_one(&mut *begin(&self.app, self.id).await)
            .await
            .unwrap()
    }

    /// The payloads of the tasks that wait to charge batteries.
    async fn waiting_recharges(&self) -> Vec<Value> {
        sqlx::query_scalar("select payload from queue.tasks where kind = $1")
            .bind(RECHARGE)
            .fetch_all(&mut self.app.database.owner().await)
            .await
            .unwrap()
    }
}

fn minutes(minutes: i64) -> TimeDelta {
    TimeDelta::minutes(minutes)
}

#[tokio::test]
async fn a_stay_that_nobody_begins_in_time_is_missed_once_and_its_customer_is_told() {
    let shop = Shop::open().await;
    let stay = shop.make(Shape::Stay, Beginning::Confirmed).await;
    let begins_at = stay.scheduled_at.unwrap();
    shop.pass_until(begins_at + minutes(30) - TimeDelta::seconds(1)).await;
    assert_eq!(shop.find(&stay).await.phase, Phase::Confirmed, "there is still a second");
    shop.app.pass(TimeDelta::seconds(1)).await;
    assert_eq!(shop.find(&stay).await.phase, Phase::NoShow);
    assert_eq!(shop.deadline(&stay).await, None, "it has fired");
    shop.app.pass(TimeDelta::hours(2)).await;
    assert_eq!(shop.heard(&stay).await, "booked/confirmed no_show/no_show");
    let told = shop.app.mailbox("+14045550123").await;
    assert_eq!(told.iter().filter(|mail| mail.kind == "booking-missed").count(), 1, "{told:?}");
    shop.obeys_the_laws().await;
    shop.app.done().await;
}

#[tokio::test]
async fn the_deadline_of_a_stay_moves_with_it_and_a_business_may_be_more_patient() {
    let shop = Shop::open().await;
    shop.is_patient_for(50).await;
    let stay = shop.make(Shape::Stay, Beginning::Confirmed).await;
    let begins_at = stay.scheduled_at.unwrap();
    assert_eq!(shop.deadline(&stay).await, Some(begins_at + minutes(50)));
    let later = begins_at + TimeDelta::hours(4);
    shop.move_to(&stay, later).await.unwrap();
    assert_eq!(shop.deadline(&stay).await, Some(later + minutes(50)));
    shop.pass_until(later + minutes(49)).await;
    assert_eq!(shop.find(&stay).await.phase, Phase::Confirmed, "the former time is over, the new one isn't");
    shop.app.pass(minutes(1)).await;
    assert_eq!(shop.find(&stay).await.phase, Phase::NoShow);
    shop.obeys_the_laws().await;
    shop.app.done().await;
}

#[tokio::test]
async fn only_an_agreed_stay_that_has_not_begun_has_a_deadline() {
    let shop = Shop::open().await;
    let until = shop.app.now() + TimeDelta::hours(2);
    let asked = shop.make(Shape::Stay, Beginning::Requested { until }).await;
    assert_eq!(shop.deadline(&asked).await, None, "nobody has said yes");
    let tenant = shop.tenant().await;
    let by = || Author::staff("Stan");
    let mut tx = begin(&shop.app, shop.id).await;
    let locked = store::lock(&mut tx, asked.id).await.unwrap();
    let agreed = requests::approve(&mut tx, &tenant, &locked, by()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(shop.deadline(&asked).await, asked.scheduled_at.map(|at| at + minutes(30)));
    let mut tx = begin(&shop.app, shop.id).await;
    jobless::begin(&mut tx, &tenant, &agreed, by()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(shop.deadline(&asked).await, None, "it has begun");

    let cancelled = shop.make(Shape::Stay, Beginning::Confirmed).await;
    shop.cancel(&cancelled).await;
    let legs = shop.make(Shape::Legs, Beginning::Confirmed).await;
    for booking in [&cancelled, &legs] {
        assert_eq!(shop.deadline(booking).await, None);
    }
    shop.pass_until(cancelled.scheduled_at.unwrap() + TimeDelta::hours(3)).await;
    let phases = [shop.find(&asked).await.phase, shop.find(&cancelled).await.phase, shop.find(&legs).await.phase];
    assert_eq!(phases, [Phase::InProgress, Phase::Cancelled, Phase::Confirmed]);
    shop.obeys_the_laws().await;
    shop.app.done().await;
}

#[tokio::test]
async fn a_deadline_waits_for_whoever_changes_its_stay() {
    let shop = Shop::open().await;
    let stay = shop.make(Shape::Stay, Beginning::Confirmed).await;
    let mut tx = begin(&shop.app, shop.id).await;
    store::lock(&mut tx, stay.id).await.unwrap();
    shop.pass_until(stay.scheduled_at.unwrap() + minutes(30)).await;
    assert_eq!(shop.find(&stay).await.phase, Phase::Confirmed);
    drop(tx);
    shop.app.pass(minutes(1)).await;
    assert_eq!(shop.find(&stay).await.phase, Phase::NoShow);
    shop.obeys_the_laws().await;
    shop.app.done().await;
}

#[tokio::test]
async fn the_batteries_of_a_toy_that_is_back_are_charged_an_hour_later_and_only_once() {
    let shop = Shop::open().await;
    let stay = shop.make(Shape::Stay, Beginning::Confirmed).await;
    shop.play_until(&stay, 20).await;
    let back_at = shop.app.now();
    assert_eq!(shop.waiting_recharges().await, [serde_json::json!(stay.id)]);
    shop.app.pass(minutes(59)).await;
    assert_eq!(shop.charged_batteries_at(&stay).await, None);
    shop.app.pass(minutes(1)).await;
    assert_eq!(shop.charged_batteries_at(&stay).await, Some(back_at + TimeDelta::hours(1)));
    assert_eq!(shop.waiting_recharges().await, Vec::<Value>::new(), "it is done");

    let mut tx = begin(&shop.app, shop.id).await;
    let again = tx.now + minutes(5);
    tasks::enqueue(&mut tx, RECHARGE, stay.id, again, None).await.unwrap();
    tx.commit().await.unwrap();
    shop.app.pass(minutes(5)).await;
    assert_eq!(shop.waiting_recharges().await, Vec::<Value>::new());
    assert_eq!(shop.charged_batteries_at(&stay).await, Some(back_at + TimeDelta::hours(1)), "a second run is harmless");
    shop.obeys_the_laws().await;
    shop.app.done().await;
}

#[tokio::test]
async fn a_stay_whose_end_is_taken_back_charges_no_batteries() {
    let shop = Shop::open().await;
    let stay = shop.make(Shape::Stay, Beginning::Confirmed).await;
    let (tenant, by) = (shop.tenant().await, || Author::staff("Stan"));
    let mut tx = begin(&shop.app, shop.id).await;
    let locked = store::lock(&mut tx, stay.id).await.unwrap();
    let begun = jobless::begin(&mut tx, &tenant, &locked, by()).await.unwrap();
    jobless::complete(&mut tx, &tenant, &begun, by()).await.unwrap();
    drop(tx);
    assert_eq!(shop.waiting_recharges().await, Vec::<Value>::new());
    shop.app.pass(TimeDelta::hours(2)).await;
    assert_eq!(shop.charged_batteries_at(&stay).await, None);
    shop.app.done().await;
}
