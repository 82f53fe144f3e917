//! Bookings with several jobs, and jobs with several bookings.

use chrono::TimeDelta;
use engine::{Amount, Id};

use crate::{
    bookings::{self, Author, Booking, Phase, WaitsFor},
    checks,
    dispatch::{self, Dispatching, Job, JobState, NewJob, Outcome, store::jobs},
    fulfilment,
    identity::Role,
    payments,
    providers::Provider,
    tenants::{self, Tenant},
    testing::{Booked, TestApp, begin, booking, provider, service, tenant, until_one_waits, user},
    verticals::Vertical,
};

/// A tenant with two providers and bookings of a service for $100 and 10% tax.
struct Scene {
    app: TestApp,
    tenant: Tenant,
    marcus: Id<Provider>,
    tanya: Id<Provider>,
}

impl Scene {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let atl = tenant(&app, "atl").await;
        service(&app, atl, "jump-start", 10_000, None).await;
        let account = user(&app, atl, "marcus", &[Role::Provider]).await;
        let marcus = provider(&app, atl, "Marcus", Some(account), &["jump-start"]).await;
        let tanya = provider(&app, atl, "Tanya", None, &["jump-start"]).await;
        let tenant = tenants::find_by_id(&mut *begin(&app, atl).await, atl).await.unwrap().unwrap();
        Self { app, tenant, marcus, tanya }
    }

    async fn booking(&self) -> Booked {
        let found = crate::catalog::store::find_by_slug(&mut *begin(&self.app, self.tenant.id).await, "jump-start")
            .await
            .unwrap()
            .unwrap();
        booking(&self.app, self.tenant.id, found.service.id).await
    }

    /// Opens another job for these bookings, some hours later.
    async fn job(&self, bookings: &[Id<Booking>], hours: i64) -> Id<Job> {
        let mut tx = begin(&self.app, self.tenant.id).await;
        let window_start = tx.now + TimeDelta::hours(hours);
        let new = NewJob {
            bookings: bookings.to_vec(),
            vertical: Vertical::Roadside,
            kind: "jump-start".into(),
            address: "The workshop".into(),
            point: Some(crate::testing::place()),
            destination: None,
            window_start,
            window_end: window_start + TimeDelta::hours(1),
            expected_minutes: 30,
            skills: vec!["jump-start".into()],
            staff_needed: 1,
            dispatching: Dispatching::Now,
        };
        let job = dispatch::open_job(&mut tx, new).await.unwrap();
        tx.commit().await.unwrap();
        job
    }

    async fn assign(&self, job: Id<Job>, provider: Id<Provider>) {
        let mut tx = begin(&self.app, self.tenant.id).await;
        dispatch::assign_manually(&mut tx, &self.tenant, job, provider, None, "Sam").await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn advance(&self, job: Id<Job>, provider: Id<Provider>, states: &[JobState]) {
        for state in states {
            let mut tx = begin(&self.app, self.tenant.id).await;
            dispatch::advance(&mut tx, provider, job, *state).await.unwrap();
            tx.commit().await.unwrap();
        }
    }

    async fn begin_work(&self, job: Id<Job>, provider: Id<Provider>) {
        self.assign(job, provider).await;
        self.advance(job, provider, &[JobState::EnRoute, JobState::Arrived, JobState::InProgress]).await;
    }

    async fn finish(&self, job: Id<Job>, provider: Id<Provider>) {
        let mut tx = begin(&self.app, self.tenant.id).await;
        fulfilment::finish(&mut tx, &self.tenant, provider, job, None).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn give_up(&self, job: Id<Job>, provider: Id<Provider>, outcome: Outcome) {
        let mut tx = begin(&self.app, self.tenant.id).await;
        fulfilment::give_up(&mut tx, &self.tenant, provider, job, outcome, None).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn cancel(&self, booked: &Booked) {
        let mut tx = begin(&self.app, self.tenant.id).await;
        let booking = bookings::store::lock(&mut tx, booked.id).await.unwrap();
        fulfilment::cancel(&mut tx, &self.tenant, &booking, Author::customer(), None).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn phase(&self, booked: &Booked) -> Phase {
        self.find(booked).await.phase
    }

    async fn find(&self, booked: &Booked) -> Booking {
        bookings::store::find(&mut *begin(&self.app, self.tenant.id).await, booked.id).await.unwrap().unwrap()
    }

    async fn state(&self, job: Id<Job>) -> JobState {
        jobs::find(&mut *begin(&self.app, self.tenant.id).await, job).await.unwrap().unwrap().state
    }

    async fn charged(&self, booked: &Booked) -> Vec<Amount> {
        let mut tx = begin(&self.app, self.tenant.id).await;
        let payments = payments::store::list_of_booking(&mut tx, booked.id).await.unwrap();
        payments.into_iter().map(|payment| payment.amount).collect()
    }

    async fn alerts(&self) -> Vec<String> {
        let mut tx = begin(&self.app, self.tenant.id).await;
        let (alerts, _) = bookings::store::open_alerts(&mut tx).await.unwrap();
        alerts.into_iter().map(|alert| alert.kind).collect()
    }

    /// All rows obey the laws.
    async fn done(self) {
        let violations = checks::violations(&mut *begin(&self.app, self.tenant.id).await).await.unwrap();
        let named: Vec<_> = violations.iter().map(|violation| format!("{violation:?}")).collect();
        assert!(named.is_empty(), "{named:?}");
        self.app.done().await;
    }
}

#[tokio::test]
async fn a_booking_whose_second_job_failed_is_ended_by_staff_and_the_first_provider_is_paid() {
    let scene = Scene::new().await;
    user(&scene.app, scene.tenant.id, "staff", &[Role::Staff]).await;
    let booked = scene.booking().await;
    let back = scene.job(&[booked.id], 4).await;
    scene.begin_work(booked.job, scene.marcus).await;
    scene.finish(booked.job, scene.marcus).await;
    scene.begin_work(back, scene.tanya).await;
    scene.give_up(back, scene.tanya, Outcome::CouldNotBeDone).await;
    assert_eq!(scene.phase(&booked).await, Phase::InProgress, "staff decide");

    let mut staff = scene.app.browser("atl.localhost");
    staff.sign_in("staff@example.com").await;
    let page = format!("/admin/bookings/{}", booked.reference);
    assert!(staff.get(&page).await.text().contains("It is over"));
    let booking = booked.id.to_string();
    staff.submit(&page, "/api/complete_booking", &[("booking", &booking)]).await;
    assert_eq!(scene.phase(&booked).await, Phase::Completed);
    assert_eq!(scene.charged(&booked).await, [Amount(11_000)]);
    let earned: Vec<(Id<Provider>, Amount)> =
        sqlx::query_as("select provider_id, amount from earnings where booking_id = $1")
            .bind(booked.id)
            .fetch_all(&mut *begin(&scene.app, scene.tenant.id).await)
            .await
            .unwrap();
    assert_eq!(earned, [(scene.marcus, Amount(7_000))]);
    scene.done().await;
}

#[tokio::test]
async fn a_place_given_later_is_set_where_it_was_missing_only() {
    let scene = Scene::new().await;
    let booked = scene.booking().await;
    let back = scene.job(&[booked.id], 4).await;
    let mut tx = begin(&scene.app, scene.tenant.id).await;
    sqlx::query("update jobs set latitude = null, longitude = null where tenant_id = $1 and id = $2")
        .bind(scene.tenant.id)
        .bind(booked.job)
        .execute(&mut *tx)
        .await
        .unwrap();
    let found = "33.9,-84.5".parse().unwrap();
    dispatch::set_place(&mut tx, booked.id, "Found", found).await.unwrap();
    assert_eq!(jobs::find(&mut tx, booked.job).await.unwrap().unwrap().point, Some(found));
    assert_eq!(jobs::find(&mut tx, back).await.unwrap().unwrap().point, Some(crate::testing::place()));
    tx.commit().await.unwrap();
    scene.app.done().await;
}

#[tokio::test]
async fn a_booking_with_two_legs_is_completed_and_charged_by_the_last() {
    let scene = Scene::new().await;
    let booked = scene.booking().await;
    let back = scene.job(&[booked.id], 4).await;
    scene.begin_work(booked.job, scene.marcus).await;
    assert_eq!(scene.phase(&booked).await, Phase::InProgress);
    scene.finish(booked.job, scene.marcus).await;
    assert_eq!(scene.phase(&booked).await, Phase::InProgress, "the way back is still open");
    assert_eq!(scene.charged(&booked).await, [], "nothing is due before the end");

    scene.begin_work(back, scene.tanya).await;
    assert_eq!(scene.phase(&booked).await, Phase::InProgress, "taken and begun while the work goes on");
    scene.finish(back, scene.tanya).await;
    assert_eq!(scene.phase(&booked).await, Phase::Completed);
    assert_eq!(scene.charged(&booked).await, [Amount(11_000)]);
    scene.app.done().await;
}

#[tokio::test]
async fn a_leg_that_fails_leaves_the_rest_to_staff() {
    let scene = Scene::new().await;
    let booked = scene.booking().await;
    let back = scene.job(&[booked.id], 4).await;
    scene.begin_work(booked.job, scene.marcus).await;
    scene.finish(booked.job, scene.marcus).await;
    scene.assign(back, scene.tanya).await;
    scene.advance(back, scene.tanya, &[JobState::EnRoute, JobState::Arrived]).await;
    scene.give_up(back, scene.tanya, Outcome::GoneOnArrival).await;
    assert_eq!(scene.phase(&booked).await, Phase::InProgress, "a car may be in the workshop");
    assert_eq!(scene.charged(&booked).await, []);
    assert_eq!(scene.alerts().await, ["unsuccessful"]);
    scene.done().await;
}

#[tokio::test]
async fn a_booking_missed_before_its_work_began_needs_none_of_its_other_jobs() {
    let scene = Scene::new().await;
    let booked = scene.booking().await;
    let back = scene.job(&[booked.id], 4).await;
    scene.assign(booked.job, scene.marcus).await;
    scene.assign(back, scene.tanya).await;
    scene.advance(booked.job, scene.marcus, &[JobState::EnRoute, JobState::Arrived]).await;
    scene.give_up(booked.job, scene.marcus, Outcome::GoneOnArrival).await;
    assert_eq!(scene.phase(&booked).await, Phase::NoShow);
    assert_eq!(scene.state(back).await, JobState::Cancelled);
    scene.done().await;
}

#[tokio::test]
async fn a_provider_who_gives_back_one_of_two_jobs_leaves_the_booking_with_the_other() {
    let scene = Scene::new().await;
    let booked = scene.booking().await;
    let second = scene.job(&[booked.id], 4).await;
    scene.assign(booked.job, scene.marcus).await;
    scene.assign(second, scene.tanya).await;
    let give_back = async |job, provider| {
        let mut tx = begin(&scene.app, scene.tenant.id).await;
        dispatch::give_back(&mut tx, provider, job, "A flat tire").await.unwrap();
        tx.commit().await.unwrap();
    };
    give_back(second, scene.tanya).await;
    assert_eq!(scene.phase(&booked).await, Phase::Dispatched, "Marcus still comes");
    give_back(booked.job, scene.marcus).await;
    let after = scene.find(&booked).await;
    assert_eq!((after.phase, after.waits_for), (Phase::Confirmed, Some(WaitsFor::Provider)));
    scene.done().await;
}

#[tokio::test]
async fn one_of_two_bookings_that_share_a_job_is_cancelled_without_the_other() {
    let scene = Scene::new().await;
    let (first, second) = (scene.booking().await, scene.booking().await);
    let shared = scene.job(&[first.id, second.id], 1).await;
    for booked in [&first, &second] {
        let mut tx = begin(&scene.app, scene.tenant.id).await;
        let job = jobs::lock(&mut tx, booked.job).await.unwrap();
        let change = job.cancel(tx.now, "They share one.".into()).unwrap();
        jobs::apply(&mut tx, job.id, &change).await.unwrap();
        tx.commit().await.unwrap();
    }
    scene.assign(shared, scene.marcus).await;
    assert_eq!((scene.phase(&first).await, scene.phase(&second).await), (Phase::Dispatched, Phase::Dispatched));
    scene.cancel(&first).await;
    assert_eq!(scene.state(shared).await, JobState::Assigned, "the other still needs it");
    scene.advance(shared, scene.marcus, &[JobState::EnRoute, JobState::Arrived, JobState::InProgress]).await;
    scene.finish(shared, scene.marcus).await;
    assert_eq!((scene.phase(&first).await, scene.phase(&second).await), (Phase::Cancelled, Phase::Completed));
    assert_eq!(scene.charged(&second).await, [Amount(11_000)]);
    scene.done().await;
}

#[tokio::test]
async fn a_provider_sees_no_contact_of_a_booking_that_left_the_job() {
    let scene = Scene::new().await;
    let (first, second) = (scene.booking().await, scene.booking().await);
    let shared = scene.job(&[first.id, second.id], 1).await;
    scene.assign(shared, scene.marcus).await;
    let mut phone = scene.app.browser("atl.localhost");
    phone.sign_in("marcus@example.com").await;
    let page = format!("/provider/jobs/{shared}");
    let shown = phone.get(&page).await.text();
    assert!(shown.contains("2 bookings"), "{shown}");
    scene.cancel(&first).await;
    let shown = phone.get(&page).await.text();
    assert!(shown.contains(&format!("Booking {}", second.reference)) && !shown.contains("2 bookings"), "{shown}");
    let listed = phone.get("/provider/jobs").await;
    assert_eq!(listed.html.matches(&page).count(), 1, "{}", listed.text());
    scene.done().await;
}

#[tokio::test]
async fn a_drive_in_vain_is_paid_once_however_many_bookings_it_was_for() {
    for (outcome, charged) in [(Outcome::CouldNotBeDone, vec![]), (Outcome::GoneOnArrival, vec![Amount(6_000)])] {
        let scene = Scene::new().await;
        let booked = [scene.booking().await, scene.booking().await];
        let mut tx = begin(&scene.app, scene.tenant.id).await;
        for one in &booked {
            dispatch::withdraw(&mut tx, one.id, "They share one.").await.unwrap();
        }
        tx.commit().await.unwrap();
        let shared = scene.job(&[booked[0].id, booked[1].id], 1).await;
        scene.assign(shared, scene.marcus).await;
        scene.advance(shared, scene.marcus, &[JobState::EnRoute, JobState::Arrived]).await;
        scene.give_up(shared, scene.marcus, outcome).await;
        let earned: Vec<Amount> = sqlx::query_scalar("select amount from earnings where job_id = $1")
            .bind(shared)
            .fetch_all(&mut *begin(&scene.app, scene.tenant.id).await)
            .await
            .unwrap();
        assert_eq!(earned, [Amount(2_100), Amount(2_100)], "70% of one dry-run fee");
        assert_eq!((scene.charged(&booked[0]).await, scene.charged(&booked[1]).await), (charged.clone(), charged));
        scene.done().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_booking_that_left_a_job_during_a_tap_gets_none_of_its_news() {
    let scene = Scene::new().await;
    let (first, leaves) = (scene.booking().await, scene.booking().await);
    let shared = scene.job(&[first.id, leaves.id], 1).await;
    scene.assign(shared, scene.marcus).await;

    // The tap has read the job's bookings and waits for this one; then it leaves.
    let mut leaving = begin(&scene.app, scene.tenant.id).await;
    bookings::store::lock(&mut leaving, leaves.id).await.unwrap();
    let tap = {
        let (db, tenant, marcus) = (scene.app.app.db.clone(), scene.tenant.id, scene.marcus);
        tokio::spawn(async move {
            let mut tx = db.begin_system(tenant).await.unwrap();
            dispatch::advance(&mut tx, marcus, shared, JobState::EnRoute).await.unwrap();
            tx.commit().await.unwrap();
        })
    };
    until_one_waits(&scene.app).await;
    dispatch::withdraw(&mut leaving, leaves.id, "It was moved.").await.unwrap();
    leaving.commit().await.unwrap();
    tap.await.unwrap();
    let told = bookings::store::timeline(&mut *begin(&scene.app, scene.tenant.id).await, leaves.id).await.unwrap();
    assert!(told.iter().all(|event| event.kind != bookings::EventKind::EnRoute), "{told:?}");
    scene.app.done().await;
}

#[tokio::test]
async fn a_shared_job_is_cancelled_with_the_last_of_its_bookings() {
    let scene = Scene::new().await;
    let (first, second) = (scene.booking().await, scene.booking().await);
    let shared = scene.job(&[first.id, second.id], 1).await;
    scene.cancel(&first).await;
    assert!(!scene.state(shared).await.is_over());
    scene.cancel(&second).await;
    assert_eq!(scene.state(shared).await, JobState::Cancelled);
    scene.done().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_booking_that_joins_a_job_during_a_tap_gets_its_news() {
    let scene = Scene::new().await;
    let (first, late) = (scene.booking().await, scene.booking().await);
    scene.assign(first.job, scene.marcus).await;

    // The tap has read the job's bookings and waits for the job; then another one joins it.
    let mut joining = begin(&scene.app, scene.tenant.id).await;
    jobs::lock(&mut joining, first.job).await.unwrap();
    let tap = {
        let (db, tenant) = (scene.app.app.db.clone(), scene.tenant.id);
        let (job, marcus) = (first.job, scene.marcus);
        tokio::spawn(async move {
            let mut tx = db.begin_system(tenant).await.unwrap();
            dispatch::advance(&mut tx, marcus, job, JobState::EnRoute).await.unwrap();
            tx.commit().await.unwrap();
        })
    };
    until_one_waits(&scene.app).await;
    sqlx::query("insert into job_bookings (job_id, booking_id) values ($1, $2)")
        .bind(first.job)
        .bind(late.id)
        .execute(&mut *joining)
        .await
        .unwrap();
    joining.commit().await.unwrap();
    tap.await.unwrap();
    let told = bookings::store::timeline(&mut *begin(&scene.app, scene.tenant.id).await, late.id).await.unwrap();
    assert_eq!(told.last().map(|event| event.kind), Some(bookings::EventKind::EnRoute));
    scene.app.done().await;
}

#[tokio::test]
async fn staff_see_a_card_for_each_job_and_assign_the_one_they_chose() {
    let scene = Scene::new().await;
    let booked = scene.booking().await;
    let back = scene.job(&[booked.id], 4).await;
    user(&scene.app, scene.tenant.id, "staff", &[Role::Staff]).await;
    let mut browser = scene.app.browser("atl.localhost");
    browser.sign_in("staff@example.com").await;
    let page = browser.get(&format!("/admin/bookings/{}", booked.reference)).await;
    assert!(page.text().contains("Job 1 of 2") && page.text().contains("Job 2 of 2"), "{}", page.text());
    let path = format!("/admin/bookings/{}/assign?job={back}", booked.reference);
    assert!(page.html.contains(&path), "{}", page.html);
    let (back, tanya) = (back.to_string(), scene.tanya.to_string());
    browser.submit(&path, "/api/assign_provider", &[("job", &back), ("provider", &tanya)]).await;
    assert_eq!(scene.state(back.parse().unwrap()).await, JobState::Assigned);
    assert_eq!(scene.state(booked.job).await, JobState::Open);
    assert_eq!(scene.phase(&booked).await, Phase::Dispatched);
    scene.done().await;
}
