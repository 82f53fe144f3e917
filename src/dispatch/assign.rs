//! Assigning a job to a provider: the part that accepting an offer and assigning by hand share.

use engine::{Commission, Id};

use super::{
    Job, Offer,
    news::{report, tell_customer},
    store::{
        assignments::{self, NewAssignment},
        jobs,
    },
    timing::Timing,
    withdraw::withdraw_offers,
};
use crate::{
    bookings::{Author, Booking, JobNews, Party, Report},
    calendar,
    db::{Tx, publish},
    error::AppError,
    providers::Provider,
};

/// Which job goes to which provider, by which offer and at which commission.
pub(super) struct Assigning<'a> {
    pub provider: &'a Provider,
    pub offer: Option<Id<Offer>>,
    pub commission: Commission,
    pub by: Author,
    pub timing: Timing,
}

/// Assigns a job to a provider. The caller has locked bookings, provider and job, in this order.
pub(super) async fn assign(
    tx: &mut Tx,
    bookings: &[Booking],
    job: &Job,
    assigning: Assigning<'_>,
) -> Result<(), AppError> {
    let Assigning { provider, offer, commission, by, timing } = assigning;
    let change = job.assign(tx.now, timing.promised_at)?;
    withdraw_offers(tx, job).await?;
    let assignment = NewAssignment {
        job: job.id,
        provider: provider.id,
        offer,
        commission,
        state: timing.state,
        leads: true,
        assigned_by: by.party,
    };
    let assignment = assignments::insert(tx, &assignment).await?;
    calendar::reserve_providers(tx, &[(provider.id, timing.busy)], job.id).await?;
    jobs::apply(tx, job.id, &change).await?;
    let note = (by.party == Party::Staff).then(|| provider.first_name());
    let news = Report { news: JobNews::Taken, by, full_name: &provider.name, note };
    for booking in report(tx, job.id, bookings, &news).await? {
        tell_customer(tx, job, &booking, JobNews::Taken, assignment).await?;
    }
    tell(tx, job.id, provider.id).await
}

/// Publishes the change to watchers of the job, the provider and the board.
pub(super) async fn tell(tx: &mut Tx, job: Id<Job>, provider: Id<Provider>) -> Result<(), AppError> {
    publish(tx, &format!("job:{job}")).await?;
    publish(tx, &format!("provider:{provider}")).await?;
    publish(tx, "board").await
}
