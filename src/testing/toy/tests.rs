use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use engine::{
    Amount, Id, LineKind, Tax, Unit,
    quote::{quote, stay},
};

use super::{Shape, ends, pricing::Play};
use crate::{
    bookings::{
        Author, Booking, LocationSource, PaymentMethod, Phase, WaitsFor, Whereabouts, proposals,
        quotes::{Proposal, QuoteKind, StoredQuote},
        secret::StoredSecret,
        store,
    },
    catalog::{
        self, PriceKey, PriceList, PricedService,
        store::{NewService, ServiceDetails},
    },
    customers::Contact,
    db::Tx,
    dispatch::{self, Job, JobState, store::jobs},
    error::AppError,
    fulfilment::{
        self, jobless,
        make::{self, Beginning, Order, Whose},
        requests,
    },
    identity::{Role, token::Token},
    payments,
    providers::Provider,
    tenants::{self, Tenant},
    testing::{Browser, TestApp, begin, offer, place, provider, tenant, user},
    verticals::Vertical,
};

/// A business that rents toys by the hour, for $40, and has no other price.
pub(super) struct Shop {
    pub app: TestApp,
    pub id: Id<Tenant>,
    pub service: catalog::Service,
}

impl Shop {
    pub async fn open() -> Self {
        let app = TestApp::new().await;
        let id = tenant(&app, "shop").await;
        let mut owner = app.database.owner().await;
        sqlx::query("update platform.tenants set verticals = '{toy}', settings = '{}'")
            .execute(&mut owner)
            .await
            .unwrap();
        app.app.hosts.forget();
        let service = add_service(&app, id, "kite").await;
        Self { app, id, service }
    }

    /// The same with another service, for which a provider needs the customer's code.
    pub async fn open_for_gliders() -> Self {
        let shop = Self::open().await;
        let service = add_service(&shop.app, shop.id, "glider").await;
        Self { service, ..shop }
    }

    pub async fn tenant(&self) -> Tenant {
        tenants::find_by_id(&mut *begin(&self.app, self.id).await, self.id).await.unwrap().unwrap()
    }

    /// The same shop, in which a day costs $100, a seat $15, a player of two $12 and of more $10, and a delivery $10 or $25.
    pub async fn with_all_prices(self) -> Self {
        let key = PriceKey::new;
        let delivery = || key(LineKind::Concierge, Unit::Job);
        let mut tx = begin(&self.app, self.id).await;
        let now = tx.now;
        for (key, tiers) in [
            (key(LineKind::Service, Unit::Day), &[(1, None, Amount(10_000))][..]),
            (key(LineKind::Service, Unit::Seat), &[(1, None, Amount(1_500))]),
            (key(LineKind::Extension, Unit::Person), &[(1, Some(2), Amount(1_200)), (3, Some(9), Amount(1_000))]),
            (delivery().in_class("small"), &[(1, None, Amount(1_000))]),
            (delivery().in_class("large"), &[(1, None, Amount(2_500))]),
        ] {
            catalog::store::set_prices(&mut tx, self.service.id, &key, tiers, now).await.unwrap();
        }
        tx.commit().await.unwrap();
        self
    }

    pub async fn prices(&self) -> PriceList {
        catalog::store::find(&mut *begin(&self.app, self.id).await, self.service.id).await.unwrap().unwrap().prices
    }

    pub fn tomorrow(&self) -> DateTime<Utc> {
        self.app.now() + TimeDelta::days(1)
    }

    pub async fn make(&self, play: impl Into<Play>, beginning: Beginning) -> Booking {
        self.try_to_make(play, beginning, self.tomorrow()).await.unwrap()
    }

    /// From then on, by the rules and at the price that the service has now.
    pub async fn try_to_make(
        &self,
        play: impl Into<Play>,
        beginning: Beginning,
        at: DateTime<Utc>,
    ) -> Result<Booking, AppError> {
        let mut tx = begin(&self.app, self.id).await;
        let made = book(&mut tx, &self.tenant().await, &self.app, self.service.id, play.into(), beginning, at).await?;
        tx.commit().await?;
        Ok(made)
    }

    pub async fn find(&self, booking: &Booking) -> Booking {
        store::find(&mut *begin(&self.app, self.id).await, booking.id).await.unwrap().unwrap()
    }

    /// The amounts of the booking's payments, the first one first.
    pub async fn charged(&self, booking: &Booking) -> Vec<Amount> {
        let found = payments::store::list_of_booking(&mut *begin(&self.app, self.id).await, booking.id).await.unwrap();
        found.into_iter().map(|payment| payment.amount).collect()
    }

    /// What a provider earned with a booking, by job.
    pub async fn earned(&self, booking: &Booking, by: Id<Provider>) -> Vec<Amount> {
        sqlx::query_scalar(
            "select amount from earnings where booking_id = $1 and provider_id = $2 order by earned_at, id",
        )
        .bind(booking.id)
        .bind(by)
        .fetch_all(&mut *begin(&self.app, self.id).await)
        .await
        .unwrap()
    }

    /// Does a whole job.
    pub async fn do_job(&self, job: Id<Job>, by: Id<Provider>) {
        do_job(&self.app, &self.tenant().await, job, by).await;
    }

    /// Proposes an hour more, and the customer agrees.
    pub async fn extend(&self, booking: &Booking) {
        let tenant = self.tenant().await;
        let proposed = self.propose_more(booking).await;
        let mut tx = begin(&self.app, self.id).await;
        let locked = store::lock(&mut tx, booking.id).await.unwrap();
        fulfilment::approve(&mut tx, &tenant, &locked, proposed).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Proposes an hour more.
    pub async fn propose_more(&self, booking: &Booking) -> Id<StoredQuote> {
        let mut tx = begin(&self.app, self.id).await;
        let locked = store::lock(&mut tx, booking.id).await.unwrap();
        let hour = stay(&self.prices().await.stay_rates(LineKind::Service), 60).unwrap();
        let lines = hour.into_iter().map(|part| part.item(LineKind::Extension, "An hour more")).collect::<Vec<_>>();
        let price = quote(&lines, Tax::NONE.labelled("")).unwrap();
        let expires_at = tx.now + TimeDelta::hours(1);
        let proposal = Proposal {
            id: Id::new(),
            kind: QuoteKind::Extension,
            quote: &price,
            description: "You kept it an hour longer.",
            offered_by: "Stan",
            expires_at: Some(expires_at),
        };
        proposals::propose(&mut tx, &locked, &proposal).await.unwrap();
        tx.commit().await.unwrap();
        proposal.id
    }
}

/// Does a whole job, with whatever its kind asks, but not by the pages.
pub(super) async fn do_job(app: &TestApp, tenant: &Tenant, job: Id<Job>, by: Id<Provider>) {
    let mut tx = begin(app, tenant.id).await;
    for state in [JobState::EnRoute, JobState::Arrived, JobState::InProgress] {
        dispatch::advance(&mut tx, by, job, state).await.unwrap();
    }
    let job = jobs::find(&mut tx, job).await.unwrap().unwrap();
    ends::end_with_report(&mut tx, tenant, by, &job).await.unwrap();
    tx.commit().await.unwrap();
}

/// Books a toy, by the rules and at the price that its service has now.
pub(super) async fn book(
    tx: &mut Tx,
    tenant: &Tenant,
    app: &TestApp,
    service: Id<catalog::Service>,
    play: Play,
    beginning: Beginning,
    at: DateTime<Utc>,
) -> Result<Booking, AppError> {
    let PricedService { service, prices } = catalog::store::find(tx, service).await?.unwrap();
    let contact = Contact { name: "Dana Reed".into(), phone: "+14045550123".parse().unwrap(), email: None };
    let price = Vertical::Toy.price(tenant, &service, &play.items("Kite", &prices).unwrap()).unwrap();
    let whereabouts =
        Whereabouts { address: "Piedmont Park".into(), source: LocationSource::Pin, point: Some(place()) };
    let order = Order {
        service: &service,
        whose: Whose::Guest,
        contact: &contact,
        place: &whereabouts,
        scheduled_at: Some(at),
        ends_at: Some(at + TimeDelta::minutes(play.minutes.into())),
        units: play.units.try_into().unwrap(),
        people: &[],
        payment_method: PaymentMethod::Cash,
        notes: None,
        billing: None,
        is_priority: false,
        quote: &price,
        approved_by: "Dana Reed",
        beginning,
        by: Author::customer(),
        secret: Some(StoredSecret::of(&Token::random(), Some(&app.app.keys))),
        draft: None,
        reference: None,
    };
    make::make(tx, tenant, order, &play.shape).await.map(Option::unwrap)
}

pub(super) async fn add_service(app: &TestApp, tenant: Id<Tenant>, slug: &str) -> catalog::Service {
    let new = NewService {
        slug: slug.into(),
        vertical: Vertical::Toy,
        category: "toys".into(),
        details: ServiceDetails { name: "Kite".into(), description: String::new(), expected_minutes: 60 },
        icon: "wrench".into(),
        options: serde_json::json!({}),
        position: 1,
        provider: None,
    };
    let mut tx = begin(app, tenant).await;
    let service = catalog::store::insert(&mut tx, &new).await.unwrap();
    set_hourly_price(&mut tx, service).await;
    let service = catalog::store::find(&mut tx, service).await.unwrap().unwrap().service;
    tx.commit().await.unwrap();
    service
}

/// $40 an hour from now on.
pub(super) async fn set_hourly_price(tx: &mut Tx, service: Id<catalog::Service>) {
    let (hour, now) = (PriceKey::new(LineKind::Service, Unit::Hour), tx.now);
    catalog::store::set_price(tx, service, &hour, Amount(4_000), now).await.unwrap();
}

#[tokio::test]
async fn a_kind_of_business_has_its_own_pages_services_and_words() {
    let shop = Shop::open().await;
    let roadside = tenant(&shop.app, "atl").await;
    sqlx::query("update platform.tenants set verticals = '{roadside}' where id = $1")
        .bind(roadside)
        .execute(&mut shop.app.database.owner().await)
        .await
        .unwrap();
    let mut guest = shop.app.browser("shop.localhost");
    let landing = guest.get("/").await.text();
    assert!(
        landing.contains("Toys by the hour.") && landing.contains("$40.00") && landing.contains("Play"),
        "{landing}"
    );
    for foreign in ["tow", "technician", "get help now"] {
        assert!(!landing.to_lowercase().contains(foreign), "{foreign}: {landing}");
    }
    assert_eq!(guest.get("/toys").await.status, StatusCode::OK);
    assert!(guest.get("/book/kite").await.text().contains("$40.00"));
    assert!(guest.get("/sitemap.xml").await.html.contains("/toys</loc>"), "search engines may list it");
    let office = shop.staff().await.get("/admin/board").await;
    assert!(office.all("a[href='/toys']").iter().any(|link| link.contains("Shelf")), "its entry for staff");
    assert_eq!(
        shop.app.browser("atl.localhost").get("/toys").await.status,
        StatusCode::NOT_FOUND,
        "nobody has toys there"
    );
    shop.app.done().await;
}

#[tokio::test]
async fn a_stay_without_a_job_is_asked_for_approved_begun_done_and_charged_again_for_an_hour_more() {
    let shop = Shop::open().await;
    let until = shop.app.now() + TimeDelta::hours(2);
    let asked = shop.make(Shape::Stay, Beginning::Requested { until }).await;
    assert_eq!((asked.phase, asked.waits_for), (Phase::Pending, Some(WaitsFor::Approval)));
    let tenant = shop.tenant().await;
    let mut tx = begin(&shop.app, shop.id).await;
    let locked = store::lock(&mut tx, asked.id).await.unwrap();
    let agreed = requests::approve(&mut tx, &tenant, &locked, Author::staff("Stan")).await.unwrap();
    assert_eq!((agreed.phase, agreed.waits_for), (Phase::Confirmed, None), "nobody has to come");
    let begun = jobless::begin(&mut tx, &tenant, &agreed, Author::staff("Stan")).await.unwrap();
    assert_eq!(begun.phase, Phase::InProgress);
    jobless::complete(&mut tx, &tenant, &begun, Author::staff("Stan")).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(shop.find(&asked).await.phase, Phase::Completed);
    assert_eq!(shop.charged(&asked).await, [Amount(4_000)]);
    shop.extend(&asked).await;
    assert_eq!(shop.charged(&asked).await, [Amount(4_000), Amount(4_000)], "each is charged once");
    shop.app.done().await;
}

#[tokio::test]
async fn two_jobs_one_after_the_other_are_one_booking_and_two_earnings() {
    let shop = Shop::open().await;
    let ada = provider(&shop.app, shop.id, "Ada Lake", None, &[]).await;
    let booked = shop.make(Shape::Legs, Beginning::Confirmed).await;
    let tenant = shop.tenant().await;
    let jobs = dispatch::jobs_of(&mut *begin(&shop.app, shop.id).await, booked.id).await.unwrap();
    assert_eq!(jobs.len(), 2);
    let mut tx = begin(&shop.app, shop.id).await;
    for job in &jobs {
        dispatch::assign_manually(&mut tx, &tenant, job.job_id, ada, None, "Stan").await.unwrap();
    }
    tx.commit().await.unwrap();
    for (job, phase) in jobs.iter().zip([Phase::InProgress, Phase::Completed]) {
        shop.do_job(job.job_id, ada).await;
        assert_eq!(shop.find(&booked).await.phase, phase);
    }
    assert_eq!(shop.charged(&booked).await, [Amount(4_000)]);
    assert_eq!(shop.earned(&booked, ada).await, [Amount(1_400), Amount(1_400)], "70% of half the price for each leg");
    shop.app.done().await;
}

#[tokio::test]
async fn a_booking_of_two_jobs_is_moved_and_cancelled_as_one() {
    let shop = Shop::open().await;
    let booked = shop.make(Shape::Legs, Beginning::Confirmed).await;
    let tenant = shop.tenant().await;
    let later = shop.tomorrow() + TimeDelta::days(1);
    let mut tx = begin(&shop.app, shop.id).await;
    let locked = store::lock(&mut tx, booked.id).await.unwrap();
    let moved = fulfilment::reschedule(&mut tx, &tenant, &locked, later, Author::customer()).await.unwrap();
    assert_eq!((moved.scheduled_at, moved.ends_at), (Some(later), Some(later + TimeDelta::hours(1))));
    let jobs = dispatch::jobs_of(&mut tx, booked.id).await.unwrap();
    let open: Vec<_> = jobs.iter().filter(|job| !job.state.is_over()).map(|job| job.window_start).collect();
    assert_eq!(open, [later, later + TimeDelta::hours(2)]);
    let locked = store::lock(&mut tx, booked.id).await.unwrap();
    fulfilment::cancel(&mut tx, &tenant, &locked, Author::customer(), None).await.unwrap();
    let jobs = dispatch::jobs_of(&mut tx, booked.id).await.unwrap();
    assert!(jobs.iter().all(|job| job.state == JobState::Cancelled));
    tx.commit().await.unwrap();
    assert_eq!(shop.charged(&booked).await, [], "a kind of business without fees charges none");
    shop.app.done().await;
}

#[tokio::test]
async fn a_provider_submits_a_toy_of_their_own_and_staff_return_it_then_publish_it() {
    let shop = Shop::open().await;
    let ada = provider(&shop.app, shop.id, "Ada Lake", None, &[]).await;
    let toy = offer(&shop.app, shop.id, ada, Vertical::Toy, "stilts").await;
    user(&shop.app, shop.id, "stan", &[Role::Staff]).await;
    let mut stan = shop.app.browser("shop.localhost");
    stan.sign_in("stan@example.com").await;
    let submit = async || {
        let mut tx = begin(&shop.app, shop.id).await;
        let found = catalog::store::find(&mut tx, toy).await.unwrap().unwrap().service;
        catalog::store::set_status(&mut tx, toy, &found.submit().unwrap()).await.unwrap();
        tx.commit().await.unwrap();
    };
    assert!(!stan.get("/admin/services").await.text().contains("To review"), "nothing waits");
    submit().await;
    let list = stan.get("/admin/services").await.text();
    assert!(list.contains("To review") && list.contains("stilts"), "{list}");

    let (id, page) = (toy.to_string(), format!("/admin/services/{toy}"));
    let decide = async |stan: &mut Browser, decision: &str, reason: &str| {
        let fields = [("service", id.as_str()), ("decision", decision), ("reason", reason)];
        stan.submit(&page, "/api/decide_service", &fields).await.text()
    };
    let unexplained = decide(&mut stan, "return", " ").await;
    assert!(unexplained.contains("Enter a reason. The provider sees it."), "{unexplained}");
    let returned = decide(&mut stan, "return", "Tell how high they are").await;
    assert!(returned.contains("Draft") && returned.contains("Tell how high they are"), "{returned}");
    submit().await;
    let published = decide(&mut stan, "approve", "").await;
    assert!(published.contains("Offered by Ada Lake") && published.contains("Published"), "{published}");
    let suspended = decide(&mut stan, "suspend", "One broke").await;
    assert!(suspended.contains("Suspended"), "{suspended}");
    decide(&mut stan, "reinstate", "").await;
    shop.app.drain().await;
    let told = shop.app.mailbox("ada.lake@example.com").await;
    let told: Vec<&str> = told.iter().map(|mail| mail.text.as_str()).collect();
    assert_eq!(told.len(), 4, "{told:?}");
    for said in ["Tell how high they are", "One broke", "Customers can book it now."] {
        assert!(told.iter().any(|text| text.contains(said)), "{said}: {told:?}");
    }
    shop.app.done().await;
}
