//! A customer's booking from confirmation to payment.

mod actions;
mod appointments;
mod asking;
mod map;
mod messages;
mod pages;
mod proposals;
mod several;
mod tax;

use engine::{Id, Miles10};

use crate::{
    dispatch::{self, Holder, JobState},
    providers::Provider,
    tenants::{self, Tenant},
    testing::{Booked, TestApp, begin},
    verticals::roadside,
};

/// Assigns the job to a provider by hand; staff see the current holder.
async fn assign(app: &TestApp, tenant: Id<Tenant>, booked: &Booked, provider: Id<Provider>) {
    let mut tx = begin(app, tenant).await;
    let of = tenants::find_by_id(&mut tx, tenant).await.unwrap().unwrap();
    let state = dispatch::store::jobs::find(&mut tx, booked.job).await.unwrap().unwrap().state;
    let current = dispatch::store::assignments::current_of_job(&mut tx, booked.job).await.unwrap();
    let shown = current.map(|current| Holder { provider_id: current.provider_id, state });
    dispatch::assign_manually(&mut tx, &of, booked.job, provider, shown, "Staff").await.unwrap();
    tx.commit().await.unwrap();
}

/// The provider reports progress.
async fn report(app: &TestApp, tenant: Id<Tenant>, booked: &Booked, by: Id<Provider>, states: &[JobState]) {
    for state in states {
        let mut tx = begin(app, tenant).await;
        dispatch::advance(&mut tx, by, booked.job, *state).await.unwrap();
        tx.commit().await.unwrap();
    }
}

/// The whole job, from assignment to completion.
pub(crate) async fn complete(app: &TestApp, tenant: Id<Tenant>, booked: &Booked, by: Id<Provider>, miles: Option<i32>) {
    assign(app, tenant, booked, by).await;
    report(app, tenant, booked, by, &[JobState::EnRoute, JobState::Arrived, JobState::InProgress]).await;
    let mut tx = begin(app, tenant).await;
    let of = tenants::find_by_id(&mut tx, tenant).await.unwrap().unwrap();
    let miles = miles.map(|tenths| Miles10::new(tenths).unwrap());
    roadside::finish(&mut tx, &of, by, booked.job, miles).await.unwrap();
    tx.commit().await.unwrap();
}
