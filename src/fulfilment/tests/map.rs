use chrono::TimeDelta;
use engine::GeoPoint;

use super::{assign, complete, report};
use crate::{
    dispatch::JobState,
    testing::{TestApp, begin, booking, on_duty, provider, service, tenant},
};

#[tokio::test]
async fn the_map_shows_the_truck_from_when_it_is_on_the_way_and_while_its_position_is_fresh() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let jump = service(&app, atl, "jump-start", 10_000, None).await;
    let marcus = provider(&app, atl, "Marcus Johnson", None, &["jump-start"]).await;
    on_duty(&app, atl, marcus, GeoPoint::new(33.749, -84.388).unwrap()).await;
    let booked = booking(&app, atl, jump).await;
    let path = format!("/track/{}", booked.token);
    let mut phone = app.browser("atl.localhost");
    let mut marks = async || phone.get(&path).await.all(".map-mark .map-label");

    assert_eq!(marks().await, ["You"]);
    assign(&app, atl, &booked, marcus).await;
    assert_eq!(marks().await, ["You"], "where a provider waits for work is theirs");
    report(&app, atl, &booked, marcus, &[JobState::EnRoute]).await;
    assert_eq!(marks().await, ["You", "Marcus"]);
    app.app.db.clock.advance(TimeDelta::minutes(20));
    assert_eq!(marks().await, ["You"]);
    app.done().await;
}

#[tokio::test]
async fn the_map_shows_the_destination_until_the_tow_is_done() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let tow = service(&app, atl, "towing", 12_500, Some(300)).await;
    let marcus = provider(&app, atl, "Marcus", None, &["towing"]).await;
    let booked = booking(&app, atl, tow).await;
    let mut tx = begin(&app, atl).await;
    sqlx::query("update jobs set destination_address = 'Decatur', destination_latitude = 33.775, destination_longitude = -84.296")
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let path = format!("/track/{}", booked.token);
    let mut phone = app.browser("atl.localhost");
    let page = phone.get(&path).await;
    assert_eq!(page.all(".map-mark .map-label"), ["Drop-off", "You"]);
    assert_eq!(page.attribute(".map", "aria-label").as_deref(), Some("Map with You, Drop-off"));
    assert!(page.html.contains(r#"<noscript><meta http-equiv="refresh""#), "{}", page.html);

    complete(&app, atl, &booked, marcus, Some(30)).await;
    let page = phone.get(&path).await;
    assert!(page.all(".map").is_empty() && !page.html.contains(r#"http-equiv="refresh""#), "{}", page.html);
    app.done().await;
}
