use std::collections::HashMap;

use axum::http::StatusCode;
use chrono::TimeDelta;
use engine::{Amount, BasisPoints, Commission, Id, Line, LineKind, Quote};
use proptest::prelude::*;
use sqlx::PgConnection;

use super::{
    Charge, Payment, PaymentStatus,
    ledger::{self, Account, Move, PostingKind},
    store,
};
use crate::{
    bookings::{Booking, PaymentMethod, quotes::StoredQuote},
    error::AppError,
    identity::{Role, User},
    payouts::{self, EarningKind, Work},
    providers::{self, Provider},
    tenants::Tenant,
    testing::{Browser, TestApp, begin, booking, play_histories, provider, service, tenant, user},
};

/// An action on money.
#[derive(Debug, Clone)]
enum Action {
    Charge(usize, i64),
    Fee(usize, i64),
    Confirm(usize, Option<usize>),
    Fail(usize),
    ExpectAgain(usize, PaymentMethod),
    Earn(usize, usize, i64, Commission),
    PayOut(usize),
    Paid(usize),
    PayoutFailed(usize),
}

fn action() -> impl Strategy<Value = Action> {
    let booking = || 0_usize..4;
    let provider = || 0_usize..3;
    let commission = prop_oneof![
        (0_i32..=10_000).prop_map(|points| Commission::Percentage(BasisPoints::new(points).unwrap())),
        (0_i64..20_000).prop_map(|cents| Commission::FlatPerJob(Amount(cents))),
    ];
    prop_oneof![
        2 => (booking(), 0_i64..50_000).prop_map(|(b, cents)| Action::Charge(b, cents)),
        1 => (booking(), 0_i64..9_000).prop_map(|(b, cents)| Action::Fee(b, cents)),
        3 => (booking(), prop::option::of(provider())).prop_map(|(b, p)| Action::Confirm(b, p)),
        1 => booking().prop_map(Action::Fail),
        1 => (booking(), prop::sample::select(&PaymentMethod::SWITCHED_ON[..])).prop_map(|(b, how)| Action::ExpectAgain(b, how)),
        3 => (booking(), provider(), 0_i64..50_000, commission).prop_map(|(b, p, cents, c)| Action::Earn(b, p, cents, c)),
        2 => provider().prop_map(Action::PayOut),
        2 => provider().prop_map(Action::Paid),
        1 => provider().prop_map(Action::PayoutFailed),
    ]
}

/// The people and bookings of a history.
struct Scene {
    tenant: Id<Tenant>,
    staff: Id<User>,
    bookings: Vec<Id<Booking>>,
    quotes: Vec<Id<StoredQuote>>,
    jobs: Vec<Id<crate::dispatch::Job>>,
    providers: Vec<Id<Provider>>,
}

impl Scene {
    async fn new(app: &TestApp, nth: usize) -> Self {
        let tenant = tenant(app, &format!("t{nth}")).await;
        let staff = user(app, tenant, "staff", &[Role::Staff]).await;
        let service = service(app, tenant, "lockout", 13_500, None).await;
        let (mut bookings, mut quotes, mut jobs, mut providers) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for _ in 0..4 {
            let booked = booking(app, tenant, service).await;
            bookings.push(booked.id);
            quotes.push(crate::bookings::quotes::list(&mut *begin(app, tenant).await, booked.id).await.unwrap()[0].id);
            jobs.push(booked.job);
        }
        for name in ["Ada", "Ben", "Cleo"] {
            providers.push(provider(app, tenant, name, None, &[]).await);
        }
        Self { tenant, staff, bookings, quotes, jobs, providers }
    }

    fn due(&self, nth: usize, kind: PostingKind, cents: i64, method: PaymentMethod) -> Charge {
        let (booking, quote) = (self.bookings[nth], self.quotes[nth]);
        Charge { kind, booking, quote, amount: Amount(cents), fee: Amount::ZERO, method, provider: None }
    }

    /// Runs the action in its own transaction. An action that isn't allowed now is rejected and must change nothing.
    async fn play(&self, app: &TestApp, action: &Action) {
        let mut tx = begin(app, self.tenant).await;
        let db: &mut PgConnection = &mut tx;
        let done = match action {
            Action::Charge(b, cents) => {
                super::charge(db, self.due(*b, PostingKind::Charge, *cents, PaymentMethod::Cash)).await
            }
            Action::Fee(b, cents) => {
                super::charge(db, self.due(*b, PostingKind::CancellationFee, *cents, PaymentMethod::Zelle)).await
            }
            Action::Confirm(b, p) => match self.payment(db, *b, PaymentStatus::Pending).await {
                Some(id) => super::confirm(db, id, self.staff, p.map(|nth| self.providers[nth]), None).await.map(drop),
                None => Ok(()),
            },
            Action::Fail(b) => match self.payment(db, *b, PaymentStatus::Pending).await {
                Some(id) => super::fail(db, id, "never came").await.map(drop),
                None => Ok(()),
            },
            Action::ExpectAgain(b, method) => match self.payment(db, *b, PaymentStatus::Failed).await {
                Some(id) => super::expect_again(db, id, *method).await.map(drop),
                None => Ok(()),
            },
            Action::Earn(b, p, cents, commission) => {
                let found = providers::store::find(db, self.providers[*p]).await.unwrap().unwrap();
                let provider = Provider { commission: *commission, ..found };
                let price = Quote::fixed(vec![Line::single(LineKind::Service, "Help", Amount(*cents))]).unwrap();
                let work = Work {
                    kind: EarningKind::Job,
                    booking: self.bookings[*b],
                    job: Some(self.jobs[*b]),
                    provider: &provider,
                    deed: None,
                };
                payouts::earn(db, work, price.shared()).await.map(drop)
            }
            Action::PayOut(p) => payouts::create(db, self.providers[*p], self.staff).await.map(drop),
            Action::Paid(p) => match self.open_payout(db, *p).await {
                Some(id) => payouts::mark_paid(db, id, self.staff).await.map(drop),
                None => Ok(()),
            },
            Action::PayoutFailed(p) => match self.open_payout(db, *p).await {
                Some(id) => payouts::mark_failed(db, id, "the bank said no").await.map(drop),
                None => Ok(()),
            },
        };
        match done {
            Ok(()) => tx.commit().await.unwrap(),
            Err(AppError::Conflict(_)) => {}
            Err(other) => panic!("{action:?}: {other}"),
        }
    }

    async fn payment(&self, db: &mut PgConnection, booking: usize, status: PaymentStatus) -> Option<Id<Payment>> {
        let payments = store::list_of_booking(db, self.bookings[booking]).await.unwrap();
        payments.into_iter().find(|payment| payment.status == status).map(|payment| payment.id)
    }

    async fn open_payout(&self, db: &mut PgConnection, provider: usize) -> Option<Id<payouts::Payout>> {
        sqlx::query_scalar(
            "select id from payouts where provider_id = $1 and status = 'pending' order by created_at limit 1",
        )
        .bind(self.providers[provider])
        .fetch_optional(db)
        .await
        .unwrap()
    }

    async fn check_laws(&self, db: &mut PgConnection) {
        let balances: HashMap<String, i64> = sqlx::query_as::<_, (String, i64)>(
            "select account, sum(amount)::bigint from (
                 select to_account as account, amount from ledger_rows union all select from_account, -amount from ledger_rows
             ) moved group by account",
        )
        .fetch_all(&mut *db)
        .await
        .unwrap()
        .into_iter()
        .collect();
        assert_eq!(balances.values().sum::<i64>(), 0, "all balances together");
        for booking in &self.bookings {
            let payments = store::list_of_booking(db, *booking).await.unwrap();
            let unpaid: Amount =
                payments.iter().filter(|p| p.status != PaymentStatus::Confirmed).map(|p| p.amount).sum();
            assert_eq!(
                ledger::balance(db, Account::Customer(*booking)).await.unwrap(),
                -unpaid,
                "what a customer owes"
            );
        }
        for provider in &self.providers {
            let (unpaid,): (Amount,) = sqlx::query_as(
                "select coalesce(sum(amount), 0)::bigint from earnings where provider_id = $1 and status <> 'paid_out'",
            )
            .bind(provider)
            .fetch_one(&mut *db)
            .await
            .unwrap();
            assert_eq!(
                ledger::balance(db, Account::Provider(*provider)).await.unwrap(),
                unpaid,
                "what a provider is owed"
            );
        }
        let (wrong,): (i64,) = sqlx::query_as(
            "select count(*) from payouts p where p.status <> 'failed' and p.total_amount is distinct from
                 (select sum(i.amount)::bigint from payout_items i where i.tenant_id = p.tenant_id and i.payout_id = p.id)",
        )
        .fetch_one(&mut *db)
        .await
        .unwrap();
        assert_eq!(wrong, 0, "a payout is the sum of its items");
        let (early,): (i64,) = sqlx::query_as(
            "select count(*) from earnings e where (e.status = 'paid_out') <> exists (
                 select from payout_items i join payouts p on p.tenant_id = i.tenant_id and p.id = i.payout_id
                 where i.tenant_id = e.tenant_id and i.earning_id = e.id and p.status = 'paid')",
        )
        .fetch_one(db)
        .await
        .unwrap();
        assert_eq!(early, 0, "an earning is paid out exactly when a paid payout holds it");
    }
}

#[test]
fn whatever_happens_the_ledger_agrees_with_payments_earnings_and_payouts() {
    let histories = prop::collection::vec(action(), 1..50);
    play_histories(16, &histories, async |app, nth, history| {
        let scene = Scene::new(app, nth).await;
        for action in &history {
            scene.play(app, action).await;
        }
        scene.check_laws(&mut *begin(app, scene.tenant).await).await;
    });
}

#[tokio::test]
async fn posting_again_under_the_same_key_changes_nothing() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let mut tx = begin(&app, atl).await;
    let moved = |cents| [Move { from: Account::Revenue, to: Account::Bank, amount: Amount(cents) }];
    assert!(ledger::post(&mut tx, "k", PostingKind::Correction, &moved(500)).await.unwrap());
    assert!(!ledger::post(&mut tx, "k", PostingKind::Correction, &moved(900)).await.unwrap());
    assert_eq!(ledger::balance(&mut tx, Account::Bank).await.unwrap(), Amount(500));
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn the_ledger_can_be_added_to_and_never_changed() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let moved = [Move { from: Account::Revenue, to: Account::Bank, amount: Amount(500) }];
    let mut tx = begin(&app, atl).await;
    ledger::post(&mut tx, "k", PostingKind::Correction, &moved).await.unwrap();
    tx.commit().await.unwrap();
    for statement in ["update ledger_rows set amount = 1", "delete from ledger_rows", "delete from postings"] {
        let mut tx = begin(&app, atl).await;
        let refused = sqlx::query(statement).execute(&mut *tx).await.unwrap_err().to_string();
        assert!(refused.contains("permission denied"), "{statement}: {refused}");
    }
    app.done().await;
}

#[tokio::test]
async fn a_payment_that_two_confirm_at_once_is_confirmed_and_posted_once() {
    let app = TestApp::new().await;
    let scene = Scene::new(&app, 0).await;
    scene.play(&app, &Action::Charge(0, 13_500)).await;
    let id = scene.payment(&mut *begin(&app, scene.tenant).await, 0, PaymentStatus::Pending).await.unwrap();
    let confirm = async || {
        let mut tx = begin(&app, scene.tenant).await;
        super::confirm(&mut tx, id, scene.staff, None, None).await?;
        tx.commit().await
    };
    let (first, second) = tokio::join!(confirm(), confirm());
    assert_eq!([&first, &second].iter().filter(|done| done.is_ok()).count(), 1, "{first:?} {second:?}");
    let refused = first.and(second).unwrap_err();
    assert!(matches!(refused, AppError::Conflict(_)), "{refused:?}");
    scene.check_laws(&mut *begin(&app, scene.tenant).await).await;
    app.done().await;
}

#[tokio::test]
async fn staff_expect_a_failed_payment_again_by_another_method() {
    let app = TestApp::new().await;
    let (scene, id) = waiting_payment(&app).await;
    let mut browser = app.browser("t0.localhost");
    browser.sign_in("staff@example.com").await;
    let payment = id.to_string();
    let again = [("payment", payment.as_str()), ("method", "zelle")];
    let early = browser.post("/admin/payments", "/api/expect_payment", &again).await;
    assert_eq!(early.status, StatusCode::CONFLICT, "it is expected already");
    let failed = [("payment", payment.as_str()), ("reason", "the note was torn")];
    let reply = browser.submit("/admin/payments", "/api/fail_payment", &failed).await;
    assert!(reply.text().contains("Reopen"), "{}", reply.text());
    for method in ["", "stripe"] {
        let fields = [("payment", payment.as_str()), ("method", method)];
        let refused = browser.submit("/admin/payments", "/api/expect_payment", &fields).await;
        assert!(refused.text().contains("Choose how it will be paid."), "{method}: {}", refused.text());
    }
    let unknown = [("payment", payment.as_str()), ("method", "barter")];
    let refused = browser.post("/admin/payments", "/api/expect_payment", &unknown).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    let reply = browser.submit("/admin/payments", "/api/expect_payment", &again).await;
    assert!(reply.text().contains("$135.00 by Zelle is pending again."), "{}", reply.text());
    let reply = browser.submit("/admin/payments", "/api/confirm_payment", &[("payment", &payment)]).await;
    assert!(reply.text().contains("$135.00 confirmed."), "{}", reply.text());
    let mut tx = begin(&app, scene.tenant).await;
    assert_eq!(ledger::balance(&mut tx, Account::Zelle).await.unwrap(), Amount(-13_500));
    let audited: i64 = sqlx::query_scalar(
        "select count(*) from audit_log where object = 'payments' and object_id = $1 and changes -> 'status' = '[\"failed\", \"pending\"]'",
    )
    .bind(id)
    .fetch_one(&mut *tx)
    .await
    .unwrap();
    assert_eq!(audited, 1);
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn a_payment_counts_in_the_week_of_its_confirmation() {
    let app = TestApp::new().await;
    let (scene, id) = waiting_payment(&app).await;
    app.app.db.clock.advance(TimeDelta::days(10));
    let mut tx = begin(&app, scene.tenant).await;
    super::confirm(&mut tx, id, scene.staff, None, None).await.unwrap();
    tx.commit().await.unwrap();
    let mut browser = app.browser("t0.localhost");
    browser.sign_in("staff@example.com").await;
    let shown = async |browser: &mut Browser| browser.get("/admin/payments").await.all(".stat-value")[1].clone();
    assert_eq!(shown(&mut browser).await, "$135.00");
    app.app.db.clock.advance(TimeDelta::days(8));
    browser.sign_in("staff@example.com").await;
    assert_eq!(shown(&mut browser).await, "$0.00");
    app.done().await;
}

#[tokio::test]
async fn a_payment_is_settled_in_a_dialog_and_a_rejected_form_is_shown_above_the_list() {
    let app = TestApp::new().await;
    let (_, id) = waiting_payment(&app).await;
    let mut browser = app.browser("t0.localhost");
    browser.sign_in("staff@example.com").await;
    let page = browser.get("/admin/payments").await;
    assert_eq!(page.all(".actions .dialog h2"), ["Confirm $135.00 by Cash", "$135.00 was not received"]);
    assert_eq!(page.all(".confirm").len(), 0, "nothing unfolds in a row");
    let unsaid = [("payment", &*id.to_string()), ("received_by", ""), ("note", "brought on Friday")];
    let page = browser.submit("/admin/payments", "/api/confirm_payment", &unsaid).await;
    assert_eq!(page.all("main > .card h2"), ["Confirm $135.00 by Cash"]);
    assert_eq!(page.all(".actions .dialog h2"), ["$135.00 was not received"], "each form is there once");
    let field = |name: &str| format!("main > .card #field-{id}-{name}");
    assert_eq!(page.all(&format!("{}-error", field("received_by"))).len(), 1);
    assert_eq!(page.attribute(&field("note"), "value").as_deref(), Some("brought on Friday"));
    assert_eq!(page.attribute("#errors a", "href"), Some(format!("#field-{id}-received_by")));
    app.done().await;
}

#[tokio::test]
async fn the_filters_offer_only_what_a_payment_can_be() {
    let app = TestApp::new().await;
    let (_, _) = waiting_payment(&app).await;
    let mut browser = app.browser("t0.localhost");
    browser.sign_in("staff@example.com").await;
    let page = browser.get("/admin/payments?status=failed&method=cash").await;
    assert_eq!(page.all(".filter-count"), ["2 set"], "a phone says how many are set");
    assert_eq!(browser.get("/admin/payments").await.all(".filter-count").len(), 0);
    assert_eq!(page.all("select[name=status] option"), ["All", "To confirm", "Confirmed", "Failed"]);
    assert_eq!(page.all("form[method=get] select[name=method] option"), ["All", "Cash", "CashApp", "Zelle"]);
    app.done().await;
}

/// A tenant with a completed cash booking whose payment is pending.
async fn waiting_payment(app: &TestApp) -> (Scene, Id<Payment>) {
    let scene = Scene::new(app, 0).await;
    scene.play(app, &Action::Charge(0, 13_500)).await;
    let id = scene.payment(&mut *begin(app, scene.tenant).await, 0, PaymentStatus::Pending).await.unwrap();
    (scene, id)
}

#[tokio::test]
async fn staff_confirm_cash_and_say_who_received_it() {
    let app = TestApp::new().await;
    let (scene, id) = waiting_payment(&app).await;
    let mut browser = app.browser("t0.localhost");
    browser.sign_in("staff@example.com").await;
    let (payment, ada) = (id.to_string(), scene.providers[0].to_string());
    let fields = [("payment", payment.as_str()), ("received_by", ada.as_str()), ("note", "two fifties")];
    let reply = browser.submit("/admin/payments", "/api/confirm_payment", &fields).await;
    assert!(reply.text().contains("$135.00 confirmed."), "{}", reply.text());
    assert!(reply.text().contains("Received by Ada"), "{}", reply.text());
    let again = browser.post("/admin/payments", "/api/confirm_payment", &fields).await;
    assert_eq!(again.location.as_deref(), Some("/admin/payments"), "a second tap finds it done");
    user(&app, scene.tenant, "boss", &[Role::Staff]).await;
    let mut other = app.browser("t0.localhost");
    other.sign_in("boss@example.com").await;
    let refused = other.post("/admin/payments", "/api/confirm_payment", &fields).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text().contains("already confirmed"), "{}", refused.text());
    let mut tx = begin(&app, scene.tenant).await;
    assert_eq!(ledger::balance(&mut tx, Account::Customer(scene.bookings[0])).await.unwrap(), Amount::ZERO);
    assert_eq!(ledger::balance(&mut tx, Account::Cash).await.unwrap(), Amount::ZERO, "not in the cash box");
    let owed = ledger::balance(&mut tx, Account::Provider(scene.providers[0])).await.unwrap();
    assert_eq!(owed, Amount(-13_500), "Ada keeps it, and so owes it");
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn bad_input_to_the_payment_forms_is_shown_beside_the_field_and_changes_nothing() {
    let app = TestApp::new().await;
    let (scene, id) = waiting_payment(&app).await;
    let mut browser = app.browser("t0.localhost");
    browser.sign_in("staff@example.com").await;
    let payment = id.to_string();
    let long = "x".repeat(301);
    for (action, fields, complaint) in [
        ("/api/confirm_payment", vec![], "Choose who received the cash."),
        ("/api/confirm_payment", vec![("received_by", "nobody")], "Choose one from the list."),
        ("/api/confirm_payment", vec![("received_by", payment.as_str())], "Choose one from the list."),
        ("/api/confirm_payment", vec![("received_by", "office"), ("note", long.as_str())], "at most 300"),
        ("/api/fail_payment", vec![("reason", " ")], "Fill in this field"),
        ("/api/fail_payment", vec![("reason", long.as_str())], "at most 300"),
    ] {
        let fields: Vec<_> = fields.into_iter().chain([("payment", payment.as_str())]).collect();
        let reply = browser.submit("/admin/payments", action, &fields).await;
        assert_eq!(reply.status, StatusCode::OK, "{action} {fields:?}");
        assert!(reply.text().contains(complaint), "{action} {complaint}: {}", reply.text());
    }
    let mut tx = begin(&app, scene.tenant).await;
    assert_eq!(store::find(&mut tx, id).await.unwrap().unwrap().status, PaymentStatus::Pending);
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn nobody_but_this_tenants_staff_can_settle_a_payment() {
    let app = TestApp::new().await;
    let (scene, id) = waiting_payment(&app).await;
    let other = tenant(&app, "other").await;
    user(&app, other, "boss", &[Role::Admin]).await;
    user(&app, scene.tenant, "ann", &[Role::Customer, Role::Provider]).await;
    let payment = id.to_string();
    let fields = [("payment", payment.as_str()), ("received_by", "office"), ("method", "zelle"), ("reason", "no")];
    for (host, email) in [("other.localhost", "boss@example.com"), ("t0.localhost", "ann@example.com")] {
        let mut browser = app.browser(host);
        browser.sign_in(email).await;
        for action in ["/api/confirm_payment", "/api/expect_payment", "/api/fail_payment"] {
            let reply = browser.post("/admin/payments", action, &fields).await;
            assert_eq!(reply.status, StatusCode::NOT_FOUND, "{email} {action}");
        }
    }
    let signed_out = app.browser("t0.localhost").post("/admin/payments", "/api/confirm_payment", &fields).await;
    assert!(signed_out.location.unwrap().starts_with("/sign-in"), "somebody unknown may sign in first");
    let mut tx = begin(&app, scene.tenant).await;
    assert_eq!(store::find(&mut tx, id).await.unwrap().unwrap().status, PaymentStatus::Pending);
    drop(tx);
    app.done().await;
}
