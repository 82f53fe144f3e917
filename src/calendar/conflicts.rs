//! Work that lasts longer than planned takes time that was promised to somebody else. What happened is recorded as it was; the later reservation becomes
//! `conflicted`, until somebody has moved it or the time is free again.

use chrono::{DateTime, Utc};
use engine::Id;
use sqlx::{FromRow, PgConnection};

use super::{Holder, Reservation, Resource, lock};
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
    let own = lock::own(db, holder).await?;
    if own.is_nothing() {
        return Ok(Vec::new());
    }
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
    sqlx::query(
        "update reservations set ends_at = $2
         where tenant_id = app.current_tenant() and id = any($1) and state = 'held' and ends_at < $2",
    )
    .bind(own.ids)
    .bind(until)
    .execute(db)
    .await?;
    Ok(conflicts)
}

/// Conflicted reservations of these resources are held again if their time is free again, the earliest first. The caller has locked the resources.
pub(super) async fn settle(db: &mut PgConnection, resources: &[Id<Resource>]) -> Result<(), AppError> {
    let conflicted: Vec<Id<Reservation>> = sqlx::query_scalar(
        "select id from reservations
         where tenant_id = app.current_tenant() and resource_id = any($1) and state <> 'released' and state = 'conflicted' and ends_at > app.now()
         order by starts_at, id",
    )
    .bind(resources)
    .fetch_all(&mut *db)
    .await?;
    for id in conflicted {
        sqlx::query(
            "update reservations v set state = 'held'
             where v.tenant_id = app.current_tenant() and v.id = $1 and v.state = 'conflicted'
               and not exists (select from reservations other
                               where other.tenant_id = v.tenant_id and other.resource_id = v.resource_id and other.state <> 'released'
                                 and other.state = 'held' and other.ends_at > v.starts_at and other.starts_at < v.ends_at)",
        )
        .bind(id)
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}
