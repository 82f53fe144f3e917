//! The back office's pages of published jobs: trips whose seats are booked.

use std::time::Duration;

use axum::http::StatusCode;
use chrono::TimeDelta;
use engine::{Amount, Id};

use super::{Shape, tests::Shop};
use crate::{
    bookings::{self, Author, Booking, Phase, WaitsFor},
    db::Timeouts,
    dispatch::{self, Job, JobState, actions::member_key, store},
    fulfilment::{self, make::Beginning},
    providers::Provider,
    testing::{Browser, Process, begin},
};

impl Shop {
    async fn seat(&self) -> Booking {
        self.make(Shape::Seat, Beginning::Confirmed).await
    }

    async fn job(&self, id: Id<Job>) -> Job {
        store::jobs::find(&mut *begin(&self.app, self.id).await, id).await.unwrap().unwrap()
    }

    /// Those on the job, the lead first.
    async fn crew_of(&self, id: Id<Job>) -> Vec<Id<Provider>> {
        let members = store::assignments::members_of_job(&mut *begin(&self.app, self.id).await, id).await.unwrap();
        members.into_iter().map(|member| member.provider_id).collect()
    }

    /// Messages to the customers that a trip can't take place.
    async fn told_of_the_end(&self) -> Vec<String> {
        self.app.drain().await;
        let mails = self.app.mailbox("+14045550123").await.into_iter();
        mails.filter(|mail| mail.kind == "booking-called-off").map(|mail| mail.text).collect()
    }
}

fn page(job: Id<Job>) -> String {
    format!("/admin/jobs/{job}")
}

async fn cancel(browser: &mut Browser, job: Id<Job>, reason: &str) -> crate::testing::Reply {
    browser.submit(&page(job), "/api/call_off_job", &[("job", &job.to_string()), ("reason", reason)]).await
}

async fn cancel_bookings(browser: &mut Browser, job: Id<Job>, chosen: &[&Booking]) -> crate::testing::Reply {
    let job_id = job.to_string();
    let ticks: Vec<_> = chosen.iter().map(|booking| format!("bookings[{}]", booking.reference)).collect();
    let mut fields = vec![("job", job_id.as_str()), ("reason", "We are sorry")];
    fields.extend(ticks.iter().map(|name| (name.as_str(), "true")));
    browser.submit(&format!("{}/cancel-bookings", page(job)), "/api/cancel_bookings", &fields).await
}

#[tokio::test]
async fn staff_find_the_trips_ahead_by_their_time_with_their_bookings_and_who_drives() {
    let shop = Shop::open().await;
    let mut stan = shop.staff().await;
    let empty = stan.get("/admin/jobs").await;
    assert!(empty.text().contains("No jobs ahead"), "{}", empty.text());
    let (next, first) = (shop.trip(shop.tomorrow() + TimeDelta::days(1)).await, shop.trip(shop.tomorrow()).await);
    let crew = shop.trip_of(shop.tomorrow() + TimeDelta::days(2), 3).await;
    shop.seat().await;
    shop.seat().await;
    let dora = shop.provider("Dora").await;
    shop.drives(first, dora).await;

    assert!(stan.get("/admin/board").await.html.contains("href=\"/admin/jobs\""), "in the navigation");
    let list = stan.get("/admin/jobs").await;
    let rows = list.all("tbody tr");
    assert_eq!(rows.len(), 3, "{rows:?}");
    for (row, words) in rows.iter().zip([
        ["2 bookings", "Dora", "Accepted"],
        ["0 bookings", "Nobody yet", "Needs a provider"],
        ["0 bookings", "0 of 3", "Needs a provider"],
    ]) {
        for word in words {
            assert!(row.contains(word), "{word}: {row}");
        }
    }
    for (at, job) in [first, next, crew].into_iter().enumerate() {
        let link = list.attribute(&format!("tbody tr:nth-child({}) a", at + 1), "href");
        assert_eq!(link, Some(page(job)));
    }
    let tomorrow = shop.tenant().await.zone.date(shop.tomorrow());
    let that_day = stan.get(&format!("/admin/jobs?from={tomorrow}&until={tomorrow}")).await;
    assert_eq!(that_day.all("tbody tr").len(), 1, "{}", that_day.text());

    shop.do_job(first, dora).await;
    cancel(&mut stan, next, "Too few people").await;
    assert_eq!(stan.get("/admin/jobs").await.all("tbody tr").len(), 1);
    for (part, job) in [("past", first), ("cancelled", next)] {
        let list = stan.get(&format!("/admin/jobs?show={part}")).await;
        assert_eq!(list.all("tbody tr").len(), 1, "{part}");
        assert_eq!(list.attribute("tbody tr a", "href"), Some(page(job)), "{part}");
    }
    shop.obeys_the_laws().await;
    shop.app.done().await;
}

#[tokio::test]
async fn staff_choose_who_drives_a_trip_with_and_without_bookings() {
    let shop = Shop::open().await;
    let mut stan = shop.staff().await;
    let (dora, ada) = (shop.provider("Dora").await, shop.provider("Ada").await);
    let trip = shop.trip(shop.tomorrow()).await;
    let shown = stan.get(&page(trip)).await;
    for words in ["Nobody has booked it yet.", "Your team chooses", "Published", "0 bookings"] {
        assert!(shown.text().contains(words), "{words}: {}", shown.text());
    }
    let assign = format!("/admin/jobs/{trip}/assign");
    assert!(shown.html.contains(&format!("href=\"{assign}\"")), "{}", shown.html);
    let (job, by) = (trip.to_string(), dora.to_string());
    let done = stan.submit(&assign, "/api/assign_provider", &[("job", &job), ("provider", &by)]).await;
    assert!(done.text().contains("The provider has the job now.") && done.text().contains("Dora"), "{}", done.text());
    assert_eq!(shop.crew_of(trip).await, [dora]);

    let seat = shop.seat().await;
    let office = format!("/admin/bookings/{}", seat.reference);
    let shown = stan.get(&office).await;
    assert!(shown.html.contains(&format!("href=\"{}\"", page(trip))), "the booking leads to the trip");
    assert!(stan.get("/admin/board").await.html.contains(&format!("href=\"{}\"", page(trip))), "and so does the board");
    let led = stan.get(&format!("{office}/assign")).await;
    assert_eq!(led.location, Some(assign.clone()), "assigned in one place");
    let unseen = [("job", job.as_str()), ("provider", &ada.to_string())];
    let refused = stan.submit(&assign, "/api/assign_provider", &unseen).await;
    assert!(refused.text().contains("Dora has this job now"), "{}", refused.text());
    let seen = [&unseen[..], &[("seen", by.as_str()), ("seen_state", "assigned")]].concat();
    let done = stan.submit(&assign, "/api/assign_provider", &seen).await;
    assert_eq!(shop.crew_of(trip).await, [ada], "{}", done.text());
    assert_eq!(shop.find(&seat).await.phase, Phase::Dispatched);
    let shown = stan.get(&page(trip)).await;
    let text = shown.text();
    assert!(text.contains(seat.reference.as_str()) && text.contains("1 booking, 1 person"), "{text}");
    assert!(text.contains("No longer on it") && text.contains("Given to Ada by"), "{text}");
    shop.obeys_the_laws().await;
    shop.app.done().await;
}

#[tokio::test]
async fn staff_choose_the_crew_of_a_trip_that_needs_several() {
    let shop = Shop::open().await;
    let mut stan = shop.staff().await;
    let (ada, ben) = (shop.provider("Ada").await, shop.provider("Ben").await);
    let trip = shop.trip_of(shop.tomorrow(), 2).await;
    let assign = format!("/admin/jobs/{trip}/assign");
    assert!(stan.get(&assign).await.text().contains("needs 2 people"));
    let members = [ada, ben].map(|id| format!("members[{}]", member_key(id)));
    let (job, lead) = (trip.to_string(), ben.to_string());
    let nobody = stan.submit(&assign, "/api/assign_crew", &[("job", &job)]).await;
    assert!(nobody.text().contains("Choose at least one."), "{}", nobody.text());
    let fields = [("job", &*job), (&*members[0], "true"), (&*members[1], "true"), ("lead", &*lead)];
    let done = stan.submit(&assign, "/api/assign_crew", &fields).await;
    assert!(done.text().contains("2 of 2"), "{}", done.text());
    assert!(done.html.contains(&format!("href=\"/admin/providers/{ada}\"")), "each leads to their page");
    assert_eq!(shop.crew_of(trip).await, [ben, ada]);
    shop.obeys_the_laws().await;
    shop.app.done().await;
}

#[tokio::test]
async fn a_cancelled_trip_leaves_its_bookings_to_staff_and_their_customers_are_told() {
    let shop = Shop::open().await;
    let mut boss = shop.boss().await;
    let dora = shop.provider("Dora").await;
    let trip = shop.trip(shop.tomorrow()).await;
    let (seat, gone) = (shop.seat().await, shop.seat().await);
    shop.drives(trip, dora).await;
    let link = shop.link(&seat).await;
    shop.cancel(&gone).await;
    let asked = boss.get(&page(trip)).await;
    assert!(asked.text().contains("1 booking is on it. It isn't cancelled"), "{}", asked.text());
    let without = cancel(&mut boss, trip, " ").await;
    assert!(without.attribute("details.confirm", "open").is_some(), "open at once: {}", without.html);
    assert_eq!(shop.job(trip).await.state, JobState::Assigned, "{}", without.text());

    let done = cancel(&mut boss, trip, "The road is closed").await;
    for words in ["The job is cancelled.", "The road is closed", "Cancelled"] {
        assert!(done.text().contains(words), "{words}: {}", done.text());
    }
    assert!(!done.html.contains("/api/call_off_job"), "once is enough: {}", done.html);
    let left = shop.find(&seat).await;
    assert_eq!((left.phase, left.waits_for), (Phase::Confirmed, Some(WaitsFor::Staff)), "staff decide");
    let told = shop.told_of_the_end().await;
    assert_eq!(told.len(), 1, "not who had cancelled before: {told:?}");
    assert!(told[0].contains("can't take place as planned") && !told[0].contains("road"), "{told:?}");
    let track = shop.app.browser("shop.localhost").get(&link).await.text();
    assert!(track.contains("It can't take place as planned") && !track.contains("Keep looking"), "{track}");
    assert!(boss.get("/admin/board").await.text().contains("The road is closed"), "staff are alerted");
    let office = boss.get(&format!("/admin/bookings/{}", seat.reference)).await;
    assert!(office.text().contains("Job cancelled") && office.html.contains("/move"), "{}", office.text());

    let late = [("job", trip.to_string()), ("reason", "Again".to_owned())];
    let late = late.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(boss.post(&page(trip), "/api/call_off_job", &late).await.status, StatusCode::CONFLICT);
    let log = boss.get(&format!("/admin/audit?object=jobs&about={trip}")).await.text();
    assert!(log.contains("assigned → cancelled") && log.contains("boss"), "{log}");
    assert!(!log.contains("road"), "what people write is not in the log: {log}");
    shop.obeys_the_laws().await;

    let other = shop.trip(shop.tomorrow() + TimeDelta::days(1)).await;
    shop.move_to(&seat, shop.tomorrow() + TimeDelta::days(1)).await.unwrap();
    assert_eq!(shop.aboard(other).await, [seat.id], "moved to another trip");
    assert_eq!(shop.find(&seat).await.waits_for, Some(WaitsFor::Provider));
    shop.obeys_the_laws().await;
    shop.app.done().await;
}

#[tokio::test]
async fn staff_cancel_the_bookings_of_a_cancelled_trip_at_once_and_read_what_became_of_each() {
    let shop = Shop::open().await;
    let mut stan = shop.staff().await;
    let trip = shop.trip(shop.tomorrow()).await;
    let (seat, gone, moved) = (shop.seat().await, shop.seat().await, shop.seat().await);
    let too_early = stan.get(&format!("{}/cancel-bookings", page(trip))).await;
    assert_eq!(too_early.location, Some(page(trip)), "the trip isn't cancelled yet");
    assert!(!stan.get(&page(trip)).await.html.contains("cancel-bookings"));

    cancel(&mut stan, trip, "The road is closed").await;
    let cancelled = stan.get(&page(trip)).await;
    let choose = format!("{}/cancel-bookings", page(trip));
    assert!(cancelled.html.contains(&format!("href=\"{choose}\"")), "{}", cancelled.text());
    let asked = stan.get(&choose).await;
    assert!(asked.text().contains("3 bookings are left"), "{}", asked.text());
    assert_eq!(asked.all("input[type=checkbox][checked]").len(), 3, "all of them unless staff choose: {}", asked.html);

    let nothing = [("job", trip.to_string())];
    let nothing = nothing.each_ref().map(|(name, value)| (*name, value.as_str()));
    let refused = stan.submit(&choose, "/api/cancel_bookings", &nothing).await;
    assert!(refused.text().contains("Choose at least one booking"), "{}", refused.text());

    // While the form is open, one customer cancels and a colleague moves another.
    shop.cancel(&gone).await;
    shop.trip(shop.tomorrow() + TimeDelta::days(1)).await;
    shop.move_to(&moved, shop.tomorrow() + TimeDelta::days(1)).await.unwrap();
    let done = cancel_bookings(&mut stan, trip, &[&seat, &gone, &moved]).await;
    assert!(done.text().contains("2 of 3 bookings are cancelled"), "{}", done.text());
    for (booking, stored) in [
        (&seat, "Cancelled free of charge."),
        (&gone, "The customer cancelled this booking"),
        (&moved, "Not cancelled: it no longer waits"),
    ] {
        let rows = done.all("tbody tr");
        let row = rows.iter().find(|row| row.contains(booking.reference.as_str())).unwrap();
        assert!(row.contains(stored), "{stored}: {row}");
    }
    assert!(done.text().contains("No booking is left"), "{}", done.text());
    let kept = shop.find(&moved).await;
    assert_eq!((kept.phase, kept.waits_for), (Phase::Confirmed, Some(WaitsFor::Provider)));
    let ended = shop.find(&seat).await.cancellation.unwrap();
    assert_eq!((ended.fee, ended.reason.as_deref()), (Amount::ZERO, Some("We are sorry")));
    shop.obeys_the_laws().await;
    shop.app.done().await;
}

#[tokio::test]
async fn a_booking_that_cannot_be_cancelled_holds_up_no_other_and_is_named() {
    let shop = Shop::open().await;
    let mut stan = shop.staff().await;
    let trip = shop.trip(shop.tomorrow()).await;
    let seats = [shop.seat().await, shop.seat().await, shop.seat().await];
    cancel(&mut stan, trip, "The road is closed").await;
    let brief = Timeouts { lock: Duration::from_millis(100), ..Timeouts::PAGE };
    let db = shop.app.database.with_connections(3).await.with_clock(shop.app.app.db.clock.clone());
    let process = Process::with(&shop.app, db.with_timeouts(brief));
    let mut busy = begin(&shop.app, shop.id).await;
    bookings::store::lock(&mut busy, seats[1].id).await.unwrap();

    let done = cancel_bookings(&mut process.serve(&stan), trip, &seats.each_ref()).await;
    assert!(done.text().contains("2 of 3 bookings are cancelled"), "{}", done.text());
    assert!(done.text().contains("Not cancelled. Choose it again, or open it."), "{}", done.text());
    assert!(done.text().contains("1 booking is left."), "{}", done.text());
    drop(busy);
    process.end().await;
    let phases = [shop.find(&seats[0]).await.phase, shop.find(&seats[1]).await.phase, shop.find(&seats[2]).await.phase];
    assert_eq!(phases, [Phase::Cancelled, Phase::Confirmed, Phase::Cancelled]);
    let done = cancel_bookings(&mut stan, trip, &[&seats[1]]).await;
    assert!(done.text().contains("1 of 1 booking is cancelled"), "{}", done.text());
    shop.obeys_the_laws().await;
    shop.app.done().await;
}

#[tokio::test]
async fn a_booking_that_was_moved_is_not_ticked() {
    let shop = Shop::open().await;
    let mut stan = shop.staff().await;
    let trip = shop.trip(shop.tomorrow()).await;
    let seat = shop.seat().await;
    cancel(&mut stan, trip, "The road is closed").await;
    let choose = format!("{}/cancel-bookings", page(trip));
    assert_eq!(stan.get(&choose).await.all("input[type=checkbox][checked]").len(), 1);
    let mut tx = begin(&shop.app, shop.id).await;
    sqlx::query("update bookings set scheduled_at = scheduled_at + interval '1 day', ends_at = ends_at + interval '1 day' where id = $1")
        .bind(seat.id)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let shown = stan.get(&choose).await;
    assert_eq!(shown.all("input[type=checkbox]").len(), 1, "{}", shown.text());
    assert_eq!(shown.all("input[type=checkbox][checked]").len(), 0, "its customer waits for another time");
    shop.app.done().await;
}

#[tokio::test]
async fn two_people_who_cancel_the_bookings_of_a_trip_at_once_tell_each_customer_once() {
    let shop = Shop::open().await;
    let mut stan = shop.staff().await;
    let mut boss = shop.boss().await;
    let trip = shop.trip(shop.tomorrow()).await;
    let seats = [shop.seat().await, shop.seat().await];
    cancel(&mut stan, trip, "The road is closed").await;
    shop.app.drain().await;
    let chosen = [&seats[0], &seats[1]];
    let (one, other) =
        tokio::join!(cancel_bookings(&mut stan, trip, &chosen), cancel_bookings(&mut boss, trip, &chosen));
    for shown in [one, other] {
        assert_eq!(shown.all("tbody tr").len(), 2, "{}", shown.text());
    }
    for seat in seats {
        assert_eq!(shop.find(&seat).await.phase, Phase::Cancelled);
    }
    shop.app.drain().await;
    let mails = shop.app.mailbox("+14045550123").await.into_iter();
    assert_eq!(mails.filter(|mail| mail.kind == "booking-cancelled").count(), 2);
    shop.obeys_the_laws().await;
    shop.app.done().await;
}

#[tokio::test]
async fn a_business_that_cancels_a_trip_and_its_bookings_at_once_tells_their_customers_once() {
    let shop = Shop::open().await;
    let trip = shop.trip(shop.tomorrow()).await;
    let seat = shop.seat().await;
    let tenant = shop.tenant().await;
    let mut tx = begin(&shop.app, shop.id).await;
    dispatch::call_off(&mut tx, trip, "Too few people", Author::system()).await.unwrap();
    let locked = bookings::store::lock(&mut tx, seat.id).await.unwrap();
    fulfilment::cancel(&mut tx, &tenant, &locked, Author::system(), None).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(shop.told_of_the_end().await, Vec::<String>::new());
    let kinds: Vec<_> = shop.app.mailbox("+14045550123").await.into_iter().map(|mail| mail.kind).collect();
    assert!(kinds.contains(&"booking-cancelled".to_owned()), "{kinds:?}");
    shop.obeys_the_laws().await;
    shop.app.done().await;
}

#[tokio::test]
async fn a_trip_that_has_begun_is_not_cancelled() {
    let shop = Shop::open().await;
    let mut stan = shop.staff().await;
    let dora = shop.provider("Dora").await;
    let trip = shop.trip(shop.tomorrow()).await;
    let seat = shop.seat().await;
    shop.drives(trip, dora).await;
    let mut tx = begin(&shop.app, shop.id).await;
    for state in [JobState::EnRoute, JobState::Arrived, JobState::InProgress] {
        dispatch::advance(&mut tx, dora, trip, state).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert!(!stan.get(&page(trip)).await.html.contains("/api/call_off_job"));
    let fields = [("job", trip.to_string()), ("reason", "Too late".to_owned())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    let refused = stan.post(&page(trip), "/api/call_off_job", &fields).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text());
    assert_eq!((shop.job(trip).await.state, shop.find(&seat).await.phase), (JobState::InProgress, Phase::InProgress));
    shop.obeys_the_laws().await;
    shop.app.done().await;
}

#[tokio::test]
async fn the_job_of_one_booking_has_no_page_and_is_not_cancelled_as_a_whole() {
    let shop = Shop::open().await;
    let mut stan = shop.staff().await;
    let legs = shop.make(Shape::Legs, Beginning::Confirmed).await;
    let job = dispatch::jobs_of(&mut *begin(&shop.app, shop.id).await, legs.id).await.unwrap()[0].job_id;
    assert_eq!(stan.get(&page(job)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(stan.get(&format!("{}/assign", page(job))).await.status, StatusCode::NOT_FOUND);
    let fields = [("job", job.to_string()), ("reason", "None".to_owned())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(stan.post("/admin/jobs", "/api/call_off_job", &fields).await.status, StatusCode::NOT_FOUND);
    shop.app.done().await;
}
