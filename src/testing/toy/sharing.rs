//! Who earns with a price: the owner of a toy without a job, and those who do jobs, in some of its lines.

use chrono::TimeDelta;
use engine::{Amount, Id, Line, LineKind, Quote};

use super::{
    Shape,
    tests::{Shop, set_hourly_price},
};
use crate::{
    bookings::{
        Author, Booking,
        quotes::{Proposal, QuoteKind},
        store,
    },
    catalog, dispatch,
    fulfilment::{self, jobless, make::Beginning},
    identity::Role,
    payments::ledger::{self, Account},
    providers::Provider,
    testing::{begin, offer, place, provider, provider_living, user},
    verticals::Vertical,
};

impl Shop {
    /// The shop with a toy that belongs to Olga.
    async fn with_an_owner(self) -> (Self, Id<Provider>) {
        let account = user(&self.app, self.id, "olga", &[Role::Provider]).await;
        let olga = provider(&self.app, self.id, "Olga Stein", Some(account), &[]).await;
        let toy = offer(&self.app, self.id, olga, Vertical::Toy, "stilts").await;
        let mut tx = begin(&self.app, self.id).await;
        set_hourly_price(&mut tx, toy).await;
        let service = catalog::store::find(&mut tx, toy).await.unwrap().unwrap().service;
        tx.commit().await.unwrap();
        (Self { service, ..self }, olga)
    }

    /// Proposes a delivery for $10, and the customer agrees.
    async fn deliver(&self, booking: &Booking) {
        let tenant = self.tenant().await;
        let mut tx = begin(&self.app, self.id).await;
        let locked = store::lock(&mut tx, booking.id).await.unwrap();
        let price = Quote::fixed(vec![Line::single(LineKind::Concierge, "Delivery", Amount(1_000))]).unwrap();
        let proposal = Proposal {
            id: Id::new(),
            kind: QuoteKind::Extension,
            quote: &price,
            description: "We bring it.",
            offered_by: "Stan",
            expires_at: None,
        };
        fulfilment::propose(&mut tx, &locked, &proposal).await.unwrap();
        fulfilment::approve(&mut tx, &tenant, &locked, proposal.id).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn owed_to(&self, provider: Id<Provider>) -> Amount {
        ledger::balance(&mut *begin(&self.app, self.id).await, Account::Provider(provider)).await.unwrap()
    }
}

#[tokio::test]
async fn the_owner_of_a_toy_earns_with_a_stay_at_its_end_once_and_again_with_an_hour_more() {
    let (shop, olga) = Shop::open().await.with_an_owner().await;
    let stay = shop.make(Shape::Stay, Beginning::Confirmed).await;
    let (tenant, stan) = (shop.tenant().await, || Author::staff("Stan"));
    let mut tx = begin(&shop.app, shop.id).await;
    let locked = store::lock(&mut tx, stay.id).await.unwrap();
    jobless::begin(&mut tx, &tenant, &locked, stan()).await.unwrap();
    tx.commit().await.unwrap();
    shop.extend(&stay).await;
    assert_eq!(shop.earned(&stay, olga).await, [], "it isn't over");
    let mut tx = begin(&shop.app, shop.id).await;
    let locked = store::lock(&mut tx, stay.id).await.unwrap();
    jobless::complete(&mut tx, &tenant, &locked, stan()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(shop.earned(&stay, olga).await, [Amount(5_600)], "70% of both hours");
    shop.extend(&stay).await;
    assert_eq!(shop.earned(&stay, olga).await, [Amount(5_600), Amount(2_800)]);
    assert_eq!(shop.owed_to(olga).await, Amount(8_400));
    let mut phone = shop.app.browser("shop.localhost");
    phone.sign_in("olga@example.com").await;
    let earnings = phone.get("/provider/earnings").await;
    assert!(earnings.text().contains("1 booking") && !earnings.text().contains("1 job"), "{}", earnings.text());
    assert_eq!(earnings.all("a.link-card").len(), 0, "there is no job to open");
    shop.obeys_the_laws().await;
    shop.app.done().await;
}

#[tokio::test]
async fn the_owner_of_a_toy_shares_in_the_fee_of_who_cancels_or_does_not_come() {
    let (shop, olga) = Shop::open().await.with_an_owner().await;
    let mut boss = shop.boss().await;
    let id = shop.service.id.to_string();
    let half = [("service", id.as_str()), ("hours_before[tier_0]", "24"), ("refund[tier_0]", "50")];
    boss.submit(&format!("/admin/services/{id}"), "/api/change_service_rules", &half).await;
    let at = shop.app.now() + TimeDelta::hours(30);
    let cancels = shop.try_to_make(Shape::Stay, Beginning::Confirmed, at).await.unwrap();
    let stays_away = shop.try_to_make(Shape::Stay, Beginning::Confirmed, at).await.unwrap();
    let tenant = shop.tenant().await;
    let mut tx = begin(&shop.app, shop.id).await;
    let locked = store::lock(&mut tx, cancels.id).await.unwrap();
    fulfilment::cancel(&mut tx, &tenant, &locked, Author::customer(), None).await.unwrap();
    let locked = store::lock(&mut tx, stays_away.id).await.unwrap();
    jobless::miss(&mut tx, &tenant, &locked, Author::staff("Stan")).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(shop.earned(&cancels, olga).await, [Amount(1_400)], "70% of half the price");
    assert_eq!(shop.earned(&stays_away, olga).await, [Amount(2_800)], "70% of the price");
    shop.obeys_the_laws().await;
    shop.app.done().await;
}

#[tokio::test]
async fn who_does_the_jobs_earns_what_was_promised_and_nothing_with_the_delivery() {
    let shop = Shop::open().await;
    let ada = provider_living(&shop.app, shop.id, "Ada Lake", None, &[], Some(place())).await;
    let legs = shop.make(Shape::Legs, Beginning::Confirmed).await;
    shop.deliver(&legs).await;
    let tenant = shop.tenant().await;
    shop.app.pass(TimeDelta::hours(23) + TimeDelta::minutes(30)).await;
    let promised: Vec<Amount> = sqlx::query_scalar("select pay_amount from offers")
        .fetch_all(&mut *begin(&shop.app, shop.id).await)
        .await
        .unwrap();
    assert_eq!(promised, [Amount(1_400)]);
    let mut tx = begin(&shop.app, shop.id).await;
    let jobs = dispatch::jobs_of(&mut tx, legs.id).await.unwrap();
    for job in &jobs {
        dispatch::assign_manually(&mut tx, &tenant, job.job_id, ada, None, "Stan").await.unwrap();
    }
    tx.commit().await.unwrap();
    for job in &jobs {
        shop.do_job(job.job_id, ada).await;
    }
    assert_eq!(shop.earned(&legs, ada).await, [Amount(1_400), Amount(1_400)], "70% of half of the hour for each leg");
    let mut tx = begin(&shop.app, shop.id).await;
    assert_eq!(ledger::balance(&mut tx, Account::Revenue).await.unwrap(), Amount(2_200));
    drop(tx);
    shop.obeys_the_laws().await;
    shop.app.done().await;
}
