use engine::Id;
use sqlx::{FromRow, PgConnection};

use crate::{catalog::Service, error::AppError};

/// What depends on a service.
#[derive(Debug, Clone, FromRow)]
pub struct Usage {
    /// Its open bookings; more than [`MOST_COUNTED`] aren't counted.
    pub open: i64,
    /// Some of them.
    pub references: Vec<String>,
    /// How many active providers have it among their skills.
    pub providers: i64,
    /// Whose own it is.
    pub provider: Option<String>,
}

/// The most open bookings that are counted.
pub const MOST_COUNTED: i64 = 100;

pub async fn usage(db: &mut PgConnection, service: Id<Service>) -> Result<Usage, AppError> {
    Ok(sqlx::query_as(
        "with open as (
             select reference, created_at from bookings
             where tenant_id = app.current_tenant() and service_id = $1 and phase in ('pending', 'confirmed', 'dispatched', 'in_progress')
             order by created_at desc limit $2 + 1)
         select (select count(*) from open) as open,
                array(select reference from open order by created_at desc limit 4) as references,
                (select count(*) from provider_skills k join providers p on p.tenant_id = k.tenant_id and p.id = k.provider_id
                 where k.tenant_id = s.tenant_id and k.skill = s.slug and p.status = 'active') as providers,
                (select p.name from providers p where p.tenant_id = s.tenant_id and p.id = s.provider_id) as provider
         from services s where s.tenant_id = app.current_tenant() and s.id = $1",
    )
    .bind(service)
    .bind(MOST_COUNTED)
    .fetch_one(db)
    .await?)
}
