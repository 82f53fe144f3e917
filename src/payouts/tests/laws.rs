//! The amount promised equals the amount earned and paid out: random jobs of one provider, checked on every page that shows an amount.

use engine::{
    Distance, Miles10, Money, Quote, QuoteRequest,
    quote::mileage::{Labels, quote, settle},
};
use proptest::prelude::*;

use super::*;
use crate::{
    bookings::PaymentMethod,
    catalog::Service,
    dispatch::{self, JobState, Offer},
    payments, tenants,
    testing::{Browser, CHEAP_HASH, on_duty, place, play_histories, user_with_hash},
    verticals::roadside,
};

/// A job as it is agreed, done and paid.
#[derive(Debug, Clone)]
struct Plan {
    base: i64,
    per_mile: Option<i64>,
    /// Basis points.
    tax: i32,
    /// The provider's commission when the job is offered; it decides the earning.
    commission: Commission,
    /// The commission that staff set before the provider answers.
    after_the_offer: Option<Commission>,
    /// The commission that staff set once the provider has the job.
    after_accepting: Option<Commission>,
    method: PaymentMethod,
    /// Whether the provider takes the cash rather than the office.
    keeps_cash: bool,
    /// Tenths of a mile; ten miles were agreed.
    driven: i32,
}

fn commission() -> impl Strategy<Value = Commission> {
    prop_oneof![
        (0_i32..=10_000).prop_map(|points| Commission::Percentage(BasisPoints::new(points).unwrap())),
        (0_i64..=20_000).prop_map(|cents| Commission::FlatPerJob(Amount(cents))),
    ]
}

fn plan() -> impl Strategy<Value = Plan> {
    (
        0_i64..=50_000,
        prop::option::of(0_i64..=900),
        0_i32..=2_000,
        (commission(), prop::option::of(commission()), prop::option::of(commission())),
        prop::sample::select(&PaymentMethod::SWITCHED_ON[..]),
        any::<bool>(),
        prop_oneof![Just(100), 0_i32..=300],
    )
        .prop_map(
            |(base, per_mile, tax, (commission, after_the_offer, after_accepting), method, keeps_cash, driven)| Plan {
                base,
                per_mile,
                tax,
                commission,
                after_the_offer,
                after_accepting,
                method,
                keeps_cash,
                driven,
            },
        )
}

impl Plan {
    fn price(&self) -> engine::Price {
        engine::Price {
            base: Amount(self.base),
            per_mile: self.per_mile.map(Amount),
            tax: engine::Tax::on_top(BasisPoints::new(self.tax).unwrap().into()),
        }
    }

    fn agreed(&self) -> Quote {
        let distance = match self.per_mile {
            Some(_) => Distance::Known(Miles10::whole(10).unwrap()),
            None => Distance::None,
        };
        let labels = &Labels::default();
        quote(&QuoteRequest { service_name: "Help", price: self.price(), distance, labels }).unwrap()
    }

    fn settled(&self) -> Quote {
        match self.per_mile {
            Some(_) => {
                let driven = Miles10::new(self.driven).unwrap();
                settle(&self.agreed(), &self.price(), driven, &Labels::default()).unwrap()
            }
            None => self.agreed(),
        }
    }

    /// A provider's share as a person would calculate it: of everything but the tax.
    fn share(&self, price: &Quote) -> Amount {
        self.commission.provider_share(price.total() - price.amount_of(engine::LineKind::Tax))
    }
}

fn shown(amount: Amount) -> String {
    engine::Locale::EnUs.money(Money { amount, currency: engine::Currency::Usd }).to_string()
}

/// A provider with their jobs, and their expected money.
struct History<'a> {
    app: &'a TestApp,
    tenant: Id<Tenant>,
    admin: Id<User>,
    provider: Id<Provider>,
    phone: Browser,
    office: Browser,
    earned: Amount,
    /// Cash kept from confirmed payments.
    kept: Amount,
}

impl<'a> History<'a> {
    /// Runs in a new tenant.
    async fn begin(app: &'a TestApp, nth: usize) -> Self {
        let slug = format!("t{nth}");
        let host = format!("{slug}.localhost");
        let tenant = tenant(app, &slug).await;
        let admin = user_with_hash(app, tenant, "boss", &[Role::Admin], CHEAP_HASH.to_owned()).await;
        let account = user_with_hash(app, tenant, "ada", &[Role::Provider], CHEAP_HASH.to_owned()).await;
        let provider = provider(app, tenant, "Ada", Some(account), &[]).await;
        on_duty(app, tenant, provider, place()).await;
        let (mut phone, mut office) = (app.browser(&host), app.browser(&host));
        phone.sign_in("ada@example.com").await;
        office.sign_in("boss@example.com").await;
        Self { app, tenant, admin, provider, phone, office, earned: Amount::ZERO, kept: Amount::ZERO }
    }

    fn net(&self) -> Amount {
        self.earned - self.kept
    }

    async fn set_tax(&self, basis_points: i32) {
        sqlx::query("update platform.tenants set settings = jsonb_build_object('tax_basis_points', $1) where id = $2")
            .bind(basis_points)
            .bind(self.tenant)
            .execute(&mut self.app.database.owner().await)
            .await
            .unwrap();
    }

    async fn service(&self, plan: &Plan, nth: usize) -> Id<Service> {
        let slug = format!("help-{nth}");
        let service = service(self.app, self.tenant, &slug, plan.base, plan.per_mile).await;
        let mut tx = begin(self.app, self.tenant).await;
        providers::store::set_skills(&mut tx, self.provider, &[slug]).await.unwrap();
        tx.commit().await.unwrap();
        service
    }

    /// One job from the offer to the confirmed payment; reads its figures at each step.
    async fn play(&mut self, plan: &Plan, nth: usize) {
        agree(self.app, self.tenant, self.provider, plan.commission).await;
        self.set_tax(plan.tax).await;
        let service = self.service(plan, nth).await;
        let booked = booking(self.app, self.tenant, service).await;
        let mut tx = begin(self.app, self.tenant).await;
        sqlx::query("update bookings set payment_method = $2 where id = $1")
            .bind(booked.id)
            .bind(plan.method)
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        self.app.drain().await;

        let offer = self.offer().await;
        assert_eq!(offer.pay, plan.share(&plan.agreed()), "the offer");
        self.change_commission(plan.after_the_offer).await;
        let follows_miles = plan.per_mile.is_some() && matches!(plan.commission, Commission::Percentage(_));
        for path in [format!("/provider/offers/{}", offer.id), "/provider".to_owned()] {
            let page = self.phone.get(&path).await;
            assert_eq!(page.all(".offer-top .headline-figure"), [shown(offer.pay)], "{path}");
            assert_eq!(page.text().contains("Your pay goes by the miles you drive"), follows_miles, "{}", page.text());
        }
        self.accept(&offer).await;
        self.change_commission(plan.after_accepting).await;
        self.finish(plan, &booked).await;

        let share = plan.share(&plan.settled());
        if plan.driven == 100 || plan.per_mile.is_none() {
            assert_eq!(share, offer.pay, "what was promised is earned");
        }
        self.earned += share;
        let done = self.phone.get(&format!("/provider/jobs/{}", booked.job)).await;
        assert!(done.text().contains(&format!("You earned {}", shown(share))), "{}", done.text());
        self.check_pages().await;
        self.confirm(plan, &booked).await;
        self.check_pages().await;
    }

    async fn offer(&self) -> Offer {
        let mut tx = begin(self.app, self.tenant).await;
        dispatch::store::offers::pending_of_provider(&mut tx, self.provider).await.unwrap().expect("nobody else can")
    }

    async fn change_commission(&self, to: Option<Commission>) {
        if let Some(commission) = to {
            agree(self.app, self.tenant, self.provider, commission).await;
        }
    }

    async fn accept(&self, offer: &Offer) {
        let mut tx = begin(self.app, self.tenant).await;
        let tenant = tenants::find_by_id(&mut tx, self.tenant).await.unwrap().unwrap();
        dispatch::accept(&mut tx, &tenant, self.provider, offer.id).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn finish(&self, plan: &Plan, booked: &Booked) {
        // A different tax by now: the agreed rate applies.
        self.set_tax(2_000 - plan.tax).await;
        let mut tx = begin(self.app, self.tenant).await;
        let tenant = tenants::find_by_id(&mut tx, self.tenant).await.unwrap().unwrap();
        for step in [JobState::EnRoute, JobState::Arrived, JobState::InProgress] {
            dispatch::advance(&mut tx, self.provider, booked.job, step).await.unwrap();
        }
        let miles = plan.per_mile.map(|_| Miles10::new(plan.driven).unwrap());
        roadside::finish(&mut tx, &tenant, self.provider, booked.job, miles).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn confirm(&mut self, plan: &Plan, booked: &Booked) {
        let total = plan.settled().total();
        let mut tx = begin(self.app, self.tenant).await;
        let payments = payments::store::list_of_booking(&mut tx, booked.id).await.unwrap();
        assert_eq!(payments.iter().map(|payment| payment.amount).sum::<Amount>(), total, "the charge");
        let keeps = plan.keeps_cash && plan.method == PaymentMethod::Cash;
        for payment in payments {
            payments::confirm(&mut tx, payment.id, self.admin, keeps.then_some(self.provider), None).await.unwrap();
            if keeps {
                self.kept += payment.amount;
            }
        }
        tx.commit().await.unwrap();
    }

    /// Checks every page that shows the provider's money, and the ledger.
    async fn check_pages(&mut self) {
        let net = self.net();
        let balance = ledger::balance(&mut *begin(self.app, self.tenant).await, Account::Provider(self.provider)).await;
        assert_eq!(balance.unwrap(), net, "the ledger");

        let earnings = self.phone.get("/provider/earnings").await;
        let label = &earnings.all(".stat-label")[1];
        let (expected, amount) = if net.is_negative() { ("You owe us", -net) } else { ("To be paid out", net) };
        assert_eq!(label, expected);
        assert_eq!(earnings.all(".stat-value")[1], shown(amount), "the earnings page");

        let provider = self.office.get(&format!("/admin/providers/{}", self.provider)).await;
        let unpaid = provider.all(".stat-label").iter().position(|label| label == "Not paid out").expect("the figure");
        assert_eq!(provider.all(".stat-value")[unpaid], shown(net), "the provider in the back office");

        let waiting = self.office.get("/admin/payouts").await;
        let row = waiting.all("tbody tr").into_iter().find(|row| row.contains("Ada")).expect("a row");
        let kept = if self.kept.is_zero() { "–".to_owned() } else { shown(-self.kept) };
        let amounts = format!("{}{kept}", shown(self.earned));
        assert!(row.contains(&amounts) && row.contains(&shown(net)), "the list of payouts: {row}, not {amounts}");

        let preview = self.office.get(&format!("/admin/payouts/new?provider={}", self.provider)).await;
        assert_eq!(preview.all(".headline-figure"), [shown(net)], "the preview");
        assert_eq!(preview.text().contains("Create payout"), !net.is_negative());
    }

    /// Pays out what is possible, then reads the payout, its statement and the rest.
    async fn pay_out(&mut self) {
        let net = self.net();
        let mut tx = begin(self.app, self.tenant).await;
        let made = super::super::create(&mut tx, self.provider, self.admin).await;
        if net.is_negative() {
            assert!(matches!(made, Err(AppError::Conflict(_))), "{made:?}");
            return;
        }
        let payout = made.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(payout.total_amount, net);
        let path = format!("/admin/payouts/{}", payout.id);
        assert_eq!(self.office.get(&path).await.all(".headline-figure"), [shown(net)], "the payout");
        let statement = self.office.get(&format!("{path}/statement.csv")).await.html;
        let cents = |line: &str| line.split(',').nth(6).unwrap().replace('.', "").parse::<i64>().unwrap();
        assert_eq!(statement.lines().skip(1).map(cents).sum::<i64>(), net.minor(), "{statement}");

        let mut tx = begin(self.app, self.tenant).await;
        super::super::mark_paid(&mut tx, payout.id, self.admin).await.unwrap();
        assert_eq!(ledger::balance(&mut tx, Account::Provider(self.provider)).await.unwrap(), Amount::ZERO);
        tx.commit().await.unwrap();
        let earnings = self.phone.get("/provider/earnings").await;
        assert_eq!(earnings.all(".stat-value")[1..], [shown(Amount::ZERO), shown(net)]);
        let provider = self.office.get(&format!("/admin/providers/{}", self.provider)).await;
        assert_eq!(provider.all(".stat-value")[3..], [shown(Amount::ZERO), shown(net)]);
    }
}

#[test]
fn the_offered_amount_is_earned_and_paid_out_to_the_cent() {
    let histories = prop::collection::vec(plan(), 1..=2);
    play_histories(24, &histories, async |app, nth, plans| {
        let mut history = History::begin(app, nth).await;
        for (nth, plan) in plans.iter().enumerate() {
            history.play(plan, nth).await;
        }
        history.pay_out().await;
    });
}

proptest! {
    #[test]
    fn the_parts_of_an_amount_are_even_and_sum_up(cents in -100_000_i64..100_000, parts in 1_usize..9) {
        let split = super::super::split(Amount(cents), parts);
        prop_assert_eq!(split.iter().sum::<Amount>(), Amount(cents));
        prop_assert!(split[1..].iter().all(|part| *part == split[parts - 1] && *part <= split[0]));
        prop_assert!(split[0].minor() - split[parts - 1].minor() < i64::try_from(parts).unwrap());
    }
}
