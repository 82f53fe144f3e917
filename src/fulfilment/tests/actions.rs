use axum::http::StatusCode;
use chrono::TimeDelta;
use engine::{Amount, Id};

use super::{assign, complete, report};
use crate::{
    bookings::{Author, Booking, Party, Phase, WaitsFor, quotes, store},
    catalog::Service,
    dispatch::{self, JobState, Outcome},
    error::AppError,
    fulfilment,
    identity::Role,
    payments,
    providers::Provider,
    tenants::{self, Tenant},
    testing::{Booked, TestApp, begin, booking, on_duty, place, provider, service, tenant, user},
};

async fn find(app: &TestApp, tenant: Id<Tenant>, booked: &Booked) -> Booking {
    store::find(&mut *begin(app, tenant).await, booked.id).await.unwrap().unwrap()
}

async fn owed(app: &TestApp, tenant: Id<Tenant>, booked: &Booked) -> Amount {
    quotes::approved_totals(&mut *begin(app, tenant).await, booked.id).await.unwrap().total
}

async fn charged(app: &TestApp, tenant: Id<Tenant>, booked: &Booked) -> Vec<Amount> {
    let payments = payments::store::list_of_booking(&mut *begin(app, tenant).await, booked.id).await.unwrap();
    payments.into_iter().map(|payment| payment.amount).collect()
}

async fn earned(app: &TestApp, tenant: Id<Tenant>, booked: &Booked) -> Vec<Amount> {
    let mut tx = begin(app, tenant).await;
    sqlx::query_scalar("select amount from earnings where booking_id = $1")
        .bind(booked.id)
        .fetch_all(&mut *tx)
        .await
        .unwrap()
}

async fn cancel(app: &TestApp, tenant: Id<Tenant>, booked: &Booked, by: Author) -> Result<(), AppError> {
    let mut tx = begin(app, tenant).await;
    let of = tenants::find_by_id(&mut tx, tenant).await.unwrap().unwrap();
    let booking = store::lock(&mut tx, booked.id).await.unwrap();
    fulfilment::cancel(&mut tx, &of, &booking, by, Some("found help".into())).await?;
    tx.commit().await
}

/// A business that tows for $125 and $3 per mile, and its provider.
async fn towing_business(app: &TestApp) -> (Id<Tenant>, Id<Service>, Id<Provider>) {
    let atl = tenant(app, "atl").await;
    let tow = service(app, atl, "towing", 12_500, Some(300)).await;
    (atl, tow, provider(app, atl, "Marcus Johnson", None, &["towing"]).await)
}

/// A business that jump-starts for $100, and its provider.
async fn jump_start_business(app: &TestApp) -> (Id<Tenant>, Id<Service>, Id<Provider>) {
    let atl = tenant(app, "atl").await;
    let jump = service(app, atl, "jump-start", 10_000, None).await;
    (atl, jump, provider(app, atl, "Marcus", None, &["jump-start"]).await)
}

#[tokio::test]
async fn the_loser_of_a_race_is_told_what_happened() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let booked = {
        let jump = service(&app, atl, "jump-start", 10_000, None).await;
        booking(&app, atl, jump).await
    };
    let seen = find(&app, atl, &booked).await;
    cancel(&app, atl, &booked, Author::customer()).await.unwrap();
    let mut tx = begin(&app, atl).await;
    let lost = store::apply(&mut tx, &seen, seen.start(Author::system()).unwrap()).await;
    assert_eq!(lost, Err(AppError::conflict("The customer cancelled this booking.")));
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn a_tow_costs_the_miles_driven_within_what_was_approved() {
    let app = TestApp::new().await;
    let (atl, tow, marcus) = towing_business(&app).await;
    // Ten miles were estimated: $155 and 10% tax. With a quarter more, rounded to whole miles, at most $164 and tax.
    for (tenths, price) in [(100, 15_500), (110, 15_800), (50, 14_000), (400, 16_400)] {
        let total = price * 11 / 10;
        let booked = booking(&app, atl, tow).await;
        complete(&app, atl, &booked, marcus, Some(tenths)).await;
        let after = find(&app, atl, &booked).await;
        assert_eq!((after.phase, after.completed_at), (Phase::Completed, Some(app.now())));
        assert_eq!(owed(&app, atl, &booked).await, Amount(total), "{tenths}");
        assert_eq!(charged(&app, atl, &booked).await, [Amount(total)]);
        assert_eq!(earned(&app, atl, &booked).await, [Amount(price * 7 / 10)], "tax is nobody's earning");
    }
    app.done().await;
}

#[tokio::test]
async fn a_tow_is_taxed_at_the_agreed_rate() {
    let app = TestApp::new().await;
    let (atl, tow, marcus) = towing_business(&app).await;
    let (booked, older) = (booking(&app, atl, tow).await, booking(&app, atl, tow).await);
    relabel_tax(&app, atl, &booked, "Sales tax").await;
    forget_tax(&app, atl, &older).await;
    sqlx::query("update platform.tenants set settings = '{}'").execute(&mut app.database.owner().await).await.unwrap();
    for booked in [booked, older] {
        complete(&app, atl, &booked, marcus, Some(110)).await;
        assert_eq!(owed(&app, atl, &booked).await, Amount(17_380), "$158 and the 10 % that were agreed");
    }
    app.done().await;
}

/// Leaves a price as the previous version stores it: the rate is in the label of the tax line only.
async fn forget_tax(app: &TestApp, tenant: Id<Tenant>, booked: &Booked) {
    let mut tx = begin(app, tenant).await;
    sqlx::query("update quotes set tax_rate = null, tax_included = null where booking_id = $1")
        .bind(booked.id)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    relabel_tax(app, tenant, booked, "Tax (10%)").await;
}

/// As the owner of the table: the application changes no line of a price.
async fn relabel_tax(app: &TestApp, tenant: Id<Tenant>, booked: &Booked, label: &str) {
    let mut owner = app.database.owner().await;
    sqlx::query("select set_config('app.tenant_id', $1, false)")
        .bind(tenant.to_string())
        .execute(&mut owner)
        .await
        .unwrap();
    let lines = "update quote_lines set label = $2 where kind = 'tax' and quote_id in (select id from quotes where booking_id = $1)";
    let relabelled = sqlx::query(lines).bind(booked.id).bind(label).execute(&mut owner).await.unwrap();
    assert_eq!(relabelled.rows_affected(), 1);
}

#[tokio::test]
async fn settling_a_price_needs_no_approval_and_keeps_the_ceiling() {
    let app = TestApp::new().await;
    let (atl, tow, marcus) = towing_business(&app).await;
    user(&app, atl, "staff", &[Role::Staff]).await;
    let booked = booking(&app, atl, tow).await;
    complete(&app, atl, &booked, marcus, Some(50)).await;
    let mut tx = begin(&app, atl).await;
    let totals = quotes::approved_totals(&mut tx, booked.id).await.unwrap();
    let versions = quotes::list(&mut tx, booked.id).await.unwrap();
    drop(tx);
    assert_eq!((totals.total, totals.ceiling), (Amount(15_400), Amount(18_040)));
    assert_eq!(quotes::approved(&versions).unwrap().ceiling(), totals.ceiling);
    let mut browser = app.browser("atl.localhost");
    browser.sign_in("staff@example.com").await;
    let page = browser.get(&format!("/admin/bookings/{}", booked.reference)).await;
    assert!(page.text().contains("The customer approved up to $180.40."), "{}", page.text());
    assert!(page.text().contains("Within what the customer approved"), "{}", page.text());
    assert_eq!(page.text().matches("Approved by Dana Reed").count(), 1, "{}", page.text());
    assert_eq!(page.all(".price-total dd"), ["$170.50"], "a difference is no total");
    app.done().await;
}

#[tokio::test]
async fn cancelling_costs_more_the_closer_help_is() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let jump = service(&app, atl, "jump-start", 10_000, None).await;
    let ways: [(&[JobState], bool, i64); 4] = [
        (&[], false, 0),
        (&[], true, 3_500),
        (&[JobState::EnRoute], true, 3_500),
        (&[JobState::EnRoute, JobState::Arrived], true, 6_000),
    ];
    for (states, assigned, fee) in ways {
        let marcus = provider(&app, atl, &format!("P{fee}{}", states.len()), None, &["jump-start"]).await;
        let booked = booking(&app, atl, jump).await;
        if assigned {
            assign(&app, atl, &booked, marcus).await;
            report(&app, atl, &booked, marcus, states).await;
        }
        cancel(&app, atl, &booked, Author::customer()).await.unwrap();
        let after = find(&app, atl, &booked).await;
        let cancellation = after.cancellation.unwrap();
        assert_eq!((after.phase, cancellation.by, cancellation.fee), (Phase::Cancelled, Party::Customer, Amount(fee)));
        assert_eq!(owed(&app, atl, &booked).await, Amount(fee), "the price agreed before no longer counts");
        let expected: Vec<_> = (fee > 0).then_some(Amount(fee)).into_iter().collect();
        assert_eq!(charged(&app, atl, &booked).await, expected);
        let progress = dispatch::jobs_of(&mut *begin(&app, atl).await, booked.id).await.unwrap().remove(0);
        assert_eq!(progress.state, JobState::Cancelled, "nobody is sent any more");
    }
    app.done().await;
}

#[tokio::test]
async fn cancelling_is_free_when_the_provider_is_later_than_promised() {
    let app = TestApp::new().await;
    let (atl, jump, marcus) = jump_start_business(&app).await;
    let booked = booking(&app, atl, jump).await;
    assign(&app, atl, &booked, marcus).await;
    app.app.db.clock.advance(TimeDelta::hours(3));
    cancel(&app, atl, &booked, Author::customer()).await.unwrap();
    assert_eq!(owed(&app, atl, &booked).await, Amount::ZERO);
    app.done().await;
}

#[tokio::test]
async fn cancelling_withdraws_an_offer_in_the_same_transaction() {
    let app = TestApp::new().await;
    let (atl, jump, marcus) = jump_start_business(&app).await;
    on_duty(&app, atl, marcus, place()).await;
    let booked = booking(&app, atl, jump).await;
    app.drain().await;
    let mut tx = begin(&app, atl).await;
    let offer = dispatch::store::offers::pending_of_provider(&mut tx, marcus).await.unwrap().expect("Marcus was asked");
    drop(tx);
    cancel(&app, atl, &booked, Author::customer()).await.unwrap();
    let mut tx = begin(&app, atl).await;
    let of = tenants::find_by_id(&mut tx, atl).await.unwrap().unwrap();
    let late = dispatch::accept(&mut tx, &of, marcus, offer.id).await;
    assert!(matches!(late, Err(AppError::Conflict(_))), "{late:?}");
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn staff_may_waive_the_cancellation_fee() {
    let app = TestApp::new().await;
    let (atl, jump, marcus) = jump_start_business(&app).await;
    let booked = booking(&app, atl, jump).await;
    assign(&app, atl, &booked, marcus).await;
    let mut tx = begin(&app, atl).await;
    let found = store::lock(&mut tx, booked.id).await.unwrap();
    let of = tenants::find_by_id(&mut tx, atl).await.unwrap().unwrap();
    fulfilment::cancel_on(&mut tx, &of, &found, &fulfilment::Terms::waived(), Author::staff("Ann"), None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!((owed(&app, atl, &booked).await, charged(&app, atl, &booked).await), (Amount::ZERO, Vec::new()));
    app.done().await;
}

#[tokio::test]
async fn a_booking_without_candidates_waits_for_staff_and_alerts_them() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let jump = service(&app, atl, "jump-start", 10_000, None).await;
    let booked = booking(&app, atl, jump).await;
    app.drain().await;
    let after = find(&app, atl, &booked).await;
    assert_eq!((after.phase, after.waits_for), (Phase::Confirmed, Some(WaitsFor::Staff)));
    let alerts = store::open_alerts(&mut *begin(&app, atl).await).await.unwrap().0;
    assert_eq!(alerts.iter().map(|alert| alert.booking_id).collect::<Vec<_>>(), [booked.id]);
    app.done().await;
}

#[tokio::test]
async fn the_customer_may_restart_the_search() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let jump = service(&app, atl, "jump-start", 10_000, None).await;
    let booked = booking(&app, atl, jump).await;
    app.drain().await;
    let path = format!("/track/{}", booked.token);
    let mut phone = app.browser("atl.localhost");
    assert!(phone.get(&path).await.text().contains("Keep looking"));
    let marcus = provider(&app, atl, "Marcus", None, &["jump-start"]).await;
    on_duty(&app, atl, marcus, place()).await;
    let again = phone.submit(&path, "/api/keep_looking", &[("token", &booked.token)]).await;
    assert_eq!(again.all("h1"), ["Finding someone near you"]);
    app.drain().await;
    let mut tx = begin(&app, atl).await;
    let offer = dispatch::store::offers::pending_of_provider(&mut tx, marcus).await.unwrap();
    assert!(offer.is_some(), "a provider who has come on duty is asked");
    drop(tx);
    let second = phone.post(&path, "/api/keep_looking", &[("token", &booked.token)]).await;
    assert_eq!(second.location.as_ref(), Some(&path), "a second tap changes nothing");
    let mut replies = Vec::new();
    for _ in 0..5 {
        replies.push(phone.post(&path, "/api/keep_looking", &[("token", &booked.token)]).await.status);
    }
    assert!(replies.contains(&StatusCode::TOO_MANY_REQUESTS), "each asks all providers: {replies:?}");
    app.done().await;
}

#[tokio::test]
async fn a_missed_customer_owes_the_dry_run_fee_and_the_provider_gets_a_share() {
    let app = TestApp::new().await;
    let (atl, jump, marcus) = jump_start_business(&app).await;
    for (outcome, phase, fee) in
        [(Outcome::GoneOnArrival, Phase::NoShow, 6_000), (Outcome::CouldNotBeDone, Phase::Cancelled, 0)]
    {
        let booked = booking(&app, atl, jump).await;
        assign(&app, atl, &booked, marcus).await;
        report(&app, atl, &booked, marcus, &[JobState::EnRoute, JobState::Arrived]).await;
        let mut tx = begin(&app, atl).await;
        let of = tenants::find_by_id(&mut tx, atl).await.unwrap().unwrap();
        fulfilment::give_up(&mut tx, &of, marcus, booked.job, outcome, None).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(find(&app, atl, &booked).await.phase, phase);
        assert_eq!(owed(&app, atl, &booked).await, Amount(fee));
        assert_eq!(earned(&app, atl, &booked).await, [Amount(4_200)]);
        let kind: String = sqlx::query_scalar("select kind from earnings where booking_id = $1")
            .bind(booked.id)
            .fetch_one(&mut *begin(&app, atl).await)
            .await
            .unwrap();
        assert_eq!(kind, "cancellation", "a drive for nothing is no job done");
    }
    app.done().await;
}

#[tokio::test]
async fn a_pending_booking_expires_when_its_time_is_over() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let jump = service(&app, atl, "jump-start", 10_000, None).await;
    let booked = booking(&app, atl, jump).await;
    let mut tx = begin(&app, atl).await;
    sqlx::query("update bookings set phase = 'pending', waits_for = 'approval', expires_at = app.now() + interval '15 minutes' where id = $1")
        .bind(booked.id)
        .execute(&mut *tx)
        .await
        .unwrap();
    sqlx::query("update jobs set dispatch_at = null where id = $1").bind(booked.job).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    app.pass(TimeDelta::minutes(14)).await;
    assert_eq!(find(&app, atl, &booked).await.phase, Phase::Pending);
    app.pass(TimeDelta::minutes(2)).await;
    let after = find(&app, atl, &booked).await;
    assert_eq!((after.phase, after.cancellation.map(|c| c.by)), (Phase::Cancelled, Some(Party::System)));
    assert_eq!(owed(&app, atl, &booked).await, Amount::ZERO);
    app.done().await;
}

#[tokio::test]
async fn a_given_back_booking_shows_a_new_search() {
    let app = TestApp::new().await;
    let (atl, jump, marcus) = jump_start_business(&app).await;
    let booked = booking(&app, atl, jump).await;
    assign(&app, atl, &booked, marcus).await;
    let mut tx = begin(&app, atl).await;
    dispatch::give_back(&mut tx, marcus, booked.job, "flat tire").await.unwrap();
    tx.commit().await.unwrap();
    let after = find(&app, atl, &booked).await;
    assert_eq!((after.phase, after.waits_for), (Phase::Confirmed, Some(WaitsFor::Provider)));
    assert_eq!(owed(&app, atl, &booked).await, Amount(11_000), "the price stays");
    app.done().await;
}

#[tokio::test]
async fn an_action_that_waited_for_a_lock_has_a_later_time() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let lockout = service(&app, atl, "lockout", 13_500, None).await;
    let booked = booking(&app, atl, lockout).await;
    let live = app.database.with_connections(2).await;
    let mut cancels = live.begin_system(atl).await.unwrap();
    let began = cancels.now;
    let accepted_at = live.begin_system(atl).await.unwrap().now;
    assert!(began < accepted_at);
    store::lock(&mut cancels, booked.id).await.unwrap();
    assert!(cancels.now > accepted_at);
    let written: chrono::DateTime<chrono::Utc> =
        sqlx::query_scalar("select app.now()").fetch_one(&mut *cancels).await.unwrap();
    assert_eq!(written, cancels.now, "what the database writes has the same time");
    drop(cancels);
    live.close().await;
    app.done().await;
}
