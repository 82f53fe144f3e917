//! The platform's fee, on top of a price and out of it.

use axum::http::StatusCode;
use chrono::TimeDelta;
use engine::{Amount, Id, Item, LineKind};

use super::{Shape, WITH_FEE, WITH_FEE_WITHIN, tests::Shop};
use crate::{
    bookings::{Author, Booking, store},
    catalog::{self, Service},
    dispatch,
    fulfilment::{self, make::Beginning},
    payments::ledger::{self, Account},
    providers::Provider,
    testing::{begin, provider},
    verticals::Vertical,
};

impl Shop {
    async fn rename(&self, slug: &str) {
        let mut tx = begin(&self.app, self.id).await;
        sqlx::query("update services set slug = $1 where id = $2")
            .bind(slug)
            .bind(self.service.id)
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    async fn do_all(&self, booking: &Booking, by: Id<Provider>) {
        let tenant = self.tenant().await;
        let jobs = dispatch::jobs_of(&mut *begin(&self.app, self.id).await, booking.id).await.unwrap();
        let mut tx = begin(&self.app, self.id).await;
        for job in &jobs {
            dispatch::assign_manually(&mut tx, &tenant, job.job_id, by, None, "Stan").await.unwrap();
        }
        tx.commit().await.unwrap();
        for job in &jobs {
            self.do_job(job.job_id, by).await;
        }
    }
}

#[tokio::test]
async fn a_fee_on_top_is_a_line_the_platforms_revenue_and_shared_with_nobody() {
    let shop = Shop::open().await;
    shop.rename(WITH_FEE).await;
    let ada = provider(&shop.app, shop.id, "Ada Lake", None, &[]).await;
    let at = shop.app.now() + TimeDelta::days(1);
    let booked = shop.try_to_make(Shape::Legs, Beginning::Confirmed, at).await.unwrap();
    let page = shop.app.browser("shop.localhost").get(&shop.link(&booked).await.replace("/track/", "/b/")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("Service fee") && page.text().contains("$44.00"), "{}", page.text());

    shop.do_all(&booked, ada).await;
    assert_eq!(shop.charged(&booked).await, [Amount(4_400)]);
    let mut tx = begin(&shop.app, shop.id).await;
    let mut balance = async |account| ledger::balance(&mut tx, account).await.unwrap();
    assert_eq!(balance(Account::Platform).await, Amount(400));
    assert_eq!(balance(Account::Provider(ada)).await, Amount(2_800), "70% of the price without the fee");
    assert_eq!(balance(Account::Revenue).await, Amount(1_200));
    drop(tx);
    shop.obeys_the_laws().await;
    shop.app.done().await;
}

#[tokio::test]
async fn a_service_has_the_fee_that_its_kind_of_business_says_in_every_price() {
    let shop = Shop::open().await;
    let mut tx = begin(&shop.app, shop.id).await;
    let service = catalog::store::find(&mut tx, shop.service.id).await.unwrap().unwrap().service;
    let with_fee = Service { slug: WITH_FEE.to_owned(), ..service.clone() };
    let tenant = shop.tenant().await;
    let items = [Item::job(LineKind::Extension, "An hour more", Amount(1_000))];
    let of = |service| Vertical::Toy.price(&tenant, service, &items).unwrap();
    assert_eq!([of(&service).total(), of(&with_fee).total()], [Amount(1_000), Amount(1_100)]);
    assert_eq!(of(&with_fee).shared(), Amount(1_000));
    drop(tx);
    shop.app.done().await;
}

#[tokio::test]
async fn of_a_fee_out_of_the_price_providers_and_the_business_share_in_the_rest() {
    let shop = Shop::open().await;
    shop.rename(WITH_FEE_WITHIN).await;
    let ada = provider(&shop.app, shop.id, "Ada Lake", None, &[]).await;
    let (booked, cancelled) =
        (shop.make(Shape::Legs, Beginning::Confirmed).await, shop.make(Shape::Legs, Beginning::Confirmed).await);
    let page = shop.app.browser("shop.localhost").get(&shop.link(&booked).await.replace("/track/", "/b/")).await.text();
    assert!(page.contains("$40.00") && !page.contains("Service fee"), "the customer pays the price: {page}");
    shop.do_all(&booked, ada).await;

    let tenant = shop.tenant().await;
    let mut tx = begin(&shop.app, shop.id).await;
    let locked = store::lock(&mut tx, cancelled.id).await.unwrap();
    fulfilment::charge_due(&mut tx, &locked, None).await.unwrap();
    fulfilment::cancel(&mut tx, &tenant, &locked, Author::staff("Stan"), None).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = begin(&shop.app, shop.id).await;
    let mut balance = async |account| ledger::balance(&mut tx, account).await.unwrap();
    let parts =
        (balance(Account::Platform).await, balance(Account::Provider(ada)).await, balance(Account::Revenue).await);
    assert_eq!(parts, (Amount(400), Amount(2_520), Amount(1_080)), "10% of $40, 70% of the rest, and what is left");
    drop(tx);
    let mut boss = shop.boss().await;
    let page = boss.get(&format!("/admin/services/{}", shop.service.id)).await.text();
    assert!(page.contains("The platform keeps 10% of its prices."), "{page}");
    let page = boss.get(&format!("/admin/bookings/{}", booked.reference)).await.text();
    assert!(page.contains("$4.00 of it goes to the platform"), "{page}");
    let page = boss.get("/admin/payments").await;
    assert!(page.text().contains("The platform's fees"), "{}", page.text());
    shop.obeys_the_laws().await;
    shop.app.done().await;
}
