//! A booking that somebody has to say yes to: approved, declined, or expired for want of an answer.

use engine::{Amount, Id};
use uuid::Uuid;

use super::{let_go::let_go, make};
use crate::{
    bookings::{
        Author, Booking, EventKind, Phase,
        messages::{self, Kind},
        store,
    },
    db::Tx,
    error::AppError,
    server::App,
    tenants::{self, Tenant},
};

/// Says yes: the booking is confirmed, its jobs are opened, and the customer is told. The caller has locked the booking.
pub async fn approve(tx: &mut Tx, tenant: &Tenant, booking: &Booking, by: Author) -> Result<Booking, AppError> {
    let jobs = booking.vertical.jobs(tx, tenant, booking).await?;
    let transition = booking.approve(by, make::waits_for(&jobs))?;
    let approved = store::apply(tx, booking, transition).await?;
    store::resolve_alerts(tx, booking.id, t!("fulfilment-approved")).await?;
    make::open(tx, &approved, jobs).await?;
    approved.vertical.followed(tx, tenant, &approved, EventKind::Approved).await?;
    messages::tell(tx, booking.id, Kind::Approved).await?;
    Ok(approved)
}

/// Says no, with a reason for the customer: nothing is due, and what the booking held is free. The caller has locked the booking.
pub async fn decline(
    tx: &mut Tx,
    tenant: &Tenant,
    booking: &Booking,
    by: Author,
    reason: &str,
) -> Result<(), AppError> {
    let transition = booking.decline(by, reason, tx.now)?;
    let declined = store::apply(tx, booking, transition).await?;
    store::resolve_alerts(tx, booking.id, t!("fulfilment-declined")).await?;
    let_go(tx, tenant, &declined, EventKind::Declined, reason).await?;
    messages::tell(tx, booking.id, Kind::Declined).await
}

/// Handles the deadline of a pending booking: `bookings.expires_at`.
pub async fn handle_deadline(app: App, tenant: Id<Tenant>, booking: Uuid) -> Result<(), AppError> {
    let mut tx = app.db.begin_system(tenant).await?;
    let tenant = tenants::find_by_id(&mut tx, tenant).await?.ok_or(AppError::NotFound)?;
    expire(&mut tx, &tenant, Id::from_uuid(booking)).await?;
    tx.commit().await
}

/// Alerts staff of a pending booking whose deadline fails.
pub async fn alert_of_deadline(app: App, tenant: Id<Tenant>, booking: Uuid) -> Result<(), AppError> {
    let mut tx = app.db.begin_system(tenant).await?;
    let message = t!("fulfilment-this-booking-wasnt-confirmed-in-time");
    store::alert_staff_once(&mut tx, Id::from_uuid(booking), "deadline_failing", message).await?;
    tx.commit().await
}

/// Nobody said yes in time: nothing is due, and what the booking held is free.
pub async fn expire(tx: &mut Tx, tenant: &Tenant, id: Id<Booking>) -> Result<(), AppError> {
    let booking = store::lock(tx, id).await?;
    if booking.phase != Phase::Pending || booking.expires_at.is_none_or(|at| at > tx.now) {
        return Ok(());
    }
    let reason = t!("fulfilment-it-wasnt-confirmed-in-time");
    let transition = booking.cancel(Author::system(), Some(reason.to_owned()), Amount::ZERO, tx.now)?;
    let expired = store::apply(tx, &booking, transition).await?;
    store::resolve_alerts(tx, booking.id, t!("fulfilment-expired")).await?;
    let_go(tx, tenant, &expired, EventKind::Cancelled, reason).await?;
    messages::tell(tx, booking.id, Kind::Cancelled).await
}
