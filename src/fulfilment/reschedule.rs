//! Moving an appointment to another time.

use chrono::{DateTime, Utc};
use engine::field::isolated;

use super::{cancellation, make};
use crate::{
    bookings::{Author, Booking, EventKind, Party, Phase, messages, store},
    calendar::{self, Holder},
    db::Tx,
    dispatch::{self, JobProgress, JobState, Withdrawn},
    error::AppError,
    tenants::Tenant,
};

/// Moves a booking to another time; its reference, its link and its price stay. The caller has locked the booking.
///
/// - Its jobs are replaced. A provider who is free then keeps theirs; for the others a search begins, in its time.
/// - What the booking reserved moves with it; `Conflict` if that isn't free then, and nothing has changed.
/// - Places in a slot don't: its kind of business gives them back when it says that the booking [may move](crate::verticals::Kind::may_move), and
///   claims others when it was [moved](crate::verticals::Kind::followed).
/// - The customer is told, and the provider who had a job sees it leave or move.
/// - Not once a provider is on the way: then somebody has to talk to them.
/// - Once cancelling costs a fee, a customer moves only to a time at which their provider is free; and not at all if the fee goes by the time that is left.
pub async fn reschedule(
    tx: &mut Tx,
    tenant: &Tenant,
    booking: &Booking,
    to: DateTime<Utc>,
    by: Author,
) -> Result<Booking, AppError> {
    if booking.scheduled_at == Some(to) {
        return Ok(booking.clone()); // a second tap
    }
    let jobs = dispatch::jobs_of(tx, booking.id).await?;
    ensure_not_begun(&jobs, by.party)?;
    booking.vertical.may_move(tx, tenant, booking, to).await?;
    if calendar::slots::has_claims(tx, booking.id).await? {
        return Err(AppError::conflict(t!("fulfilment-its-places-arent-free-at-another")));
    }
    // Who moves away from their provider, or to a later time, would cancel for free afterwards.
    let may_lose = by.party != Party::Customer || cancellation::terms(tx, tenant, booking).await?.fee().is_zero();
    if !may_lose && booking.refund_tiers.is_some() {
        return Err(AppError::conflict(t!("fulfilment-its-too-late-to-move-this")));
    }
    let was = booking
        .scheduled_at
        .map_or_else(|| t!("fulfilment-as-soon-as-possible-in-a-sentence").to_owned(), |at| tenant.date_time(at));
    let note = t!("fulfilment-from-to", was = was, to = tenant.date_time(to));
    let told = match by.party {
        Party::Customer => t!("fulfilment-the-customer-moved-it-to", to = tenant.date_time(to)),
        _ => t!("fulfilment-it-was-moved-to", to = tenant.date_time(to)),
    };
    let length = booking.scheduled_at.zip(booking.ends_at).map(|(starts_at, ends_at)| ends_at - starts_at);
    let moved = store::apply(tx, booking, booking.reschedule(by)?.with_note(note)).await?;
    let ends_at = length.map(|length| to + length);
    let moved = store::set_extent(tx, Booking { scheduled_at: Some(to), ends_at, ..moved }).await?;
    let withdrawn = dispatch::withdraw(tx, booking.id, &told).await?;
    if let Some(was) = booking.scheduled_at {
        calendar::shift(tx, Holder::Booking(booking.id), to - was).await?;
    }
    let moved = match moved.phase {
        Phase::Pending => moved,
        _ => replace_jobs(tx, tenant, moved, &withdrawn, may_lose).await?,
    };
    moved.vertical.followed(tx, tenant, &moved, EventKind::Moved).await?;
    messages::tell_each_time(tx, booking.id, messages::Kind::Moved).await?;
    Ok(moved)
}

/// Whether a customer may move it: it has an appointment, and nobody is on the way.
pub fn is_movable(booking: &Booking, jobs: &[JobProgress]) -> bool {
    booking.is_cancellable() && booking.scheduled_at.is_some() && ensure_not_begun(jobs, Party::Customer).is_ok()
}

fn ensure_not_begun(jobs: &[JobProgress], who: Party) -> Result<(), AppError> {
    let begun = |job: &&JobProgress| {
        !job.state.is_searching() && !matches!(job.state, JobState::Assigned | JobState::Cancelled)
    };
    match (jobs.iter().find(begun), who) {
        (None, _) => Ok(()),
        (Some(_), Party::Customer) => Err(AppError::conflict(t!("fulfilment-someone-is-on-the-way-already"))),
        (Some(job), _) => {
            let name = job.provider.as_ref().map_or(t!("fulfilment-the-provider"), |provider| provider.first_name());
            Err(AppError::conflict(t!("fulfilment-has-set-out-already-call-them", name = isolated(name))))
        }
    }
}

async fn replace_jobs(
    tx: &mut Tx,
    tenant: &Tenant,
    moved: Booking,
    withdrawn: &[Withdrawn],
    may_lose: bool,
) -> Result<Booking, AppError> {
    let jobs = moved.vertical.jobs(tx, tenant, &moved).await?;
    let moved = store::wait_for(tx, moved, make::waits_for(&jobs)).await?;
    let mut before = withdrawn.iter();
    for job in jobs {
        let Some(old) = before.next() else {
            dispatch::open_job(tx, job).await?;
            continue;
        };
        if !dispatch::open_instead(tx, tenant, old, job).await? && !may_lose {
            return Err(AppError::conflict(t!("fulfilment-your-provider-isnt-free-then-choose")));
        }
    }
    Ok(store::find(tx, moved.id).await?.unwrap_or(moved))
}
