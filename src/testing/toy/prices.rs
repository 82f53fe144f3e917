//! Prices by class and by number, in the back office.

use chrono::TimeDelta;
use engine::{Amount, LineKind, Unit};

use super::tests::Shop;
use crate::{
    identity::Role,
    testing::{Browser, Reply, user},
};

impl Shop {
    pub async fn boss(&self) -> Browser {
        user(&self.app, self.id, "boss", &[Role::Admin]).await;
        let mut boss = self.app.browser("shop.localhost");
        boss.sign_in("boss@example.com").await;
        boss
    }

    async fn set(&self, boss: &mut Browser, fields: &[(&str, &str)]) -> Reply {
        let id = self.service.id.to_string();
        let fields: Vec<_> = [("service", id.as_str()), ("amounts[service_hour]", "40")]
            .into_iter()
            .chain(fields.iter().copied())
            .collect();
        boss.submit(&format!("/admin/services/{id}"), "/api/change_price", &fields).await
    }

    /// What each of so many players pays.
    async fn per_player(&self, numbers: [i32; 3]) -> [Option<i64>; 3] {
        let prices = self.prices().await;
        numbers.map(|number| prices.for_number(LineKind::Extension, "any", Unit::Person, number).map(Amount::minor))
    }
}

const TO_FOUR: [(&str, &str); 3] =
    [("least[extension_person_0]", "1"), ("most[extension_person_0]", "4"), ("amounts[extension_person_0]", "20")];

#[tokio::test]
async fn each_class_has_its_own_price_and_the_list_shows_the_least() {
    let shop = Shop::open().await;
    let mut boss = shop.boss().await;
    let page =
        shop.set(&mut boss, &[("amounts[concierge_job_small]", "10"), ("amounts[concierge_job_large]", "25")]).await;
    assert!(page.text().contains("Delivery, Small") && page.text().contains("Delivery, Large"), "{}", page.text());
    assert_eq!(page.attribute("input[name='amounts[concierge_job_large]']", "value").as_deref(), Some("25.00"));
    let prices = shop.prices().await;
    let delivery = |class| prices.for_number(LineKind::Concierge, class, Unit::Job, 1);
    assert_eq!(["small", "large", "huge"].map(delivery), [Some(Amount(1_000)), Some(Amount(2_500)), None]);
    let list = boss.get("/admin/services").await.text();
    assert!(list.contains("from $10.00") && list.contains("Bookable"), "{list}");
    let shown = boss.get("/admin/bookings/new").await.text();
    assert!(shown.contains("Kite, $40.00"), "{shown}");

    shop.app.pass(TimeDelta::hours(1)).await;
    shop.set(&mut boss, &[("amounts[concierge_job_small]", "10"), ("amounts[concierge_job_large]", "")]).await;
    let prices = shop.prices().await;
    assert_eq!(prices.for_number(LineKind::Concierge, "large", Unit::Job, 1), None, "an empty field ends its price");
    shop.app.done().await;
}

#[tokio::test]
async fn prices_by_the_number_begin_and_end_together() {
    let shop = Shop::open().await;
    let mut boss = shop.boss().await;
    let more = [("least[extension_person_1]", "5"), ("amounts[extension_person_1]", "15")];
    let page = shop.set(&mut boss, &[TO_FOUR.as_slice(), &more].concat()).await;
    assert!(
        page.text().contains("Per player, 1 to 4") && page.text().contains("Per player, 5 or more"),
        "{}",
        page.text()
    );
    assert_eq!(shop.per_player([4, 5, 30]).await, [Some(2_000), Some(1_500), Some(1_500)]);

    // Other ranges replace all of them from a later day on, and are removed as one.
    let to_nine =
        [("least[extension_person_0]", "2"), ("most[extension_person_0]", "9"), ("amounts[extension_person_0]", "12")];
    let later = shop
        .set(
            &mut boss,
            &[
                to_nine.as_slice(),
                &[("least[extension_person_1]", "10"), ("amounts[extension_person_1]", "8"), ("from", "2026-04-01")],
            ]
            .concat(),
        )
        .await;
    let removable = "form[action^='/api/cancel_price'] input[name=price]";
    assert_eq!(later.all(removable).len(), 2, "{}", later.text());
    assert_eq!(shop.per_player([1, 9, 10]).await, [Some(2_000), Some(1_500), Some(1_500)], "not yet");
    let price = later.attribute(removable, "value").unwrap();
    let page = format!("/admin/services/{}", shop.service.id);
    let removed = boss.submit(&page, "/api/cancel_price", &[("price", &price)]).await;
    assert_eq!(removed.all(removable).len(), 0, "{}", removed.text());
    shop.app.pass(TimeDelta::days(40)).await;
    assert_eq!(shop.per_player([1, 9, 10]).await, [Some(2_000), Some(1_500), Some(1_500)], "those before stay");

    let mut boss = shop.app.browser("shop.localhost");
    boss.sign_in("boss@example.com").await;
    shop.set(&mut boss, &to_nine).await;
    assert_eq!(shop.per_player([1, 9, 10]).await, [None, Some(1_200), None]);
    shop.app.done().await;
}

#[tokio::test]
async fn a_number_without_a_price_or_with_two_is_refused_beside_its_field() {
    let shop = Shop::open().await;
    let mut boss = shop.boss().await;
    for (least, error) in [("4", "4 has two prices."), ("6", "5 has no price."), ("x", "Enter a whole number")] {
        let next = [("least[extension_person_1]", least), ("amounts[extension_person_1]", "15")];
        let page = shop.set(&mut boss, &[TO_FOUR.as_slice(), &next].concat()).await;
        assert!(page.text().contains(error), "{least}: {}", page.text());
        assert_eq!(page.attribute("input[name='least[extension_person_1]']", "value").as_deref(), Some(least));
    }
    assert_eq!(shop.per_player([1, 4, 5]).await, [None; 3]);
    shop.app.done().await;
}
