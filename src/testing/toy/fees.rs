//! The platform's fee on top of a price.

use axum::http::StatusCode;
use chrono::TimeDelta;
use engine::{Amount, Item, LineKind};

use super::{Shape, WITH_FEE, tests::Shop};
use crate::{
    catalog::{self, Service},
    dispatch::{self, JobState},
    fulfilment::{self, make::Beginning},
    payments::ledger::{self, Account},
    testing::{begin, provider},
    verticals::Vertical,
};

#[tokio::test]
async fn a_fee_on_top_is_a_line_the_platforms_revenue_and_shared_with_nobody() {
    let shop = Shop::open().await;
    let mut tx = begin(&shop.app, shop.id).await;
    sqlx::query("update services set slug = $1 where id = $2")
        .bind(WITH_FEE)
        .bind(shop.service.id)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let ada = provider(&shop.app, shop.id, "Ada Lake", None, &[]).await;
    let at = shop.app.now() + TimeDelta::days(1);
    let booked = shop.try_to_make(Shape::Legs, Beginning::Confirmed, at).await.unwrap();
    let page = shop.app.browser("shop.localhost").get(&shop.link(&booked).await.replace("/track/", "/b/")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("Service fee") && page.text().contains("$44.00"), "{}", page.text());

    let tenant = shop.tenant().await;
    let jobs = dispatch::jobs_of(&mut *begin(&shop.app, shop.id).await, booked.id).await.unwrap();
    let mut tx = begin(&shop.app, shop.id).await;
    for job in &jobs {
        dispatch::assign_manually(&mut tx, &tenant, job.job_id, ada, None, "Stan").await.unwrap();
    }
    for job in &jobs {
        for state in [JobState::EnRoute, JobState::Arrived, JobState::InProgress] {
            dispatch::advance(&mut tx, ada, job.job_id, state).await.unwrap();
        }
        fulfilment::finish(&mut tx, ada, job.job_id).await.unwrap();
    }
    tx.commit().await.unwrap();
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
