//! What the provider of a leg is asked on the way.

use axum::http::StatusCode;
use engine::Id;

use super::{Shape, tests::Shop};
use crate::{
    bookings::{Booking, Phase},
    db::Tx,
    dispatch::{self, Job, JobState, NewJob},
    fulfilment::{self, make::Beginning},
    identity::Role,
    providers::Provider,
    testing::{Browser, Reply, begin, field, provider, user},
};

/// Ada fetches toys and brings them back.
struct Scene {
    shop: Shop,
    ada: Id<Provider>,
    phone: Browser,
}

impl Scene {
    async fn of(shop: Shop) -> Self {
        let account = user(&shop.app, shop.id, "ada", &[Role::Provider]).await;
        let ada = provider(&shop.app, shop.id, "Ada", Some(account), &[]).await;
        let mut phone = shop.app.browser("shop.localhost");
        phone.sign_in("ada@example.com").await;
        Self { shop, ada, phone }
    }

    async fn tx(&self) -> Tx {
        begin(&self.shop.app, self.shop.id).await
    }

    async fn arrive(&self, job: Id<Job>) {
        let tenant = self.shop.tenant().await;
        let mut tx = self.tx().await;
        dispatch::assign_manually(&mut tx, &tenant, job, self.ada, None, "Stan").await.unwrap();
        for state in [JobState::EnRoute, JobState::Arrived] {
            fulfilment::advance(&mut tx, &tenant, self.ada, job, state).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    async fn legs(&self, booking: &Booking) -> [Id<Job>; 2] {
        let jobs = dispatch::jobs_of(&mut *self.tx().await, booking.id).await.unwrap();
        [jobs[0].job_id, jobs[1].job_id]
    }

    async fn page(&mut self, job: Id<Job>) -> String {
        self.phone.get(&format!("/provider/jobs/{job}")).await.text()
    }

    async fn start(&mut self, job: Id<Job>) -> Reply {
        let fields = [("job", &*job.to_string()), ("to", "in_progress")];
        self.phone.submit(&format!("/provider/jobs/{job}"), "/api/advance_job", &fields).await
    }

    async fn hand_over(&mut self, job: Id<Job>, booking: &Booking) -> Reply {
        let fields = [("job", &*job.to_string()), ("booking", &*booking.id.to_string())];
        self.phone.submit(&format!("/provider/jobs/{job}"), "/api/toy_hand_over", &fields).await
    }

    async fn done(self) {
        self.shop.obeys_the_laws().await;
        self.shop.app.done().await;
    }
}

const FIRST: &str = "Record the hand-over first.";

#[tokio::test]
async fn a_step_is_not_offered_and_refused_until_its_kind_was_told_what_it_asks() {
    let mut scene = Scene::of(Shop::open().await).await;
    let booked = scene.shop.make(Shape::Legs, Beginning::Confirmed).await;
    let [pickup, return_] = scene.legs(&booked).await;
    scene.arrive(pickup).await;
    let page = scene.page(pickup).await;
    assert!(page.contains(FIRST) && page.contains("It is handed over") && !page.contains("Start the work"), "{page}");
    let refused = scene.start(pickup).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text().contains(FIRST), "{}", refused.text());
    assert_eq!(scene.shop.find(&booked).await.phase, Phase::Dispatched);

    let page = scene.hand_over(pickup, &booked).await.text();
    assert!(!page.contains(FIRST) && page.contains("Start the work"), "{page}");
    for tap in ["first", "second"] {
        assert_eq!(scene.start(pickup).await.status, StatusCode::OK, "{tap} tap");
    }
    assert_eq!(scene.shop.find(&booked).await.phase, Phase::InProgress);
    scene.shop.end(pickup, scene.ada).await;
    scene.arrive(return_).await;
    let page = scene.page(return_).await;
    assert!(!page.contains(FIRST) && page.contains("Start the work"), "nothing is asked on the way back: {page}");
    assert_eq!(scene.start(return_).await.status, StatusCode::OK);
    scene.done().await;
}

#[tokio::test]
async fn staff_begin_no_work_either_before_its_kind_was_told_what_it_asks() {
    let mut scene = Scene::of(Shop::open_for_gliders().await).await;
    let booked = scene.shop.make(Shape::Legs, Beginning::Confirmed).await;
    let [pickup, _] = scene.legs(&booked).await;
    scene.arrive(pickup).await;
    assert!(!scene.page(pickup).await.contains("Customer's code"), "the code is asked for once the work can begin");
    let mut stan = scene.shop.staff().await;
    let office = format!("/admin/bookings/{}", booked.reference);
    let page = stan.get(&office).await.text();
    assert!(page.contains(FIRST) && !page.contains("Start without the code"), "{page}");
    let refused = stan.submit(&office, "/api/start_job", &[("job", &pickup.to_string())]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);

    scene.hand_over(pickup, &booked).await;
    assert!(scene.page(pickup).await.contains("Customer's code"));
    assert!(stan.get(&office).await.text().contains("Start without the code"));
    stan.submit(&office, "/api/start_job", &[("job", &pickup.to_string())]).await;
    assert_eq!(scene.shop.find(&booked).await.phase, Phase::InProgress);
    scene.done().await;
}

#[tokio::test]
async fn each_of_several_bookings_can_refuse_a_step_of_their_job() {
    let mut scene = Scene::of(Shop::open().await).await;
    let (kite, stilts) = (
        scene.shop.make(Shape::Stay, Beginning::Confirmed).await,
        scene.shop.make(Shape::Stay, Beginning::Confirmed).await,
    );
    let mut tx = scene.tx().await;
    let both = NewJob { bookings: vec![kite.id, stilts.id], kind: "pickup".into(), ..field::new_job(tx.now) };
    let job = dispatch::open_job(&mut tx, both).await.unwrap();
    tx.commit().await.unwrap();
    scene.arrive(job).await;
    assert!(scene.hand_over(job, &stilts).await.text().contains(FIRST), "the kite is still there");
    assert_eq!(scene.start(job).await.status, StatusCode::CONFLICT);
    assert!(!scene.hand_over(job, &kite).await.text().contains(FIRST));
    assert_eq!(scene.start(job).await.status, StatusCode::OK);
    scene.done().await;
}

#[tokio::test]
async fn nobody_refuses_the_steps_of_a_published_job_without_bookings() {
    let mut scene = Scene::of(Shop::open().await).await;
    let mut tx = scene.tx().await;
    let trip = NewJob { kind: "pickup".into(), ..field::new_job(tx.now) };
    let trip = dispatch::publish(&mut tx, trip).await.unwrap();
    tx.commit().await.unwrap();
    scene.arrive(trip).await;
    assert!(scene.page(trip).await.contains("Start the work"));
    assert_eq!(scene.start(trip).await.status, StatusCode::OK);
    scene.done().await;
}
