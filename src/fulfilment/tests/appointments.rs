//! Requests that somebody answers, and appointments that are moved.

use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use engine::Id;
use sqlx::AssertSqlSafe;

use crate::{
    bookings::{self, Author, Booking, EventKind, Phase, WaitsFor},
    checks,
    db::Tx,
    dispatch::{self, JobProgress, JobState},
    fulfilment,
    identity::Role,
    tenants::{self, Tenant},
    testing::{Booked, TestApp, begin, booking, booking_at, on_duty, place, provider, request, service, tenant, user},
};

const DRIVEWAY: uuid::Uuid = uuid::Uuid::from_u128(1);
const SLOT: uuid::Uuid = uuid::Uuid::from_u128(2);

async fn find(app: &TestApp, tenant: Id<Tenant>, id: Id<Booking>) -> Booking {
    bookings::store::find(&mut *begin(app, tenant).await, id).await.unwrap().unwrap()
}

async fn jobs(app: &TestApp, tenant: Id<Tenant>, id: Id<Booking>) -> Vec<JobProgress> {
    dispatch::jobs_of(&mut *begin(app, tenant).await, id).await.unwrap()
}

async fn events(app: &TestApp, tenant: Id<Tenant>, id: Id<Booking>) -> Vec<EventKind> {
    let found = bookings::store::timeline(&mut *begin(app, tenant).await, id).await.unwrap();
    found.into_iter().map(|event| event.kind).collect()
}

/// The messages about a booking, by kind.
async fn told(app: &TestApp, tenant: Id<Tenant>, id: Id<Booking>) -> Vec<String> {
    app.drain().await;
    sqlx::query_scalar("select distinct kind from notifications where tenant_id = $1 and booking_id = $2 order by 1")
        .bind(tenant)
        .bind(id)
        .fetch_all(&mut *begin(app, tenant).await)
        .await
        .unwrap()
}

async fn office(app: &TestApp) -> (Id<Tenant>, crate::testing::Browser) {
    let atl = tenant(app, "atl").await;
    user(app, atl, "stan", &[Role::Staff]).await;
    let mut stan = app.browser("atl.localhost");
    stan.sign_in("stan@example.com").await;
    (atl, stan)
}

/// Tomorrow at two, in the business's zone.
fn tomorrow(app: &TestApp) -> DateTime<Utc> {
    app.now() + TimeDelta::hours(26)
}

#[tokio::test]
async fn a_request_waits_for_a_yes_and_nobody_is_asked_to_come_before() {
    let app = TestApp::new().await;
    let (atl, mut stan) = office(&app).await;
    let jump = service(&app, atl, "jump-start", 10_000, None).await;
    let asked = request(&app, atl, jump, tomorrow(&app)).await;
    assert_eq!((asked.phase, asked.waits_for, asked.units), (Phase::Pending, Some(WaitsFor::Approval), 2));
    assert!(jobs(&app, atl, asked.id).await.is_empty());

    let page = format!("/admin/bookings/{}", asked.reference);
    let text = stan.get(&page).await.text();
    assert!(text.contains("The customer waits for a yes or no.") && text.contains("With Robin Reed"), "{text}");
    assert!(!text.contains("Booked 1"), "it is requested: {text}");
    let id = asked.id.to_string();
    stan.submit(&page, "/api/approve_booking", &[("booking", &id)]).await;
    let agreed = find(&app, atl, asked.id).await;
    assert_eq!((agreed.phase, agreed.waits_for, agreed.expires_at), (Phase::Confirmed, Some(WaitsFor::Provider), None));
    assert_eq!(jobs(&app, atl, asked.id).await.len(), 1);
    assert_eq!(told(&app, atl, asked.id).await, ["booking-approved", "booking-booked"]);
    let again = stan.post(&page, "/api/approve_booking", &[("booking", &id)]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert_eq!(jobs(&app, atl, asked.id).await.len(), 1, "a second tap opens no second job");
    app.done().await;
}

#[tokio::test]
async fn a_request_stands_first_on_the_board_until_it_is_answered_and_the_sooner_deadline_comes_first() {
    let app = TestApp::new().await;
    let (atl, mut stan) = office(&app).await;
    let jump = service(&app, atl, "jump-start", 10_000, None).await;
    let first = request(&app, atl, jump, tomorrow(&app)).await;
    app.app.db.clock.advance(TimeDelta::minutes(20));
    let second = request(&app, atl, jump, tomorrow(&app)).await;
    let board = stan.get("/admin/board").await;
    let listed = board.all(".attention-item .reference");
    assert_eq!(listed, [first.reference.to_string(), second.reference.to_string()]);
    let text = board.all(".attention-item").remove(0);
    assert!(text.contains("Dana Reed asks for") && text.contains("Answer by Tue, Mar 3"), "{text}");
    assert_eq!(board.all(".nav-count").first().map(String::as_str), Some("2 waiting"), "{}", board.text());
    let card = board.all(".board-card").join(" ");
    assert!(card.contains("Requested") && card.contains(&format!("Answer {}", first.reference)), "{card}");

    let id = first.id.to_string();
    stan.submit("/admin/board", "/api/approve_booking", &[("booking", &id)]).await;
    let board = stan.get("/admin/board").await;
    assert_eq!(board.all(".attention-item .reference"), [second.reference.to_string()]);
    app.done().await;
}

#[tokio::test]
async fn a_booking_for_later_is_scheduled_and_a_move_leaves_one_job_to_see() {
    let app = TestApp::new().await;
    let (atl, mut stan) = office(&app).await;
    let jump = service(&app, atl, "jump-start", 10_000, None).await;
    let booked = booking_at(&app, atl, jump, tomorrow(&app)).await;
    app.drain().await;
    let page = format!("/admin/bookings/{}", booked.reference);
    let state = "#booking-work > section:first-child .badge";
    let staffs = stan.get(&page).await;
    assert_eq!(staffs.all(state), ["Scheduled"]);
    let text = staffs.text();
    assert!(text.contains("The search begins Wed, Mar 4") && !text.contains("Search again"), "{text}");
    assert!(staffs.all(".lead").concat().contains("Wed, Mar 4, 2:00 PM EST"), "{}", text);
    let list = stan.get("/admin/bookings").await;
    assert_eq!(list.all("td[data-label=When]"), ["Wed, Mar 4, 2:00 PM"]);
    assert_eq!(list.all("td .badge"), ["Scheduled"]);

    app.app.db.clock.advance(TimeDelta::minutes(1));
    let rules = tenants::find_by_id(&mut *begin(&app, atl).await, atl).await.unwrap().unwrap();
    for hours in [3, 5] {
        let mut tx = begin(&app, atl).await;
        let locked = bookings::store::lock(&mut tx, booked.id).await.unwrap();
        let to = tomorrow(&app) + TimeDelta::hours(hours);
        fulfilment::reschedule(&mut tx, &rules, &locked, to, Author::staff("Stan")).await.unwrap();
        tx.commit().await.unwrap();
        app.app.db.clock.advance(TimeDelta::minutes(1));
    }
    let moved = stan.get(&page).await;
    assert_eq!(moved.all("#booking-work > section:first-child h2"), ["Dispatch"], "one job: {}", moved.text());
    assert_eq!(jobs(&app, atl, booked.id).await.len(), 1);
    app.done().await;
}

#[tokio::test]
async fn a_declined_or_forgotten_request_costs_nothing_and_holds_nothing() {
    let app = TestApp::new().await;
    let (atl, mut stan) = office(&app).await;
    let jump = service(&app, atl, "jump-start", 10_000, None).await;
    let [declined, forgotten] =
        [request(&app, atl, jump, tomorrow(&app)).await, request(&app, atl, jump, tomorrow(&app)).await];
    for asked in [&declined, &forgotten] {
        hold(&app, atl, asked).await;
    }
    let page = format!("/admin/bookings/{}", declined.reference);
    let id = declined.id.to_string();
    let without = stan.submit(&page, "/api/decline_booking", &[("booking", &id), ("reason", "")]).await;
    assert_eq!(without.all("#field-reason-error").len(), 1, "{}", without.text());
    let no = [("booking", id.as_str()), ("reason", "We are full that day.")];
    stan.submit(&page, "/api/decline_booking", &no).await;
    app.pass(TimeDelta::minutes(61)).await;
    for (asked, reason) in [(declined, "We are full that day."), (forgotten, "It wasn't confirmed in time.")] {
        let after = find(&app, atl, asked.id).await;
        let cancellation = after.cancellation.clone().unwrap();
        assert_eq!((after.phase, cancellation.reason.as_deref()), (Phase::Cancelled, Some(reason)));
        assert!(cancellation.fee.is_zero());
        let mut tx = begin(&app, atl).await;
        let owed = bookings::quotes::approved_totals(&mut tx, asked.id).await.unwrap().total;
        assert!(owed.is_zero());
        let held: i64 =
            sqlx::query_scalar("select count(*) from reservations where booking_id = $1 and state = 'held'")
                .bind(asked.id)
                .fetch_one(&mut *tx)
                .await
                .unwrap();
        assert_eq!(held, 0);
        drop(tx);
        let kind = if reason.starts_with("We") { "booking-declined" } else { "booking-cancelled" };
        assert!(told(&app, atl, asked.id).await.contains(&kind.to_owned()), "{reason}");
    }
    app.done().await;
}

/// Reserves something for the booking itself, like a parking space.
async fn hold(app: &TestApp, tenant: Id<Tenant>, booking: &Booking) {
    let mut tx = begin(app, tenant).await;
    sqlx::query(
        "with made as (insert into resources (id, kind, name) values (gen_random_uuid(), 'driveway', 'Space') returning id)
         insert into reservations (id, resource_id, starts_at, ends_at, booking_id)
         select gen_random_uuid(), id, $1, $2, $3 from made",
    )
    .bind(booking.scheduled_at)
    .bind(booking.ends_at)
    .bind(booking.id)
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_customer_moves_an_appointment_and_keeps_reference_link_and_price() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let jump = service(&app, atl, "jump-start", 10_000, None).await;
    let booked = booking_at(&app, atl, jump, tomorrow(&app)).await;
    let before = jobs(&app, atl, booked.id).await;
    let mut guest = app.browser("atl.localhost");
    let page = format!("/b/{}", booked.token);
    let link = format!("{page}/move");
    assert!(guest.get(&page).await.text().contains("Choose another time"));
    let past = [("token", booked.token.as_str()), ("date", "2026-03-01"), ("time", "09:00")];
    let past = guest.submit(&link, "/api/move_booking", &past).await;
    assert_eq!(past.all("#field-date-error"), ["This day is past. Choose a later one."]);
    let form = [("token", booked.token.as_str()), ("date", "2026-03-06"), ("time", "09:30")];
    let moved = guest.submit(&link, "/api/move_booking", &form).await;
    assert!(moved.text().contains("Your booking is moved to Fri, Mar 6, 9:30 AM."), "{}", moved.text());

    let after = find(&app, atl, booked.id).await;
    assert_eq!((after.phase, &after.reference), (Phase::Confirmed, &booked.reference));
    let now = jobs(&app, atl, booked.id).await;
    let open: Vec<_> = now.iter().filter(|job| !job.state.is_over()).collect();
    assert_eq!(open.len(), 1);
    assert_ne!(open[0].job_id, before[0].job_id, "another job, at another time");
    assert_eq!(Some(open[0].window_start), after.scheduled_at);
    assert_eq!(events(&app, atl, booked.id).await.last(), Some(&EventKind::Moved));
    assert!(told(&app, atl, booked.id).await.contains(&"booking-moved".to_owned()));
    for minute in 0..10 {
        let time = format!("09:{}", 31 + minute);
        let junk = format!("junk{minute}"); // doesn't count as another booking
        let form = [("token", booked.token.as_str()), ("reference", &junk), ("date", "2026-03-06"), ("time", &time)];
        let reply = guest.post(&link, "/api/move_booking", &form).await;
        if reply.status == StatusCode::TOO_MANY_REQUESTS {
            app.done().await;
            return;
        }
    }
    panic!("each move sends messages, so there is a limit");
}

#[tokio::test]
async fn moving_first_does_not_make_cancelling_cheaper() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let jump = service(&app, atl, "jump-start", 10_000, None).await;
    let tanya = provider(&app, atl, "Tanya", None, &["jump-start"]).await;
    let booked = booking_at(&app, atl, jump, tomorrow(&app)).await;
    let other = booking_at(&app, atl, jump, tomorrow(&app) + TimeDelta::days(1)).await;
    let rules = tenants::find_by_id(&mut *begin(&app, atl).await, atl).await.unwrap().unwrap();
    for booked in [&booked, &other] {
        let mut tx = begin(&app, atl).await;
        dispatch::assign_manually(&mut tx, &rules, booked.job, tanya, None, "Stan").await.unwrap();
        tx.commit().await.unwrap();
    }
    let mut tx = begin(&app, atl).await;
    let locked = bookings::store::lock(&mut tx, booked.id).await.unwrap();
    let taken = tomorrow(&app) + TimeDelta::days(1);
    let refused = fulfilment::reschedule(&mut tx, &rules, &locked, taken, Author::customer()).await.unwrap_err();
    assert!(refused.to_string().contains("Your provider isn't free then."), "{refused}");
    drop(tx);
    assert_eq!(find(&app, atl, booked.id).await.phase, Phase::Dispatched, "nothing has changed");

    let mut tx = begin(&app, atl).await;
    let locked = bookings::store::lock(&mut tx, booked.id).await.unwrap();
    let free = tomorrow(&app) + TimeDelta::hours(5);
    let moved = fulfilment::reschedule(&mut tx, &rules, &locked, free, Author::customer()).await.unwrap();
    let terms = fulfilment::cancellation::terms(&mut tx, &rules, &moved).await.unwrap();
    assert!(terms.fee().is_positive(), "she still has it");
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn an_approved_request_without_a_place_asks_staff_to_call() {
    let app = TestApp::new().await;
    let (atl, _) = office(&app).await;
    let jump = service(&app, atl, "jump-start", 10_000, None).await;
    let asked = request(&app, atl, jump, tomorrow(&app)).await;
    let mut tx = begin(&app, atl).await;
    let rules = tenants::find_by_id(&mut tx, atl).await.unwrap().unwrap();
    sqlx::query("update bookings set latitude = null, longitude = null, location_source = 'address' where tenant_id = $1 and id = $2")
        .bind(atl)
        .bind(asked.id)
        .execute(&mut *tx)
        .await
        .unwrap();
    let locked = bookings::store::lock(&mut tx, asked.id).await.unwrap();
    fulfilment::requests::approve(&mut tx, &rules, &locked, Author::staff("Stan")).await.unwrap();
    let (alerts, _) = bookings::store::open_alerts(&mut tx).await.unwrap();
    assert_eq!(alerts.len(), 1, "{alerts:?}");
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn who_is_free_at_the_new_time_keeps_the_job_and_who_is_not_loses_it() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let jump = service(&app, atl, "jump-start", 10_000, None).await;
    let account = user(&app, atl, "tanya", &[Role::Provider]).await;
    let tanya = provider(&app, atl, "Tanya", Some(account), &["jump-start"]).await;
    let booked = booking_at(&app, atl, jump, tomorrow(&app)).await;
    let other = booking_at(&app, atl, jump, tomorrow(&app) + TimeDelta::days(1)).await;
    let rules = tenants::find_by_id(&mut *begin(&app, atl).await, atl).await.unwrap().unwrap();
    for booked in [&booked, &other] {
        let mut tx = begin(&app, atl).await;
        dispatch::assign_manually(&mut tx, &rules, booked.job, tanya, None, "Stan").await.unwrap();
        tx.commit().await.unwrap();
    }
    let reschedule = async |booked: &Booked, to: DateTime<Utc>| {
        let mut tx = begin(&app, atl).await;
        let locked = bookings::store::lock(&mut tx, booked.id).await.unwrap();
        fulfilment::reschedule(&mut tx, &rules, &locked, to, Author::staff("Stan")).await.unwrap();
        tx.commit().await.unwrap();
    };
    let holder = async |booked: &Booked| {
        let found = jobs(&app, atl, booked.id).await;
        let open = found.into_iter().find(|job| !job.state.is_over()).unwrap();
        open.provider.map(|provider| provider.id)
    };
    reschedule(&booked, tomorrow(&app) + TimeDelta::hours(3)).await;
    assert_eq!(holder(&booked).await, Some(tanya), "she is free then");
    let mut phone = app.browser("atl.localhost");
    phone.sign_in("tanya@example.com").await;
    let page = phone.get(&format!("/provider/jobs/{}", booked.job)).await;
    assert!(page.text().contains("It was moved to Wed, Mar 4"), "{}", page.text());
    assert!(page.text().contains("You keep it: open it at its new time."), "{}", page.text());
    assert_eq!(find(&app, atl, booked.id).await.phase, Phase::Dispatched);
    reschedule(&booked, tomorrow(&app) + TimeDelta::days(1)).await;
    assert_eq!(holder(&booked).await, None, "she does the other one then");
    assert_eq!(find(&app, atl, booked.id).await.phase, Phase::Confirmed);
    assert_eq!(holder(&other).await, Some(tanya));
    let violations = checks::violations(&mut *begin(&app, atl).await).await.unwrap();
    assert!(violations.is_empty(), "{violations:?}");
    app.done().await;
}

#[tokio::test]
async fn a_booking_is_not_moved_once_somebody_is_on_the_way() {
    let app = TestApp::new().await;
    let (atl, mut stan) = office(&app).await;
    let jump = service(&app, atl, "jump-start", 10_000, None).await;
    let tanya = provider(&app, atl, "Tanya", None, &["jump-start"]).await;
    on_duty(&app, atl, tanya, place()).await;
    let booked = booking(&app, atl, jump).await;
    let rules = tenants::find_by_id(&mut *begin(&app, atl).await, atl).await.unwrap().unwrap();
    let mut tx = begin(&app, atl).await;
    dispatch::assign_manually(&mut tx, &rules, booked.job, tanya, None, "Stan").await.unwrap();
    dispatch::advance(&mut tx, tanya, booked.job, JobState::EnRoute).await.unwrap();
    tx.commit().await.unwrap();
    let page = format!("/admin/bookings/{}/move", booked.reference);
    let id = booked.id.to_string();
    let form = [("booking", id.as_str()), ("date", "2026-03-06"), ("time", "09:30")];
    let refused = stan.post(&page, "/api/move_for_customer", &form).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text().contains("Tanya has set out already."), "{}", refused.text());
    assert_eq!(find(&app, atl, booked.id).await.scheduled_at, None);
    app.done().await;
}

#[tokio::test]
async fn what_a_booking_reserves_moves_with_it_or_nothing_moves() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let jump = service(&app, atl, "jump-start", 10_000, None).await;
    let asked = request(&app, atl, jump, tomorrow(&app)).await;
    hold(&app, atl, &asked).await;
    let rules = tenants::find_by_id(&mut *begin(&app, atl).await, atl).await.unwrap().unwrap();
    let reserved = async || -> (DateTime<Utc>, DateTime<Utc>) {
        sqlx::query_as("select starts_at, ends_at from reservations where booking_id = $1 and state = 'held'")
            .bind(asked.id)
            .fetch_one(&mut *begin(&app, atl).await)
            .await
            .unwrap()
    };
    let later = tomorrow(&app) + TimeDelta::hours(1);
    let mut tx = begin(&app, atl).await;
    let locked = bookings::store::lock(&mut tx, asked.id).await.unwrap();
    fulfilment::reschedule(&mut tx, &rules, &locked, later, Author::customer()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(reserved().await, (later, later + TimeDelta::hours(2)));
    let moved = find(&app, atl, asked.id).await;
    assert_eq!((moved.phase, moved.expires_at), (Phase::Pending, asked.expires_at), "it still waits for a yes");

    let mut tx = begin(&app, atl).await;
    sqlx::query(
        "with repairs as (insert into blocks (id, reason) values (gen_random_uuid(), 'Repairs') returning id)
         insert into reservations (id, resource_id, starts_at, ends_at, block_id)
         select gen_random_uuid(), r.resource_id, $1, $1 + interval '1 day', repairs.id from reservations r, repairs where r.booking_id = $2",
    )
    .bind(later + TimeDelta::days(2))
    .bind(asked.id)
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let mut tx = begin(&app, atl).await;
    let locked = bookings::store::lock(&mut tx, asked.id).await.unwrap();
    let taken = later + TimeDelta::days(2);
    let refused = fulfilment::reschedule(&mut tx, &rules, &locked, taken, Author::customer()).await.unwrap_err();
    assert_eq!(refused.status(), 409, "{refused}");
    drop(tx);
    assert_eq!(find(&app, atl, asked.id).await.scheduled_at, Some(later));
    app.done().await;
}

/// Reserves two hours in a row of a driveway for a booking, from its appointment on.
async fn reserve_two_hours_in_a_row(tx: &mut Tx, booking: Id<Booking>) {
    sqlx::raw_sql(AssertSqlSafe(format!(
        "insert into resources (id, kind, name) values ('{DRIVEWAY}', 'driveway', 'Elm Street');
         insert into reservations (id, resource_id, starts_at, ends_at, booking_id)
         select gen_random_uuid(), '{DRIVEWAY}', b.scheduled_at + n * interval '1 hour', b.scheduled_at + (n + 1) * interval '1 hour', b.id
         from bookings b, generate_series(0, 1) n where b.id = '{booking}'"
    )))
    .execute(&mut **tx)
    .await
    .unwrap();
}

#[tokio::test]
async fn what_a_booking_reserved_in_a_row_moves_together_and_its_places_among_others_stay() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let jump = service(&app, atl, "jump-start", 10_000, None).await;
    let booked = booking_at(&app, atl, jump, tomorrow(&app)).await;
    let mut tx = begin(&app, atl).await;
    let rules = tenants::find_by_id(&mut tx, atl).await.unwrap().unwrap();
    reserve_two_hours_in_a_row(&mut tx, booked.id).await;
    let locked = bookings::store::lock(&mut tx, booked.id).await.unwrap();
    let to = tomorrow(&app) + TimeDelta::hours(1);
    let moved = fulfilment::reschedule(&mut tx, &rules, &locked, to, Author::customer()).await.unwrap();
    let starts: Vec<DateTime<Utc>> = sqlx::query_scalar(
        "select starts_at from reservations where tenant_id = $1 and booking_id = $2 and state = 'held' order by 1",
    )
    .bind(atl)
    .bind(booked.id)
    .fetch_all(&mut *tx)
    .await
    .unwrap();
    assert_eq!(starts, [to, to + TimeDelta::hours(1)]);

    sqlx::raw_sql(AssertSqlSafe(format!(
        "insert into slots (id, service_id, purpose, starts_at, ends_at, capacity)
             select '{SLOT}', id, 'start', app.now(), app.now() + interval '1 day', 8 from services limit 1;
         insert into slot_claims (id, slot_id, booking_id, units) values (gen_random_uuid(), '{SLOT}', '{}', 2)",
        booked.id
    )))
    .execute(&mut *tx)
    .await
    .unwrap();
    let refused =
        fulfilment::reschedule(&mut tx, &rules, &moved, tomorrow(&app), Author::customer()).await.unwrap_err();
    assert!(refused.to_string().starts_with("Its places aren't free at another time"), "{refused}");
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn an_entry_of_a_newer_version_is_shown_as_a_change() {
    let app = TestApp::new().await;
    let (atl, mut stan) = office(&app).await;
    let jump = service(&app, atl, "jump-start", 10_000, None).await;
    let booked = booking(&app, atl, jump).await;
    let mut tx = begin(&app, atl).await;
    sqlx::query(
        "insert into booking_events (id, booking_id, kind, phase, actor, note)
         values (gen_random_uuid(), $1, 'teleported', 'confirmed', 'system', 'Beam me up.')",
    )
    .bind(booked.id)
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let page = stan.get(&format!("/admin/bookings/{}", booked.reference)).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("Changed") && page.text().contains("Beam me up."), "{}", page.text());
    app.done().await;
}
