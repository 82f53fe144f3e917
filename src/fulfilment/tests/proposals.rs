//! Prices proposed while the work goes on or after it: approved, declined, withdrawn, expired; charged and earned once.

use chrono::{DateTime, TimeDelta, Utc};
use engine::{Amount, Commission, Id, Line, LineKind, Quote};
use proptest::prelude::*;

use super::complete;
use crate::{
    bookings::{
        self, Author, Booking, EventKind, Phase, proposals,
        quotes::{self, Proposal, QuoteKind, QuoteState, StoredQuote},
    },
    checks,
    error::AppError,
    fulfilment,
    identity::Role,
    payments,
    providers::{self, Provider},
    tenants::{self, Tenant},
    testing::{Booked, TestApp, begin, booking, play_histories, provider, service, tenant, user},
};

/// A business that jump-starts for $100 and 10% tax, with a booking.
struct Scene {
    app: TestApp,
    tenant: Id<Tenant>,
    marcus: Id<Provider>,
    booked: Booked,
}

impl Scene {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let atl = tenant(&app, "atl").await;
        let jump = service(&app, atl, "jump-start", 10_000, None).await;
        let marcus = provider(&app, atl, "Marcus", None, &["jump-start"]).await;
        let booked = booking(&app, atl, jump).await;
        Self { app, tenant: atl, marcus, booked }
    }

    async fn complete(&self) {
        complete(&self.app, self.tenant, &self.booked, self.marcus, None).await;
    }

    async fn propose(&self, cents: i64, expires_at: Option<DateTime<Utc>>) -> Id<StoredQuote> {
        propose(&self.app, self.tenant, self.booked.id, cents, expires_at).await.unwrap()
    }

    async fn approve(&self, quote: Id<StoredQuote>) -> Result<(), AppError> {
        approve(&self.app, self.tenant, self.booked.id, quote).await
    }

    async fn versions(&self) -> Vec<StoredQuote> {
        quotes::list(&mut *begin(&self.app, self.tenant).await, self.booked.id).await.unwrap()
    }

    async fn charged(&self) -> Vec<(Amount, Option<Id<StoredQuote>>)> {
        sqlx::query_as("select amount, quote_id from payments where booking_id = $1 order by created_at, id")
            .bind(self.booked.id)
            .fetch_all(&mut *begin(&self.app, self.tenant).await)
            .await
            .unwrap()
    }

    async fn earned(&self) -> Vec<Amount> {
        sqlx::query_scalar("select amount from earnings where booking_id = $1 order by earned_at, id")
            .bind(self.booked.id)
            .fetch_all(&mut *begin(&self.app, self.tenant).await)
            .await
            .unwrap()
    }

    async fn last_event(&self) -> EventKind {
        let mut tx = begin(&self.app, self.tenant).await;
        bookings::store::timeline(&mut tx, self.booked.id).await.unwrap().last().unwrap().kind
    }

    async fn alerts(&self) -> Vec<String> {
        let mut tx = begin(&self.app, self.tenant).await;
        let (alerts, _) = bookings::store::open_alerts(&mut tx).await.unwrap();
        alerts.into_iter().map(|alert| alert.kind).collect()
    }

    async fn done(self) {
        obeys_the_laws(&self.app, self.tenant).await;
        self.app.done().await;
    }
}

async fn obeys_the_laws(app: &TestApp, tenant: Id<Tenant>) {
    let violations = checks::violations(&mut *begin(app, tenant).await).await.unwrap();
    let named: Vec<_> = violations.iter().map(ToString::to_string).collect();
    assert!(named.is_empty(), "{named:?}");
}

async fn propose(
    app: &TestApp,
    tenant: Id<Tenant>,
    booking: Id<Booking>,
    cents: i64,
    expires_at: Option<DateTime<Utc>>,
) -> Result<Id<StoredQuote>, AppError> {
    let quote = Quote::fixed(vec![Line::single(LineKind::Extension, "A new battery", Amount(cents))]).unwrap();
    let mut tx = begin(app, tenant).await;
    let booking = bookings::store::lock(&mut tx, booking).await?;
    let proposal = Proposal {
        id: Id::new(),
        kind: QuoteKind::Extension,
        quote: &quote,
        description: "The old one doesn't charge.",
        offered_by: "Sam",
        expires_at,
    };
    proposals::propose(&mut tx, &booking, &proposal).await?;
    tx.commit().await?;
    Ok(proposal.id)
}

async fn approve(
    app: &TestApp,
    tenant: Id<Tenant>,
    booking: Id<Booking>,
    quote: Id<StoredQuote>,
) -> Result<(), AppError> {
    let mut tx = begin(app, tenant).await;
    let booking = bookings::store::lock(&mut tx, booking).await?;
    let tenant = tenants::find_by_id(&mut tx, tenant).await?.unwrap();
    fulfilment::approve(&mut tx, &tenant, &booking, quote).await?;
    tx.commit().await
}

#[tokio::test]
async fn an_extension_of_a_completed_booking_is_charged_and_earned_once_more() {
    let scene = Scene::new().await;
    scene.complete().await;
    let extension = scene.propose(5_000, None).await;
    assert_eq!(scene.charged().await.len(), 1, "a proposal costs nothing");
    scene.app.app.db.clock.advance(TimeDelta::minutes(1));
    scene.approve(extension).await.unwrap();
    assert!(matches!(scene.approve(extension).await, Err(AppError::Conflict(_))), "a second tap");
    let original = scene.versions().await[0].id;
    assert_eq!(scene.charged().await, [(Amount(11_000), Some(original)), (Amount(5_000), Some(extension))]);
    assert_eq!(scene.earned().await, [Amount(7_000), Amount(3_500)]);
    scene.done().await;
}

#[tokio::test]
async fn cash_for_a_price_approved_after_the_work_is_in_nobodys_pocket() {
    let scene = Scene::new().await;
    scene.complete().await;
    let extension = scene.propose(5_000, None).await;
    scene.app.app.db.clock.advance(TimeDelta::minutes(1));
    scene.approve(extension).await.unwrap();
    let found = payments::store::list_of_booking(&mut *begin(&scene.app, scene.tenant).await, scene.booked.id).await;
    let takers: Vec<_> = found.unwrap().iter().map(|payment| payment.received_by).collect();
    assert_eq!(takers, [Some(scene.marcus), None], "the first was paid on the spot");
    let page = scene.app.browser("atl.localhost").get(&format!("/b/{}", scene.booked.token)).await;
    assert!(page.text().contains("$50.00 to pay"), "{}", page.text());
    scene.done().await;
}

#[tokio::test]
async fn a_flat_fee_is_earned_once_for_a_job_whenever_more_is_approved() {
    for is_late in [true, false] {
        let scene = Scene::new().await;
        pays_flat(&scene.app, scene.tenant, scene.marcus, 12_000).await;
        if is_late {
            scene.complete().await;
        }
        let extension = scene.propose(5_000, None).await;
        scene.approve(extension).await.unwrap();
        if !is_late {
            scene.complete().await;
        }
        assert_eq!(scene.earned().await.into_iter().sum::<Amount>(), Amount(12_000), "late: {is_late}");
        scene.done().await;
    }
}

/// A provider gets so many cents for each job.
async fn pays_flat(app: &TestApp, tenant: Id<Tenant>, provider: Id<Provider>, cents: i64) {
    let mut tx = begin(app, tenant).await;
    let flat = Commission::FlatPerJob(Amount(cents));
    providers::store::set_commission(&mut tx, provider, flat).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn an_extension_approved_during_the_work_is_charged_with_it() {
    let scene = Scene::new().await;
    let extension = scene.propose(5_000, None).await;
    scene.approve(extension).await.unwrap();
    assert_eq!(scene.charged().await, []);
    scene.complete().await;
    let original = scene.versions().await[0].id;
    assert_eq!(scene.charged().await, [(Amount(16_000), Some(original))]);
    assert!(scene.versions().await.iter().all(|version| version.charged_at.is_some()));
    assert_eq!(scene.earned().await, [Amount(10_500)]);
    scene.done().await;
}

#[tokio::test]
async fn an_unanswered_price_expires_and_the_old_one_stays() {
    let scene = Scene::new().await;
    let extension = scene.propose(5_000, Some(scene.app.now() + TimeDelta::hours(1))).await;
    scene.app.drain().await;
    assert_eq!(scene.versions().await[1].state, QuoteState::Proposed, "not yet");
    scene.app.app.db.clock.advance(TimeDelta::hours(1));
    let late = scene.approve(extension).await;
    assert!(matches!(late, Err(AppError::Conflict(_))), "also before its deadline is handled: {late:?}");
    scene.app.drain().await;
    assert_eq!(scene.versions().await[1].state, QuoteState::Expired);
    assert_eq!(scene.last_event().await, EventKind::PriceWithdrawn);
    assert!(scene.alerts().await.contains(&"price_expired".to_owned()));
    scene.done().await;
}

#[tokio::test]
async fn what_was_charged_stays_when_the_rest_is_void() {
    let scene = Scene::new().await;
    scene.complete().await;
    let open = scene.propose(5_000, None).await;
    let mut tx = begin(&scene.app, scene.tenant).await;
    quotes::void_all(&mut tx, scene.booked.id).await.unwrap();
    tx.commit().await.unwrap();
    let states: Vec<_> = scene.versions().await.iter().map(|version| version.state).collect();
    assert_eq!(states, [QuoteState::Approved, QuoteState::Void]);
    let mut tx = begin(&scene.app, scene.tenant).await;
    let forced = sqlx::query("update quotes set state = 'void' where booking_id = $1 and id <> $2")
        .bind(scene.booked.id)
        .bind(open)
        .execute(&mut *tx)
        .await;
    assert!(forced.is_err(), "the database refuses it as well");
    drop(tx);
    scene.done().await;
}

#[tokio::test]
async fn a_cancelled_booking_is_asked_for_nothing_more() {
    let scene = Scene::new().await;
    let before = scene.propose(5_000, None).await;
    let mut tx = begin(&scene.app, scene.tenant).await;
    let tenant = tenants::find_by_id(&mut tx, scene.tenant).await.unwrap().unwrap();
    let booking = bookings::store::lock(&mut tx, scene.booked.id).await.unwrap();
    fulfilment::cancel(&mut tx, &tenant, &booking, Author::customer(), None).await.unwrap();
    tx.commit().await.unwrap();
    assert!(scene.approve(before).await.is_err());
    let after = propose(&scene.app, scene.tenant, scene.booked.id, 5_000, None).await;
    assert!(matches!(after, Err(AppError::Conflict(_))), "{after:?}");
    assert_eq!(scene.charged().await, []);
    scene.done().await;
}

#[tokio::test]
async fn an_adjustment_above_what_was_approved_is_not_stored() {
    let scene = Scene::new().await;
    let more = Quote::fixed(vec![Line::single(LineKind::Adjustment, "More", Amount(1))]).unwrap();
    let mut tx = begin(&scene.app, scene.tenant).await;
    let stored = quotes::insert_approved(&mut tx, scene.booked.id, QuoteKind::Adjustment, &more, "system").await;
    assert!(stored.is_err(), "$110.01 of $110.00");
    drop(tx);
    scene.done().await;
}

#[tokio::test]
async fn a_customer_answers_by_the_link_without_scripts_and_staff_see_it() {
    let scene = Scene::new().await;
    scene.complete().await;
    user(&scene.app, scene.tenant, "staff", &[Role::Staff]).await;
    let (declined, approved) = (scene.propose(9_900, None).await, scene.propose(5_000, None).await);
    let (page, token) = (format!("/b/{}", scene.booked.token), scene.booked.token.as_str());
    let mut customer = scene.app.browser("atl.localhost");
    let seen = customer.get(&page).await;
    assert!(seen.text().contains("Approve $50.00") && seen.text().contains("Approve $99.00"), "{}", seen.text());
    let declined = declined.to_string();
    let fields = [("token", token), ("quote", declined.as_str()), ("reason", "Too much")];
    customer.submit(&page, "/api/decline_quote", &fields).await;
    let approved = approved.to_string();
    let seen = customer.submit(&page, "/api/approve_quote", &[("token", token), ("quote", approved.as_str())]).await;
    assert!(!seen.text().contains("Do you approve this price?"), "{}", seen.text());
    assert!(seen.text().contains("$160.00"), "{}", seen.text());

    let withdrawn = scene.propose(700, None).await.to_string();
    let mut staff = scene.app.browser("atl.localhost");
    staff.sign_in("staff@example.com").await;
    let office = format!("/admin/bookings/{}", scene.booked.reference);
    let seen = staff.get(&office).await;
    assert!(seen.text().contains("declined: Too much"), "{}", seen.text());
    let booking = scene.booked.id.to_string();
    let fields = [("booking", booking.as_str()), ("quote", withdrawn.as_str())];
    staff.submit(&office, "/api/withdraw_quote", &fields).await;
    let states: Vec<_> = scene.versions().await.iter().map(|version| version.state).collect();
    assert_eq!(states, [QuoteState::Approved, QuoteState::Rejected, QuoteState::Approved, QuoteState::Void]);
    let seen = customer.get(&page).await;
    assert!(!seen.text().contains("Do you approve this price?"), "{}", seen.text());
    scene.done().await;
}

#[derive(Debug, Clone)]
enum Action {
    Propose(i64),
    Approve(usize),
    Reject(usize),
    Withdraw(usize),
    Complete,
    Cancel,
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        3 => (1_i64..20_000).prop_map(Action::Propose),
        3 => (1_usize..4).prop_map(Action::Approve),
        1 => (1_usize..4).prop_map(Action::Reject),
        1 => (1_usize..4).prop_map(Action::Withdraw),
        1 => Just(Action::Complete),
        1 => Just(Action::Cancel),
    ]
}

/// Whatever is proposed and answered, before and after the work: the customer is charged each approved version once and no more than the ceiling.
#[test]
fn every_history_of_answers_charges_what_was_approved() {
    play_histories(12, &prop::collection::vec(action(), 1..12), async |app, nth, history| {
        let of = tenant(app, &format!("t{nth}")).await;
        let jump = service(app, of, "jump-start", 10_000, None).await;
        let marcus = provider(app, of, "Marcus", None, &["jump-start"]).await;
        if nth % 2 == 0 {
            pays_flat(app, of, marcus, 9_000).await;
        }
        let booked = booking(app, of, jump).await;
        for action in history {
            play(app, of, marcus, &booked, &action).await;
        }
        obeys_the_laws(app, of).await;
    });
}

async fn play(app: &TestApp, of: Id<Tenant>, marcus: Id<Provider>, booked: &Booked, action: &Action) {
    let mut tx = begin(app, of).await;
    let tenant = tenants::find_by_id(&mut tx, of).await.unwrap().unwrap();
    let booking = bookings::store::lock(&mut tx, booked.id).await.unwrap();
    let versions = quotes::list(&mut tx, booked.id).await.unwrap();
    let nth = |index: usize| versions.get(index);
    let answered = match action {
        Action::Propose(cents) => {
            drop(tx);
            propose(app, of, booked.id, *cents, None).await.map(drop).ok();
            return;
        }
        Action::Complete if booking.phase == Phase::Confirmed => {
            drop(tx);
            return complete(app, of, booked, marcus, None).await;
        }
        Action::Cancel => fulfilment::cancel(&mut tx, &tenant, &booking, Author::customer(), None).await,
        Action::Approve(index) => match nth(*index) {
            Some(version) => fulfilment::approve(&mut tx, &tenant, &booking, version.id).await,
            None => return,
        },
        Action::Reject(index) => match nth(*index) {
            Some(version) => proposals::reject(&mut tx, &booking, version, None).await,
            None => return,
        },
        Action::Withdraw(index) => match nth(*index) {
            Some(version) => proposals::withdraw(&mut tx, &booking, version, &Author::staff("Sam")).await,
            None => return,
        },
        Action::Complete => return,
    };
    match answered {
        Ok(()) => tx.commit().await.unwrap(),
        Err(AppError::Conflict(_)) => {}
        Err(other) => panic!("{action:?}: {other}"),
    }
    let payments = payments::store::list_of_booking(&mut *begin(app, of).await, booked.id).await.unwrap();
    let charged: Amount = payments.iter().map(|payment| payment.amount).sum();
    let totals = quotes::approved_totals(&mut *begin(app, of).await, booked.id).await.unwrap();
    assert!(charged <= totals.ceiling, "{action:?}");
}
