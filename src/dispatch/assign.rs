//! Giving a job to somebody: what accepting an offer and assigning by hand have in common.

use chrono::{DateTime, TimeDelta, Utc};
use engine::Id;

use super::{
    Job, Offer,
    search::withdraw_offers,
    store::{
        assignments::{self, AssignmentState},
        jobs,
    },
};
use crate::{
    bookings::{self, Booking, Party},
    calendar,
    db::Tx,
    error::AppError,
    providers::Provider,
    server::publish,
    tenants::Settings,
};

/// When somebody who takes a job now will be there, and until when they are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Timing {
    /// The provider has to be at it from then on.
    pub begins_at: DateTime<Utc>,
    /// The arrival told to the customer: the estimate with the tenant's margin.
    pub promised_at: DateTime<Utc>,
    /// The work is over then, as expected.
    pub ends_at: DateTime<Utc>,
    /// It is the provider's work of now, not later work.
    pub state: AssignmentState,
}

impl Timing {
    /// Work whose window begins within the tenant's lead is begun at once; for later work they are held from the time they have to set out.
    pub fn of(job: &Job, travel: TimeDelta, now: DateTime<Utc>, settings: &Settings) -> Self {
        let margin = travel * i32::try_from(settings.promise_margin_percent).unwrap_or(100) / 100;
        let arrives_at = (now + travel).max(job.window_start);
        let promised_at = (now + travel + margin).max(job.window_start);
        let later = job.window_start - settings.dispatch_lead() > now;
        let (begins_at, state) = if later {
            ((job.window_start - travel).max(now), AssignmentState::Held)
        } else {
            (now, AssignmentState::UnderWay)
        };
        Self { begins_at, promised_at, ends_at: arrives_at + job.expected(), state }
    }
}

/// Who gives a job to whom, and by which offer.
pub(super) struct Assigning<'a> {
    pub provider: &'a Provider,
    pub offer: Option<Id<Offer>>,
    pub by: Party,
    pub timing: Timing,
}

/// Gives a searching job to a provider. The caller holds bookings, provider and job, in this order.
pub(super) async fn assign(
    tx: &mut Tx,
    bookings: &[Booking],
    job: &Job,
    assigning: Assigning<'_>,
) -> Result<(), AppError> {
    let Assigning { provider, offer, by, timing } = assigning;
    let change = job.assign(tx.now, timing.promised_at)?;
    withdraw_offers(tx, job).await?;
    assignments::insert(tx, job.id, provider.id, offer, timing.state, by).await?;
    calendar::reserve_provider(tx, provider.id, job.id, timing.begins_at, timing.ends_at).await?;
    jobs::apply(tx, job.id, &change).await?;
    for booking in bookings {
        bookings::dispatched(tx, booking, provider.first_name()).await?;
    }
    tell(tx, job.id, provider.id).await
}

/// Tells whoever watches the job, the provider and the board.
pub(super) async fn tell(tx: &mut Tx, job: Id<Job>, provider: Id<Provider>) -> Result<(), AppError> {
    publish(tx, &format!("job:{job}")).await?;
    publish(tx, &format!("provider:{provider}")).await?;
    publish(tx, "board").await
}
