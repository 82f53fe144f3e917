//! Staff propose a price: the customer is told and answers, or the account that pays has agreed.

use axum::http::StatusCode;
use engine::{Amount, Id};
use uuid::Uuid;

use super::complete;
use crate::{
    bookings::{
        messages::Kind,
        quotes::{self, QuoteState},
    },
    catalog::Service,
    identity::Role,
    notifications::Mail,
    providers::Provider,
    tenants::Tenant,
    testing::{Booked, Browser, TestApp, begin, booking, provider, service, tenant, user},
};

const PROPOSE: &str = "/api/propose_price";
const PHONE: &str = "+14045550123";

/// A business that jump-starts for $100 and 10% tax, with a booking, and a member of staff who is signed in.
struct Desk {
    app: TestApp,
    tenant: Id<Tenant>,
    jump: Id<Service>,
    marcus: Id<Provider>,
    booked: Booked,
    staff: Browser,
}

impl Desk {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let atl = tenant(&app, "atl").await;
        user(&app, atl, "staff", &[Role::Staff]).await;
        let jump = service(&app, atl, "jump-start", 10_000, None).await;
        let marcus = provider(&app, atl, "Marcus", None, &["jump-start"]).await;
        let booked = booking(&app, atl, jump).await;
        let mut staff = app.browser("atl.localhost");
        staff.sign_in("staff@example.com").await;
        Self { app, tenant: atl, jump, marcus, booked, staff }
    }

    fn page(&self) -> String {
        format!("/admin/bookings/{}/price", self.booked.reference)
    }

    async fn propose(&mut self, fields: &[(&str, &str)]) -> String {
        self.propose_as(Uuid::now_v7(), fields).await
    }

    async fn propose_as(&mut self, attempt: Uuid, fields: &[(&str, &str)]) -> String {
        let (booking, page, attempt) = (self.booked.id.to_string(), self.page(), attempt.to_string());
        let fields: Vec<_> =
            [("booking", booking.as_str()), ("attempt", &attempt)].iter().chain(fields).copied().collect();
        self.staff.submit(&page, PROPOSE, &fields).await.text()
    }

    async fn asked(&self) -> Vec<Mail> {
        self.app.drain().await;
        let mails = self.app.mailbox(PHONE).await;
        mails.into_iter().filter(|mail| mail.kind == Kind::Proposed.as_str()).collect()
    }

    async fn states(&self) -> Vec<QuoteState> {
        let versions = quotes::list(&mut *begin(&self.app, self.tenant).await, self.booked.id).await.unwrap();
        versions.iter().map(|version| version.state).collect()
    }

    async fn charged(&self) -> Vec<Amount> {
        sqlx::query_scalar(
            "select amount from payments where tenant_id = $1 and booking_id = $2 order by created_at, id",
        )
        .bind(self.tenant)
        .bind(self.booked.id)
        .fetch_all(&mut *begin(&self.app, self.tenant).await)
        .await
        .unwrap()
    }

    /// An account pays from now on.
    async fn bill_to(&self, payer: &str) {
        let mut tx = begin(&self.app, self.tenant).await;
        sqlx::query("update bookings set billed_to = $3, hides_price = true where tenant_id = $1 and id = $2")
            .bind(self.tenant)
            .bind(self.booked.id)
            .bind(payer)
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
}

const BATTERY: [(&str, &str); 3] = [("description", "New battery"), ("amount", "90"), ("answer_hours", "4")];

#[tokio::test]
async fn a_form_with_the_id_of_another_bookings_price_is_refused() {
    let mut desk = Desk::new().await;
    let attempt = Uuid::now_v7();
    let fields = [("description", "New battery"), ("amount", "90"), ("answer_hours", "4")];
    desk.propose_as(attempt, &fields).await;
    let another = booking(&desk.app, desk.tenant, desk.jump).await;
    let (id, attempt) = (another.id.to_string(), attempt.to_string());
    let fields: Vec<_> = [("booking", id.as_str()), ("attempt", &attempt)].into_iter().chain(fields).collect();
    let page = format!("/admin/bookings/{}/price", another.reference);
    assert_eq!(desk.staff.post(&page, PROPOSE, &fields).await.status, StatusCode::BAD_REQUEST);
    desk.app.done().await;
}

#[tokio::test]
async fn staff_propose_a_price_and_the_customer_is_told_and_approves_it() {
    let mut desk = Desk::new().await;
    let page = desk.propose(&BATTERY).await;
    assert!(page.contains("The customer is asked.") && page.contains("New battery"), "{page}");
    let asked = desk.asked().await;
    let [asked] = &asked[..] else { panic!("{asked:?}") };
    assert!(asked.text.contains("do you approve $99.00 for New battery"), "with tax: {}", asked.text);

    let link = format!("/b/{}", desk.booked.token);
    let mut customer = desk.app.browser("atl.localhost");
    let page = customer.get(&link).await.text();
    assert!(page.contains("New battery") && page.contains("Approve $99.00"), "{page}");
    assert!(page.contains("With the $110.00 agreed, that is $209.00 in all."), "{page}");
    assert_eq!(page.matches("New battery").count(), 1, "its line says what it is for: {page}");
    let tracking = customer.get(&format!("/track/{}", desk.booked.token)).await;
    let question = tracking.all(".alert").join(" ");
    assert!(question.contains("Do you approve $99.00?") && question.contains("$209.00 in all."), "{question}");
    assert!(question.contains("Please answer by Tue, Mar 3"), "{question}");
    assert_eq!(tracking.attribute(".alert .wide a", "href").as_deref(), Some(link.as_str()));
    let form = desk.staff.get(&desk.page()).await.text();
    assert!(form.contains("Agreed so far: $110.00."), "{form}");
    let versions = quotes::list(&mut *begin(&desk.app, desk.tenant).await, desk.booked.id).await.unwrap();
    let proposed = versions[1].id.to_string();
    customer.submit(&link, "/api/approve_quote", &[("token", desk.booked.token.as_str()), ("quote", &proposed)]).await;
    assert_eq!(desk.states().await, [QuoteState::Approved, QuoteState::Approved]);
    let tracking = customer.get(&format!("/track/{}", desk.booked.token)).await.text();
    assert!(!tracking.contains("Do you approve"), "it is answered: {tracking}");
    desk.app.done().await;
}

#[tokio::test]
async fn the_same_form_for_a_price_sent_twice_adds_it_once() {
    let mut desk = Desk::new().await;
    let attempt = Uuid::now_v7();
    desk.propose_as(attempt, &BATTERY).await;
    desk.propose_as(attempt, &BATTERY).await;
    assert_eq!(desk.states().await, [QuoteState::Approved, QuoteState::Proposed]);
    assert_eq!(desk.asked().await.len(), 1);

    complete(&desk.app, desk.tenant, &desk.booked, desk.marcus, None).await;
    desk.bill_to("Acme Fleet").await;
    let agreed = [("description", "New battery"), ("amount", "90"), ("agreed_by", "Ms Kaya")];
    let attempt = Uuid::now_v7();
    desk.propose_as(attempt, &agreed).await;
    desk.propose_as(attempt, &agreed).await;
    assert_eq!(desk.charged().await, [Amount(11_000), Amount(9_900)]);
    desk.app.done().await;
}

#[tokio::test]
async fn the_person_on_site_cannot_answer_a_price_that_an_account_pays() {
    let mut desk = Desk::new().await;
    desk.propose(&BATTERY).await;
    desk.bill_to("Acme Fleet").await;
    let versions = quotes::list(&mut *begin(&desk.app, desk.tenant).await, desk.booked.id).await.unwrap();
    let quote = versions[1].id.to_string();
    let link = format!("/b/{}", desk.booked.token);
    let mut customer = desk.app.browser("atl.localhost");
    assert!(!customer.get(&link).await.text().contains("Do you approve this price?"));
    for action in ["/api/approve_quote", "/api/decline_quote"] {
        let fields = [("token", desk.booked.token.as_str()), ("quote", quote.as_str())];
        let refused = customer.post(&link, action, &fields).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{action}");
    }
    assert_eq!(desk.states().await, [QuoteState::Approved, QuoteState::Proposed]);
    desk.app.done().await;
}

#[tokio::test]
async fn a_price_that_was_withdrawn_at_once_is_not_asked_about() {
    let mut desk = Desk::new().await;
    desk.propose(&BATTERY).await;
    let versions = quotes::list(&mut *begin(&desk.app, desk.tenant).await, desk.booked.id).await.unwrap();
    let (booking, quote) = (desk.booked.id.to_string(), versions[1].id.to_string());
    let page = format!("/admin/bookings/{}", desk.booked.reference);
    desk.staff.submit(&page, "/api/withdraw_quote", &[("booking", &booking), ("quote", &quote)]).await;
    assert!(desk.asked().await.is_empty());
    desk.app.done().await;
}

#[tokio::test]
async fn an_account_that_pays_agrees_through_staff_and_the_customer_is_not_asked() {
    let mut desk = Desk::new().await;
    desk.bill_to("Acme Fleet").await;
    complete(&desk.app, desk.tenant, &desk.booked, desk.marcus, None).await;
    let page = desk.staff.get(&desk.page()).await.text();
    assert!(page.contains("Who agreed at Acme Fleet?"), "{page}");
    let page = desk.propose(&[("description", "New battery"), ("amount", "90")]).await;
    assert!(page.contains("Who agreed at Acme Fleet? Fill in this field"), "{page}");
    assert_eq!(desk.states().await.len(), 1);

    desk.propose(&[("description", "New battery"), ("amount", "90"), ("agreed_by", "Ms Kaya")]).await;
    assert_eq!(desk.states().await, [QuoteState::Approved, QuoteState::Approved]);
    assert_eq!(desk.charged().await, [Amount(11_000), Amount(9_900)], "each once");
    assert!(desk.asked().await.is_empty());
    desk.app.done().await;
}

#[tokio::test]
async fn a_price_that_cannot_be_read_is_an_error_beside_its_field_and_changes_nothing() {
    let mut desk = Desk::new().await;
    for (amount, said) in
        [("", "Enter"), ("0", "more than zero"), ("ninety", "Enter"), ("1000000", "at most $100,000.00")]
    {
        let page = desk.propose(&[("description", "New battery"), ("amount", amount), ("answer_hours", "4")]).await;
        assert!(page.contains(said) && page.contains("New battery"), "{amount}: {page}");
    }
    let page = desk.propose(&[("description", ""), ("amount", "90"), ("answer_hours", "5")]).await;
    assert!(page.contains("Choose how long they have."), "{page}");
    assert_eq!(desk.states().await, [QuoteState::Approved]);
    desk.app.done().await;
}

#[tokio::test]
async fn a_cancelled_booking_has_no_form_for_a_price() {
    let mut desk = Desk::new().await;
    let mut customer = desk.app.browser("atl.localhost");
    let link = format!("/b/{}/cancel", desk.booked.token);
    customer.submit(&link, "/api/cancel_booking", &[("token", desk.booked.token.as_str()), ("fee", "0")]).await;
    let office = format!("/admin/bookings/{}", desk.booked.reference);
    let page = desk.staff.get(&desk.page()).await;
    assert_eq!(page.location.as_deref(), Some(office.as_str()), "it leads back");
    assert!(!desk.staff.get(&office).await.text().contains("Add to the price"));
    let booking = desk.booked.id.to_string();
    let attempt = Uuid::now_v7().to_string();
    let fields: Vec<_> = [("booking", booking.as_str()), ("attempt", &attempt)].into_iter().chain(BATTERY).collect();
    assert_eq!(desk.staff.post(&office, PROPOSE, &fields).await.status, StatusCode::CONFLICT);
    desk.app.done().await;
}
