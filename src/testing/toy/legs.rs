//! What the provider of a leg is asked on the way.

use axum::http::StatusCode;
use engine::{Amount, Id};

use super::{Shape, tests::Shop};
use crate::{
    bookings::{Booking, Phase},
    db::Tx,
    dispatch::{self, Job, JobState, NewJob},
    fulfilment::{self, make::Beginning},
    identity::Role,
    providers::Provider,
    testing::{Browser, Reply, begin, field, provider, user},
    verticals::Vertical,
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

    /// Posts the report at the end of a job.
    async fn end(&mut self, job: Id<Job>, action: &str, field: (&str, &str)) -> Reply {
        let (page, id) = (format!("/provider/jobs/{job}"), job.to_string());
        self.phone.submit(&page, &format!("/api/{action}"), &[("job", &*id), field]).await
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
    let [pickup, _] = scene.legs(&booked).await;
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
    let both = NewJob {
        bookings: vec![kite.id, stilts.id],
        vertical: Vertical::Toy,
        kind: "pickup".into(),
        ..field::new_job(tx.now)
    };
    let job = dispatch::open_job(&mut tx, both).await.unwrap();
    tx.commit().await.unwrap();
    scene.arrive(job).await;
    assert!(scene.hand_over(job, &stilts).await.text().contains(FIRST), "the kite is still there");
    assert_eq!(scene.start(job).await.status, StatusCode::CONFLICT);
    assert!(!scene.hand_over(job, &kite).await.text().contains(FIRST));
    let page = scene.start(job).await.text();
    assert!(page.contains("Complete job") && !page.contains("How many"), "a form asks about one booking only: {page}");
    let done = scene.end(job, "complete_job", ("x", "x")).await.text();
    assert!(done.contains("Job complete."), "{done}");
    scene.done().await;
}

#[tokio::test]
async fn nobody_refuses_the_steps_of_a_published_job_without_bookings() {
    let mut scene = Scene::of(Shop::open().await).await;
    let mut tx = scene.tx().await;
    let trip = NewJob { vertical: Vertical::Toy, kind: "pickup".into(), ..field::new_job(tx.now) };
    let trip = dispatch::publish(&mut tx, trip).await.unwrap();
    tx.commit().await.unwrap();
    scene.arrive(trip).await;
    assert!(scene.page(trip).await.contains("Start the work"));
    assert_eq!(scene.start(trip).await.status, StatusCode::OK);
    scene.done().await;
}

#[tokio::test]
async fn each_leg_ends_with_the_report_that_it_asks_and_with_no_other() {
    let mut scene = Scene::of(Shop::open().await).await;
    let booked = scene.shop.make(Shape::Legs, Beginning::Confirmed).await;
    let [pickup, return_] = scene.legs(&booked).await;
    scene.arrive(pickup).await;
    scene.hand_over(pickup, &booked).await;
    let page = scene.start(pickup).await.text();
    assert!(page.contains("How many pieces is it?") && !page.contains("came back"), "{page}");
    for (other, field) in
        [("complete_job", ("x", "x")), ("toy_end_return", ("pieces", "3")), ("roadside_finish_job", ("miles", "3"))]
    {
        let refused = scene.end(pickup, other, field).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{other}: {}", refused.text());
        assert!(refused.text().contains("This job needs a report."), "{other}: {}", refused.text());
    }
    let empty = scene.end(pickup, "toy_end_pickup", ("pieces", "")).await;
    assert_eq!(empty.all("main .field-error"), ["Enter a number."], "{}", empty.text());
    let done = scene.end(pickup, "toy_end_pickup", ("pieces", "3")).await.text();
    assert!(done.contains("Job complete."), "{done}");
    assert_eq!(scene.shop.find(&booked).await.phase, Phase::InProgress, "it has to come back");

    scene.arrive(return_).await;
    let page = scene.start(return_).await.text();
    assert!(page.contains(FIRST) && !page.contains("Complete job"), "it has to be handed back: {page}");
    let refused = scene.end(return_, "toy_end_return", ("pieces", "2")).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text().contains(FIRST), "{}", refused.text());
    let page = scene.hand_over(return_, &booked).await.text();
    assert!(page.contains("How many of the 3 pieces came back?"), "{page}");
    assert_eq!(scene.end(return_, "toy_end_pickup", ("pieces", "2")).await.status, StatusCode::CONFLICT);
    for tap in ["first", "second"] {
        let done = scene.end(return_, "toy_end_return", ("pieces", "2")).await;
        assert!(done.text().contains("Job complete."), "{tap} tap: {}", done.text());
    }
    assert_eq!(scene.shop.find(&booked).await.phase, Phase::Completed);
    assert_eq!(scene.shop.charged(&booked).await, [Amount(4_000)]);
    assert_eq!(scene.shop.earned(&booked, scene.ada).await, [Amount(1_400), Amount(1_400)]);
    let pieces: (Option<i32>, Option<i32>) =
        sqlx::query_as("select pieces, pieces_back from toy_bookings where booking_id = $1")
            .bind(booked.id)
            .fetch_one(&mut *scene.tx().await)
            .await
            .unwrap();
    assert_eq!(pieces, (Some(3), Some(2)));
    scene.done().await;
}
