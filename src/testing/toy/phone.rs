//! Staff book toys on the phone: until when, for how many, and who comes along.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use engine::{Amount, LineKind, Quantity, Unit};
use uuid::Uuid;

use super::tests::Shop;
use crate::{
    bookings::{Booking, quotes, store},
    catalog::{self, PriceKey, ServiceRules},
    testing::{Browser, Reply, begin},
};

const PAGE: &str = "/admin/bookings/new";

/// Stan has the form in front of him: a stay from tomorrow at 10:00 on.
struct Desk {
    shop: Shop,
    stan: Browser,
    fields: BTreeMap<&'static str, String>,
}

impl Desk {
    async fn new() -> Self {
        let shop = Shop::open().await.with_all_prices().await;
        let stan = shop.staff().await;
        let mut desk = Self { shop, stan, fields: BTreeMap::new() };
        desk.fields.insert("attempt", Uuid::now_v7().to_string());
        desk.fill(&[
            ("name", "Robin Fox"),
            ("phone", "(404) 555-0171"),
            ("service", "kite"),
            ("places[site]", "Piedmont Park"),
            ("when", "scheduled"),
            ("date", "2026-03-04"),
            ("time", "10:00"),
            ("payment_method", "cash"),
            ("details[shape]", "stay"),
        ]);
        desk
    }

    fn fill(&mut self, fields: &[(&'static str, &str)]) {
        self.fields.extend(fields.iter().map(|(name, value)| (*name, (*value).to_owned())));
    }

    async fn press(&mut self, step: &str) -> Reply {
        let fields = self.fields.iter().map(|(name, value)| (*name, value.as_str()));
        let fields: Vec<_> = fields.chain([("step", step)]).collect();
        self.stan.submit(PAGE, "/api/book_for_customer", &fields).await
    }

    /// What the price consists of, as staff read it; the next press books at it.
    async fn price(&mut self) -> String {
        let page = self.press("price").await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text());
        let shown = page.attribute("input[name=shown_price]", "value").unwrap_or_else(|| panic!("{}", page.text()));
        self.fields.insert("shown_price", shown);
        page.text()
    }

    async fn bookings(&self) -> Vec<Booking> {
        let mut tx = begin(&self.shop.app, self.shop.id).await;
        let ids: Vec<_> =
            sqlx::query_scalar("select id from bookings order by created_at").fetch_all(&mut *tx).await.unwrap();
        store::find_all(&mut tx, &ids).await.unwrap()
    }

    async fn book(&mut self) -> Booking {
        let page = self.press("book").await;
        let found = self.bookings().await;
        assert_eq!(found.len(), 1, "{}", page.text());
        found[0].clone()
    }

    async fn done(self) {
        self.shop.obeys_the_laws().await;
        self.shop.app.done().await;
    }
}

/// The error beside a field of toys.
fn error_of(page: &Reply, field: &str) -> Vec<String> {
    page.all(&format!("#field-details-{field}-error"))
}

#[tokio::test]
async fn a_booking_on_the_phone_has_its_end_its_number_and_its_people_at_the_price_of_the_list() {
    let mut desk = Desk::new().await;
    desk.fill(&[
        ("details[date]", "2026-03-04"),
        ("details[time]", "12:00"),
        ("details[units]", "3"),
        ("details[people]", "Kim Lake, 9\n\nSam Park"),
    ]);
    let price = desk.price().await;
    assert!(price.contains("2 hours × $40.00") && price.contains("Book for $80.00"), "{price}");
    let made = desk.book().await;
    assert_eq!(made.scheduled_at.map(|at| at.to_rfc3339()).as_deref(), Some("2026-03-04T15:00:00+00:00"));
    assert_eq!(made.ends_at.map(|at| at.to_rfc3339()).as_deref(), Some("2026-03-04T17:00:00+00:00"));
    assert_eq!(made.units, 3);
    let mut tx = begin(&desk.shop.app, desk.shop.id).await;
    let people: Vec<(String, Option<i16>)> =
        sqlx::query_as("select name, age from booking_people where booking_id = $1 order by position")
            .bind(made.id)
            .fetch_all(&mut *tx)
            .await
            .unwrap();
    assert_eq!(people, [("Kim Lake".to_owned(), Some(9)), ("Sam Park".to_owned(), None)]);
    let price = &quotes::list(&mut tx, made.id).await.unwrap()[0].quote;
    drop(tx);
    let line = &price.lines()[0];
    assert_eq!((line.unit, line.quantity, price.total()), (Unit::Hour, Quantity(2_000), Amount(8_000)));
    let page = desk.stan.get(&format!("/admin/bookings/{}", made.reference)).await.text();
    assert!(page.contains("Toy stay") && page.contains("Kim Lake, Sam Park"), "{page}");
    desk.done().await;
}

#[tokio::test]
async fn each_shape_is_sold_by_its_own_prices_and_a_day_costs_less_than_its_hours() {
    let mut desk = Desk::new().await;
    for (fields, line, total) in [
        (&[("details[shape]", "seat"), ("details[units]", "2")][..], "2 seats × $15.00", "$30.00"),
        (&[("details[shape]", "crew")], "2 people × $12.00", "$24.00"),
        (&[("details[units]", "3")], "3 people × $10.00", "$30.00"),
        (&[("details[shape]", "legs"), ("details[size]", "large")], "Delivery", "$65.00"),
        (&[("details[size]", "small")], "Delivery", "$50.00"),
        (&[("details[shape]", "stay"), ("details[size]", "")], "Kite", "$40.00"),
        (&[("details[date]", "2026-03-05"), ("details[time]", "12:00")], "2 hours × $40.00", "$180.00"),
    ] {
        desk.fill(fields);
        let price = desk.price().await;
        assert!(price.contains(line) && price.contains(&format!("Book for {total}")), "{fields:?}: {price}");
    }
    desk.done().await;
}

#[tokio::test]
async fn what_cannot_be_booked_is_said_beside_its_field_and_what_was_typed_stays() {
    let mut desk = Desk::new().await;
    let typed = [
        ("details[shape]", "boat"),
        ("details[date]", "2026-03-04"),
        ("details[time]", "09:30"),
        ("details[units]", "0"),
        ("details[people]", "Kim Lake\nSam Park"),
    ];
    desk.fill(&typed);
    let refused = desk.press("book").await;
    for (field, error) in [
        ("shape", "Choose where they play."),
        ("time", "It ends before it begins. Choose a later time."),
        ("units", "Enter a whole number from 1 to 30."),
        ("people", "These are more names than people who play."),
    ] {
        assert_eq!(error_of(&refused, field), [error], "{}", refused.text());
    }
    for (name, value) in &typed[1..4] {
        assert_eq!(refused.attribute(&format!("input[name='{name}']"), "value").as_deref(), Some(*value), "{name}");
    }
    assert_eq!(refused.all("textarea[name='details[people]']"), ["Kim Lake Sam Park"]);
    desk.fill(&[("when", "now"), ("details[shape]", "stay"), ("details[people]", "Kim Lake, old")]);
    let refused = desk.press("book").await;
    assert_eq!(error_of(&refused, "date"), ["Choose first when it begins."], "{}", refused.text());
    assert_eq!(error_of(&refused, "people"), ["Enter a whole number from 0 to 130."], "{}", refused.text());
    assert_eq!(desk.bookings().await, []);
    desk.done().await;
}

#[tokio::test]
async fn a_number_or_size_without_a_price_is_said_beside_its_field_when_staff_look_at_the_price() {
    let mut desk = Desk::new().await;
    desk.fill(&[("details[shape]", "crew"), ("details[units]", "10")]);
    let without = desk.press("price").await;
    assert_eq!(without.status, StatusCode::OK);
    assert_eq!(error_of(&without, "units"), ["There is no price for that."], "{}", without.text());
    assert_eq!(without.attribute("input[name='details[units]']", "value").as_deref(), Some("10"));
    assert_eq!(without.attribute("input[name=shown_price]", "value").unwrap_or_default(), "");
    let mut tx = begin(&desk.shop.app, desk.shop.id).await;
    let large = PriceKey::new(LineKind::Concierge, Unit::Job).in_class("large");
    let now = tx.now;
    catalog::store::end_prices(&mut tx, desk.shop.service.id, &large, now).await.unwrap();
    tx.commit().await.unwrap();
    desk.fill(&[("details[units]", "9"), ("details[size]", "large")]);
    let without = desk.press("book").await;
    assert_eq!(error_of(&without, "size"), ["There is no price for that."], "{}", without.text());
    desk.fill(&[("details[size]", "small")]);
    assert!(desk.price().await.contains("Book for $100.00"), "nine players and a delivery");
    desk.done().await;
}

#[tokio::test]
async fn staff_are_asked_about_a_number_and_a_time_outside_of_the_rules_of_the_service() {
    let mut desk = Desk::new().await;
    let mut tx = begin(&desk.shop.app, desk.shop.id).await;
    let rules = ServiceRules { min_minutes: Some(90), max_units: Some(2), ..ServiceRules::default() };
    catalog::store::set_rules(&mut tx, desk.shop.service.id, &rules).await.unwrap();
    tx.commit().await.unwrap();
    desk.fill(&[("details[units]", "3")]);
    let asked = desk.press("price").await;
    for rule in ["That is too short. The least is 90 min.", "That is too many. The most is 2."] {
        assert!(asked.text().contains(rule), "{rule}: {}", asked.text());
    }
    desk.price().await;
    desk.fields.insert("accepted", asked.attribute("input[name=accepted]", "value").unwrap());
    assert_eq!(desk.book().await.units, 3);
    desk.done().await;
}
