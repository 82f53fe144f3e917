//! Jobs that need several providers.

use engine::{Amount, Id, Line, LineKind, Quote};

use super::{job, pages::signed_in, settings_of};
use crate::{
    bookings::{
        self, Author, Phase,
        quotes::{self, QuoteKind},
    },
    checks,
    dispatch::{self, Job, JobState, actions::member_key, store::assignments},
    error::AppError,
    fulfilment,
    identity::Role,
    providers::Provider,
    tenants::Tenant,
    testing::{
        Booked, TestApp, begin,
        field::{booked, booked_for_crew, provider, provider_with_account},
        tenant, user,
    },
};

/// A booking whose job needs two people; three providers could come.
struct Scene {
    app: TestApp,
    tenant: Tenant,
    booked: Booked,
    job: Id<Job>,
    ada: Id<Provider>,
    ben: Id<Provider>,
    cleo: Id<Provider>,
}

impl Scene {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let atl = tenant(&app, "atl").await;
        let ada = provider_with_account(&app, atl, "ada", 2.0).await;
        let ben = provider_with_account(&app, atl, "ben", 3.0).await;
        let cleo = provider(&app, atl, "cleo", 4.0).await;
        let booked = booked_for_crew(&app, atl, 2).await;
        let tenant = settings_of(&app, atl).await;
        app.drain().await;
        Self { app, tenant, job: booked.job, booked, ada, ben, cleo }
    }

    async fn choose(&self, members: &[Id<Provider>], lead: Id<Provider>) -> Result<(), AppError> {
        let mut tx = begin(&self.app, self.tenant.id).await;
        dispatch::assign_crew(&mut tx, &self.tenant, self.job, members, lead, Author::staff("Sam")).await?;
        tx.commit().await
    }

    async fn advance(&self, by: Id<Provider>, to: JobState) -> Result<(), AppError> {
        let mut tx = begin(&self.app, self.tenant.id).await;
        dispatch::advance(&mut tx, by, self.job, to).await?;
        tx.commit().await
    }

    async fn state(&self) -> JobState {
        job(&self.app, self.tenant.id, self.job).await.state
    }

    async fn phase(&self) -> Phase {
        let mut tx = begin(&self.app, self.tenant.id).await;
        bookings::store::find(&mut tx, self.booked.id).await.unwrap().unwrap().phase
    }

    /// The members, the lead first.
    async fn crew(&self) -> Vec<Id<Provider>> {
        let mut tx = begin(&self.app, self.tenant.id).await;
        let members = assignments::members_of_job(&mut tx, self.job).await.unwrap();
        members.into_iter().map(|member| member.provider_id).collect()
    }

    async fn done(self) {
        let violations = checks::violations(&mut *begin(&self.app, self.tenant.id).await).await.unwrap();
        assert!(violations.is_empty(), "{violations:?}");
        self.app.done().await;
    }
}

#[tokio::test]
async fn a_job_for_two_is_open_until_both_are_on_it() {
    let scene = Scene::new().await;
    assert_eq!(scene.state().await, JobState::Open, "nobody is asked automatically");
    scene.choose(&[scene.ada], scene.ada).await.unwrap();
    assert_eq!((scene.state().await, scene.phase().await), (JobState::Open, Phase::Confirmed), "1 of 2");
    assert!(scene.advance(scene.ada, JobState::EnRoute).await.is_err(), "not alone");
    scene.choose(&[scene.ada, scene.ben], scene.ben).await.unwrap();
    assert_eq!((scene.state().await, scene.phase().await), (JobState::Assigned, Phase::Dispatched));
    assert_eq!(scene.crew().await, [scene.ben, scene.ada], "Ben leads");
    let refused = scene.choose(&[scene.ada, scene.ben, scene.cleo], scene.ben).await;
    assert!(matches!(refused, Err(AppError::Conflict(_))), "{refused:?}");
    assert!(scene.choose(&[scene.ada], scene.cleo).await.is_err(), "the lead is one of the crew");
    scene.done().await;
}

#[tokio::test]
async fn any_member_advances_the_job_for_all_and_they_share_what_it_earns() {
    let scene = Scene::new().await;
    scene.choose(&[scene.ada, scene.ben], scene.ben).await.unwrap();
    scene.advance(scene.ada, JobState::EnRoute).await.unwrap();
    scene.advance(scene.ben, JobState::EnRoute).await.expect("a second tap");
    scene.advance(scene.ben, JobState::Arrived).await.unwrap();
    scene.advance(scene.ada, JobState::InProgress).await.unwrap();
    let mut tx = begin(&scene.app, scene.tenant.id).await;
    for member in assignments::members_of_job(&mut tx, scene.job).await.unwrap() {
        assert_eq!(member.state, assignments::AssignmentState::UnderWay);
    }
    drop(tx);
    for name in ["ada", "ben"] {
        let mut phone = signed_in(&scene.app, name).await;
        assert!(phone.get("/provider/jobs").await.html.contains(&format!("/provider/jobs/{}", scene.job)), "{name}");
    }
    let mut tx = begin(&scene.app, scene.tenant.id).await;
    let cent = Quote::fixed(vec![Line::single(LineKind::Extension, "A bolt", Amount(1))]).unwrap();
    quotes::insert_approved(&mut tx, scene.booked.id, QuoteKind::Extension, &cent, "Dana").await.unwrap();
    fulfilment::finish(&mut tx, &scene.tenant, scene.ada, scene.job, None).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(scene.phase().await, Phase::Completed);
    let earned: Vec<(Id<Provider>, Amount)> =
        sqlx::query_as("select provider_id, base_amount from earnings where job_id = $1 order by base_amount desc")
            .bind(scene.job)
            .fetch_all(&mut *begin(&scene.app, scene.tenant.id).await)
            .await
            .unwrap();
    assert_eq!(earned, [(scene.ben, Amount(5_001)), (scene.ada, Amount(5_000))], "the rest cent is the lead's");
    scene.done().await;
}

#[tokio::test]
async fn a_member_who_leaves_opens_the_job_for_another() {
    let scene = Scene::new().await;
    scene.choose(&[scene.ada, scene.ben], scene.ada).await.unwrap();
    scene.advance(scene.ada, JobState::EnRoute).await.unwrap();
    let mut tx = begin(&scene.app, scene.tenant.id).await;
    dispatch::give_back(&mut tx, scene.ada, scene.job, "A flat tire").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!((scene.state().await, scene.phase().await), (JobState::Open, Phase::Confirmed));
    assert_eq!(scene.crew().await, [scene.ben], "Ben keeps it, and leads now");
    scene.choose(&[scene.ben, scene.cleo], scene.ben).await.unwrap();
    assert_eq!((scene.state().await, scene.phase().await), (JobState::Assigned, Phase::Dispatched));
    scene.done().await;
}

#[tokio::test]
async fn nobody_in_a_crew_has_other_work_at_that_time() {
    let scene = Scene::new().await;
    let other = booked(&scene.app, scene.tenant.id).await;
    let mut tx = begin(&scene.app, scene.tenant.id).await;
    dispatch::assign_manually(&mut tx, &scene.tenant, other.job, scene.ben, None, "Sam").await.unwrap();
    tx.commit().await.unwrap();
    let refused = scene.choose(&[scene.ada, scene.ben], scene.ada).await.unwrap_err();
    assert_eq!(refused.to_string(), "ben is on another job at that time.");
    assert_eq!(scene.crew().await, [], "all or nobody");
    scene.done().await;
}

#[tokio::test]
async fn staff_choose_the_crew_on_one_page() {
    let scene = Scene::new().await;
    user(&scene.app, scene.tenant.id, "staff", &[Role::Staff]).await;
    let mut staff = signed_in(&scene.app, "staff").await;
    let page = format!("/admin/bookings/{}/assign?job={}", scene.booked.reference, scene.job);
    let shown = staff.get(&page).await;
    assert!(shown.text().contains("needs 2 people"), "{}", shown.text());
    let (job, ben) = (scene.job.to_string(), scene.ben.to_string());
    let nobody = staff.submit(&page, "/api/assign_crew", &[("job", &job)]).await;
    assert!(nobody.text().contains("Choose at least one."), "{}", nobody.text());
    let members = [scene.ada, scene.ben].map(|id| format!("members[{}]", member_key(id)));
    let fields = [("job", &*job), (&*members[0], "true"), (&*members[1], "true"), ("lead", &*ben)];
    let done = staff.submit(&page, "/api/assign_crew", &fields).await;
    assert!(done.text().contains("2 of 2"), "{}", done.text());
    assert_eq!(scene.crew().await, [scene.ben, scene.ada]);
    scene.done().await;
}
