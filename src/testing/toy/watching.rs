//! Who joins a trip is told live to staff who watch it.

use std::time::Duration;

use engine::Id;

use super::{Shape, TRIP, tests::Shop};
use crate::{
    bookings,
    db::{Tx, publish},
    dispatch::{Job, store::jobs},
    error::AppError,
    fulfilment::make::Beginning,
    server::Ctx,
    verticals::Vertical,
};

pub(super) async fn watchable(ctx: &Ctx, tx: &mut Tx, name: &str) -> Result<String, AppError> {
    let id: Id<Job> = name.strip_prefix("trip/").and_then(|id| id.parse().ok()).ok_or(AppError::NotFound)?;
    ctx.allowed(bookings::policy::can_manage)?;
    let trip = jobs::find(tx, id).await?.filter(|job| job.kind == TRIP).ok_or(AppError::NotFound)?;
    Ok(of_trip(trip.id))
}

pub(super) async fn tell_of_trip(tx: &mut Tx, trip: Id<Job>) -> Result<(), AppError> {
    publish(tx, &Vertical::Toy.topic(of_trip(trip))).await
}

fn of_trip(trip: Id<Job>) -> String {
    format!("trip:{trip}")
}

#[tokio::test]
async fn a_kind_of_business_tells_those_who_watch_a_topic_of_its_own() {
    let shop = Shop::open().await;
    let trip = shop.trip(shop.tomorrow()).await;
    let mut stan = shop.staff().await;
    let mut stream = stan.open_stream(&format!("/live/toy/trip/{trip}")).await;
    let listening = tokio::spawn(shop.app.app.live.clone().listen(shop.app.app.db.clone()));
    let mut next = async || tokio::time::timeout(Duration::from_secs(20), stream.next()).await.expect("an event comes");
    assert!(next().await.contains("changed"), "what was said before it listened is unknown");

    shop.make(Shape::Seat, Beginning::Confirmed).await;

    assert!(next().await.contains("changed"), "somebody joined");
    listening.abort();
    for nothing in ["/live/toy", "/live/toy/", "/live/toy/trip/x", "/live/trip/x", "/live/roadside/trip/x"] {
        assert_eq!(stan.status_of(nothing).await, 404, "{nothing}");
    }
    drop(stream);
    shop.app.done().await;
}
