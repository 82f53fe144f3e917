//! `booking_events`: what happened to a booking, for its customer.

use chrono::{DateTime, Utc};
use engine::Id;
use sqlx::{FromRow, PgConnection};

use crate::{
    bookings::{Author, Booking, EventKind, Party, Phase},
    db::publish,
    error::AppError,
};

/// A new entry of a booking's timeline.
pub struct NewEvent<'a> {
    pub booking_id: Id<Booking>,
    pub phase: Phase,
    pub kind: EventKind,
    pub by: &'a Author,
    pub note: Option<&'a str>,
}

/// Adds an entry to the customer's timeline, and notifies watchers of the booking and the board.
pub async fn record(db: &mut PgConnection, event: &NewEvent<'_>) -> Result<(), AppError> {
    sqlx::query("insert into booking_events (id, booking_id, kind, phase, actor, actor_name, note) values ($1, $2, $3, $4, $5, $6, $7)")
        .bind(Id::<Event>::new())
        .bind(event.booking_id)
        .bind(event.kind)
        .bind(event.phase)
        .bind(event.by.party)
        .bind(&event.by.name)
        .bind(event.note)
        .execute(&mut *db)
        .await?;
    publish(db, &format!("booking:{}", event.booking_id)).await?;
    publish(db, "board").await
}

/// An entry of a booking's timeline.
#[derive(Debug, Clone, FromRow)]
pub struct Event {
    pub kind: EventKind,
    pub phase: Phase,
    pub actor: Party,
    pub actor_name: Option<String>,
    pub note: Option<String>,
    pub occurred_at: DateTime<Utc>,
}

/// The maximum number of entries shown; far more than a booking has.
const MOST_EVENTS: i64 = 500;

/// A booking's timeline, oldest entry first: its latest [`MOST_EVENTS`].
pub async fn timeline(db: &mut PgConnection, booking_id: Id<Booking>) -> Result<Vec<Event>, AppError> {
    Ok(sqlx::query_as(
        "select kind, phase, actor, actor_name, note, occurred_at from (
             select * from booking_events where tenant_id = app.current_tenant() and booking_id = $1 order by occurred_at desc, id desc limit $2
         ) latest order by occurred_at, id",
    )
    .bind(booking_id)
    .bind(MOST_EVENTS)
    .fetch_all(db)
    .await?)
}
