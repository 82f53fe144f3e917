//! Providers on duty around one place, and bookings there to be dispatched.

use chrono::{DateTime, TimeDelta, Utc};
use engine::{GeoPoint, Id};

use super::{Booked, FIRST_KIND, TestApp, begin, booking, booking_at, on_duty, place, service, user};
use crate::{
    catalog::{self, Service},
    dispatch::{self, Dispatching, NewJob},
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

/// A job at the place of the built bookings for one of these providers, without bookings.
pub fn new_job(window_start: DateTime<Utc>) -> NewJob {
    NewJob {
        bookings: Vec::new(),
        vertical: FIRST_KIND,
        kind: SKILL.into(),
        address: "Piedmont Park, Atlanta".into(),
        point: Some(place()),
        destination: None,
        window_start,
        window_end: window_start + TimeDelta::hours(1),
        expected_minutes: 30,
        skills: vec![SKILL.into()],
        staff_needed: 1,
        dispatching: Dispatching::Now,
    }
}

/// A booking as by [`booked`], whose job is replaced by one for several people.
pub async fn booked_for_crew(app: &TestApp, tenant: Id<Tenant>, staff_needed: i32) -> Booked {
    booked_with(app, tenant, NewJob { staff_needed, ..new_job(app.now()) }).await
}

/// A booking as by [`booked`], whose job is replaced by this one.
pub async fn booked_with(app: &TestApp, tenant: Id<Tenant>, job: NewJob) -> Booked {
    let booked = booked(app, tenant).await;
    let mut tx = begin(app, tenant).await;
    dispatch::withdraw(&mut tx, booked.id, "Another job takes its place.").await.unwrap();
    let new = NewJob { bookings: vec![booked.id], ..job };
    let job = dispatch::open_job(&mut tx, new).await.unwrap();
    tx.commit().await.unwrap();
    Booked { job, ..booked }
}

async fn jump_start(app: &TestApp, tenant: Id<Tenant>) -> Id<Service> {
    let known = catalog::store::find_by_slug(&mut *begin(app, tenant).await, SKILL).await.unwrap();
    match known {
        Some(known) => known.service.id,
        None => service(app, tenant, SKILL, 10_000, None).await,
    }
}
