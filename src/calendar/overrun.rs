//! Work that lasts longer than planned.

use chrono::{DateTime, Utc};
use engine::Id;
use sqlx::{FromRow, PgConnection};

use super::{Holder, change::lengthen, lock};
use crate::{bookings::Booking, dispatch::Job, error::AppError};

/// A reservation whose time another one has taken.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Conflict {
    pub resource_name: String,
    pub starts_at: DateTime<Utc>,
    pub job_id: Option<Id<Job>>,
    pub booking_id: Option<Id<Booking>>,
}

/// A holder needs its resources until `until`, later than it reserved them. Reservations that begin before then become conflicted, and are returned.
pub async fn overrun(db: &mut PgConnection, holder: Holder, until: DateTime<Utc>) -> Result<Vec<Conflict>, AppError> {
    let Some(own) = lock::own(db, holder).await? else { return Ok(Vec::new()) };
    let conflicts = sqlx::query_as(
        "update reservations later set state = 'conflicted'
         from reservations own join resources r on (r.tenant_id, r.id) = (own.tenant_id, own.resource_id)
         where own.tenant_id = app.current_tenant() and own.id = any($1) and own.state = 'held' and own.ends_at < $2
           and (later.tenant_id, later.resource_id) = (own.tenant_id, own.resource_id) and later.id <> all($1) and later.state <> 'released'
           and later.state = 'held' and later.ends_at > own.ends_at and later.starts_at < $2
         returning r.name as resource_name, later.starts_at, later.job_id, later.booking_id",
    )
    .bind(&own.ids)
    .bind(until)
    .fetch_all(&mut *db)
    .await?;
    lengthen(db, &own.ids, until).await?;
    Ok(conflicts)
}
