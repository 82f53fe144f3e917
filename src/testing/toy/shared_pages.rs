//! The pages that every kind of business shares, for bookings of this one.

use axum::http::StatusCode;
use chrono::TimeDelta;
use engine::{Amount, Id};

use super::{Shape, tests::Shop};
use crate::{
    bookings::{Booking, Phase},
    checks, dispatch,
    fulfilment::make::Beginning,
    identity::Role,
    testing::{Browser, begin, provider, user},
    ui::Glyph,
};

impl Shop {
    pub async fn staff(&self) -> Browser {
        user(&self.app, self.id, "stan", &[Role::Staff]).await;
        let mut stan = self.app.browser("shop.localhost");
        stan.sign_in("stan@example.com").await;
        stan
    }

    /// The customer's link to a booking, by the message that has it.
    pub async fn link(&self, booking: &Booking) -> String {
        self.app.drain().await;
        let mails = self.app.mailbox("+14045550123").await;
        let mail = mails.iter().find(|mail| mail.text.contains(&booking.reference.to_string())).unwrap();
        let from = mail.text.find("/track/").unwrap_or_else(|| panic!("{}", mail.text));
        mail.text[from..].split_whitespace().next().unwrap().to_owned()
    }

    /// Every row obeys the laws.
    pub async fn obeys_the_laws(&self) {
        let violations = checks::violations(&mut *begin(&self.app, self.id).await).await.unwrap();
        assert!(violations.is_empty(), "{violations:?}");
    }
}

async fn press(browser: &mut Browser, page: &str, action: &str, id: Id<Booking>) -> String {
    browser.submit(page, action, &[("booking", &id.to_string())]).await.text()
}

#[tokio::test]
async fn staff_begin_and_end_a_stay_and_its_customer_follows_it() {
    let shop = Shop::open().await;
    let mut stan = shop.staff().await;
    let stay = shop.make(Shape::Stay, Beginning::Confirmed).await;
    let link = shop.link(&stay).await;
    let mut guest = shop.app.browser("shop.localhost");
    let page = guest.get(&link).await.text();
    assert!(page.contains("You're booked for") && page.contains("Everything is agreed."), "{page}");
    assert!(page.contains("Toy stay for the customer"), "its own panel: {page}");
    for foreign in ["Looking", "technician", "find someone"] {
        assert!(!page.contains(foreign), "{foreign}: {page}");
    }

    let office = format!("/admin/bookings/{}", stay.reference);
    let page = stan.get(&office).await.text();
    assert!(
        page.contains("Toy stay for the staff") && page.contains("It has begun") && page.contains("Until"),
        "{page}"
    );
    assert!(!page.contains("Assign"), "nobody comes: {page}");
    press(&mut stan, &office, "/api/begin_booking", stay.id).await;
    let page = guest.get(&link).await.text();
    assert!(page.contains("Have fun") && page.contains("Playing"), "its own words: {page}");
    let page = press(&mut stan, &office, "/api/complete_booking", stay.id).await;
    assert!(page.contains("It is complete."), "{page}");
    assert_eq!(shop.find(&stay).await.phase, Phase::Completed);
    assert_eq!(shop.charged(&stay).await, [Amount(4_000)]);
    assert_eq!(
        stan.post(&office, "/api/begin_booking", &[("booking", &stay.id.to_string())]).await.status,
        StatusCode::CONFLICT
    );
    shop.obeys_the_laws().await;
    shop.app.done().await;
}

#[tokio::test]
async fn a_guest_who_does_not_come_is_closed_as_a_no_show() {
    let shop = Shop::open().await;
    let mut stan = shop.staff().await;
    let stay = shop.make(Shape::Stay, Beginning::Confirmed).await;
    let office = format!("/admin/bookings/{}", stay.reference);
    let page = press(&mut stan, &office, "/api/miss_booking", stay.id).await;
    assert!(page.contains("Closed as a no-show."), "{page}");
    assert_eq!(shop.find(&stay).await.phase, Phase::NoShow);
    assert_eq!(shop.charged(&stay).await, [], "this kind asks no fee");
    shop.obeys_the_laws().await;
    shop.app.done().await;
}

#[tokio::test]
async fn a_kind_of_business_decides_to_when_its_bookings_move() {
    let shop = Shop::open().await;
    let stay = shop.make(Shape::Stay, Beginning::Confirmed).await;
    let link = shop.link(&stay).await.replace("/track/", "/b/");
    let mut guest = shop.app.browser("shop.localhost");
    let token = link.trim_start_matches("/b/").to_owned();
    let page = format!("{link}/move");
    let sunday = [("token", token.as_str()), ("date", "2026-03-08"), ("time", "10:00")];
    let refused = guest.post(&page, "/api/move_booking", &sunday).await;
    assert!(refused.text().contains("Nobody plays on Sundays."), "{}", refused.text());
    let monday = [("token", token.as_str()), ("date", "2026-03-09"), ("time", "10:00")];
    let moved = guest.submit(&page, "/api/move_booking", &monday).await;
    assert!(moved.text().contains("Your booking is moved to Mon, Mar 9"), "{}", moved.text());
    let after = shop.find(&stay).await;
    assert_eq!(after.ends_at.zip(after.scheduled_at).map(|(end, start)| end - start), Some(TimeDelta::hours(1)));
    shop.obeys_the_laws().await;
    shop.app.done().await;
}

#[tokio::test]
async fn the_page_of_a_job_has_what_its_kind_adds_for_the_provider() {
    let shop = Shop::open().await;
    let account = user(&shop.app, shop.id, "ada", &[Role::Provider]).await;
    let ada = provider(&shop.app, shop.id, "Ada", Some(account), &[]).await;
    let legs = shop.make(Shape::Legs, Beginning::Confirmed).await;
    let tenant = shop.tenant().await;
    let jobs = dispatch::jobs_of(&mut *begin(&shop.app, shop.id).await, legs.id).await.unwrap();
    let mut tx = begin(&shop.app, shop.id).await;
    dispatch::assign_manually(&mut tx, &tenant, jobs[0].job_id, ada, None, "Stan").await.unwrap();
    tx.commit().await.unwrap();
    let mut phone = shop.app.browser("shop.localhost");
    phone.sign_in("ada@example.com").await;
    let page = phone.get(&format!("/provider/jobs/{}", jobs[0].job_id)).await;
    assert!(page.text().contains("Toy legs for the provider"), "{}", page.text());
    assert!(page.text().contains("I'm on my way") && !page.html.contains(Glyph::Truck.shapes()), "{}", page.html);
    shop.app.done().await;
}

#[tokio::test]
async fn the_mark_of_a_business_without_a_logo_is_the_glyph_of_its_kind() {
    let shop = Shop::open().await;
    let mark = shop.app.browser("shop.localhost").get("/favicon.svg").await.html;
    assert!(mark.contains(Glyph::Wrench.shapes()), "{mark}");
    shop.app.done().await;
}
