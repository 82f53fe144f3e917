//! A booking for which nobody has to come (any more): a stay that begins and is over, or work of which one job was done and another failed.

use super::{cancellation, charging, completion, let_go::let_go};
use crate::{
    bookings::{
        Author, Booking, EventKind,
        messages::{self, Kind},
        quotes, store,
    },
    db::Tx,
    dispatch,
    error::AppError,
    tenants::Tenant,
};

/// It has begun: the guest is there. The caller has locked the booking. `Conflict` if somebody does a job for it, who says so then.
pub async fn begin(tx: &mut Tx, tenant: &Tenant, booking: &Booking, by: Author) -> Result<Booking, AppError> {
    ensure_no_job(tx, booking).await?;
    let begun = store::apply(tx, booking, booking.start(by)?).await?;
    begun.vertical.followed(tx, tenant, &begun, EventKind::Started).await?;
    Ok(begun)
}

/// The customer didn't come: the fee is due that their kind of business asks when a provider is there in vain. The caller has locked the booking.
pub async fn miss(tx: &mut Tx, tenant: &Tenant, booking: &Booking, by: Author) -> Result<Booking, AppError> {
    ensure_no_job(tx, booking).await?;
    let approved = quotes::approved_totals(tx, booking.id).await?;
    let fee = cancellation::fee_in_vain(tenant, booking, approved.total);
    let missed = store::apply(tx, booking, booking.miss(by)?).await?;
    store::resolve_alerts(tx, booking.id, t!("fulfilment-no-show")).await?;
    let_go(tx, tenant, &missed, EventKind::NoShow, t!("fulfilment-the-customer-didnt-come")).await?;
    messages::tell(tx, booking.id, Kind::Missed).await?;
    let deed = cancellation::charge(tx, &missed, &fee).await?;
    charging::credit_fee(tx, &missed, deed, &fee).await?;
    Ok(missed)
}

/// It is over: what was approved and not charged before is charged, who earns with it gets their share, and the customer is told. The caller has
/// locked the booking.
pub async fn complete(tx: &mut Tx, tenant: &Tenant, booking: &Booking, by: Author) -> Result<Booking, AppError> {
    ensure_no_job(tx, booking).await?;
    let done = store::apply(tx, booking, booking.complete(by)?).await?;
    completion::complete(tx, tenant, &done, None).await?;
    store::resolve_alerts(tx, booking.id, t!("fulfilment-completed")).await?;
    Ok(done)
}

async fn ensure_no_job(tx: &mut Tx, booking: &Booking) -> Result<(), AppError> {
    let jobs = dispatch::jobs_of(tx, booking.id).await?;
    if jobs.iter().all(|job| job.state.is_over()) { Ok(()) } else { Err(booking.moved_on()) }
}
