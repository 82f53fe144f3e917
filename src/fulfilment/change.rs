use chrono::{DateTime, Utc};

use crate::{
    bookings::{
        Author, Booking, EventKind, messages,
        people::{self, Person},
        store::{self, NewEvent},
    },
    db::Tx,
    error::AppError,
    tenants::Tenant,
};

/// What a booking is changed to; `None` keeps it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Change<'a> {
    pub ends_at: Option<DateTime<Utc>>,
    pub units: Option<i32>,
    pub people: Option<&'a [Person]>,
}

/// Changes until when a booking is, for how many, or who comes along: three of six passengers stay at home, a guest leaves earlier. The caller has locked
/// it.
///
/// - Its kind of business [hears it](crate::verticals::Kind::followed) and changes what the booking holds, or refuses.
/// - Its price stays: the caller proposes or settles another one.
/// - The customer is told. A change to what it is already does nothing.
pub async fn change(
    tx: &mut Tx,
    tenant: &Tenant,
    booking: &Booking,
    change: Change<'_>,
    by: Author,
    note: Option<&str>,
) -> Result<Booking, AppError> {
    if booking.phase.is_terminal() {
        return Err(booking.moved_on());
    }
    let ends_at = change.ends_at.or(booking.ends_at);
    let units = change.units.unwrap_or(booking.units);
    if (ends_at, units) == (booking.ends_at, booking.units) && change.people.is_none() {
        return Ok(booking.clone());
    }
    let changed = store::set_extent(tx, Booking { ends_at, units, ..booking.clone() }).await?;
    if let Some(people) = change.people {
        people::replace(tx, booking.id, people).await?;
    }
    let event = NewEvent { booking_id: booking.id, phase: booking.phase, kind: EventKind::Changed, by: &by, note };
    store::record(tx, &event).await?;
    changed.vertical.followed(tx, tenant, &changed, EventKind::Changed).await?;
    messages::tell_each_time(tx, booking.id, messages::Kind::Changed).await?;
    Ok(changed)
}
