//! A price that is charged before the end, and what is given back when the booking is cancelled after that.

use axum::http::StatusCode;
use chrono::TimeDelta;
use engine::{Amount, Id};

use super::{Shape, WITH_FEE, tests::Shop};
use crate::{
    bookings::{Author, Booking, Phase, quotes::StoredQuote, store},
    dispatch,
    fulfilment::{self, jobless, make::Beginning},
    payments::{
        self, PaymentStatus,
        ledger::{self, Account},
    },
    testing::{Browser, begin, provider},
};

impl Shop {
    async fn charge(&self, booking: &Booking) {
        let mut tx = begin(&self.app, self.id).await;
        let locked = store::lock(&mut tx, booking.id).await.unwrap();
        fulfilment::charge_due(&mut tx, &locked, None).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn begun(&self, shape: Shape) -> Booking {
        let booked = self.make(shape, Beginning::Confirmed).await;
        self.begin(&booked).await;
        booked
    }

    async fn begin(&self, booking: &Booking) {
        let tenant = self.tenant().await;
        let mut tx = begin(&self.app, self.id).await;
        let locked = store::lock(&mut tx, booking.id).await.unwrap();
        jobless::begin(&mut tx, &tenant, &locked, Author::staff("Stan")).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn complete(&self, booking: &Booking) {
        let tenant = self.tenant().await;
        let mut tx = begin(&self.app, self.id).await;
        let locked = store::lock(&mut tx, booking.id).await.unwrap();
        jobless::complete(&mut tx, &tenant, &locked, Author::staff("Stan")).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn approve(&self, booking: &Booking, price: Id<StoredQuote>) {
        let tenant = self.tenant().await;
        let mut tx = begin(&self.app, self.id).await;
        let locked = store::lock(&mut tx, booking.id).await.unwrap();
        fulfilment::approve(&mut tx, &tenant, &locked, price).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn cancelled_by(&self, booking: &Booking, by: Author) {
        let tenant = self.tenant().await;
        let mut tx = begin(&self.app, self.id).await;
        let locked = store::lock(&mut tx, booking.id).await.unwrap();
        fulfilment::cancel(&mut tx, &tenant, &locked, by, None).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Staff confirm that the money has arrived, or was given back.
    async fn settle(&self, stan: &mut Browser, booking: &Booking) -> String {
        let found = payments::store::list_of_booking(&mut *begin(&self.app, self.id).await, booking.id).await.unwrap();
        let open = found.iter().find(|payment| payment.status == PaymentStatus::Pending).unwrap();
        let (id, receiver) = (open.id.to_string(), if open.gives_back() { "" } else { "office" });
        let fields = [("payment", id.as_str()), ("received_by", receiver)];
        stan.submit("/admin/payments", "/api/confirm_payment", &fields).await.text()
    }

    async fn balance(&self, account: Account) -> Amount {
        ledger::balance(&mut *begin(&self.app, self.id).await, account).await.unwrap()
    }
}

#[tokio::test]
async fn a_stay_is_charged_when_it_begins_again_when_it_is_extended_and_not_at_its_end() {
    let shop = Shop::open().await;
    let mut stan = shop.staff().await;
    let stay = shop.make(Shape::Stay, Beginning::Confirmed).await;
    let link = shop.link(&stay).await;
    assert_eq!(shop.charged(&stay).await, []);
    shop.begin(&stay).await;
    assert_eq!(shop.charged(&stay).await, [Amount(4_000)]);
    let page = stan.get(&format!("/admin/bookings/{}", stay.reference)).await.text();
    assert!(page.contains("$40.00 · Cash") && page.contains("To confirm"), "staff read what is charged: {page}");
    let page = shop.app.browser("shop.localhost").get(&link).await.text();
    assert!(page.contains("$40.00 cash, awaiting confirmation."), "and its customer: {page}");
    shop.obeys_the_laws().await;

    shop.extend(&stay).await;
    assert_eq!(shop.charged(&stay).await, [Amount(4_000), Amount(4_000)], "the hour more is charged at once");
    shop.charge(&stay).await;
    shop.obeys_the_laws().await;
    shop.complete(&stay).await;
    assert_eq!(shop.charged(&stay).await, [Amount(4_000), Amount(4_000)], "each is charged once");
    shop.obeys_the_laws().await;
    shop.app.done().await;
}

#[tokio::test]
async fn what_was_charged_before_the_work_is_earned_once_when_it_is_done() {
    let shop = Shop::open().await;
    let ada = provider(&shop.app, shop.id, "Ada Lake", None, &[]).await;
    let legs = shop.make(Shape::Legs, Beginning::Confirmed).await;
    shop.charge(&legs).await;
    let tenant = shop.tenant().await;
    let jobs = dispatch::jobs_of(&mut *begin(&shop.app, shop.id).await, legs.id).await.unwrap();
    let mut tx = begin(&shop.app, shop.id).await;
    for job in &jobs {
        dispatch::assign_manually(&mut tx, &tenant, job.job_id, ada, None, "Stan").await.unwrap();
    }
    tx.commit().await.unwrap();
    for (nth, job) in jobs.iter().enumerate() {
        shop.do_job(job.job_id, ada).await;
        if nth == 0 {
            assert_eq!(shop.earned(&legs, ada).await, [], "the work isn't done");
            shop.extend(&legs).await;
        }
    }
    assert_eq!(shop.charged(&legs).await, [Amount(4_000), Amount(4_000)]);
    assert_eq!(
        shop.earned(&legs, ada).await,
        [Amount(2_800), Amount(2_800)],
        "70% of half of both prices for each leg"
    );
    shop.extend(&legs).await;
    let all: Amount = shop.earned(&legs, ada).await.into_iter().sum();
    assert_eq!(all, Amount(8_400), "70% of all three");
    shop.obeys_the_laws().await;
    shop.app.done().await;
}

#[tokio::test]
async fn an_hour_more_that_is_approved_while_the_stay_ends_is_charged_once() {
    let shop = Shop::open().await;
    let stay = shop.begun(Shape::Stay).await;
    let more = shop.propose_more(&stay).await;
    tokio::join!(shop.approve(&stay, more), shop.complete(&stay), shop.charge(&stay), shop.charge(&stay));
    assert_eq!(shop.find(&stay).await.phase, Phase::Completed);
    assert_eq!(shop.charged(&stay).await, [Amount(4_000), Amount(4_000)]);
    shop.obeys_the_laws().await;
    shop.app.done().await;
}

#[tokio::test]
async fn what_is_charged_and_not_paid_is_expected_no_longer_after_a_cancellation() {
    let shop = Shop::open().await;
    let mut tx = begin(&shop.app, shop.id).await;
    sqlx::query("update services set slug = $1 where id = $2")
        .bind(WITH_FEE)
        .bind(shop.service.id)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let stay = shop.begun(Shape::Stay).await;
    assert_eq!(shop.charged(&stay).await, [Amount(4_400)]);
    assert_eq!(shop.balance(Account::Platform).await, Amount(400));
    shop.cancelled_by(&stay, Author::staff("Stan")).await;
    assert_eq!(shop.charged(&stay).await, []);
    for account in [Account::Customer(stay.id), Account::Platform, Account::Revenue] {
        assert_eq!(shop.balance(account).await, Amount::ZERO, "{account}");
    }
    shop.obeys_the_laws().await;
    shop.app.done().await;
}

#[tokio::test]
async fn what_is_paid_above_the_fee_is_given_back_by_staff_once() {
    let shop = Shop::open().await;
    let mut stan = shop.staff().await;
    let stay = shop.begun(Shape::Stay).await;
    let link = shop.link(&stay).await.replace("/track/", "/b/");
    shop.settle(&mut stan, &stay).await;
    shop.cancelled_by(&stay, Author::staff("Stan")).await;
    assert_eq!(shop.charged(&stay).await, [Amount(4_000), Amount(-4_000)]);
    assert_eq!(shop.balance(Account::Customer(stay.id)).await, Amount(4_000), "the business owes it");
    shop.obeys_the_laws().await;

    let list = stan.get("/admin/payments").await.text();
    assert!(list.contains("To give back") && list.contains("Mark $40.00 as given back"), "{list}");
    let mut guest = shop.app.browser("shop.localhost");
    let page = guest.get(&link).await.text();
    assert!(page.contains("Kite, cancelled") && page.contains("We give back $40.00."), "{page}");
    shop.app.drain().await;
    let told = shop.app.mailbox("+14045550123").await;
    assert!(told.iter().any(|message| message.text.contains("We give back $40.00.")), "{told:?}");

    let said = shop.settle(&mut stan, &stay).await;
    assert!(said.contains("$40.00 is marked as given back.") && said.contains("Given back"), "{said}");
    assert!(guest.get(&link).await.text().contains("$40.00 given back in cash."));
    for account in [Account::Customer(stay.id), Account::Cash, Account::Revenue] {
        assert_eq!(shop.balance(account).await, Amount::ZERO, "{account}");
    }
    shop.obeys_the_laws().await;
    shop.app.done().await;
}

#[tokio::test]
async fn a_cancellation_by_time_keeps_its_part_of_what_was_charged() {
    let shop = Shop::open().await;
    let mut boss = shop.boss().await;
    let id = shop.service.id.to_string();
    let half_until_a_day_before = [("service", id.as_str()), ("hours_before[tier_0]", "24"), ("refund[tier_0]", "50")];
    let saved =
        boss.submit(&format!("/admin/services/{id}"), "/api/change_service_rules", &half_until_a_day_before).await;
    assert_eq!(saved.status, StatusCode::OK);
    let at = shop.app.now() + TimeDelta::hours(30);
    let (paid, unpaid) = (
        shop.try_to_make(Shape::Stay, Beginning::Confirmed, at).await.unwrap(),
        shop.try_to_make(Shape::Stay, Beginning::Confirmed, at).await.unwrap(),
    );
    for stay in [&paid, &unpaid] {
        shop.charge(stay).await;
    }
    shop.settle(&mut boss, &paid).await;
    for stay in [&paid, &unpaid] {
        shop.cancelled_by(stay, Author::customer()).await;
        assert_eq!(shop.find(stay).await.cancellation.unwrap().fee, Amount(2_000));
    }
    assert_eq!(shop.charged(&paid).await, [Amount(4_000), Amount(-2_000)]);
    assert_eq!(shop.charged(&unpaid).await, [Amount(2_000)]);
    assert_eq!(shop.balance(Account::Revenue).await, Amount(4_000));
    shop.obeys_the_laws().await;
    shop.app.done().await;
}
