//! Two visits of one booking: the second moves or is let loose while the booking goes on, and customers hear of each who it is.

use chrono::{DateTime, TimeDelta, Utc};
use engine::Id;

use super::{
    Shape,
    hand_over::RETURN,
    leg,
    tests::{Shop, do_job},
};
use crate::{
    bookings::{Author, Booking, Phase, WaitsFor, messages::Kind, store},
    dispatch::{self, Dispatching, Job, JobProgress, JobState, NewJob},
    error::AppError,
    fulfilment::make::Beginning,
    identity::Role,
    providers::Provider,
    testing::{Browser, begin, place, provider, provider_living, user},
};

/// A toy that Ada fetches and Ben brings back two hours later.
struct Scene {
    shop: Shop,
    ada: Id<Provider>,
    ben: Id<Provider>,
    /// Ben's.
    phone: Browser,
    booking: Booking,
}

impl Scene {
    /// What the customer was told of this kind, the first message first.
    async fn told(&self, kind: Kind) -> Vec<String> {
        self.shop.app.drain().await;
        let mails = self.shop.app.mailbox("+14045550123").await;
        mails.into_iter().rev().filter(|mail| mail.kind == kind.as_str()).map(|mail| mail.text).collect()
    }

    async fn new() -> Self {
        let shop = Shop::open().await;
        let ada = provider_living(&shop.app, shop.id, "Ada Lake", None, &[], Some(place())).await;
        let account = user(&shop.app, shop.id, "ben", &[Role::Provider]).await;
        let ben = provider(&shop.app, shop.id, "Ben Park", Some(account), &[]).await;
        let mut phone = shop.app.browser("shop.localhost");
        phone.sign_in("ben@example.com").await;
        let booking = shop.make(Shape::Legs, Beginning::Confirmed).await;
        Self { shop, ada, ben, phone, booking }
    }

    /// The jobs that aren't over, by their times.
    async fn open(&self) -> Vec<JobProgress> {
        let jobs = dispatch::jobs_of(&mut *begin(&self.shop.app, self.shop.id).await, self.booking.id).await.unwrap();
        jobs.into_iter().filter(|job| !job.state.is_over()).collect()
    }

    async fn assign(&self, job: Id<Job>, provider: Id<Provider>) {
        let tenant = self.shop.tenant().await;
        let mut tx = begin(&self.shop.app, self.shop.id).await;
        dispatch::assign_manually(&mut tx, &tenant, job, provider, None, "Stan").await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn advance(&self, job: Id<Job>, provider: Id<Provider>, states: &[JobState]) {
        let mut tx = begin(&self.shop.app, self.shop.id).await;
        for state in states {
            dispatch::advance(&mut tx, provider, job, *state).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    async fn do_job(&self, job: Id<Job>, provider: Id<Provider>) {
        do_job(&self.shop.app, &self.shop.tenant().await, job, provider).await;
    }

    /// Ada has fetched it, and Ben has the way back.
    async fn fetched(&self) -> Id<Job> {
        let jobs = self.open().await;
        let (pickup, back) = (jobs[0].job_id, jobs[1].job_id);
        self.assign(pickup, self.ada).await;
        self.assign(back, self.ben).await;
        self.do_job(pickup, self.ada).await;
        back
    }

    /// The way back in another way, or at another time.
    async fn try_to_replace(
        &self,
        job: Id<Job>,
        at: DateTime<Utc>,
        dispatching: Dispatching,
    ) -> Result<Id<Job>, AppError> {
        let tenant = self.shop.tenant().await;
        let mut tx = begin(&self.shop.app, self.shop.id).await;
        let new = NewJob { dispatching, ..leg(&self.booking, RETURN, at) };
        let new = dispatch::replace(&mut tx, &tenant, job, new, "It takes longer.").await?;
        tx.commit().await?;
        Ok(new)
    }

    async fn replace(&self, job: Id<Job>, at: DateTime<Utc>) -> Id<Job> {
        self.try_to_replace(job, at, Dispatching::Now).await.unwrap()
    }

    /// They have work for another booking then.
    async fn is_busy(&self, provider: Id<Provider>, at: DateTime<Utc>) {
        let other = self.shop.try_to_make(Shape::Legs, Beginning::Confirmed, at).await.unwrap();
        let jobs = dispatch::jobs_of(&mut *begin(&self.shop.app, self.shop.id).await, other.id).await.unwrap();
        self.assign(jobs[0].job_id, provider).await;
    }

    async fn found(&self) -> Booking {
        self.shop.find(&self.booking).await
    }

    async fn alerts(&self) -> usize {
        let (alerts, _) = store::open_alerts(&mut *begin(&self.shop.app, self.shop.id).await).await.unwrap();
        alerts.iter().filter(|alert| alert.booking_id == self.booking.id).count()
    }

    async fn page_of(&mut self, job: Id<Job>) -> String {
        self.phone.get(&format!("/provider/jobs/{job}")).await.html
    }

    async fn done(self) {
        self.shop.obeys_the_laws().await;
        self.shop.app.done().await;
    }
}

/// When the way back is planned to begin.
fn planned(scene: &Scene) -> DateTime<Utc> {
    scene.booking.scheduled_at.unwrap() + TimeDelta::hours(2)
}

#[tokio::test]
async fn one_visit_moves_while_its_booking_is_in_progress_and_its_provider_keeps_it() {
    let mut scene = Scene::new().await;
    let back = scene.fetched().await;
    let link = scene.shop.link(&scene.booking).await;
    let later = scene.replace(back, planned(&scene) + TimeDelta::hours(1)).await;
    let [job] = &scene.open().await[..] else { panic!("only the way back is open") };
    assert_eq!((job.job_id, job.crew_ids()), (later, vec![scene.ben]));
    assert_eq!(scene.found().await.phase, Phase::InProgress);
    assert_eq!(scene.alerts().await, 0, "staff have nothing to do");
    let customer = scene.shop.app.browser("shop.localhost").get(&link).await.text();
    assert!(!customer.contains("was cancelled"), "{customer}");
    let before = scene.page_of(back).await;
    assert!(before.contains("Moved") && before.contains("It takes longer."), "{before}");
    assert!(before.contains(&format!("/provider/jobs/{later}")), "{before}");

    let latest = scene.replace(later, planned(&scene) + TimeDelta::hours(2)).await;
    let before = scene.page_of(back).await;
    assert!(before.contains(&format!("/provider/jobs/{latest}")), "moved twice: {before}");
    scene.do_job(latest, scene.ben).await;
    assert_eq!(scene.found().await.phase, Phase::Completed);
    scene.done().await;
}

#[tokio::test]
async fn who_is_not_free_then_loses_the_visit_and_another_provider_is_searched_for() {
    let mut scene = Scene::new().await;
    let back = scene.fetched().await;
    let at = planned(&scene) + TimeDelta::hours(3);
    scene.is_busy(scene.ben, at).await;
    let later = scene.replace(back, at).await;
    let job = &scene.open().await[0];
    assert_eq!((job.job_id, job.state, job.crew_ids()), (later, JobState::Open, Vec::new()));
    let booking = scene.found().await;
    assert_eq!((booking.phase, booking.waits_for), (Phase::InProgress, None), "what is done stays done");
    let page = scene.page_of(back).await;
    assert!(page.contains("nothing more to do") && page.contains("It takes longer."), "{page}");
    scene.done().await;
}

#[tokio::test]
async fn a_booking_waits_for_a_provider_again_when_nobody_has_its_moved_visit() {
    let scene = Scene::new().await;
    let back = scene.open().await[1].job_id;
    scene.assign(back, scene.ben).await;
    assert_eq!(scene.found().await.phase, Phase::Dispatched);
    scene.is_busy(scene.ben, planned(&scene) + TimeDelta::hours(3)).await;
    scene.replace(back, planned(&scene) + TimeDelta::hours(3)).await;
    let booking = scene.found().await;
    assert_eq!((booking.phase, booking.waits_for), (Phase::Confirmed, Some(WaitsFor::Provider)));
    assert_eq!(scene.alerts().await, 0);
    scene.done().await;
}

#[tokio::test]
async fn a_visit_does_not_move_once_somebody_is_on_the_way_or_it_is_over() {
    let scene = Scene::new().await;
    let back = scene.fetched().await;
    scene.advance(back, scene.ben, &[JobState::EnRoute]).await;
    let at = planned(&scene) + TimeDelta::hours(1);
    let refused = scene.try_to_replace(back, at, Dispatching::Now).await;
    assert!(matches!(refused, Err(AppError::Conflict(_))), "{refused:?}");
    let mut tx = begin(&scene.shop.app, scene.shop.id).await;
    dispatch::call_off(&mut tx, back, "The road is closed", Author::staff("Stan")).await.unwrap();
    tx.commit().await.unwrap();
    let refused = scene.try_to_replace(back, at, Dispatching::Now).await;
    assert!(matches!(refused, Err(AppError::Conflict(_))), "{refused:?}");
    scene.done().await;
}

#[tokio::test]
async fn another_visit_of_the_same_provider_is_not_taken_for_the_one_that_was_called_off() {
    let mut scene = Scene::new().await;
    let jobs = scene.open().await;
    let (pickup, back) = (jobs[0].job_id, jobs[1].job_id);
    for job in [pickup, back] {
        scene.assign(job, scene.ben).await;
    }
    let mut tx = begin(&scene.shop.app, scene.shop.id).await;
    dispatch::call_off(&mut tx, pickup, "It comes by post", Author::staff("Stan")).await.unwrap();
    tx.commit().await.unwrap();
    let page = scene.page_of(pickup).await;
    assert!(page.contains("It comes by post") && !page.contains("You keep it"), "{page}");
    scene.done().await;
}

#[tokio::test]
async fn a_visit_that_waited_for_staff_is_searched_for_once_it_may_be_done() {
    let scene = Scene::new().await;
    let back = scene.fetched().await;
    let mut tx = begin(&scene.shop.app, scene.shop.id).await;
    let soon = tx.now + TimeDelta::hours(1);
    dispatch::give_back(&mut tx, scene.ben, back, "I am ill").await.unwrap();
    tx.commit().await.unwrap();
    let back = scene.try_to_replace(back, soon, Dispatching::ByHand).await.unwrap();
    scene.shop.app.pass(TimeDelta::minutes(2)).await;
    assert_eq!(scene.open().await[0].state, JobState::Open, "nobody is asked");

    let mut tx = begin(&scene.shop.app, scene.shop.id).await;
    dispatch::search(&mut tx, back, Dispatching::Now).await.unwrap();
    tx.commit().await.unwrap();
    scene.shop.app.pass(TimeDelta::seconds(1)).await;
    assert_eq!(scene.open().await[0].state, JobState::Offered, "Ada is asked");
    let mut tx = begin(&scene.shop.app, scene.shop.id).await;
    dispatch::search(&mut tx, back, Dispatching::ByHand).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(scene.open().await[0].state, JobState::Offered, "a job that somebody is asked about stays as it is");
    scene.done().await;
}

#[tokio::test]
async fn the_customer_is_told_of_each_visit_who_comes_and_when_and_of_none_that_they_do_not_wait_for() {
    let scene = Scene::new().await;
    let jobs = scene.open().await;
    let (pickup, back) = (jobs[0].job_id, jobs[1].job_id);
    let tenant = scene.shop.tenant().await;
    let time = |at: DateTime<Utc>| tenant.date_time(at);
    scene.assign(pickup, scene.ada).await;
    let [ada] = &scene.told(Kind::Accepted).await[..] else { panic!("of one visit") };
    assert!(ada.contains("Ada") && ada.contains(&time(scene.booking.scheduled_at.unwrap())), "{ada}");
    scene.assign(back, scene.ben).await;
    let [_, ben] = &scene.told(Kind::Accepted).await[..] else { panic!("of both visits") };
    assert!(ben.contains("Ben") && ben.contains(&time(planned(&scene))), "{ben}");

    for state in [JobState::EnRoute, JobState::Arrived] {
        scene.advance(pickup, scene.ada, &[state]).await;
        scene.advance(back, scene.ben, &[state]).await;
        scene.shop.app.drain().await;
    }
    for kind in [Kind::OnTheWay, Kind::Arrived] {
        let [ada] = &scene.told(kind).await[..] else { panic!("{kind} of the pickup only") };
        assert!(ada.contains("Ada"), "{ada}");
    }
    scene.done().await;
}
