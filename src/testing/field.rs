//! Providers on duty around one place, and bookings there to be dispatched.

use chrono::{DateTime, Utc};
use engine::{GeoPoint, Id};

use super::{Booked, TestApp, begin, booking, booking_at, on_duty, place, service, user};
use crate::{
    catalog::{self, Service},
    identity::Role,
    providers::Provider,
    tenants::Tenant,
};

/// The skill of every provider here, required by every booking.
const SKILL: &str = "jump-start";

/// So many kilometers north of the built bookings.
pub fn north(kilometres: f64) -> GeoPoint {
    GeoPoint::new(place().latitude() + kilometres / 111.195, place().longitude()).unwrap()
}

/// Creates a provider on duty, so many kilometers from the built bookings, without account.
pub async fn provider(app: &TestApp, tenant: Id<Tenant>, name: &str, kilometres: f64) -> Id<Provider> {
    provider_at(app, tenant, name, north(kilometres)).await
}

/// The same with an account `<name>@example.com`.
pub async fn provider_with_account(app: &TestApp, tenant: Id<Tenant>, name: &str, kilometres: f64) -> Id<Provider> {
    let account = user(app, tenant, name, &[Role::Provider]).await;
    let id = super::provider(app, tenant, name, Some(account), &[SKILL]).await;
    on_duty(app, tenant, id, north(kilometres)).await;
    id
}

/// The same at any place, without account.
pub async fn provider_at(app: &TestApp, tenant: Id<Tenant>, name: &str, at: GeoPoint) -> Id<Provider> {
    let id = super::provider(app, tenant, name, None, &[SKILL]).await;
    on_duty(app, tenant, id, at).await;
    id
}

/// Creates a booking of a jump start for $100 and 10% tax, with an open job; nobody is asked before the next drain.
pub async fn booked(app: &TestApp, tenant: Id<Tenant>) -> Booked {
    let service = jump_start(app, tenant).await;
    booking(app, tenant, service).await
}

/// The same for a scheduled time.
pub async fn booked_at(app: &TestApp, tenant: Id<Tenant>, at: DateTime<Utc>) -> Booked {
    let service = jump_start(app, tenant).await;
    booking_at(app, tenant, service, at).await
}

async fn jump_start(app: &TestApp, tenant: Id<Tenant>) -> Id<Service> {
    let known = catalog::store::find_by_slug(&mut *begin(app, tenant).await, SKILL).await.unwrap();
    match known {
        Some(known) => known.service.id,
        None => service(app, tenant, SKILL, 10_000, None).await,
    }
}
