use axum::http::StatusCode;
use engine::Id;

use crate::{
    fulfilment::tests::complete,
    providers::{self, Provider},
    tenants::Tenant,
    testing::{TestApp, begin, booking, provider, service, tenant},
};

const REVIEW: &str = "/api/review_booking";

async fn rating(app: &TestApp, tenant: Id<Tenant>, of: Id<Provider>) -> (i64, i32) {
    let found = providers::store::find(&mut *begin(app, tenant).await, of).await.unwrap().unwrap();
    (found.rating_sum, found.review_count)
}

#[tokio::test]
async fn a_completed_booking_is_reviewed_once_and_counts_for_its_provider() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let jump = service(&app, atl, "jump-start", 10_000, None).await;
    let marcus = provider(&app, atl, "Marcus", None, &["jump-start"]).await;
    let booked = booking(&app, atl, jump).await;
    complete(&app, atl, &booked, marcus, None).await;
    let path = format!("/b/{}", booked.token);
    let mut phone = app.browser("atl.localhost");
    assert!(phone.get(&path).await.text().contains("How was Marcus?"));
    let fields = [("token", booked.token.as_str()), ("rating", "4"), ("comment", "Quick & kind <b>")];
    let reviewed = phone.submit(&path, REVIEW, &fields).await;
    assert!(
        reviewed.text().contains("Your review") && reviewed.text().contains("Quick & kind <b>"),
        "{}",
        reviewed.html
    );
    assert_eq!(rating(&app, atl, marcus).await, (4, 1));
    let again = phone.post(&path, REVIEW, &[("token", &booked.token), ("rating", "1")]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.text().contains("was already reviewed"), "{}", again.text());
    assert_eq!(rating(&app, atl, marcus).await, (4, 1));
    app.done().await;
}

#[tokio::test]
async fn a_review_without_stars_is_shown_again_with_what_was_typed() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let jump = service(&app, atl, "jump-start", 10_000, None).await;
    let marcus = provider(&app, atl, "Marcus", None, &["jump-start"]).await;
    let booked = booking(&app, atl, jump).await;
    complete(&app, atl, &booked, marcus, None).await;
    let path = format!("/b/{}", booked.token);
    let mut phone = app.browser("atl.localhost");
    let long = "x".repeat(2001);
    for (rating, comment) in [("", "Kind"), ("5", &long)] {
        let fields = [("token", booked.token.as_str()), ("rating", rating), ("comment", comment)];
        let again = phone.submit(&path, REVIEW, &fields).await;
        assert_eq!(again.all("#errors li").len(), 1, "{rating}: {}", again.text());
        assert!(again.all("textarea")[0].contains(comment), "{rating}");
    }
    for rating in ["0", "6", "five", "4.5"] {
        let fields = [("token", booked.token.as_str()), ("rating", rating), ("comment", "Kind")];
        assert_eq!(phone.post(&path, REVIEW, &fields).await.status, StatusCode::BAD_REQUEST, "{rating}");
    }
    assert_eq!(rating(&app, atl, marcus).await, (0, 0));
    app.done().await;
}

#[tokio::test]
async fn only_a_completed_booking_can_be_reviewed_and_only_by_its_customer() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let jump = service(&app, atl, "jump-start", 10_000, None).await;
    let booked = booking(&app, atl, jump).await;
    let path = format!("/b/{}", booked.token);
    let mut phone = app.browser("atl.localhost");
    assert!(!phone.get(&path).await.text().contains("How was"));
    let early = phone.post(&path, REVIEW, &[("token", &booked.token), ("rating", "5")]).await;
    assert_eq!(early.status, StatusCode::CONFLICT);
    let guessed = phone.post(&path, REVIEW, &[("token", "guess"), ("rating", "5")]).await;
    assert_eq!(guessed.status, StatusCode::NOT_FOUND);
    let missing = phone.post(&path, REVIEW, &[("rating", "5")]).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    app.done().await;
}
