mod agreed;
mod cash;
mod laws;

use axum::http::StatusCode;
use engine::{Amount, BasisPoints, Commission, Id};

use super::{EarningKind, Payout, PayoutStatus, store};
use crate::{
    bookings::quotes,
    error::AppError,
    identity::{Role, User},
    payments::ledger::{self, Account},
    providers::{self, Provider},
    tenants::Tenant,
    testing::{Booked, TestApp, begin, booking, provider, service, tenant, until_one_waits, user},
};

/// Credits a provider with a booking, at its price and their commission.
async fn earn(app: &TestApp, tenant: Id<Tenant>, booked: &Booked, provider: Id<Provider>, kind: EarningKind) {
    let mut tx = begin(app, tenant).await;
    let provider = providers::store::find(&mut tx, provider).await.unwrap().unwrap();
    let price = quotes::approved(&quotes::list(&mut tx, booked.id).await.unwrap()).unwrap();
    let work = super::Work { kind, booking: booked.id, job: Some(booked.job), provider: &provider, deed: None };
    super::earn(&mut tx, work, price.shared()).await.unwrap();
    tx.commit().await.unwrap();
}

/// Changes a provider's commission from now on.
async fn agree(app: &TestApp, tenant: Id<Tenant>, provider: Id<Provider>, commission: Commission) {
    let mut tx = begin(app, tenant).await;
    providers::store::set_commission(&mut tx, provider, commission).await.unwrap();
    tx.commit().await.unwrap();
}

/// A tenant with one provider who has earned $87.50 and $60.00.
struct Earned {
    tenant: Id<Tenant>,
    admin: Id<User>,
    provider: Id<Provider>,
}

async fn earned(app: &TestApp) -> Earned {
    let tenant = tenant(app, "atl").await;
    let admin = user(app, tenant, "boss", &[Role::Admin]).await;
    user(app, tenant, "staff", &[Role::Staff]).await;
    let service = service(app, tenant, "lockout", 12_500, None).await;
    let provider = provider(app, tenant, "Ada", None, &[]).await;
    let share = Commission::Percentage(BasisPoints::percent(70).unwrap());
    for commission in [share, Commission::FlatPerJob(Amount(6_000))] {
        let booked = booking(app, tenant, service).await;
        agree(app, tenant, provider, commission).await;
        earn(app, tenant, &booked, provider, EarningKind::Job).await;
    }
    Earned { tenant, admin, provider }
}

async fn make(app: &TestApp, earned: &Earned) -> Result<Payout, AppError> {
    let mut tx = begin(app, earned.tenant).await;
    let payout = super::create(&mut tx, earned.provider, earned.admin).await?;
    tx.commit().await?;
    Ok(payout)
}

#[tokio::test]
async fn a_payout_gathers_everything_that_waits_and_is_the_sum_of_it() {
    let app = TestApp::new().await;
    let earned = earned(&app).await;
    let payout = make(&app, &earned).await.unwrap();
    assert_eq!(payout.total_amount, Amount(14_750));
    let mut tx = begin(&app, earned.tenant).await;
    let items = store::items(&mut tx, payout.id).await.unwrap();
    assert_eq!(items.iter().map(|item| item.amount).sum::<Amount>(), payout.total_amount);
    drop(tx);
    let empty = make(&app, &earned).await.unwrap_err();
    assert!(matches!(empty, AppError::Conflict(_)), "there is nothing left to pay: {empty:?}");
    app.done().await;
}

#[tokio::test]
async fn two_payouts_at_once_share_no_earning() {
    let app = TestApp::new().await;
    let earned = earned(&app).await;
    let (first, second) = tokio::join!(make(&app, &earned), make(&app, &earned));
    let (made, refused) = match (first, second) {
        (Ok(made), Err(refused)) | (Err(refused), Ok(made)) => (made, refused),
        both => panic!("one of two is refused: {both:?}"),
    };
    assert_eq!(made.total_amount, Amount(14_750));
    assert!(matches!(refused, AppError::Conflict(_)), "{refused:?}");
    app.done().await;
}

#[tokio::test]
async fn a_paid_payout_settles_what_the_provider_is_owed() {
    let app = TestApp::new().await;
    let earned = earned(&app).await;
    let payout = make(&app, &earned).await.unwrap();
    let mut tx = begin(&app, earned.tenant).await;
    let account = Account::Provider(earned.provider);
    assert_eq!(ledger::balance(&mut tx, account).await.unwrap(), Amount(14_750), "made isn't paid");
    super::mark_paid(&mut tx, payout.id, earned.admin).await.unwrap();
    assert_eq!(ledger::balance(&mut tx, account).await.unwrap(), Amount::ZERO);
    let again = super::mark_paid(&mut tx, payout.id, earned.admin).await.unwrap_err();
    assert!(again.to_string().contains("already marked as paid"), "{again}");
    let failed = super::mark_failed(&mut tx, payout.id, "too late").await.unwrap_err();
    assert!(failed.to_string().contains("already marked as paid"), "{failed}");
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn a_failed_payout_gives_its_earnings_to_the_next_one() {
    let app = TestApp::new().await;
    let earned = earned(&app).await;
    let failed = make(&app, &earned).await.unwrap();
    let mut tx = begin(&app, earned.tenant).await;
    super::mark_failed(&mut tx, failed.id, "the account is closed").await.unwrap();
    tx.commit().await.unwrap();
    let next = make(&app, &earned).await.unwrap();
    assert_eq!(next.total_amount, failed.total_amount);
    app.done().await;
}

#[tokio::test]
async fn a_payout_with_an_earning_under_dispute_is_not_paid() {
    let app = TestApp::new().await;
    let earned = earned(&app).await;
    let payout = make(&app, &earned).await.unwrap();
    let mut tx = begin(&app, earned.tenant).await;
    sqlx::query("update earnings set status = 'frozen' where amount = 6000").execute(&mut *tx).await.unwrap();
    let refused = super::mark_paid(&mut tx, payout.id, earned.admin).await.unwrap_err();
    assert!(refused.to_string().contains("dispute"), "{refused}");
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn two_taps_at_once_lead_to_the_same_payout() {
    let app = TestApp::new().await;
    let earned = earned(&app).await;
    let mut browser = app.browser("atl.localhost");
    browser.sign_in("boss@example.com").await;
    let provider = earned.provider.to_string();
    let mut first = begin(&app, earned.tenant).await;
    let made = super::create(&mut first, earned.provider, earned.admin).await.unwrap();
    let form = [("provider", provider.as_str())];
    let (second, ()) = tokio::join!(browser.post("/admin/payouts/new", "/api/create_payout", &form), async {
        until_one_waits(&app).await;
        first.commit().await.unwrap();
    });
    assert_eq!(second.location, Some(format!("/admin/payouts/{}", made.id)), "{}", second.text());
    app.done().await;
}

#[tokio::test]
async fn an_administrator_pays_a_provider_out_from_the_preview_to_the_statement() {
    let app = TestApp::new().await;
    let earned = earned(&app).await;
    let mut browser = app.browser("atl.localhost");
    browser.sign_in("boss@example.com").await;
    let waiting = browser.get("/admin/payouts").await;
    assert!(waiting.text().contains("$147.50"), "{}", waiting.text());
    let preview = browser.get(&format!("/admin/payouts/new?provider={}", earned.provider)).await;
    assert!(preview.text().contains("$87.50") && preview.text().contains("$60.00"), "{}", preview.text());
    let provider = earned.provider.to_string();
    let made = browser.post("/admin/payouts/new", "/api/create_payout", &[("provider", &provider)]).await;
    let again = browser.post("/admin/payouts/new", "/api/create_payout", &[("provider", &provider)]).await;
    assert_eq!(again.location, made.location, "a second tap leads to the same payout");
    let page = made.location.unwrap();
    let id = page.rsplit('/').next().unwrap().to_owned();
    assert!(browser.get(&page).await.text().contains("To transfer"));
    let paid = browser.submit(&page, "/api/mark_payout_paid", &[("payout", &id)]).await;
    assert!(paid.text().contains("$147.50 marked as paid."), "{}", paid.text());
    let statement = browser.get(&format!("{page}/statement.csv")).await;
    assert!(
        statement.html.starts_with("\u{feff}Booking,Service,For,Date,Price before tax,Share,Amount,Currency\n"),
        "{}",
        statement.html
    );
    assert!(statement.html.contains(",lockout,Completed,2026-03-03,125.00,70%,87.50,USD"), "{}", statement.html);
    assert!(statement.html.contains(",lockout,Completed,2026-03-03,125.00,flat,60.00,USD"), "{}", statement.html);
    app.done().await;
}

#[tokio::test]
async fn staff_see_payouts_and_only_administrators_make_and_settle_them() {
    let app = TestApp::new().await;
    let earned = earned(&app).await;
    let payout = make(&app, &earned).await.unwrap();
    let mut browser = app.browser("atl.localhost");
    browser.sign_in("staff@example.com").await;
    let page = format!("/admin/payouts/{}", payout.id);
    let shown = browser.get(&page).await;
    assert_eq!(shown.status, StatusCode::OK);
    assert!(!shown.text().contains("Mark as paid"), "the button isn't shown where it may not be used");
    let (provider, id) = (earned.provider.to_string(), payout.id.to_string());
    let fields = [("provider", provider.as_str()), ("payout", id.as_str()), ("reason", "no")];
    for action in ["/api/create_payout", "/api/mark_payout_paid", "/api/mark_payout_failed"] {
        assert_eq!(browser.post(&page, action, &fields).await.status, StatusCode::FORBIDDEN, "{action}");
    }
    let mut tx = begin(&app, earned.tenant).await;
    assert_eq!(store::find(&mut tx, payout.id).await.unwrap().unwrap().status, PayoutStatus::Pending);
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn another_tenants_payouts_and_providers_are_not_there() {
    let app = TestApp::new().await;
    let earned = earned(&app).await;
    let payout = make(&app, &earned).await.unwrap();
    let other = tenant(&app, "other").await;
    user(&app, other, "eve", &[Role::Admin]).await;
    let mut browser = app.browser("other.localhost");
    browser.sign_in("eve@example.com").await;
    let (provider, id) = (earned.provider.to_string(), payout.id.to_string());
    for page in [
        format!("/admin/payouts/{id}"),
        format!("/admin/payouts/{id}/statement.csv"),
        format!("/admin/payouts/new?provider={provider}"),
    ] {
        assert_eq!(browser.get(&page).await.status, StatusCode::NOT_FOUND, "{page}");
    }
    let fields = [("provider", provider.as_str()), ("payout", id.as_str()), ("reason", "no")];
    for action in ["/api/create_payout", "/api/mark_payout_paid", "/api/mark_payout_failed"] {
        assert_eq!(browser.post("/admin/payouts", action, &fields).await.status, StatusCode::NOT_FOUND, "{action}");
    }
    let mut tx = begin(&app, earned.tenant).await;
    assert_eq!(store::find(&mut tx, payout.id).await.unwrap().unwrap().status, PayoutStatus::Pending);
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn a_failed_transfer_asks_why() {
    let app = TestApp::new().await;
    let earned = earned(&app).await;
    let payout = make(&app, &earned).await.unwrap();
    let mut browser = app.browser("atl.localhost");
    browser.sign_in("boss@example.com").await;
    let page = format!("/admin/payouts/{}", payout.id);
    let id = payout.id.to_string();
    let reply = browser.submit(&page, "/api/mark_payout_failed", &[("payout", &id)]).await;
    assert!(reply.text().contains("Fill in this field"), "{}", reply.text());
    let fields = [("payout", id.as_str()), ("reason", "the account is closed")];
    let reply = browser.submit(&page, "/api/mark_payout_failed", &fields).await;
    assert!(reply.text().contains("the account is closed"), "{}", reply.text());
    app.done().await;
}

#[tokio::test]
async fn a_note_on_a_paid_payout_is_no_reason_of_a_failure() {
    let app = TestApp::new().await;
    let earned = earned(&app).await;
    let payout = make(&app, &earned).await.unwrap();
    let mut tx = begin(&app, earned.tenant).await;
    super::mark_paid(&mut tx, payout.id, earned.admin).await.unwrap();
    sqlx::query("update payouts set note = 'Direct deposit'").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    let mut browser = app.browser("atl.localhost");
    browser.sign_in("staff@example.com").await;
    let page = browser.get(&format!("/admin/payouts/{}", payout.id)).await;
    let noted = page.all(".description").into_iter().find(|line| line.contains("Direct deposit"));
    assert_eq!(noted.as_deref(), Some("NoteDirect deposit"), "{}", page.text());
    app.done().await;
}

#[tokio::test]
async fn only_work_that_was_done_counts_as_jobs_done() {
    let app = TestApp::new().await;
    let earned = earned(&app).await;
    let service = service(&app, earned.tenant, "towing", 6_000, None).await;
    let cancelled = booking(&app, earned.tenant, service).await;
    earn(&app, earned.tenant, &cancelled, earned.provider, EarningKind::Cancellation).await;
    let mut browser = app.browser("atl.localhost");
    browser.sign_in("boss@example.com").await;
    let page = browser.get(&format!("/admin/providers/{}", earned.provider)).await;
    assert_eq!(page.all(".stat-value")[0], "2", "{}", page.text());
    let preview = browser.get(&format!("/admin/payouts/new?provider={}", earned.provider)).await;
    let lines = preview.all("tbody tr");
    assert!(lines.iter().filter(|line| line.contains("Completed")).count() == 2, "{lines:?}");
    assert!(lines.iter().filter(|line| line.contains("Cancelled")).count() == 1, "{lines:?}");
    app.done().await;
}
