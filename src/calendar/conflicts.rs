//! Work that lasts longer than planned takes time that was promised to somebody else. What happened is recorded as it was; the later reservation becomes
//! `conflicted`, until somebody has moved it or the time is free again.

use engine::Id;
use sqlx::PgConnection;

use super::{Reservation, Resource};
use crate::error::AppError;

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
