use std::collections::BTreeMap;

use axum::http::StatusCode;
use engine::{Amount, Id};
use proptest::prelude::*;
use uuid::Uuid;

use super::OfficeForm;
use crate::{
    bookings::{self, Author, Booking, WaitsFor, quotes},
    catalog::{self, ServiceRules},
    customers::Customer,
    dispatch::{self, JobState},
    fulfilment,
    identity::Role,
    payments,
    providers::Provider,
    tenants::{self, Tenant},
    testing::{Browser, Reply, TestApp, begin, booking, own_booking, provider, service, tenant, user},
};

const PAGE: &str = "/admin/bookings/new";
const ACTION: &str = "/api/book_for_customer";

/// A member of staff with the form in front of them; a jump start costs $100, a tow $125 and $3 a mile, with 10% tax.
struct Desk {
    tenant: Id<Tenant>,
    browser: Browser,
    fields: BTreeMap<String, String>,
}

impl Desk {
    async fn new(app: &TestApp) -> Self {
        let tenant = tenant(app, "atl").await;
        user(app, tenant, "stan", &[Role::Staff]).await;
        service(app, tenant, "jump-start", 10_000, None).await;
        service(app, tenant, "towing", 12_500, Some(300)).await;
        let mut browser = app.browser("atl.localhost");
        browser.sign_in("stan@example.com").await;
        let mut desk = Self { tenant, browser, fields: BTreeMap::new() };
        desk.fill(&[
            ("attempt", &Uuid::now_v7().to_string()),
            ("name", "Robin Fox"),
            ("phone", "(404) 555-0171"),
            ("email", "robin@example.com"),
            ("service", "jump-start"),
            ("places[site]", "Piedmont Park"),
            ("details[vehicle_year]", "2019"),
            ("details[vehicle_make]", "Honda"),
            ("details[vehicle_model]", "Civic"),
            ("details[vehicle_color]", "Blue"),
            ("when", "now"),
            ("payment_method", "cash"),
        ]);
        desk
    }

    fn fill(&mut self, fields: &[(&str, &str)]) {
        self.fields.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    }

    fn sent(&self, step: &str) -> Vec<(&str, String)> {
        let mut fields: Vec<_> = self.fields.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        fields.push(("step", step.to_owned()));
        fields
    }

    /// Presses a button, and returns the next page.
    async fn press(&mut self, step: &str) -> Reply {
        let reply = self.post(step).await;
        let to = reply.location.unwrap_or_else(|| panic!("{}: {}", reply.status, reply.html));
        self.browser.get(&to).await
    }

    async fn post(&mut self, step: &str) -> Reply {
        let fields = self.sent(step);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.browser.clone().post(PAGE, ACTION, &fields).await
    }

    /// Looks at the price, which the next press books at.
    async fn look_at_price(&mut self) -> Reply {
        let shown = self.press("price").await;
        let price = shown.attribute("input[name=shown_price]", "value");
        self.fill(&[("shown_price", &price.unwrap_or_else(|| panic!("{}", shown.text())))]);
        shown
    }

    /// Looks at the price and books.
    async fn book(&mut self, app: &TestApp) -> Booking {
        self.look_at_price().await;
        let reply = self.post("book").await;
        let to = reply.location.unwrap_or_else(|| panic!("{}: {}", reply.status, reply.html));
        let reference = to.trim_start_matches("/admin/bookings/").split('/').next().unwrap();
        let reference = reference.parse().unwrap_or_else(|_| panic!("{to}"));
        let found = bookings::store::find_by_reference(&mut *begin(app, self.tenant).await, &reference).await;
        found.unwrap().unwrap()
    }

    async fn count(&self, app: &TestApp) -> i64 {
        sqlx::query_scalar("select count(*) from bookings where tenant_id = $1")
            .bind(self.tenant)
            .fetch_one(&mut *begin(app, self.tenant).await)
            .await
            .unwrap()
    }

    /// The customer's link.
    async fn link(&self, app: &TestApp, booking: &Booking) -> String {
        let mut tx = begin(app, self.tenant).await;
        bookings::key::find_token(&mut tx, &app.app.keys, booking.id).await.unwrap().unwrap()
    }
}

async fn customer_of(app: &TestApp, tenant: Id<Tenant>, booking: Id<Booking>) -> Id<Customer> {
    bookings::store::find(&mut *begin(app, tenant).await, booking).await.unwrap().unwrap().customer_id
}

#[tokio::test]
async fn staff_are_asked_once_about_a_rule_of_the_service_and_may_book_all_the_same() {
    let app = TestApp::new().await;
    let mut desk = Desk::new(&app).await;
    let mut tx = begin(&app, desk.tenant).await;
    let jump = catalog::store::find_by_slug(&mut tx, "jump-start").await.unwrap().unwrap().service;
    let rules = ServiceRules { notice_minutes: 120, ..ServiceRules::default() };
    catalog::store::set_rules(&mut tx, jump.id, &rules).await.unwrap();
    tx.commit().await.unwrap();
    desk.fill(&[("shown_price", "11000/11000")]);
    let asked = desk.press("book").await;
    assert!(asked.text().contains("This is booked at least 2 hours before."), "{}", asked.text());
    assert!(asked.text().contains("You can book it all the same."), "{}", asked.text());
    assert_eq!(desk.count(&app).await, 0, "they weren't asked before");
    let accepted = asked.attribute("input[name=accepted]", "value").unwrap();
    desk.fill(&[("accepted", &accepted)]);
    desk.post("book").await;
    assert_eq!(desk.count(&app).await, 1);
    app.done().await;
}

#[tokio::test]
async fn staff_book_for_a_new_customer_at_the_price_they_were_shown() {
    let app = TestApp::new().await;
    let mut desk = Desk::new(&app).await;
    let without = desk.press("book").await;
    assert_eq!(desk.count(&app).await, 0, "nobody agreed to a price yet: {}", without.text());
    assert!(without.text().contains("Book for $110.00"), "{}", without.text());
    let made = desk.book(&app).await;
    assert_eq!(made.contact.name, "Robin Fox");
    assert_eq!(made.waits_for, Some(WaitsFor::Provider));
    let mut tx = begin(&app, desk.tenant).await;
    let versions = quotes::list(&mut tx, made.id).await.unwrap();
    assert_eq!(versions[0].quote.total(), Amount(11_000));
    assert_eq!(versions[0].approved_by.as_deref(), Some("Robin Fox on the phone, noted by stan"));
    let events = bookings::store::timeline(&mut tx, made.id).await.unwrap();
    assert_eq!((events[0].actor, events[0].actor_name.as_deref()), (Author::staff("").party, Some("stan")));
    assert_eq!(dispatch::jobs_of(&mut tx, made.id).await.unwrap().len(), 1);
    drop(tx);
    app.drain().await;
    let mails = app.mailbox("robin@example.com").await;
    let link = mails.iter().find_map(|mail| mail.path()).expect("the customer gets the link");
    assert_eq!(app.browser("atl.localhost").get(link).await.status, StatusCode::OK);
    app.done().await;
}

#[tokio::test]
async fn a_known_customer_is_found_and_chosen_with_their_place_and_vehicle() {
    let app = TestApp::new().await;
    let mut desk = Desk::new(&app).await;
    let mut first = Desk { fields: desk.fields.clone(), tenant: desk.tenant, browser: desk.browser.clone() };
    first.fill(&[("name", "José Müller"), ("details[vehicle_plate]", "RTM 4471")]);
    let before = first.book(&app).await;
    for wanted in ["jose", "0171", "rtm4471", "robin@example.com", "+1 404 555 0171"] {
        let query: String = form_urlencoded::byte_serialize(wanted.as_bytes()).collect();
        let found = desk.browser.get(&format!("{PAGE}?customer={query}")).await;
        assert_eq!(found.all("#found-customers .row-between p:first-child"), ["José Müller"], "{wanted}");
    }
    let nobody = desk.browser.get(&format!("{PAGE}?customer=xyzzy")).await;
    assert!(nobody.text().contains("Nobody found."), "{}", nobody.text());

    desk.fields.retain(|name, _| matches!(name.as_str(), "attempt" | "service" | "when" | "payment_method"));
    desk.fill(&[("notes", "Gate 7")]);
    let chosen = desk.press(&format!("choose:{}", before.customer_id)).await;
    let value = |name: &str| chosen.attribute(&format!("input[name='{name}']"), "value");
    assert_eq!(value("name").as_deref(), Some("José Müller"));
    assert_eq!(value("phone").as_deref(), Some("(404) 555-0171"));
    assert_eq!(chosen.all("textarea[name=notes]"), ["Gate 7"], "nothing typed is lost");
    let place = value("known_place").unwrap();
    let vehicle = chosen.attribute("input[name=saved][checked]", "value").unwrap();
    let [name, phone] = ["name", "phone"].map(|name| value(name).unwrap());
    let customer = before.customer_id.to_string();
    desk.fill(&[("customer", &customer), ("name", &name), ("phone", &phone)]);
    desk.fill(&[("known_place", &place), ("saved", &vehicle)]);
    let again = desk.book(&app).await;
    assert_eq!((again.customer_id, again.point), (before.customer_id, before.point));
    let page = desk.browser.get(&format!("/admin/bookings/{}", again.reference)).await;
    assert!(page.text().contains("Blue 2019 Honda Civic, plate RTM 4471"), "{}", page.text());

    let without = desk.press("forget").await;
    assert_eq!(without.attribute("input[name=name]", "value").unwrap_or_default(), "");
    app.done().await;
}

#[tokio::test]
async fn a_customer_with_an_account_stays_the_customer_and_staff_never_become_one() {
    let app = TestApp::new().await;
    let mut desk = Desk::new(&app).await;
    let ann = user(&app, desk.tenant, "ann", &[Role::Customer]).await;
    let jump = service(&app, desk.tenant, "lockout", 9_000, None).await;
    let own = own_booking(&app, desk.tenant, jump, ann).await;
    let customer = customer_of(&app, desk.tenant, own.id).await;
    desk.fill(&[("customer", &customer.to_string())]);
    assert_eq!(desk.book(&app).await.customer_id, customer);
    let mut ann = app.browser("atl.localhost");
    ann.sign_in("ann@example.com").await;
    assert_eq!(ann.get("/account/bookings").await.all("tbody tr").len(), 2);
    let bookings = desk.browser.get("/account/bookings").await;
    assert!(bookings.all("tbody tr").is_empty(), "{}", bookings.text());
    app.done().await;
}

#[tokio::test]
async fn staff_set_their_own_price_with_a_reason_that_the_customer_sees() {
    let app = TestApp::new().await;
    let mut desk = Desk::new(&app).await;
    for (price, reason, field) in [
        ("80", "", "price_reason"),
        ("", "Regular customer", "own_price"),
        ("eighty", "Regular customer", "own_price"),
        ("1100.01", "Regular customer", "own_price"),
        ("-5", "Regular customer", "own_price"),
    ] {
        desk.fill(&[("own_price", price), ("price_reason", reason)]);
        for step in ["price", "book"] {
            let refused = desk.press(step).await;
            assert_eq!(refused.all(&format!("#field-{field}-error")).len(), 1, "{price}, {reason}: {}", refused.text());
        }
    }
    desk.fill(&[("own_price", "80"), ("price_reason", "Regular customer")]);
    let shown = desk.look_at_price().await;
    assert!(shown.text().contains("Book for $88.00"), "{}", shown.text());
    let made = desk.book(&app).await;
    let page = app.browser("atl.localhost").get(&format!("/b/{}", desk.link(&app, &made).await)).await;
    assert!(page.text().contains("jump start: Regular customer $80.00"), "{}", page.text());
    app.done().await;
}

#[tokio::test]
async fn what_is_wrong_is_said_beside_each_field_and_nothing_typed_is_lost() {
    let app = TestApp::new().await;
    let mut desk = Desk::new(&app).await;
    desk.look_at_price().await;
    desk.fill(&[
        ("name", ""),
        ("phone", "12"),
        ("email", "robin"),
        ("places[site]", ""),
        ("details[vehicle_year]", "19"),
        ("when", "scheduled"),
        ("date", "2026-03-02"),
        ("time", "09:00"),
        ("payment_method", ""),
        ("purchase_order", "PO 7"),
    ]);
    let refused = desk.press("book").await;
    for field in
        ["name", "phone", "email", "places-site", "details-vehicle_year", "date", "payment_method", "billed_to"]
    {
        assert_eq!(refused.all(&format!("#field-{field}-error")).len(), 1, "{field}: {}", refused.text());
    }
    assert_eq!(refused.attribute("input[name='details[vehicle_make]']", "value").as_deref(), Some("Honda"));
    assert_eq!(refused.attribute("input[name=purchase_order]", "value").as_deref(), Some("PO 7"));
    let attempt = desk.fields["attempt"].clone();
    assert_eq!(refused.attribute("input[name=attempt]", "value"), Some(attempt), "it stays the same form");
    assert_eq!(desk.count(&app).await, 0);
    app.done().await;
}

#[tokio::test]
async fn a_service_that_was_switched_off_meanwhile_isnt_replaced_by_another() {
    let app = TestApp::new().await;
    let mut desk = Desk::new(&app).await;
    desk.fill(&[("service", "towing"), ("own_price", "80"), ("price_reason", "Regular")]);
    desk.look_at_price().await;
    let mut tx = begin(&app, desk.tenant).await;
    let found = catalog::store::find_by_slug(&mut tx, "towing").await.unwrap().unwrap().service;
    let gone = found.archive().unwrap();
    catalog::store::set_status(&mut tx, found.id, &gone).await.unwrap();
    tx.commit().await.unwrap();
    let refused = desk.press("book").await;
    assert_eq!(refused.all("#field-service-error"), ["This service can't be booked any more. Choose another one."]);
    assert_eq!(desk.count(&app).await, 0);
    app.done().await;
}

#[tokio::test]
async fn two_clicks_make_one_booking() {
    let app = TestApp::new().await;
    let mut desk = Desk::new(&app).await;
    desk.look_at_price().await;
    let mut other = Desk { fields: desk.fields.clone(), tenant: desk.tenant, browser: desk.browser.clone() };
    let (one, two) = tokio::join!(desk.post("book"), other.post("book"));
    let third = desk.post("book").await;
    assert_eq!(desk.count(&app).await, 1);
    assert_eq!((&one.location, &two.location), (&two.location, &third.location));
    let customers: i64 = sqlx::query_scalar("select count(*) from customers where tenant_id = $1")
        .bind(desk.tenant)
        .fetch_one(&mut *begin(&app, desk.tenant).await)
        .await
        .unwrap();
    assert_eq!(customers, 1);
    app.done().await;
}

#[tokio::test]
async fn a_place_that_could_be_several_is_asked_about_and_one_that_nobody_knows_is_booked() {
    let app = TestApp::new().await;
    let mut desk = Desk::new(&app).await;
    desk.fill(&[("places[site]", "Decatur")]);
    desk.look_at_price().await;
    let asked = desk.press("book").await;
    assert_eq!(asked.all("#field-choices-site-error").len(), 1, "{}", asked.text());
    let choice = asked.attribute("input[name='choices[site]']", "value").unwrap();
    desk.fill(&[("choices[site]", &choice)]);
    let made = desk.book(&app).await;
    assert_eq!(made.point.unwrap().to_string(), choice);

    desk.fill(&[("attempt", &Uuid::now_v7().to_string()), ("places[site]", "xyzzy behind the red barn")]);
    let unclear = desk.book(&app).await;
    assert_eq!((unclear.point, unclear.waits_for), (None, Some(WaitsFor::Location)));
    let board = desk.browser.get("/admin/board").await;
    assert!(board.text().contains("Call Robin Fox to find out where they are"), "{}", board.text());
    app.done().await;
}

#[tokio::test]
async fn a_tow_asks_where_to_and_its_price_has_the_miles() {
    let app = TestApp::new().await;
    let mut desk = Desk::new(&app).await;
    assert!(!desk.press("price").await.text().contains("Tow to"));
    desk.fill(&[("service", "towing")]);
    let open = desk.look_at_price().await;
    assert!(open.text().contains("Tow to") && open.text().contains("without asking again"), "{}", open.text());
    desk.fill(&[("places[destination]", "33.7748, -84.2963")]);
    let stale = desk.press("book").await;
    assert_eq!(desk.count(&app).await, 0, "that price was for an unknown way: {}", stale.text());
    desk.fill(&[("assign_next", "true")]);
    desk.look_at_price().await;
    let next = desk.post("book").await.location.unwrap();
    assert!(next.ends_with("/assign"), "{next}");
    let page = desk.browser.get(next.trim_end_matches("/assign")).await;
    assert!(page.text().contains("Tow to") && page.text().contains("Estimated distance"), "{}", page.text());
    app.done().await;
}

#[tokio::test]
async fn a_price_billed_to_an_account_is_hidden_from_the_customer_and_the_provider_who_collects_nothing() {
    let app = TestApp::new().await;
    let mut desk = Desk::new(&app).await;
    let account = user(&app, desk.tenant, "ada", &[Role::Provider]).await;
    let ada = provider(&app, desk.tenant, "Ada Lake", Some(account), &["jump-start"]).await;
    desk.fill(&[
        ("billed_to", "Acme Fleet"),
        ("purchase_order", "PO 4711"),
        ("hides_price", "true"),
        ("priority", "true"),
    ]);
    let made = desk.book(&app).await;
    let staff = desk.browser.get(&format!("/admin/bookings/{}", made.reference)).await.text();
    for said in ["Billed to Acme Fleet", "PO 4711", "Priority", "$110.00"] {
        assert!(staff.contains(said), "{said}: {staff}");
    }
    assert!(desk.browser.get("/admin/board").await.text().contains("Priority"));

    let job = dispatch::jobs_of(&mut *begin(&app, desk.tenant).await, made.id).await.unwrap()[0].job_id;
    let mut ada_browser = app.browser("atl.localhost");
    ada_browser.sign_in("ada@example.com").await;
    let mut seen = do_the_work(&app, desk.tenant, job, ada, &mut ada_browser).await;
    let token = desk.link(&app, &made).await;
    for page in [format!("/b/{token}"), format!("/track/{token}")] {
        seen.push(app.browser("atl.localhost").get(&page).await.text());
    }
    app.drain().await;
    let mails = app.mailbox("robin@example.com").await;
    assert!(mails.len() > 3, "{mails:?}");
    seen.extend(mails.iter().map(|mail| format!("{} {}", mail.subject, mail.text)));
    for text in &seen {
        assert!(!text.contains("110.00") && !text.contains("100.00"), "{text}");
    }
    assert!(seen.iter().filter(|text| text.contains("Billed to Acme Fleet")).count() > 4, "{seen:?}");
    let paid = payments::store::list_of_booking(&mut *begin(&app, desk.tenant).await, made.id).await.unwrap();
    assert_eq!((paid[0].amount, paid[0].received_by), (Amount(11_000), None), "the provider holds no cash");
    app.done().await;
}

/// Assigns a job, does it step by step, and returns what the provider reads on its page meanwhile.
async fn do_the_work(
    app: &TestApp,
    tenant: Id<Tenant>,
    job: Id<dispatch::Job>,
    by: Id<Provider>,
    browser: &mut Browser,
) -> Vec<String> {
    let of = tenants::find_by_id(&mut *begin(app, tenant).await, tenant).await.unwrap().unwrap();
    let mut tx = begin(app, tenant).await;
    dispatch::assign_manually(&mut tx, &of, job, by, None, "Stan").await.unwrap();
    tx.commit().await.unwrap();
    let page = format!("/provider/jobs/{job}");
    let mut seen = vec![browser.get(&page).await.text()];
    for step in [JobState::EnRoute, JobState::Arrived, JobState::InProgress] {
        let mut tx = begin(app, tenant).await;
        dispatch::advance(&mut tx, by, job, step).await.unwrap();
        tx.commit().await.unwrap();
        app.drain().await; // a message about a step that is over isn't sent
        seen.push(browser.get(&page).await.text());
    }
    let mut tx = begin(app, tenant).await;
    fulfilment::finish(&mut tx, &of, by, job, None).await.unwrap();
    tx.commit().await.unwrap();
    seen.push(browser.get(&page).await.text());
    seen
}

#[tokio::test]
async fn a_customer_with_a_hidden_price_cancels_without_reading_the_fee() {
    let app = TestApp::new().await;
    let mut desk = Desk::new(&app).await;
    let ada = provider(&app, desk.tenant, "Ada Lake", None, &["jump-start"]).await;
    desk.fill(&[("billed_to", "Acme Fleet"), ("hides_price", "true")]);
    let made = desk.book(&app).await;
    let job = dispatch::jobs_of(&mut *begin(&app, desk.tenant).await, made.id).await.unwrap()[0].job_id;
    let of = tenants::find_by_id(&mut *begin(&app, desk.tenant).await, desk.tenant).await.unwrap().unwrap();
    let mut tx = begin(&app, desk.tenant).await;
    dispatch::assign_manually(&mut tx, &of, job, ada, None, "Stan").await.unwrap();
    tx.commit().await.unwrap();
    let token = desk.link(&app, &made).await;
    let page = format!("/b/{token}/cancel");
    let mut guest = app.browser("atl.localhost");
    let asked = guest.get(&page).await;
    assert!(!asked.html.contains("35.00") && !asked.html.contains("3500"), "{}", asked.text());
    guest.submit(&page, "/api/cancel_booking", &[("token", &token), ("fee", "0"), ("reason", "")]).await;
    let fee = bookings::store::find(&mut *begin(&app, desk.tenant).await, made.id).await.unwrap().unwrap();
    assert_eq!(fee.cancellation.unwrap().fee, Amount(3_500), "the account pays it");
    app.done().await;
}

#[tokio::test]
async fn a_form_that_is_already_a_booking_leads_to_it_and_another_business_has_no_such_customer() {
    let app = TestApp::new().await;
    let mut desk = Desk::new(&app).await;
    let other = tenant(&app, "other").await;
    let theirs = service(&app, other, "lockout", 9_000, None).await;
    let stranger = customer_of(&app, other, booking(&app, other, theirs).await.id).await.to_string();
    assert_eq!(desk.post(&format!("choose:{stranger}")).await.status, StatusCode::NOT_FOUND);
    desk.fill(&[("customer", &stranger)]);
    assert_eq!(desk.post("book").await.status, StatusCode::NOT_FOUND);
    let found = desk.browser.get(&format!("{PAGE}?customer=Dana")).await;
    assert!(found.all("#found-customers .row-between").is_empty(), "{}", found.text());
    app.done().await;
}

proptest! {
    #[test]
    fn a_form_is_the_same_after_it_was_kept(
        texts in prop::collection::vec(".{0,20}", 4),
        details in prop::collection::btree_map("[a-z_]{1,10}", ".{0,10}", 0..4),
        places in prop::collection::btree_map("[a-z]{1,8}", ".{0,10}", 0..3),
    ) {
        let form = OfficeForm {
            attempt: texts[0].clone(),
            name: texts[1].clone(),
            notes: texts[2].clone(),
            shown_price: texts[3].clone(),
            details,
            places,
            ..OfficeForm::default()
        };
        prop_assert_eq!(OfficeForm::from_values(&form.values()), form);
    }
}
