mod actions;
mod assigning;
mod busy;
mod candidates;
mod crews;
mod deadlines;
mod discover;
mod estimates;
mod holds;
mod offers;
mod pages;
mod previous_version;
mod published;
mod race;
mod races_of_trips;
mod scene;
mod states;

use engine::Id;

use super::{Dispatching, Job, JobState, Offer, OfferState, store};
use crate::{
    providers::Provider,
    tenants::Tenant,
    testing::{TestApp, begin},
};

/// The tenant, as the dispatcher reads it.
async fn settings_of(app: &TestApp, tenant: Id<Tenant>) -> Tenant {
    crate::tenants::find_by_id(&mut *begin(app, tenant).await, tenant).await.unwrap().unwrap()
}

/// The provider's pending offer.
async fn pending(app: &TestApp, tenant: Id<Tenant>, provider: Id<Provider>) -> Option<Offer> {
    store::offers::pending_of_provider(&mut *begin(app, tenant).await, provider).await.unwrap()
}

/// The current row of a job.
async fn job(app: &TestApp, tenant: Id<Tenant>, id: Id<Job>) -> Job {
    store::jobs::find(&mut *begin(app, tenant).await, id).await.unwrap().unwrap()
}

/// The provider who has a job.
async fn holder(app: &TestApp, tenant: Id<Tenant>, job: Id<Job>) -> Option<Id<Provider>> {
    let current = store::assignments::current_of_job(&mut *begin(app, tenant).await, job).await.unwrap();
    current.map(|assignment| assignment.provider_id)
}

/// The current row of an offer.
async fn offer(app: &TestApp, tenant: Id<Tenant>, id: Id<Offer>) -> Offer {
    store::offers::find(&mut *begin(app, tenant).await, id).await.unwrap().unwrap()
}

/// Accepts the provider's pending offer.
async fn accept_pending(app: &TestApp, tenant: Id<Tenant>, provider: Id<Provider>) -> Id<Job> {
    let rules = settings_of(app, tenant).await;
    let offer = pending(app, tenant, provider).await.unwrap();
    let mut tx = begin(app, tenant).await;
    let job = super::accept(&mut tx, &rules, provider, offer.id).await.unwrap();
    tx.commit().await.unwrap();
    job
}
