use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use chrono::TimeDelta;
use engine::{Amount, Id, Line, LineKind, Meters, Quote, Reference, quote::Unit};
use uuid::Uuid;

use super::{OPERATORS_HOST, Person};
use crate::{
    bookings::{
        self, Author, Booking, proposals,
        quotes::{Proposal, QuoteKind, StoredQuote},
    },
    catalog::{self, Price, PriceKey, Service},
    db::Tx,
    dispatch::{self, Dispatching, Job, JobState, NewJob, Offer},
    fulfilment,
    identity::{Role, User},
    operator,
    payments::{self, Payment},
    payouts::{self, Payout},
    providers::{self, Provider},
    tenants::{self, Tenant},
    testing::{self, Booked, Browser, CHEAP_HASH, PASSWORD, START, TestApp, booking_form, place},
    verticals::Vertical,
};

/// Two tenants without any relation.
pub struct World {
    pub app: Arc<TestApp>,
    /// The tenant whose host is called.
    pub ours: Business,
    pub theirs: Business,
}

impl World {
    /// Creates both tenants and their people.
    pub async fn new() -> Self {
        let app = Arc::new(TestApp::new().await);
        let mut ours = Business::new(&app, "ours").await;
        let theirs = Business::new(&app, "theirs").await;
        let neighbour = theirs.browser(Person::Admin).on(&ours.host);
        ours.people.insert(Person::Neighbour, neighbour);
        let operator = ours.operator().await.on(&ours.host);
        ours.people.insert(Person::Operator, operator);
        Self { app, ours, theirs }
    }

    pub fn tenants(&self) -> [Id<Tenant>; 2] {
        [self.ours.tenant, self.theirs.tenant]
    }

    /// Drops the database; call it at the end of a test that passed.
    pub async fn done(self) {
        drop((self.ours, self.theirs));
        Arc::into_inner(self.app).expect("nobody else uses it").done().await;
    }
}

/// A tenant with a signed-in person of every kind, and methods that create what a request needs.
pub struct Business {
    pub tenant: Id<Tenant>,
    pub host: String,
    pub customer: Id<User>,
    pub admin: Id<User>,
    pub provider: Id<Provider>,
    /// A service for $100, called `jump-start`.
    pub service: Id<Service>,
    app: Arc<TestApp>,
    people: HashMap<Person, Browser>,
    made: AtomicUsize,
}

/// An account made for one request.
pub struct Account {
    pub id: Id<User>,
    /// The first part of the address `<name>@example.com`.
    pub name: String,
    pub browser: Browser,
}

/// A job that one provider was created for.
pub struct Work {
    pub booked: Booked,
    pub provider: Id<Provider>,
    /// The offer to this provider.
    pub offer: Id<Offer>,
    pub account: Account,
}

impl Work {
    pub fn job(&self) -> Id<Job> {
        self.booked.job
    }
}

/// The business keeps its first kind and offers all others as well.
async fn offer_every_kind(app: &TestApp, tenant: Id<Tenant>) {
    let kinds: Vec<&str> = Vertical::ALL.iter().map(|kind| kind.as_str()).collect();
    sqlx::query(
        "update platform.tenants set verticals = verticals || array(select unnest($2::text[]) except select unnest(verticals)) where id = $1",
    )
    .bind(tenant)
    .bind(kinds)
    .execute(&mut app.database.owner().await)
    .await
    .unwrap();
    app.app.hosts.forget();
}

impl Business {
    async fn new(app: &Arc<TestApp>, slug: &str) -> Self {
        let tenant = testing::tenant(app, slug).await;
        offer_every_kind(app, tenant).await;
        let service = testing::service(app, tenant, "jump-start", 10_000, None).await;
        let host = format!("{slug}.localhost");
        let mut business = Self {
            tenant,
            people: HashMap::from([(Person::Nobody, app.browser(&host))]),
            host,
            customer: Id::new(),
            admin: Id::new(),
            provider: Id::new(),
            service,
            app: app.clone(),
            made: AtomicUsize::new(0),
        };
        for (person, role) in [
            (Person::Customer, Role::Customer),
            (Person::OtherCustomer, Role::Customer),
            (Person::Provider, Role::Provider),
            (Person::OtherProvider, Role::Provider),
            (Person::Staff, Role::Staff),
            (Person::Admin, Role::Admin),
        ] {
            let account = business.account(role).await;
            match person {
                Person::Customer => business.customer = account.id,
                Person::Admin => business.admin = account.id,
                Person::Provider => business.provider = business.profile(&account, &[]).await,
                Person::OtherProvider => drop(business.profile(&account, &[]).await),
                _ => {}
            }
            business.people.insert(person, account.browser);
        }
        business
    }

    /// The browser of one of the default people.
    pub fn browser(&self, person: Person) -> Browser {
        self.people[&person].clone()
    }

    pub fn app(&self) -> &TestApp {
        &self.app
    }

    /// A transaction of the system in this tenant.
    pub async fn begin(&self) -> Tx {
        testing::begin(&self.app, self.tenant).await
    }

    /// A name that is unused in both tenants.
    pub fn name(&self, kind: &str) -> String {
        let slug = self.host.trim_end_matches(".localhost");
        format!("{kind}-{slug}-{}", self.made.fetch_add(1, Ordering::Relaxed))
    }

    /// A new account with a role, signed in.
    pub async fn account(&self, role: Role) -> Account {
        let name = self.name(role.code());
        let id = testing::user_with_hash(&self.app, self.tenant, &name, &[role], CHEAP_HASH.to_owned()).await;
        let mut browser = self.visitor();
        browser.sign_in(&format!("{name}@example.com")).await;
        Account { id, name, browser }
    }

    /// A browser without cookies and with its own network address, because limits count by address.
    pub fn visitor(&self) -> Browser {
        self.app.visitor(&self.host)
    }

    /// A new operator, signed in on the operators' host.
    pub async fn operator(&self) -> Browser {
        let (email, password) = self.operator_account().await;
        let mut browser = self.app.visitor(OPERATORS_HOST);
        let fields = [("email", email.as_str()), ("password", password)];
        let reply = browser.post("/sign-in", "/api/operator_sign_in", &fields).await;
        assert_eq!(reply.location.as_deref(), Some("/operator"), "{}", reply.text());
        browser
    }

    /// Credentials of a new operator.
    pub async fn operator_account(&self) -> (String, &'static str) {
        let email = format!("{}@wayside.example", self.name("operator"));
        let mut owner = self.app.database.owner().await;
        operator::command::add(&mut owner, &email.parse().unwrap(), "Olivia", CHEAP_HASH).await.unwrap();
        (email, PASSWORD)
    }

    /// A new account of the same kind: for requests that change the caller's own account.
    pub async fn another(&self, person: Person) -> Account {
        self.account(match person {
            Person::Provider | Person::OtherProvider => Role::Provider,
            Person::Staff => Role::Staff,
            Person::Admin => Role::Admin,
            _ => Role::Customer,
        })
        .await
    }

    async fn profile(&self, account: &Account, skills: &[&str]) -> Id<Provider> {
        testing::provider(&self.app, self.tenant, &account.name, Some(account.id), skills).await
    }

    /// A new provider on duty where the built bookings are, without skills.
    pub async fn on_duty(&self) -> (Id<Provider>, Account) {
        let account = self.account(Role::Provider).await;
        let provider = self.profile(&account, &[]).await;
        testing::on_duty(&self.app, self.tenant, provider, place()).await;
        (provider, account)
    }

    /// A guest's booking of the service, with an open job.
    pub async fn guest_booking(&self) -> Booked {
        testing::booking(&self.app, self.tenant, self.service).await
    }

    /// A guest's booking whose place is known in words only.
    pub async fn booking_without_place(&self) -> Booked {
        let booked = self.guest_booking().await;
        testing::without_place(&self.app, self.tenant, booked.id).await;
        booked
    }

    /// The default customer's booking of the service, with an open job.
    pub async fn own_booking(&self) -> Booked {
        testing::own_booking(&self.app, self.tenant, self.service, self.customer).await
    }

    /// A price of a new service that applies from tomorrow on.
    pub async fn later_price(&self) -> Id<Price> {
        let service = testing::service(&self.app, self.tenant, &self.name("service"), 10_000, None).await;
        let mut tx = self.begin().await;
        let (key, from) = (PriceKey::new(LineKind::Service, Unit::Job), tx.now + TimeDelta::days(1));
        catalog::store::set_price(&mut tx, service, &key, Amount(12_000), from).await.unwrap();
        let latest = catalog::store::prices_ahead(&mut tx, service).await.unwrap().swap_remove(0).id;
        tx.commit().await.unwrap();
        latest
    }

    /// A guest's appointment tomorrow.
    pub async fn appointment(&self) -> Booked {
        testing::booking_at(&self.app, self.tenant, self.service, self.app.now() + TimeDelta::days(1)).await
    }

    /// The default customer's appointment tomorrow.
    pub async fn own_appointment(&self) -> Booked {
        let at = self.app.now() + TimeDelta::days(1);
        testing::own_booking_at(&self.app, self.tenant, self.service, self.customer, at).await
    }

    /// A guest's request, which somebody has to say yes to.
    pub async fn request(&self) -> Booking {
        testing::request(&self.app, self.tenant, self.service, self.app.now() + TimeDelta::days(1)).await
    }

    /// A guest's booking for which nobody comes any more.
    pub async fn jobless(&self) -> Booking {
        let booked = self.guest_booking().await;
        let mut tx = self.begin().await;
        dispatch::withdraw(&mut tx, booked.id, "They come to us.").await.unwrap();
        tx.commit().await.unwrap();
        bookings::store::find(&mut *self.begin().await, booked.id).await.unwrap().unwrap()
    }

    /// The same, begun.
    pub async fn jobless_begun(&self) -> Booking {
        let booking = self.jobless().await;
        let mut tx = self.begin().await;
        let tenant = tenants::find_by_id(&mut tx, self.tenant).await.unwrap().unwrap();
        let locked = bookings::store::lock(&mut tx, booking.id).await.unwrap();
        let begun = fulfilment::jobless::begin(&mut tx, &tenant, &locked, Author::system()).await.unwrap();
        tx.commit().await.unwrap();
        begun
    }

    /// A job offered to the one provider who can do it.
    pub async fn offered(&self) -> Work {
        let skill = self.name("skill");
        let service = testing::service(&self.app, self.tenant, &skill, 10_000, None).await;
        let account = self.account(Role::Provider).await;
        let provider = self.profile(&account, &[&skill]).await;
        testing::on_duty(&self.app, self.tenant, provider, place()).await;
        let booked = testing::own_booking(&self.app, self.tenant, service, self.customer).await;
        self.app.drain().await;
        let pending = dispatch::store::offers::pending_of_provider(&mut *self.begin().await, provider).await.unwrap();
        Work { booked, provider, offer: pending.expect("nobody else can do it").id, account }
    }

    /// A published job without bookings, whose provider staff choose.
    pub async fn published_job(&self) -> Id<Job> {
        let mut tx = self.begin().await;
        let job = NewJob { dispatching: Dispatching::ByHand, ..testing::field::new_job(tx.now + TimeDelta::days(1)) };
        let job = dispatch::publish(&mut tx, job).await.unwrap();
        tx.commit().await.unwrap();
        job
    }

    /// A cancelled job, and the booking that it left behind.
    pub async fn cancelled_job(&self) -> (Id<Job>, Reference) {
        let (job, booking) = (self.published_job().await, self.jobless().await);
        let mut tx = self.begin().await;
        let locked = bookings::store::lock(&mut tx, booking.id).await.unwrap();
        dispatch::join(&mut tx, job, &locked).await.unwrap();
        dispatch::call_off(&mut tx, job, "The road is closed", Author::system()).await.unwrap();
        tx.commit().await.unwrap();
        (job, booking.reference)
    }

    /// A published job that a provider, and nobody else, may take and has seen.
    pub async fn open_job(&self) -> (Id<Job>, Account) {
        let skill = self.name("skill");
        let account = self.account(Role::Provider).await;
        let provider = self.profile(&account, &[&skill]).await;
        testing::on_duty(&self.app, self.tenant, provider, place()).await;
        let mut tx = self.begin().await;
        let (within, until) = (Meters(10_000.0), tx.now + TimeDelta::hours(2));
        let job = NewJob {
            skills: vec![skill],
            dispatching: Dispatching::Discover { within, until },
            ..testing::field::new_job(until)
        };
        let job = dispatch::publish(&mut tx, job).await.unwrap();
        let tenant = tenants::find_by_id(&mut tx, self.tenant).await.unwrap().unwrap();
        let provider = providers::store::find(&mut tx, provider).await.unwrap().unwrap();
        assert_eq!(dispatch::discover(&mut tx, &tenant, &provider).await.unwrap().len(), 1);
        tx.commit().await.unwrap();
        (job, account)
    }

    /// The same, and they don't want to see it.
    pub async fn hidden_job(&self) -> (Id<Job>, Account) {
        let (job, account) = self.open_job().await;
        let mut tx = self.begin().await;
        let provider = providers::store::find_by_user(&mut tx, account.id).await.unwrap().unwrap();
        dispatch::hide(&mut tx, provider.id, job).await.unwrap();
        tx.commit().await.unwrap();
        (job, account)
    }

    /// A job that its provider has accepted, in this state.
    pub async fn under_way(&self, until: JobState) -> Work {
        let work = self.offered().await;
        let mut tx = self.begin().await;
        let tenant = tenants::find_by_id(&mut tx, self.tenant).await.unwrap().unwrap();
        dispatch::accept(&mut tx, &tenant, work.provider, work.offer).await.unwrap();
        for step in [JobState::EnRoute, JobState::Arrived, JobState::InProgress] {
            if until >= step {
                dispatch::advance(&mut tx, work.provider, work.job(), step).await.unwrap();
            }
        }
        if until >= JobState::Done {
            fulfilment::finish(&mut tx, &tenant, work.provider, work.job(), None).await.unwrap();
        }
        tx.commit().await.unwrap();
        work
    }

    /// A price for more work, which the customer hasn't answered.
    pub async fn proposed(&self, booked: &Booked) -> Id<StoredQuote> {
        let quote = Quote::fixed(vec![Line::single(LineKind::Extension, "A new battery", Amount(5_000))]).unwrap();
        let mut tx = self.begin().await;
        let booking = bookings::store::lock(&mut tx, booked.id).await.unwrap();
        let proposal = Proposal {
            id: Id::new(),
            kind: QuoteKind::Extension,
            quote: &quote,
            description: "The old one doesn't charge.",
            offered_by: "Sam",
            expires_at: None,
        };
        proposals::propose(&mut tx, &booking, &proposal).await.unwrap();
        tx.commit().await.unwrap();
        proposal.id
    }

    /// The cash due for a finished job.
    pub async fn payment_of(&self, work: &Work) -> Id<Payment> {
        let payments = payments::store::list_of_booking(&mut *self.begin().await, work.booked.id).await.unwrap();
        payments[0].id
    }

    /// The same payment, marked as failed by staff.
    pub async fn failed_payment_of(&self, work: &Work) -> Id<Payment> {
        let payment = self.payment_of(work).await;
        let mut tx = self.begin().await;
        payments::fail(&mut tx, payment, "It never came").await.unwrap();
        tx.commit().await.unwrap();
        payment
    }

    /// A payout of the earnings from a finished job.
    pub async fn payout(&self) -> Id<Payout> {
        let work = self.under_way(JobState::Done).await;
        let mut tx = self.begin().await;
        let payout = payouts::create(&mut tx, work.provider, self.admin).await.unwrap();
        tx.commit().await.unwrap();
        payout.id
    }

    /// The token of a booking draft, for $100 and 10% tax.
    pub async fn draft(&self) -> String {
        // A different car each time: booking the same service twice for the same car needs a confirmation.
        let model = format!("Civic {}", &Uuid::now_v7().simple().to_string()[20..]);
        let mut fields = booking_form("Dana Reed", "(404) 555-0123", "Piedmont Park", &model);
        fields.push(("email", "dana@example.com"));
        let mut browser = self.visitor();
        let reply = browser.post("/book/jump-start", START, &fields).await;
        let next = reply.location.unwrap_or_else(|| panic!("{}: {}", reply.status, reply.html));
        next.split_once("draft=").expect("leads to its review").1.to_owned()
    }

    /// The number of accounts that aren't plain active customers.
    pub async fn privileged(&self) -> i64 {
        sqlx::query_scalar("select count(*) from users where roles <> '{customer}' or status <> 'active'")
            .fetch_one(&mut *self.begin().await)
            .await
            .unwrap()
    }

    /// The password of every account here.
    pub const fn password(&self) -> &'static str {
        PASSWORD
    }
}
