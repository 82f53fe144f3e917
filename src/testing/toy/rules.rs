//! How a service may be booked, and what cancelling costs by the time that is left.

use axum::http::StatusCode;
use chrono::TimeDelta;
use engine::Amount;

use super::{Shape, tests::Shop};
use crate::{
    bookings::{Author, Phase, store},
    catalog,
    error::AppError,
    fulfilment::{jobless, make::Beginning, requests},
    testing::{Browser, Reply, begin},
};

/// Everything is refunded two days before, half one day before.
const BY_TIME: [(&str, &str); 4] = [
    ("hours_before[tier_0]", "48"),
    ("refund[tier_0]", "100"),
    ("hours_before[tier_1]", "24"),
    ("refund[tier_1]", "50"),
];

impl Shop {
    async fn rule(&self, boss: &mut Browser, fields: &[(&str, &str)]) -> Reply {
        let id = self.service.id.to_string();
        let fields: Vec<_> = [("service", id.as_str())].into_iter().chain(fields.iter().copied()).collect();
        boss.submit(&format!("/admin/services/{id}"), "/api/change_service_rules", &fields).await
    }

    /// What a customer is told who books an hour, so many hours ahead; `None` if it is booked.
    async fn refused(&self, hours: i64) -> Option<String> {
        let at = self.app.now() + TimeDelta::hours(hours);
        match self.try_to_make(Shape::Stay, Beginning::Confirmed, at).await {
            Ok(_) => None,
            Err(AppError::Conflict(said)) => Some(said),
            Err(error) => panic!("{error}"),
        }
    }

    /// What the customer's page says about cancelling.
    async fn cancelling(&self, link: &str) -> String {
        let page = format!("{link}/cancel").replace("/track/", "/b/");
        self.app.browser("shop.localhost").get(&page).await.text()
    }
}

#[tokio::test]
async fn a_customers_booking_keeps_the_rules_of_its_service_even_if_its_form_is_forged() {
    let shop = Shop::open().await;
    let mut boss = shop.boss().await;
    assert_eq!(shop.refused(1).await, None, "without rules");
    let fields = [("notice", "1440"), ("horizon_days", "7"), ("min_minutes", "30"), ("max_units", "4")];
    let saved = shop.rule(&mut boss, &fields).await;
    assert!(saved.text().contains("Saved. What is booked keeps its rules."), "{}", saved.text());
    for (name, value) in fields {
        assert_eq!(saved.attribute(&format!("input[name={name}]"), "value").as_deref(), Some(value), "{name}");
    }
    assert_eq!(shop.refused(24).await, None);
    assert_eq!(shop.refused(23).await.as_deref(), Some("That is too soon. This is booked at least 1 day before."));
    let far = "That is too far ahead. You can book up to 7 days in advance.";
    assert_eq!(shop.refused(7 * 24 + 1).await.as_deref(), Some(far));
    shop.rule(&mut boss, &[("min_minutes", "90"), ("min_units", "2")]).await;
    assert_eq!(shop.refused(24).await.as_deref(), Some("That is too short. The least is 90\u{a0}min."));

    let log = boss.get("/admin/audit").await.text();
    assert!(log.contains("Rules of a service"), "{log}");
    shop.app.done().await;
}

#[tokio::test]
async fn a_rule_that_makes_no_sense_is_refused_beside_its_field() {
    let shop = Shop::open().await;
    let mut boss = shop.boss().await;
    for (fields, error) in [
        (&[("min_units", "5"), ("max_units", "4")][..], "Enter a whole number from 5 to 1000."),
        (&[("horizon_days", "0")], "Enter a whole number from 1 to 730."),
        (&[("hours_before[tier_0]", "24")], "Enter a whole number from 0 to 100."),
        (
            &[
                ("hours_before[tier_0]", "48"),
                ("refund[tier_0]", "50"),
                ("hours_before[tier_1]", "24"),
                ("refund[tier_1]", "100"),
            ],
            "A later cancellation can't get a larger refund.",
        ),
    ] {
        let page = shop.rule(&mut boss, fields).await;
        assert!(page.text().contains(error), "{fields:?}: {}", page.text());
        for (name, value) in fields {
            let shown = page.attribute(&format!("input[name='{name}']"), "value");
            assert_eq!(shown.as_deref(), Some(*value), "{name} stays as typed");
        }
    }
    shop.app.done().await;
}

#[tokio::test]
async fn cancelling_costs_by_the_hours_that_are_left_and_the_rules_of_the_time_of_booking() {
    let shop = Shop::open().await;
    let mut boss = shop.boss().await;
    let page = shop.rule(&mut boss, &BY_TIME).await.text();
    assert!(page.contains("Up to 2 days before: free. Up to 1 day before: 50% of the price is due."), "{page}");
    // The clocks go forward in the night before it: from 1 PM of the day before it is one day.
    let sunday = "2026-03-08T18:00:00Z".parse().unwrap();
    let booked = shop.try_to_make(Shape::Stay, Beginning::Confirmed, sunday).await.unwrap();
    let link = shop.link(&booked).await;
    let free = shop.cancelling(&link).await;
    assert!(free.contains("Cancel booking for free") && free.contains("It begins Sun, Mar 8, 2:00"), "{free}");

    shop.rule(&mut boss, &[("hours_before[tier_0]", "720"), ("refund[tier_0]", "10")]).await;
    shop.app.pass(sunday - shop.app.now() - TimeDelta::hours(48)).await;
    assert!(shop.cancelling(&link).await.contains("Cancel booking for free"), "a later change doesn't worsen it");
    shop.app.pass(TimeDelta::minutes(1)).await;
    assert!(shop.cancelling(&link).await.contains("Cancel booking for $20.00"));
    shop.app.pass(sunday - shop.app.now() - TimeDelta::hours(24)).await;
    let half = shop.cancelling(&link).await;
    assert!(half.contains("Cancel booking for $20.00"), "24 real hours before: {half}");

    let token = link.trim_start_matches("/track/").to_owned();
    let cancel = async |fee: &str| {
        let fields = [("token", token.as_str()), ("fee", fee)];
        let page = format!("/b/{token}/cancel");
        shop.app.browser("shop.localhost").submit(&page, "/api/cancel_booking", &fields).await.text()
    };
    shop.app.pass(TimeDelta::minutes(1)).await;
    let more = cancel("2000").await;
    assert!(more.contains("The fee has changed.") && more.contains("Cancel booking for $40.00"), "{more}");
    cancel("4000").await;
    let cancelled = shop.find(&booked).await;
    assert_eq!((cancelled.phase, cancelled.cancellation.unwrap().fee), (Phase::Cancelled, Amount(4_000)));
    assert_eq!(shop.charged(&booked).await, [Amount(4_000)], "what was shown is charged");
    shop.obeys_the_laws().await;
    shop.app.done().await;
}

#[tokio::test]
async fn who_would_pay_for_cancelling_cant_move_to_a_later_time_instead() {
    let shop = Shop::open().await;
    shop.rule(&mut shop.boss().await, &[BY_TIME.as_slice(), &[("horizon_days", "20")]].concat()).await;
    let at = shop.app.now() + TimeDelta::hours(72);
    let booked = shop.try_to_make(Shape::Stay, Beginning::Confirmed, at).await.unwrap();
    let token = shop.link(&booked).await.trim_start_matches("/track/").to_owned();
    let move_to = async |date: &str| {
        let fields = [("token", token.as_str()), ("date", date), ("time", "12:00")];
        shop.app.browser("shop.localhost").submit(&format!("/b/{token}/move"), "/api/move_booking", &fields).await
    };
    let far = move_to("2026-04-30").await;
    assert!(far.text().contains("You can book up to 20 days in advance."), "{}", far.text());
    assert_eq!(move_to("2026-03-07").await.status, StatusCode::OK);
    let moved = shop.find(&booked).await.scheduled_at.unwrap();
    assert!(moved > at);
    shop.app.pass(moved - shop.app.now() - TimeDelta::hours(30)).await;
    assert_eq!(move_to("2026-03-12").await.status, StatusCode::CONFLICT);
    assert_eq!(shop.find(&booked).await.scheduled_at, Some(moved));
    shop.app.done().await;
}

#[tokio::test]
async fn a_request_is_free_to_cancel_and_who_doesnt_come_pays_everything() {
    let shop = Shop::open().await;
    let on_request = [("on_request", "true"), ("answer_hours", "2")];
    shop.rule(&mut shop.boss().await, &[BY_TIME.as_slice(), &on_request].concat()).await;
    let (now, at) = (shop.app.now(), shop.app.now() + TimeDelta::hours(5));
    let found = catalog::store::find(&mut *begin(&shop.app, shop.id).await, shop.service.id).await.unwrap().unwrap();
    let beginning = Beginning::by_rules(&found.service, Some(at), now);
    let asked = shop.try_to_make(Shape::Stay, beginning, at).await.unwrap();
    assert_eq!((asked.phase, asked.expires_at), (Phase::Pending, Some(now + TimeDelta::hours(2))));
    let link = shop.link(&asked).await;
    assert!(shop.cancelling(&link).await.contains("Cancel booking for free"), "nobody has said yes");

    let (tenant, stan) = (shop.tenant().await, || Author::staff("Stan"));
    let mut tx = begin(&shop.app, shop.id).await;
    let locked = store::lock(&mut tx, asked.id).await.unwrap();
    let agreed = requests::approve(&mut tx, &tenant, &locked, stan()).await.unwrap();
    tx.commit().await.unwrap();
    assert!(shop.cancelling(&link).await.contains("Cancel booking for $40.00"));
    let mut tx = begin(&shop.app, shop.id).await;
    jobless::miss(&mut tx, &tenant, &agreed, stan()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(shop.charged(&agreed).await, [Amount(4_000)]);
    shop.app.done().await;
}
