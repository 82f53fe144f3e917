//! Work in the field: providers on duty around the middle of Atlanta, and bookings there to be dispatched.

use engine::{Amount, BasisPoints, Commission, GeoPoint, Id, Line, LineKind, Quote};

use super::{TestApp, begin, user};
use crate::{
    bookings::{
        self, Booking, LocationSource, PaymentMethod, Phase, WaitsFor,
        quotes::{self, QuoteKind, QuoteState},
    },
    catalog,
    customers::{self, Contact},
    db::Tx,
    dispatch::{self, Job, NewJob},
    identity::{Role, User},
    providers::{self, Position, Provider, ProviderStatus, store::NewProvider},
    tenants::Tenant,
};

/// What every built provider can do, and every built booking asks for.
pub const SKILL: &str = "jump-start";

/// So many kilometres north of where the built bookings are.
pub fn north(kilometres: f64) -> GeoPoint {
    GeoPoint::new(33.749 + kilometres / 111.195, -84.388).unwrap()
}

/// Makes a provider on duty, so many kilometres away from the built bookings, who earns 70 %. Has no account.
pub async fn provider(app: &TestApp, tenant: Id<Tenant>, name: &str, kilometres: f64) -> Id<Provider> {
    insert(app, tenant, name, north(kilometres), None).await
}

/// The same with an account `<name>@example.com`.
pub async fn provider_with_account(app: &TestApp, tenant: Id<Tenant>, name: &str, kilometres: f64) -> Id<Provider> {
    let account = user(app, tenant, name, &[Role::Provider]).await;
    insert(app, tenant, name, north(kilometres), Some(account)).await
}

/// The same at any place.
pub async fn provider_at(app: &TestApp, tenant: Id<Tenant>, name: &str, point: GeoPoint) -> Id<Provider> {
    insert(app, tenant, name, point, None).await
}

async fn insert(
    app: &TestApp,
    tenant: Id<Tenant>,
    name: &str,
    point: GeoPoint,
    user_id: Option<Id<User>>,
) -> Id<Provider> {
    let new = NewProvider {
        id: Id::new(),
        user_id,
        name: name.to_owned(),
        email: format!("{name}@trucks.example").parse().unwrap(),
        phone: "+14045550111".parse().unwrap(),
        status: ProviderStatus::Active,
        commission: Commission::Percentage(BasisPoints::percent(70).unwrap()),
        address: None,
        home: None,
        vehicle: Some("white Ford F-450".to_owned()),
        skills: vec![SKILL.to_owned()],
    };
    let mut tx = begin(app, tenant).await;
    let now = tx.now;
    providers::store::insert(&mut tx, &new).await.unwrap();
    providers::store::set_on_duty(&mut tx, new.id, Some(now)).await.unwrap();
    let position = Position { point, accuracy: None, recorded_at: now };
    providers::store::move_to(&mut tx, new.id, &position).await.unwrap();
    tx.commit().await.unwrap();
    new.id
}

/// A booking with its job.
#[derive(Debug, Clone, Copy)]
pub struct Booked {
    /// The booking.
    pub booking: Id<Booking>,
    /// Its job.
    pub job: Id<Job>,
}

/// Makes a confirmed booking of a jump start for $100 in the middle of Atlanta, with its job open; nobody is asked before the next drain.
pub async fn booked(app: &TestApp, tenant: Id<Tenant>) -> Booked {
    let mut tx = begin(app, tenant).await;
    let booked = book(&mut tx).await;
    tx.commit().await.unwrap();
    booked
}

async fn book(tx: &mut Tx) -> Booked {
    let service = match catalog::store::find_by_slug(tx, SKILL).await.unwrap() {
        Some(known) => known.service.id,
        None => jump_start(tx).await,
    };
    let contact = Contact { name: "Ashley Carter".to_owned(), phone: "+14045550177".parse().unwrap(), email: None };
    let customer_id = customers::store::find_or_insert(tx, &contact).await.unwrap();
    let new = bookings::store::NewBooking {
        customer_id,
        service_id: service,
        phase: Phase::Confirmed,
        waits_for: Some(WaitsFor::Provider),
        expires_at: None,
        contact,
        address: "675 Ponce De Leon Ave NE, Atlanta".to_owned(),
        location_source: LocationSource::Pin,
        point: Some(north(0.0)),
        scheduled_at: None,
        payment_method: PaymentMethod::Cash,
        notes: None,
        access_token_hash: None,
        draft_id: None,
    };
    let booking = bookings::store::insert(tx, "RA", &new).await.unwrap().unwrap();
    let quote = Quote::fixed(vec![Line::single(LineKind::Service, "Jump start", Amount(10_000))]).unwrap();
    quotes::insert(tx, booking.id, QuoteKind::Original, QuoteState::Approved, &quote, Some("Ashley Carter"))
        .await
        .unwrap();
    let job = NewJob {
        booking_id: booking.id,
        kind: SKILL.to_owned(),
        address: booking.address.clone(),
        point: booking.point,
        destination: None,
        window_start: tx.now,
        window_end: tx.now,
        expected_minutes: 20,
        skills: vec![SKILL.to_owned()],
    };
    let job = dispatch::open_job(tx, job).await.unwrap();
    Booked { booking: booking.id, job }
}

async fn jump_start(tx: &mut Tx) -> Id<catalog::Service> {
    let new = catalog::store::NewService {
        slug: SKILL.to_owned(),
        vertical: "roadside".to_owned(),
        category: "roadside".to_owned(),
        details: catalog::store::ServiceDetails {
            name: "Jump start".to_owned(),
            description: "A dead battery".to_owned(),
            expected_minutes: 20,
        },
        icon: "car-battery".to_owned(),
        asks_destination: false,
        position: 1,
    };
    catalog::store::insert(tx, &new).await.unwrap()
}
