//! Cash that providers keep is deducted from the next payout.

use super::*;
use crate::{
    bookings::{PaymentMethod, quotes},
    payments::{self, Charge, Payment, ledger::PostingKind},
    testing::Reply,
};

/// A provider with an account who earned $70 of $100 and 10% tax, which the customer paid in cash.
struct Paid {
    tenant: Id<Tenant>,
    admin: Id<User>,
    provider: Id<Provider>,
    service: Id<crate::catalog::Service>,
    payment: Id<Payment>,
}

impl Paid {
    async fn new(app: &TestApp) -> Self {
        let tenant = tenant(app, "atl").await;
        let admin = user(app, tenant, "boss", &[Role::Admin]).await;
        let account = user(app, tenant, "ada", &[Role::Provider]).await;
        let service = service(app, tenant, "lockout", 10_000, None).await;
        let provider = provider(app, tenant, "Ada", Some(account), &[]).await;
        let payment = work(app, tenant, service, provider, PaymentMethod::Cash).await;
        Self { tenant, admin, provider, service, payment }
    }

    /// Does another job of $70, paid by a transfer.
    async fn work_again(&self, app: &TestApp) {
        work(app, self.tenant, self.service, self.provider, PaymentMethod::Zelle).await;
    }

    async fn confirm(&self, app: &TestApp, received_by: Option<Id<Provider>>) {
        let mut tx = begin(app, self.tenant).await;
        payments::confirm(&mut tx, self.payment, self.admin, received_by, None).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn balance(&self, app: &TestApp) -> Amount {
        ledger::balance(&mut *begin(app, self.tenant).await, Account::Provider(self.provider)).await.unwrap()
    }

    async fn page(&self, app: &TestApp, name: &str, path: &str) -> Reply {
        let mut browser = app.browser("atl.localhost");
        browser.sign_in(&format!("{name}@example.com")).await;
        browser.get(path).await
    }

    async fn payout(&self, app: &TestApp) -> Result<Payout, AppError> {
        let mut tx = begin(app, self.tenant).await;
        let payout = super::super::create(&mut tx, self.provider, self.admin).await?;
        tx.commit().await?;
        Ok(payout)
    }
}

async fn work(
    app: &TestApp,
    tenant: Id<Tenant>,
    service: Id<crate::catalog::Service>,
    provider: Id<Provider>,
    method: PaymentMethod,
) -> Id<Payment> {
    let booked = booking(app, tenant, service).await;
    earn(app, tenant, &booked, provider, EarningKind::Job).await;
    let mut tx = begin(app, tenant).await;
    let quote = quotes::list(&mut tx, booked.id).await.unwrap()[0].id;
    let charge = Charge {
        kind: PostingKind::Charge,
        booking: booked.id,
        quote,
        amount: Amount(11_000),
        fee: Amount::ZERO,
        method,
        provider: Some(provider),
    };
    payments::charge(&mut tx, charge).await.unwrap();
    let payment = payments::store::list_of_booking(&mut tx, booked.id).await.unwrap()[0].id;
    tx.commit().await.unwrap();
    payment
}

#[tokio::test]
async fn cash_that_is_not_confirmed_yet_is_shown_wherever_it_will_count() {
    let app = TestApp::new().await;
    let paid = Paid::new(&app).await;
    assert_eq!(paid.balance(&app).await, Amount(7_000), "nothing is set off before it is confirmed");
    for (name, path) in [
        ("boss", "/admin/payouts".to_owned()),
        ("boss", format!("/admin/payouts/new?provider={}", paid.provider)),
        ("boss", format!("/admin/providers/{}", paid.provider)),
        ("ada", "/provider/earnings".to_owned()),
    ] {
        let page = paid.page(&app, name, &path).await;
        assert!(page.text().contains("$110.00"), "{path}: {}", page.text());
    }
    app.done().await;
}

#[tokio::test]
async fn cash_received_by_the_office_is_not_deducted() {
    let app = TestApp::new().await;
    let paid = Paid::new(&app).await;
    paid.confirm(&app, None).await;
    assert_eq!(paid.balance(&app).await, Amount(7_000));
    assert_eq!(paid.payout(&app).await.unwrap().total_amount, Amount(7_000));
    app.done().await;
}

#[tokio::test]
async fn cash_a_provider_keeps_is_carried_until_they_have_earned_as_much() {
    let app = TestApp::new().await;
    let paid = Paid::new(&app).await;
    paid.confirm(&app, Some(paid.provider)).await;
    assert_eq!(paid.balance(&app).await, Amount(-4_000), "$70 earned, $110 kept");
    let refused = paid.payout(&app).await.unwrap_err();
    assert!(refused.to_string().contains("deducted from their next earnings"), "{refused}");
    let preview = paid.page(&app, "boss", &format!("/admin/payouts/new?provider={}", paid.provider)).await;
    assert!(preview.text().contains("-$40.00") && !preview.text().contains("Create payout"), "{}", preview.text());
    let waiting = paid.page(&app, "boss", "/admin/payouts").await;
    assert!(waiting.text().contains("Deducted from the next payout"), "{}", waiting.text());
    let earnings = paid.page(&app, "ada", "/provider/earnings").await;
    assert!(earnings.text().contains("You owe us") && earnings.text().contains("$40.00"), "{}", earnings.text());

    paid.work_again(&app).await;
    let payout = paid.payout(&app).await.unwrap();
    assert_eq!(payout.total_amount, Amount(3_000), "what is left of the debt is netted");
    let mut tx = begin(&app, paid.tenant).await;
    super::super::mark_paid(&mut tx, payout.id, paid.admin).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(paid.balance(&app).await, Amount::ZERO);
    let statement = paid.page(&app, "boss", &format!("/admin/payouts/{}/statement.csv", payout.id)).await;
    assert!(statement.html.contains(",lockout,Cash kept,2026-03-03,,,-110.00,USD"), "{}", statement.html);
    app.done().await;
}

#[tokio::test]
async fn earnings_and_cash_that_cancel_out_are_settled_by_a_payout_of_nothing() {
    let app = TestApp::new().await;
    let paid = Paid::new(&app).await;
    agree(&app, paid.tenant, paid.provider, Commission::FlatPerJob(Amount(4_000))).await;
    paid.confirm(&app, Some(paid.provider)).await;
    paid.work_again(&app).await;
    let payout = paid.payout(&app).await.unwrap();
    assert_eq!(payout.total_amount, Amount::ZERO);
    let mut tx = begin(&app, paid.tenant).await;
    super::super::mark_paid(&mut tx, payout.id, paid.admin).await.unwrap();
    tx.commit().await.unwrap();
    let waiting = paid.page(&app, "boss", "/admin/payouts").await;
    assert!(waiting.text().contains("No unpaid earnings"), "{}", waiting.text());
    app.done().await;
}

#[tokio::test]
async fn the_same_kept_cash_is_deducted_once() {
    let app = TestApp::new().await;
    let paid = Paid::new(&app).await;
    paid.confirm(&app, Some(paid.provider)).await;
    let mut tx = begin(&app, paid.tenant).await;
    let payment = payments::store::find(&mut tx, paid.payment).await.unwrap().unwrap();
    super::super::keep_cash(&mut tx, &payment, paid.provider).await.unwrap();
    let debts: i64 =
        sqlx::query_scalar("select count(*) from earnings where kind = 'cash_kept'").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(debts, 1);
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn a_providers_debt_is_not_counted_as_a_waiting_payout() {
    let app = TestApp::new().await;
    let paid = Paid::new(&app).await;
    let waiting = async || crate::admin::Waiting::load(&mut *begin(&app, paid.tenant).await).await.unwrap().payouts;
    assert_eq!(waiting().await, 1);
    paid.confirm(&app, Some(paid.provider)).await;
    assert_eq!(waiting().await, 0);
    app.done().await;
}

#[tokio::test]
async fn a_payout_has_a_maximum_of_lines_and_deducts_cash_first() {
    let app = TestApp::new().await;
    let paid = Paid::new(&app).await;
    paid.confirm(&app, Some(paid.provider)).await;
    let mut tx = begin(&app, paid.tenant).await;
    sqlx::query(
        "with copies as (
             insert into bookings (id, reference, customer_id, service_id, phase, contact_name, contact_phone, address, location_source,
                                   payment_method, completed_at)
             select gen_random_uuid(), 'MC-' || translate(lpad(to_hex(n), 6, '0'), '0123456789abcdef', '23456789ACDEFGHJ'), b.customer_id,
                    b.service_id, 'completed', 'Customer', '+12055550100', 'Somewhere', 'address', 'cash', app.now()
             from bookings b, generate_series(1, $2) n
             returning id
         )
         insert into earnings (id, booking_id, provider_id, base_amount, commission_type, commission_rate, amount, earned_at)
         select gen_random_uuid(), id, $1, 100, 'percentage', 7000, 70, app.now() - interval '1 day' from copies",
    )
    .bind(paid.provider)
    .bind(i32::try_from(store::MOST_ITEMS).unwrap())
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let preview = paid.page(&app, "boss", &format!("/admin/payouts/new?provider={}", paid.provider)).await;
    assert!(
        preview.text().contains("A payout has at most 500 lines. The rest goes into the next one."),
        "{}",
        preview.text()
    );
    // 499 times $0.70 less the $110 kept; the last earning and the $70 wait.
    assert_eq!(preview.all(".headline-figure"), ["$239.30"]);
    assert_eq!(paid.payout(&app).await.unwrap().total_amount, Amount(23_930));
    assert_eq!(paid.payout(&app).await.unwrap().total_amount, Amount(7_070));
    app.done().await;
}
