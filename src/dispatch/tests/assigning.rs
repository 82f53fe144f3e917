//! Manual dispatch: conflicts with what staff saw, and what the provider and the customer are told.

use axum::http::StatusCode;

use super::{
    JobState, OfferState,
    scene::{Scene, When},
};
use crate::{
    dispatch::Holder,
    identity::Role,
    providers::{ProviderStatus, StatusChange, store},
    testing::{
        Browser, TestApp,
        field::{booked, provider_with_account},
        tenant, user,
    },
};

#[tokio::test]
async fn assigning_from_an_outdated_page_names_the_current_provider() {
    let scene = Scene::new(When::Now).await;
    scene.assign(scene.near, None).await.unwrap();
    let refused = scene.assign(scene.far, None).await.unwrap_err();
    let told = "near has this job now. Reload the page before you reassign it.";
    assert_eq!((refused.to_string().as_str(), scene.holder().await), (told, Some(scene.near)));
    scene.assign(scene.near, None).await.expect("it is theirs already: a second tap");

    let shown = Holder { provider_id: scene.far, state: JobState::Assigned };
    assert!(scene.assign(scene.far, Some(shown)).await.is_err(), "far had it, near has it now");
    let shown = Holder { provider_id: scene.near, state: JobState::Assigned };
    scene.assign(scene.far, Some(shown)).await.unwrap();
    assert_eq!(scene.holder().await, Some(scene.far));
    scene.app.done().await;
}

#[tokio::test]
async fn a_provider_on_the_way_loses_the_job_only_to_staff_who_saw_them_on_the_way() {
    let scene = Scene::new(When::Now).await;
    scene.assign(scene.near, None).await.unwrap();
    let mut shown = Holder { provider_id: scene.near, state: JobState::Assigned };
    scene.advance(scene.near, JobState::EnRoute).await.unwrap();
    let refused = scene.assign(scene.far, Some(shown)).await.unwrap_err();
    assert!(refused.to_string().starts_with("near is on the way now."), "{refused}");
    assert_eq!(scene.holder().await, Some(scene.near));
    shown.state = JobState::EnRoute;
    scene.assign(scene.far, Some(shown)).await.unwrap();
    assert_eq!(scene.holder().await, Some(scene.far));
    scene.app.done().await;
}

#[tokio::test]
async fn a_provider_who_may_not_work_is_assigned_nothing() {
    let scene = Scene::new(When::Now).await;
    let change = StatusChange { from: ProviderStatus::Active, to: ProviderStatus::Suspended, reason: None };
    let mut tx = scene.tx().await;
    store::set_status(&mut tx, scene.near, &change).await.unwrap();
    let outdated = store::set_status(&mut tx, scene.near, &change).await.unwrap_err();
    assert!(outdated.to_string().starts_with("Someone else changed this provider's status"), "{outdated}");
    tx.commit().await.unwrap();
    let refused = scene.assign(scene.near, None).await.unwrap_err();
    assert_eq!(refused.to_string(), "near isn't active. Activate the account first.");
    scene.app.done().await;
}

#[tokio::test]
async fn accepting_an_offer_of_a_job_assigned_by_staff_redirects_to_the_job() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let marcus = provider_with_account(&app, atl, "marcus", 2.0).await;
    let booked = booked(&app, atl).await;
    app.drain().await;
    let offer = super::pending(&app, atl, marcus).await.unwrap().id;
    let mut office = staff(&app, atl).await;
    let (job, provider) = (booked.job.to_string(), marcus.to_string());
    let page = format!("/admin/bookings/{}/assign", booked.reference);
    let assigned = office.post(&page, "/api/assign_provider", &[("job", &job), ("provider", &provider)]).await;
    assert_eq!(assigned.status, StatusCode::SEE_OTHER, "{}", assigned.text());
    assert_eq!(super::offer(&app, atl, offer).await.state, OfferState::Withdrawn);

    let mut phone = app.browser("atl.localhost");
    phone.sign_in("marcus@example.com").await;
    let job = format!("/provider/jobs/{}", booked.job);
    let accepted = phone.post("/provider", "/api/accept_offer", &[("offer", &offer.to_string())]).await;
    assert_eq!(accepted.location.as_deref(), Some(job.as_str()), "{}", accepted.text());
    let shown = phone.get(&format!("/provider/offers/{offer}")).await;
    assert_eq!(shown.location.as_deref(), Some(job.as_str()), "{}", shown.text());

    let customer = app.browser("atl.localhost").get(&format!("/track/{}", booked.token)).await.text();
    assert!(customer.contains("marcus was assigned") && !customer.contains("accepted"), "{customer}");
    let history = office.get(&format!("/admin/bookings/{}", booked.reference)).await.text();
    assert!(history.contains("sam · marcus"), "who assigned whom: {history}");
    app.done().await;
}

#[tokio::test]
async fn of_two_concurrent_assignments_only_one_reports_success() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    provider_with_account(&app, atl, "marcus", 2.0).await;
    provider_with_account(&app, atl, "tanya", 5.0).await;
    let booked = booked(&app, atl).await;
    let mut office = staff(&app, atl).await;
    let page = format!("/admin/bookings/{}/assign", booked.reference);
    let shown = office.get(&page).await;
    let assigning = |name: &str| {
        let form = format!("form:has([aria-label='Assign {name}'])");
        ["job", "provider", "seen", "seen_state"]
            .map(|field| (field, shown.attribute(&format!("{form} [name={field}]"), "value").unwrap_or_default()))
    };
    let [first, second] = [assigning("marcus"), assigning("tanya")];
    let [first, second] =
        [&first, &second].map(|fields| fields.each_ref().map(|(name, value)| (*name, value.as_str())));
    let won = office.submit(&page, "/api/assign_provider", &first).await;
    assert!(won.text().contains("The provider has the job now."), "{}", won.text());
    let lost = office.post(&page, "/api/assign_provider", &second).await;
    assert_eq!(lost.status, StatusCode::CONFLICT);
    assert!(lost.text().contains("marcus has this job now."), "{}", lost.text());

    // The reloaded page shows the current holder.
    let again = office.get(&page).await;
    assert!(again.text().contains("Has the job"), "{}", again.text());
    assert_eq!(again.all("[aria-label='Assign marcus']").len(), 0);
    let form = "form:has([aria-label='Assign tanya'])";
    assert_eq!(again.attribute(&format!("{form} [name=seen_state]"), "value").as_deref(), Some("assigned"));
    app.done().await;
}

#[tokio::test]
async fn the_page_warns_beside_the_button_of_a_provider_who_lacks_a_skill() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let unskilled = provider_with_account(&app, atl, "unskilled", 2.0).await;
    provider_with_account(&app, atl, "able", 3.0).await;
    let booked = booked(&app, atl).await;
    let mut tx = crate::testing::begin(&app, atl).await;
    store::set_skills(&mut tx, unskilled, &[]).await.unwrap();
    tx.commit().await.unwrap();
    let mut office = staff(&app, atl).await;
    let page = office.get(&format!("/admin/bookings/{}/assign", booked.reference)).await;
    let warned = page.all(".caution");
    assert_eq!(warned, ["This service isn't among their skills. Check with them first."], "only them: {}", page.text());
    assert_eq!(page.all("td.actions > .cell > button"), ["Assign anyway: unskilled"], "it asks first");
    assert_eq!(page.all("[aria-label='Assign able']"), ["Assign"]);
    app.done().await;
}

#[tokio::test]
async fn tomorrows_job_can_be_assigned_to_a_provider_who_works_today() {
    let scene = Scene::new(When::Tomorrow).await;
    let now = booked(&scene.app, scene.tenant).await.job;
    scene.assign_other(now, scene.near, None).await.unwrap();
    let mut office = staff(&scene.app, scene.tenant).await;
    let page = office.get(&format!("/admin/bookings/{}/assign", scene.booked.reference)).await;
    assert!(page.text().contains("2 providers are free at that time."), "{}", page.text());
    assert_eq!(page.all("[aria-label='Assign near']"), ["Assign"]);
    let booking = format!("/admin/bookings/{}", scene.booked.reference);
    let job = scene.booked.job.to_string();
    let said = office.submit(&booking, "/api/search_again", &[("job", &job)]).await;
    assert!(said.text().contains("Providers are asked again from"), "{}", said.text());
    scene.app.done().await;
}

async fn staff(app: &TestApp, tenant: engine::Id<crate::tenants::Tenant>) -> Browser {
    user(app, tenant, "sam", &[Role::Staff]).await;
    let mut office = app.browser("atl.localhost");
    office.sign_in("sam@example.com").await;
    office
}
