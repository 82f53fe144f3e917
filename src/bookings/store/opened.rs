//! A booking with what its customer's page shows.

use chrono::{DateTime, Utc};
use engine::{Id, Reference, Stars};
use sqlx::{FromRow, PgConnection, types::Json};

use super::columns::booking_columns;
use crate::{
    bookings::{
        Booking,
        people::{Person, people_column},
    },
    error::AppError,
    identity::User,
};

/// A booking with related data, for its customer.
#[derive(Debug, Clone, FromRow)]
pub struct OpenedBooking {
    #[sqlx(flatten)]
    pub booking: Booking,
    pub service_name: String,
    /// The customer's stars, if they gave any.
    pub rating: Option<Stars>,
    pub comment: Option<String>,
    /// Whether the link's token is stored, so that messages contain the link.
    pub keeps_link: bool,
    /// The channels on which the first message with its link failed.
    pub unreached: Vec<String>,
    /// When its final phase began; `None` before.
    pub over_at: Option<DateTime<Utc>>,
    /// Who comes along.
    pub people: Json<Vec<Person>>,
}

/// Selects opened bookings; the condition follows.
macro_rules! opened_bookings {
    ($condition:literal) => {
        concat!(
            "select ",
            booking_columns!("b."),
            // A final phase never changes, and each phase begins with a timeline entry.
            ", s.name as service_name, r.rating, r.comment, b.sealed_access_token is not null as keeps_link,
               array(select n.channel from notifications n
                     where (n.tenant_id, n.booking_id) = (b.tenant_id, b.id) and n.kind = 'booking-booked' and n.status = 'failed') as unreached,
               case when b.phase in ('completed', 'cancelled', 'no_show') then coalesce(
                   b.completed_at, b.cancelled_at,
                   (select max(e.occurred_at) from booking_events e
                    where (e.tenant_id, e.booking_id) = (b.tenant_id, b.id) and e.kind = 'no_show'),
                   b.updated_at) end as over_at, ",
            people_column!(),
            "
             from bookings b
             join services s on (s.tenant_id, s.id) = (b.tenant_id, b.service_id)
             join customers c on (c.tenant_id, c.id) = (b.tenant_id, b.customer_id)
             left join reviews r on (r.tenant_id, r.booking_id) = (b.tenant_id, b.id) ",
            $condition
        )
    };
}

/// The booking of the link with this token.
pub async fn open_by_token_hash(db: &mut PgConnection, hash: &[u8]) -> Result<Option<OpenedBooking>, AppError> {
    Ok(sqlx::query_as(opened_bookings!("where b.tenant_id = app.current_tenant() and b.access_token_hash = $1"))
        .bind(hash)
        .fetch_optional(db)
        .await?)
}

/// The booking with this reference, for its account.
pub async fn open_by_owner(
    db: &mut PgConnection,
    reference: &Reference,
    owner: Id<User>,
) -> Result<Option<OpenedBooking>, AppError> {
    Ok(sqlx::query_as(opened_bookings!(
        "where b.tenant_id = app.current_tenant() and b.reference = $1 and c.user_id = $2"
    ))
    .bind(reference)
    .bind(owner)
    .fetch_optional(db)
    .await?)
}
