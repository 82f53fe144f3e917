//! Providers who don't go on duty are found by their home.

use chrono::TimeDelta;
use engine::{GeoPoint, Id};

use super::{Shape, tests::Shop};
use crate::{
    fulfilment::make::Beginning,
    identity::Role,
    providers::Provider,
    testing::{Browser, begin, field::north, provider, provider_living, user},
};

impl Shop {
    async fn living(&self, name: &str, home: GeoPoint) -> Id<Provider> {
        provider_living(&self.app, self.id, name, None, &[], Some(home)).await
    }

    /// Who was asked, one after another.
    async fn asked(&self) -> Vec<Id<Provider>> {
        sqlx::query_scalar("select provider_id from offers order by offered_at, id")
            .fetch_all(&mut *begin(&self.app, self.id).await)
            .await
            .unwrap()
    }

    async fn with_phone(&self, name: &str, home: Option<GeoPoint>) -> (Id<Provider>, Browser) {
        let account = user(&self.app, self.id, name, &[Role::Provider]).await;
        let id = provider_living(&self.app, self.id, name, Some(account), &[], home).await;
        let mut phone = self.app.browser("shop.localhost");
        phone.sign_in(&format!("{name}@example.com")).await;
        (id, phone)
    }
}

#[tokio::test]
async fn providers_without_duty_are_asked_from_the_nearest_home_on() {
    let shop = Shop::open().await;
    let (ada, ben) = (shop.living("Ada", north(5.0)).await, shop.living("Ben", north(2.0)).await);
    shop.living("Cleo", north(500.0)).await;
    provider(&shop.app, shop.id, "Dan", None, &[]).await;
    shop.make(Shape::Legs, Beginning::Confirmed).await;
    shop.app.pass(TimeDelta::hours(23) + TimeDelta::minutes(30)).await;
    assert_eq!(shop.asked().await, [ben]);
    shop.app.pass(TimeDelta::minutes(5)).await;
    assert_eq!(shop.asked().await, [ben, ada]);
    shop.app.pass(TimeDelta::minutes(5)).await;
    assert_eq!(shop.asked().await, [ben, ada], "Cleo lives too far away, and nobody knows where Dan is");
    shop.obeys_the_laws().await;
    shop.app.done().await;
}

#[tokio::test]
async fn where_a_provider_was_seen_lately_counts_more_than_their_home() {
    for (minutes, is_fresh) in [(5, true), (50, false)] {
        let shop = Shop::open().await;
        let ben = shop.living("Ben", north(2.0)).await;
        let (ada, mut phone) = shop.with_phone("ada", Some(north(5.0))).await;
        shop.make(Shape::Legs, Beginning::Confirmed).await;
        shop.app.pass(TimeDelta::hours(23) - TimeDelta::minutes(minutes)).await;
        let (latitude, longitude) = (north(1.0).latitude().to_string(), north(1.0).longitude().to_string());
        let place = [("latitude", latitude.as_str()), ("longitude", longitude.as_str())];
        let shared = phone.submit("/provider", "/api/share_position", &place).await;
        assert!(shared.text().contains("Location updated"), "{}", shared.text());
        shop.app.pass(TimeDelta::minutes(minutes + 1)).await;
        assert_eq!(shop.asked().await, [if is_fresh { ada } else { ben }], "{minutes} minutes later");
        shop.app.done().await;
    }
}

#[tokio::test]
async fn the_pages_of_providers_without_duty_say_nothing_of_it_and_ask_only_the_homeless_where_they_are() {
    let shop = Shop::open().await;
    let (_, mut phone) = shop.with_phone("ada", Some(north(1.0))).await;
    let home = phone.get("/provider").await.text();
    assert!(home.contains("Offers appear here.") && !home.contains("Your location"), "{home}");
    let jobs = phone.get("/provider/jobs").await.text();
    assert!(jobs.contains("Jobs you accept appear here."), "{jobs}");
    let (_, mut other) = shop.with_phone("ben", None).await;
    let lost = other.get("/provider").await.text();
    assert!(lost.contains("Your location") && lost.contains("Share my location"), "{lost}");
    for page in [home, jobs, lost] {
        assert!(!page.to_lowercase().contains("duty"), "{page}");
    }
    shop.app.done().await;
}
