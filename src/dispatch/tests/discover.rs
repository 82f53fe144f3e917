//! Jobs that providers see and take themselves.

use chrono::TimeDelta;
use engine::{Amount, Id, Meters};

use super::{holder, job, pages::signed_in, settings_of};
use crate::{
    bookings::{self, Booking, Phase, WaitsFor},
    checks,
    db::Db,
    dispatch::{self, Dispatching, Job, JobState, NewJob, OpenJob},
    error::AppError,
    providers::{self, Hold, Provider},
    tenants::Tenant,
    testing::{
        Booked, TestApp, begin,
        field::{booked_with, new_job, provider, provider_with_account},
        tenant,
    },
};

/// A booking whose job providers within 5 km may take within two hours.
struct Scene {
    app: TestApp,
    tenant: Tenant,
    booked: Booked,
    ada: Id<Provider>,
    ben: Id<Provider>,
}

impl Scene {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let atl = tenant(&app, "atl").await;
        let ada = provider_with_account(&app, atl, "ada", 2.0).await;
        let ben = provider_with_account(&app, atl, "ben", 3.0).await;
        let until = app.now() + TimeDelta::hours(2);
        let dispatching = Dispatching::Discover { within: Meters(5_000.0), until };
        let booked = booked_with(&app, atl, NewJob { dispatching, ..new_job(until) }).await;
        let tenant = settings_of(&app, atl).await;
        app.drain().await;
        Self { app, tenant, booked, ada, ben }
    }

    async fn seen_by(&self, provider: Id<Provider>) -> Vec<OpenJob> {
        let mut tx = begin(&self.app, self.tenant.id).await;
        let provider = providers::store::find(&mut tx, provider).await.unwrap().unwrap();
        let found = dispatch::discover(&mut tx, &self.tenant, &provider).await.unwrap();
        tx.commit().await.unwrap();
        found
    }

    async fn take(&self, provider: Id<Provider>) -> Result<(), AppError> {
        take(self.app.app.db.clone(), self.tenant.clone(), provider, self.booked.job).await
    }

    async fn hold(&self, provider: Id<Provider>, hours: i64) {
        let mut tx = begin(&self.app, self.tenant.id).await;
        let hold = Hold { until: tx.now + TimeDelta::hours(hours), reason: "A dispute".into() };
        providers::store::set_hold(&mut tx, provider, Some(&hold)).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn state(&self) -> JobState {
        job(&self.app, self.tenant.id, self.booked.job).await.state
    }

    async fn booking(&self) -> Booking {
        let mut tx = begin(&self.app, self.tenant.id).await;
        bookings::store::find(&mut tx, self.booked.id).await.unwrap().unwrap()
    }

    async fn done(self) {
        let violations = checks::violations(&mut *begin(&self.app, self.tenant.id).await).await.unwrap();
        assert!(violations.is_empty(), "{violations:?}");
        self.app.done().await;
    }
}

async fn take(db: Db, tenant: Tenant, provider: Id<Provider>, job: Id<Job>) -> Result<(), AppError> {
    let mut tx = db.begin_system(tenant.id).await?;
    dispatch::take(&mut tx, &tenant, provider, job).await?;
    tx.commit().await
}

#[tokio::test]
async fn an_open_job_is_shown_to_those_near_it_who_can_do_it_and_the_first_to_take_it_has_it() {
    let scene = Scene::new().await;
    let atl = scene.tenant.id;
    let far = provider(&scene.app, atl, "far", 6.0).await;
    let unskilled = provider(&scene.app, atl, "unskilled", 1.0).await;
    let mut tx = begin(&scene.app, atl).await;
    sqlx::query("delete from provider_skills where tenant_id = $1 and provider_id = $2")
        .bind(atl)
        .bind(unskilled)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let held = provider(&scene.app, atl, "held", 1.0).await;
    scene.hold(held, 1).await;
    assert_eq!(scene.state().await, JobState::Open, "nobody is asked");
    for other in [far, unskilled, held] {
        assert!(scene.seen_by(other).await.is_empty());
        assert!(scene.take(other).await.is_err());
    }
    let seen = scene.seen_by(scene.ada).await;
    assert_eq!(
        seen.iter().map(|open| (open.job.id, open.pay)).collect::<Vec<_>>(),
        [(scene.booked.job, Some(Amount(7_000)))]
    );
    scene.seen_by(scene.ben).await;

    scene.take(scene.ada).await.unwrap();
    scene.take(scene.ada).await.expect("a second tap");
    assert_eq!(holder(&scene.app, atl, scene.booked.job).await, Some(scene.ada));
    assert_eq!(scene.booking().await.phase, Phase::Dispatched);
    assert!(scene.seen_by(scene.ben).await.is_empty());
    assert_eq!(scene.take(scene.ben).await.unwrap_err().to_string(), "Someone else took this job.");
    scene.done().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_several_who_take_a_job_at_once_one_gets_it() {
    let scene = Scene::new().await;
    for provider in [scene.ada, scene.ben] {
        assert_eq!(scene.seen_by(provider).await.len(), 1);
    }
    let db = scene.app.database.with_connections(4).await.with_clock(scene.app.app.db.clock.clone());
    let racing = [scene.ada, scene.ben, scene.ada, scene.ben]
        .map(|provider| tokio::spawn(take(db.clone(), scene.tenant.clone(), provider, scene.booked.job)));
    let mut taken = Vec::new();
    for (provider, one) in [scene.ada, scene.ben, scene.ada, scene.ben].into_iter().zip(racing) {
        match one.await.unwrap() {
            Ok(()) => taken.push(provider),
            Err(error) => assert_eq!(error.to_string(), "Someone else took this job."),
        }
    }
    let winner = holder(&scene.app, scene.tenant.id, scene.booked.job).await.unwrap();
    assert_eq!(taken, [winner, winner], "both of their taps lead to the job");
    db.close().await;
    scene.done().await;
}

#[tokio::test]
async fn a_provider_opens_hides_and_takes_a_job_on_their_pages() {
    let scene = Scene::new().await;
    let page = format!("/provider/open/{}", scene.booked.job);
    let mut ada = signed_in(&scene.app, "ada").await;
    let home = ada.get("/provider").await;
    assert!(home.text().contains("Open jobs") && home.html.contains(&page), "{}", home.text());
    let shown = ada.get(&page).await.text();
    assert!(shown.contains("$70.00") && shown.contains("Piedmont Park"), "{shown}");
    assert!(!shown.contains("Dana"), "whose it is, they see later: {shown}");

    let job = scene.booked.job.to_string();
    let hidden = ada.submit(&page, "/api/hide_job", &[("job", &job)]).await.text();
    assert!(hidden.contains("Hidden jobs (1)"), "{hidden}");
    let again = ada.submit(&page, "/api/show_job_again", &[("job", &job)]).await.text();
    assert!(again.contains("Open jobs") && !again.contains("Hidden jobs"), "{again}");
    let taken = ada.submit(&page, "/api/take_job", &[("job", &job)]).await.text();
    assert!(taken.contains("The job is yours.") && taken.contains("Dana Reed"), "{taken}");

    let mut ben = signed_in(&scene.app, "ben").await;
    assert_eq!(ben.get(&page).await.status, axum::http::StatusCode::NOT_FOUND, "he never saw it");
    scene.done().await;
}

#[tokio::test]
async fn a_job_that_nobody_takes_in_time_waits_for_staff_who_may_have_providers_asked() {
    let scene = Scene::new().await;
    scene.seen_by(scene.ada).await;
    scene.app.pass(TimeDelta::hours(2)).await;
    let waiting = scene.booking().await;
    assert_eq!((waiting.phase, waiting.waits_for), (Phase::Confirmed, Some(WaitsFor::Staff)));
    assert_eq!(scene.take(scene.ada).await.unwrap_err().to_string(), "This job is no longer open.");
    let mut tx = begin(&scene.app, scene.tenant.id).await;
    dispatch::search_again(&mut tx, scene.booked.job, bookings::Author::staff("Sam")).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(job(&scene.app, scene.tenant.id, scene.booked.job).await.dispatching, Dispatching::Now);
    scene.done().await;
}

#[tokio::test]
async fn who_gave_an_open_job_back_leaves_it_to_the_others() {
    let scene = Scene::new().await;
    scene.take(scene.ada).await.unwrap();
    let mut tx = begin(&scene.app, scene.tenant.id).await;
    dispatch::give_back(&mut tx, scene.ada, scene.booked.job, "A flat tire").await.unwrap();
    tx.commit().await.unwrap();
    scene.app.drain().await;
    assert_eq!(scene.state().await, JobState::Open);
    assert!(scene.seen_by(scene.ada).await.is_empty());
    scene.take(scene.ben).await.unwrap();
    scene.done().await;
}
