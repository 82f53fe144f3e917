//! The customer's code, without which the work doesn't begin.

use axum::http::StatusCode;

use super::{Shape, hand_over, tests::Shop};
use crate::{
    bookings::Phase,
    dispatch::{self, JobState},
    fulfilment::{make::Beginning, start_code},
    identity::Role,
    testing::{Browser, begin, provider, user},
};

/// A glider that Ada brings: she is there.
struct Scene {
    shop: Shop,
    ada: Browser,
    booking: crate::bookings::Booking,
    job: String,
    code: String,
}

impl Scene {
    async fn new() -> Self {
        let shop = Shop::open_for_gliders().await;
        let account = user(&shop.app, shop.id, "ada", &[Role::Provider]).await;
        let ada = provider(&shop.app, shop.id, "Ada", Some(account), &[]).await;
        let booking = shop.make(Shape::Legs, Beginning::Confirmed).await;
        let tenant = shop.tenant().await;
        let mut tx = begin(&shop.app, shop.id).await;
        let job = dispatch::jobs_of(&mut tx, booking.id).await.unwrap()[0].job_id;
        dispatch::assign_manually(&mut tx, &tenant, job, ada, None, "Stan").await.unwrap();
        for state in [JobState::EnRoute, JobState::Arrived] {
            dispatch::advance(&mut tx, ada, job, state).await.unwrap();
        }
        let pickup = dispatch::store::jobs::find(&mut tx, job).await.unwrap().unwrap();
        hand_over::record(&mut tx, &pickup, booking.id).await.unwrap();
        let codes = start_code::of_job(&mut tx, &shop.app.app.keys, job).await.unwrap();
        tx.commit().await.unwrap();
        let mut ada = shop.app.browser("shop.localhost");
        ada.sign_in("ada@example.com").await;
        Self { shop, ada, booking, job: job.to_string(), code: codes[0].clone() }
    }

    async fn begin_with(&mut self, code: &str) -> crate::testing::Reply {
        let page = format!("/provider/jobs/{}", self.job);
        self.ada.submit(&page, "/api/advance_job", &[("job", &self.job), ("to", "in_progress"), ("code", code)]).await
    }

    fn wrong(&self) -> &'static str {
        if self.code == "0000" { "0001" } else { "0000" }
    }

    async fn phase(&self) -> Phase {
        self.shop.find(&self.booking).await.phase
    }
}

#[tokio::test]
async fn the_customer_tells_their_code_and_the_work_begins() {
    let mut scene = Scene::new().await;
    let link = scene.shop.link(&scene.booking).await;
    let page = scene.shop.app.browser("shop.localhost").get(&link).await.text();
    assert!(page.contains("Your code") && page.contains(&scene.code), "{page}");
    let page = scene.ada.get(&format!("/provider/jobs/{}", scene.job)).await.text();
    assert!(page.contains("Customer's code") && !page.contains(&scene.code), "{page}");

    let without = scene.begin_with("").await.text();
    assert!(without.contains("Enter the customer's code."), "{without}");
    let wrong = scene.begin_with(scene.wrong()).await.text();
    assert!(wrong.contains("That isn't the customer's code."), "{wrong}");
    assert_eq!(scene.phase().await, Phase::Dispatched);
    let code = scene.code.clone();
    scene.begin_with(&code).await;
    assert_eq!(scene.phase().await, Phase::InProgress);
    scene.begin_with("").await;
    assert_eq!(scene.phase().await, Phase::InProgress, "a second tap changes nothing");
    let page = scene.shop.app.browser("shop.localhost").get(&link).await.text();
    assert!(!page.contains("Your code"), "it has done its work: {page}");
    scene.shop.obeys_the_laws().await;
    scene.shop.app.done().await;
}

#[tokio::test]
async fn after_five_wrong_codes_staff_begin_the_work() {
    let mut scene = Scene::new().await;
    for _ in 0..5 {
        let wrong = scene.begin_with(scene.wrong()).await.text();
        assert!(wrong.contains("That isn't the customer's code."), "{wrong}");
    }
    let code = scene.code.clone();
    let locked = scene.begin_with(&code).await;
    assert_eq!(locked.status, StatusCode::CONFLICT, "{}", locked.text());
    assert!(locked.text().contains("Call the office"), "{}", locked.text());
    assert_eq!(scene.phase().await, Phase::Dispatched);

    let mut stan = scene.shop.staff().await;
    let office = format!("/admin/bookings/{}", scene.booking.reference);
    assert!(stan.get(&office).await.text().contains("Start without the code"));
    stan.submit(&office, "/api/start_job", &[("job", &scene.job)]).await;
    assert_eq!(scene.phase().await, Phase::InProgress);
    scene.shop.obeys_the_laws().await;
    scene.shop.app.done().await;
}

#[tokio::test]
async fn services_that_ask_no_code_begin_without_one() {
    let shop = Shop::open().await;
    let kite = shop.make(Shape::Legs, Beginning::Confirmed).await;
    let mut tx = begin(&shop.app, shop.id).await;
    let job = dispatch::jobs_of(&mut tx, kite.id).await.unwrap()[0].job_id;
    assert!(start_code::of_job(&mut tx, &shop.app.app.keys, job).await.unwrap().is_empty());
    drop(tx);
    let page = shop.link(&kite).await;
    assert!(!shop.app.browser("shop.localhost").get(&page).await.text().contains("Your code"));
    shop.app.done().await;
}
