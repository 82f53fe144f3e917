//! Builders of the rows that tests start from. Each takes what the test is about and fills in the rest.

use chrono::{DateTime, TimeDelta, Utc};
use engine::{Amount, BasisPoints, Commission, GeoPoint, Id, LineKind, Reference, quote::Unit};
use sqlx::types::Json;

use super::{
    TestApp,
    first_kind::{FIRST_KIND, agreed_price, service_options},
};
use crate::{
    bookings::{
        self, Booking, LocationSource, PaymentMethod, Phase, WaitsFor, Whereabouts,
        people::Person,
        quotes::{self, QuoteKind},
        secret::StoredSecret,
        store::NewBooking,
    },
    catalog::{
        self, PriceKey, Service,
        store::{NewService, ServiceDetails},
    },
    customers::{self, Contact},
    db::{Actor, Cause, Tx},
    dispatch::{self, Dispatching, Job, NewJob},
    fulfilment::make::{self, Beginning, Whose},
    identity::{
        Role, User,
        store::{self, NewUser},
        token::Token,
    },
    operator::{
        self, Operator,
        store::impersonations::{self, NewImpersonation},
    },
    providers::{self, Position, Provider, ProviderStatus, store::NewProvider},
    tenants::{self, Tenant},
    verticals::Vertical,
};

/// Password of every built account.
pub const PASSWORD: &str = "wayside-demo";

/// Its hash with the lowest cost of Argon2, for tests in which hundreds sign in and passwords don't matter.
pub const CHEAP_HASH: &str =
    "$argon2id$v=19$m=8,t=1,p=1$d2F5c2lkZS10ZXN0cy0xNg$X1jHg42aB+QbNRJjUTa4VT5PN2oLKrb0Plx26HgY/LM";

/// The tax of every built tenant: no state has this rate, but it is easy to calculate.
pub fn tax() -> BasisPoints {
    BasisPoints::percent(10).unwrap()
}

/// Creates a tenant on `<slug>.localhost`: in Atlanta, with dollars, 10% tax, and fees of $35 and $60 for cancelling late.
pub async fn tenant(app: &TestApp, slug: &str) -> Id<Tenant> {
    let id = Id::<Tenant>::new();
    let mut owner = app.database.owner().await;
    sqlx::query(
        "insert into platform.tenants (id, slug, name, zone, currency, locale, region, reference_prefix, phone, email, latitude, longitude, verticals, settings)
         values ($1, $2, $2, 'America/New_York', 'USD', 'en-US', 'US', 'RA', '+14045550100', 'hello@example.com', 33.749, -84.388, array[$3], $4)",
    )
    .bind(id)
    .bind(slug)
    .bind(FIRST_KIND)
    .bind(Json(serde_json::json!({ "tax_basis_points": tax(), "dispatch_fee": 3500, "dry_run_fee": 6000 })))
    .execute(&mut owner)
    .await
    .unwrap();
    sqlx::query(
        "with made as (insert into platform.hosts (host, tenant_id) values ($1 || '.localhost', $2) returning host)
         update platform.tenants set primary_host = (select host from made) where id = $2",
    )
    .bind(slug)
    .bind(id)
    .execute(&mut owner)
    .await
    .unwrap();
    id
}

/// A transaction of the system in a tenant.
pub async fn begin(app: &TestApp, tenant: Id<Tenant>) -> Tx {
    app.app.db.begin_system(tenant).await.unwrap()
}

/// Waits until one transaction of this test waits for a lock of another.
pub async fn until_one_waits(app: &TestApp) {
    let waiting =
        "select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')";
    loop {
        let mut tx = app.app.db.begin_platform().await.unwrap();
        if sqlx::query_scalar(waiting).fetch_one(&mut *tx).await.unwrap() {
            return;
        }
    }
}

/// A transaction of the operator with this e-mail.
pub async fn begin_as_operator(app: &TestApp, email: &str) -> Tx {
    let operator: Id<Operator> = sqlx::query_scalar("select id from platform.operators where email = $1")
        .bind(email)
        .fetch_one(&mut app.database.owner().await)
        .await
        .unwrap();
    app.app.db.begin_operator(None, &Actor(format!("operator:{operator}")), Cause::default()).await.unwrap()
}

/// Creates an account `<name>@example.com`, confirmed, with these roles and the common password.
pub async fn user(app: &TestApp, tenant: Id<Tenant>, name: &str, roles: &[Role]) -> Id<User> {
    let hash = app.app.passwords.hash(PASSWORD.to_owned()).await.unwrap();
    user_with_hash(app, tenant, name, roles, hash).await
}

/// The same with this password hash.
pub async fn user_with_hash(
    app: &TestApp,
    tenant: Id<Tenant>,
    name: &str,
    roles: &[Role],
    password_hash: String,
) -> Id<User> {
    let id = Id::new();
    let user = NewUser {
        id,
        name: name.to_owned(),
        email: format!("{name}@example.com").parse().unwrap(),
        phone: None,
        password_hash: Some(password_hash),
        roles: roles.to_vec(),
    };
    let mut tx = begin(app, tenant).await;
    store::insert(&mut tx, &user).await.unwrap();
    store::verify_email(&mut tx, id).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// Resets an account's e-mail to unconfirmed.
pub async fn unverified(app: &TestApp, tenant: Id<Tenant>, user: Id<User>) {
    let mut tx = begin(app, tenant).await;
    sqlx::query("update users set email_verified_at = null where id = $1").bind(user).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
}

/// Adds a confirmed phone number to an account.
pub async fn confirmed_phone(app: &TestApp, tenant: Id<Tenant>, user: Id<User>, phone: &str) {
    let mut tx = begin(app, tenant).await;
    store::verify_phone(&mut tx, user, &phone.parse().unwrap()).await.unwrap();
    tx.commit().await.unwrap();
}

/// Where every built booking is: in Piedmont Park.
pub fn place() -> GeoPoint {
    GeoPoint::new(33.7851, -84.3738).unwrap()
}

/// Creates a service of the first kind at a price in cents. One that charges miles needs a destination.
pub async fn service(app: &TestApp, tenant: Id<Tenant>, slug: &str, base: i64, per_mile: Option<i64>) -> Id<Service> {
    let details = ServiceDetails { name: slug.replace('-', " "), description: "Help.".into(), expected_minutes: 30 };
    let new = NewService {
        slug: slug.into(),
        vertical: FIRST_KIND,
        category: FIRST_KIND.to_string(),
        details,
        icon: "truck".into(),
        options: service_options(per_mile.is_some()),
        position: 0,
        provider: None,
    };
    let mut tx = begin(app, tenant).await;
    let id = catalog::store::insert(&mut tx, &new).await.unwrap();
    price(&mut tx, id, base, per_mile).await;
    tx.commit().await.unwrap();
    id
}

/// Creates a provider's own service, a draft without a price.
pub async fn offer(
    app: &TestApp,
    tenant: Id<Tenant>,
    provider: Id<Provider>,
    vertical: Vertical,
    slug: &str,
) -> Id<Service> {
    let details = ServiceDetails { name: slug.replace('-', " "), description: "Mine.".into(), expected_minutes: 30 };
    let new = NewService {
        slug: slug.into(),
        vertical,
        category: vertical.to_string(),
        details,
        icon: "truck".into(),
        options: serde_json::json!({}),
        position: 0,
        provider: Some(provider),
    };
    let mut tx = begin(app, tenant).await;
    let id = catalog::store::insert(&mut tx, &new).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// Sets the prices of a service of the first kind in cents from now on; without a price per mile, it has none.
pub async fn price(tx: &mut Tx, service: Id<Service>, base: i64, per_mile: Option<i64>) {
    let (job, mile) = (PriceKey::new(LineKind::Service, Unit::Job), PriceKey::new(LineKind::Mileage, Unit::Mile));
    let now = tx.now;
    catalog::store::set_price(tx, service, &job, Amount(base), now).await.unwrap();
    match per_mile {
        Some(amount) => catalog::store::set_price(tx, service, &mile, Amount(amount), now).await.unwrap(),
        None => drop(catalog::store::end_prices(tx, service, &mile, now).await.unwrap()),
    }
}

/// Creates an active provider `<name>@example.com` with a share of 70% and, if `account` is set, an account; off duty, without position.
pub async fn provider(
    app: &TestApp,
    tenant: Id<Tenant>,
    name: &str,
    account: Option<Id<User>>,
    skills: &[&str],
) -> Id<Provider> {
    provider_living(app, tenant, name, account, skills, None).await
}

/// The same with a home.
pub async fn provider_living(
    app: &TestApp,
    tenant: Id<Tenant>,
    name: &str,
    account: Option<Id<User>>,
    skills: &[&str],
    home: Option<GeoPoint>,
) -> Id<Provider> {
    let id = Id::new();
    let new = NewProvider {
        id,
        user_id: account,
        name: name.to_owned(),
        email: format!("{}@example.com", name.to_lowercase().replace(' ', ".")).parse().unwrap(),
        phone: "+14045550177".parse().unwrap(),
        status: ProviderStatus::Active,
        commission: Commission::Percentage(BasisPoints::percent(70).unwrap()),
        address: None,
        home,
        vehicle: Some("white Ford F-450".into()),
        skills: skills.iter().map(ToString::to_string).collect(),
    };
    let mut tx = begin(app, tenant).await;
    providers::store::insert(&mut tx, &new).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// Puts a provider on duty at a place, with a fresh position.
pub async fn on_duty(app: &TestApp, tenant: Id<Tenant>, provider: Id<Provider>, at: GeoPoint) {
    let mut tx = begin(app, tenant).await;
    let now = tx.now;
    providers::store::set_on_duty(&mut tx, provider, Some(now)).await.unwrap();
    let position = Position { point: at, accuracy: None, recorded_at: now };
    providers::store::move_to(&mut tx, provider, &position).await.unwrap();
    tx.commit().await.unwrap();
}

/// A booking with its ids and link.
#[derive(Debug, Clone)]
pub struct Booked {
    pub id: Id<Booking>,
    pub reference: Reference,
    /// The token of its link.
    pub token: String,
    pub job: Id<Job>,
}

/// Creates a guest's confirmed booking of a service for now, at its price with tax (for ten miles, if it charges miles), with its job.
pub async fn booking(app: &TestApp, tenant: Id<Tenant>, service: Id<Service>) -> Booked {
    make_booking(app, tenant, service, None, None).await
}

/// The same for a scheduled time.
pub async fn booking_at(app: &TestApp, tenant: Id<Tenant>, service: Id<Service>, at: DateTime<Utc>) -> Booked {
    make_booking(app, tenant, service, None, Some(at)).await
}

/// Leaves only words of a booking's place, and of its jobs'.
pub async fn without_place(app: &TestApp, tenant: Id<Tenant>, booking: Id<Booking>) {
    let mut tx = begin(app, tenant).await;
    for sql in [
        "update bookings set latitude = null, longitude = null, location_source = 'address', waits_for = 'location' where id = $1",
        "update jobs set latitude = null, longitude = null where id in (select job_id from job_bookings where booking_id = $1)",
    ] {
        sqlx::query(sql).bind(booking).execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// The same for an account instead of a guest.
pub async fn own_booking(app: &TestApp, tenant: Id<Tenant>, service: Id<Service>, owner: Id<User>) -> Booked {
    make_booking(app, tenant, service, Some(owner), None).await
}

/// The same for an account and a scheduled time.
pub async fn own_booking_at(
    app: &TestApp,
    tenant: Id<Tenant>,
    service: Id<Service>,
    owner: Id<User>,
    at: DateTime<Utc>,
) -> Booked {
    make_booking(app, tenant, service, Some(owner), Some(at)).await
}

async fn make_booking(
    app: &TestApp,
    tenant: Id<Tenant>,
    service: Id<Service>,
    owner: Option<Id<User>>,
    scheduled_at: Option<DateTime<Utc>>,
) -> Booked {
    let contact = Contact {
        name: "Dana Reed".into(),
        phone: "+14045550123".parse().unwrap(),
        email: Some("dana@example.com".parse().unwrap()),
    };
    let token = Token::random();
    let mut tx = begin(app, tenant).await;
    let now = tx.now;
    let customer_id = match owner {
        Some(user) => customers::store::find_or_insert_for_user(&mut tx, user, &contact).await.unwrap(),
        None => customers::store::find_or_insert(&mut tx, &contact).await.unwrap(),
    };
    let new = NewBooking {
        reference: None,
        customer_id,
        service_id: service,
        phase: Phase::Confirmed,
        waits_for: Some(WaitsFor::Provider),
        expires_at: None,
        contact,
        address: "Piedmont Park, Atlanta".into(),
        location_source: LocationSource::Pin,
        point: Some(place()),
        scheduled_at,
        ends_at: None,
        units: 1,
        payment_method: PaymentMethod::Cash,
        notes: None,
        billing: None,
        is_priority: false,
        refund_tiers: None,
        secret: Some(StoredSecret::of(&token, Some(&app.app.keys))),
        draft_id: None,
    };
    let booking = bookings::store::insert(&mut tx, "RA", &new, &bookings::Author::customer()).await.unwrap().unwrap();
    let priced = catalog::store::find(&mut tx, service).await.unwrap().unwrap();
    let tenant = tenants::find_by_id(&mut tx, tenant).await.unwrap().unwrap();
    let agreed = agreed_price(&tenant, &priced, Some(10));
    quotes::insert_approved(&mut tx, booking.id, QuoteKind::Original, &agreed, "Dana Reed").await.unwrap();
    let window_start = scheduled_at.unwrap_or(now);
    let job = NewJob {
        bookings: vec![booking.id],
        vertical: FIRST_KIND,
        kind: priced.service.slug.clone(),
        address: booking.address.clone(),
        point: booking.point,
        destination: None,
        window_start,
        window_end: window_start + TimeDelta::hours(1),
        expected_minutes: priced.service.expected_minutes,
        skills: vec![priced.service.slug],
        staff_needed: 1,
        dispatching: Dispatching::Now,
    };
    let job = dispatch::open_job(&mut tx, job).await.unwrap();
    tx.commit().await.unwrap();
    Booked { id: booking.id, reference: booking.reference, token: token.reveal().to_owned(), job }
}

/// Creates a guest's request of a service for that time, which somebody has to say yes to within an hour.
pub async fn request(app: &TestApp, tenant: Id<Tenant>, service: Id<Service>, at: DateTime<Utc>) -> Booking {
    let contact = Contact { name: "Dana Reed".into(), phone: "+14045550123".parse().unwrap(), email: None };
    let mut tx = begin(app, tenant).await;
    let tenant = tenants::find_by_id(&mut tx, tenant).await.unwrap().unwrap();
    let priced = catalog::store::find(&mut tx, service).await.unwrap().unwrap();
    let order = make::Order {
        service: &priced.service,
        whose: Whose::Guest,
        contact: &contact,
        place: &Whereabouts {
            address: "Piedmont Park, Atlanta".into(),
            source: LocationSource::Pin,
            point: Some(place()),
        },
        scheduled_at: Some(at),
        ends_at: Some(at + TimeDelta::hours(2)),
        units: 2,
        people: &[Person { name: "Robin Reed".into(), phone: None, age: Some(9) }],
        payment_method: PaymentMethod::Cash,
        notes: None,
        billing: None,
        is_priority: false,
        quote: &agreed_price(&tenant, &priced, None),
        approved_by: "Dana Reed",
        beginning: Beginning::Requested { until: tx.now + TimeDelta::hours(1) },
        by: bookings::Author::customer(),
        secret: None,
        draft: None,
        reference: None,
    };
    let booking = make::make(&mut tx, &tenant, order, &make::NoDetails).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    booking
}

/// Lets an operator act as a user, and returns the token of the link.
pub async fn impersonation(app: &TestApp, tenant: Id<Tenant>, user: Id<User>) -> String {
    let email = "operator@wayside.example".parse().unwrap();
    let id = operator::command::add(&mut app.database.owner().await, &email, "Olivia", "!").await.unwrap();
    let operator = operator::Operator { id, email: email.to_string(), name: "Olivia".into(), has_second_factor: false };
    let token = Token::random();
    let mut tx = begin(app, tenant).await;
    let expires_at = tx.now + operator::impersonation::TOKEN_LIFETIME;
    let impersonation = NewImpersonation {
        id: Id::new(),
        user,
        operator: &operator,
        reason: "Ticket 7",
        token: &token,
        token_expires_at: expires_at,
    };
    impersonations::insert(&mut tx, &impersonation).await.unwrap();
    tx.commit().await.unwrap();
    token.reveal().to_owned()
}
