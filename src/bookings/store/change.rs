//! Changes bookings, each only from the state it was read in.

use engine::{GeoPoint, Id};
use sqlx::PgConnection;

use super::{
    columns::booking_columns,
    find::find,
    timeline::{NewEvent, record},
};
use crate::{
    bookings::{Author, Booking, EventKind, LocationSource, Party, Transition, WaitsFor},
    customers::Customer,
    error::AppError,
};

/// Writes an allowed change and its entry in the timeline. `Conflict` if the booking has changed since it was read.
pub async fn apply(db: &mut PgConnection, booking: &Booking, transition: Transition) -> Result<Booking, AppError> {
    let sql = concat!(
        "update bookings
         set phase = $3, waits_for = $4, expires_at = case when $3 = 'pending' then expires_at end, updated_at = app.now(),
             completed_at = case when $3 = 'completed' then app.now() end,
             cancelled_by = $5, cancellation_reason = $6, cancellation_fee = $7, cancelled_at = $8
         where tenant_id = app.current_tenant() and id = $1 and phase = $2
         returning ",
        booking_columns!("bookings.")
    );
    let cancellation = transition.cancellation.as_ref();
    let after: Option<Booking> = sqlx::query_as(sql)
        .bind(booking.id)
        .bind(transition.from)
        .bind(transition.to)
        .bind(transition.waits_for)
        .bind(cancellation.map(|c| c.by))
        .bind(cancellation.and_then(|c| c.reason.as_deref()))
        .bind(cancellation.map(|c| c.fee))
        .bind(cancellation.map(|c| c.at))
        .fetch_optional(&mut *db)
        .await?;
    let Some(after) = after else {
        let current = find(db, booking.id).await?.ok_or(AppError::NotFound)?;
        return Err(current.moved_on());
    };
    let Transition { to, kind, by, note, .. } = transition;
    record(db, &NewEvent { booking_id: booking.id, phase: to, kind, by: &by, note: note.as_deref() }).await?;
    Ok(after)
}

/// Writes what a booking waits for.
pub async fn wait_for(
    db: &mut PgConnection,
    booking: Booking,
    waits_for: Option<WaitsFor>,
) -> Result<Booking, AppError> {
    if booking.waits_for == waits_for {
        return Ok(booking);
    }
    sqlx::query(
        "update bookings set waits_for = $2, updated_at = app.now() where tenant_id = app.current_tenant() and id = $1",
    )
    .bind(booking.id)
    .bind(waits_for)
    .execute(db)
    .await?;
    Ok(Booking { waits_for, ..booking })
}

/// Writes when a booking is, until when, and for how many. The caller has locked it.
pub async fn set_extent(db: &mut PgConnection, booking: Booking) -> Result<Booking, AppError> {
    sqlx::query(
        "update bookings set scheduled_at = $2, ends_at = $3, units = $4, updated_at = app.now()
         where tenant_id = app.current_tenant() and id = $1",
    )
    .bind(booking.id)
    .bind(booking.scheduled_at)
    .bind(booking.ends_at)
    .bind(booking.units)
    .execute(db)
    .await?;
    Ok(booking)
}

/// Writes the location of a booking that had only a description.
pub async fn locate(
    db: &mut PgConnection,
    booking: &Booking,
    address: &str,
    point: GeoPoint,
    source: LocationSource,
) -> Result<(), AppError> {
    let changed = sqlx::query(
        "update bookings set address = $3, latitude = $4, longitude = $5, location_source = $6, waits_for = 'provider', updated_at = app.now()
         where tenant_id = app.current_tenant() and id = $1 and phase = $2",
    )
    .bind(booking.id)
    .bind(booking.phase)
    .bind(address)
    .bind(point.latitude())
    .bind(point.longitude())
    .bind(source)
    .execute(&mut *db)
    .await?;
    if changed.rows_affected() == 0 {
        return Err(booking.moved_on());
    }
    let event = NewEvent {
        booking_id: booking.id,
        phase: booking.phase,
        kind: EventKind::LocationGiven,
        by: &Author { party: Party::Staff, name: None },
        note: Some(address),
    };
    record(db, &event).await
}

/// Moves the bookings of some customers to another customer.
pub async fn reassign(db: &mut PgConnection, from: &[Id<Customer>], to: Id<Customer>) -> Result<(), AppError> {
    sqlx::query(
        "update bookings set customer_id = $2 where tenant_id = app.current_tenant() and customer_id = any($1)",
    )
    .bind(from)
    .bind(to)
    .execute(db)
    .await?;
    Ok(())
}
