//! Providers who get no offers for a while, and what counts as an answer.

use chrono::TimeDelta;
use engine::Id;

use super::{holder, pages::signed_in, pending, settings_of};
use crate::{
    dispatch::{self, OfferState},
    identity::Role,
    testing::{
        TestApp, begin,
        field::{booked, provider, provider_with_account},
        tenant, user,
    },
};

#[tokio::test]
async fn staff_hold_a_providers_offers_until_a_time_and_say_why() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let ada = provider_with_account(&app, atl, "ada", 2.0).await;
    let ben = provider(&app, atl, "ben", 4.0).await;
    user(&app, atl, "staff", &[Role::Staff]).await;
    let first = booked(&app, atl).await;
    app.drain().await;
    assert!(pending(&app, atl, ada).await.is_some());

    let mut staff = signed_in(&app, "staff").await;
    let page = format!("/admin/providers/{ada}");
    let zone = settings_of(&app, atl).await.zone;
    let until = zone.local(app.now() + TimeDelta::hours(3));
    let (id, date, time) = (ada.to_string(), until.date().to_string(), until.format("%H:%M").to_string());
    let fields = [("provider", &*id), ("date", &*date), ("time", &*time), ("hold_reason", "")];
    let without = staff.submit(&page, "/api/hold_provider", &fields).await;
    assert_eq!(without.all("#field-hold_reason-error").len(), 1, "{}", without.text());
    let fields = [("provider", &*id), ("date", &*date), ("time", &*time), ("hold_reason", "A dispute")];
    let held = staff.submit(&page, "/api/hold_provider", &fields).await.text();
    assert!(held.contains("No offers until") && held.contains("A dispute"), "{held}");
    app.drain().await;
    assert!(pending(&app, atl, ada).await.is_none(), "the offer is withdrawn");
    assert!(pending(&app, atl, ben).await.is_some(), "and the next one is asked");
    let home = signed_in(&app, "ada").await.get("/provider").await.text();
    assert!(home.contains("You get no offers until") && home.contains("The office says: A dispute"), "{home}");
    assert!(home.contains("Location updated") && !home.contains("You can get offers"), "{home}");
    let list = staff.get("/admin/providers").await.text();
    assert!(list.contains("On hold until") && list.contains("1 free right now"), "that is Ben: {list}");

    let assign = format!("/admin/bookings/{}/assign", first.reference);
    let candidates = staff.get(&assign).await.text();
    assert!(candidates.contains("On hold") && candidates.contains("Assign anyway"), "{candidates}");
    let job = first.job.to_string();
    staff.submit(&assign, "/api/assign_provider", &[("job", &job), ("provider", &id)]).await;
    assert_eq!(holder(&app, atl, first.job).await, Some(ada), "staff may");
    app.done().await;
}

#[tokio::test]
async fn a_hold_ends_by_itself_or_by_staff() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let ada = provider(&app, atl, "ada", 2.0).await;
    let hold = |until| crate::providers::Hold { until, reason: "A dispute".into() };
    let set = async |hold: Option<&crate::providers::Hold>| {
        let mut tx = begin(&app, atl).await;
        crate::providers::store::set_hold(&mut tx, ada, hold).await.unwrap();
        tx.commit().await.unwrap();
    };
    set(Some(&hold(app.now() + TimeDelta::minutes(5)))).await;
    booked(&app, atl).await;
    app.drain().await;
    assert!(pending(&app, atl, ada).await.is_none());
    app.pass(TimeDelta::minutes(6)).await;
    let offer = pending(&app, atl, ada).await.expect("the hold is over");

    let mut tx = begin(&app, atl).await;
    dispatch::decline(&mut tx, ada, offer.id, "Too far away").await.unwrap();
    tx.commit().await.unwrap();
    set(Some(&hold(app.now() + TimeDelta::days(5)))).await;
    booked(&app, atl).await;
    app.drain().await;
    assert!(pending(&app, atl, ada).await.is_none());
    set(None).await;
    app.pass(TimeDelta::minutes(1)).await;
    assert!(pending(&app, atl, ada).await.is_some());
    app.done().await;
}

#[tokio::test]
async fn an_offer_that_never_reached_the_provider_says_nothing_about_them() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let ada = provider_with_account(&app, atl, "ada", 2.0).await;
    user(&app, atl, "staff", &[Role::Staff]).await;
    let window = settings_of(&app, atl).await.settings.offer_window();
    let mut phone = signed_in(&app, "ada").await;
    let mut staff = signed_in(&app, "staff").await;
    let page = format!("/admin/providers/{ada}");

    let unseen = offered(&app, atl, ada).await;
    app.pass(window).await;
    assert_eq!(super::offer(&app, atl, unseen).await.state, OfferState::TimedOut);
    let shown = staff.get(&page).await.text();
    assert!(shown.contains("0 of 0 they saw"), "{shown}");

    offered(&app, atl, ada).await;
    phone.get("/provider").await;
    app.pass(window).await;
    let shown = staff.get(&page).await.text();
    assert!(shown.contains("0 of 1 they saw"), "{shown}");

    offered(&app, atl, ada).await;
    super::accept_pending(&app, atl, ada).await;
    let shown = staff.get(&page).await.text();
    assert!(shown.contains("1 of 2 they saw") && shown.contains("50%"), "{shown}");
    app.done().await;
}

/// Offers a new job to the provider.
async fn offered(
    app: &TestApp,
    tenant: Id<crate::tenants::Tenant>,
    provider: Id<crate::providers::Provider>,
) -> Id<dispatch::Offer> {
    booked(app, tenant).await;
    app.drain().await;
    pending(app, tenant, provider).await.unwrap().id
}
