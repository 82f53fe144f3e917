//! Row locks of resources, by id: one order for everybody, so that nobody waits in a circle.

use engine::Id;
use sqlx::PgConnection;

use super::{Holder, Reservation, Resource, What, model::Wanted};
use crate::error::AppError;

/// Locks resources.
pub(super) async fn resources(db: &mut PgConnection, resources: &[Id<Resource>]) -> Result<Vec<Resource>, AppError> {
    Ok(sqlx::query_as(
        "select id, kind, category, name, state from resources
         where tenant_id = app.current_tenant() and id = any($1) order by id for no key update",
    )
    .bind(resources)
    .fetch_all(db)
    .await?)
}

/// The reservations of a holder that aren't released.
pub(super) struct Own {
    pub ids: Vec<Id<Reservation>>,
    pub resources: Vec<Id<Resource>>,
}

/// Locks the resources that a holder has reserved. `None` if there are none.
pub(super) async fn own(db: &mut PgConnection, holder: Holder) -> Result<Option<Own>, AppError> {
    let seen: Vec<Id<Resource>> = of_holder(db, holder).await?.into_iter().map(|(_, resource)| resource).collect();
    if seen.is_empty() {
        return Ok(None);
    }
    resources(db, &seen).await?;
    let (ids, resources) =
        of_holder(db, holder).await?.into_iter().filter(|(_, resource)| seen.contains(resource)).unzip();
    Ok(Some(Own { ids, resources }))
}

async fn of_holder(db: &mut PgConnection, holder: Holder) -> Result<Vec<(Id<Reservation>, Id<Resource>)>, AppError> {
    let [job, booking, block] = holder.columns();
    Ok(sqlx::query_as(
        "select id, resource_id from reservations
         where tenant_id = app.current_tenant() and (job_id = $1 or booking_id = $2 or block_id = $3) and state <> 'released'",
    )
    .bind(job)
    .bind(booking)
    .bind(block)
    .fetch_all(db)
    .await?)
}

/// Locks the resources that may be chosen for what is wanted. They are sorted by name, in which order they are chosen.
pub(super) async fn eligible(db: &mut PgConnection, wanted: &[Wanted]) -> Result<Vec<Resource>, AppError> {
    let mut particular = Vec::new();
    let (mut kinds, mut categories) = (Vec::new(), Vec::new());
    for wanted in wanted {
        match &wanted.what {
            What::This(id) => particular.push(*id),
            What::AnyOf(need) => {
                kinds.push(need.kind.as_str());
                categories.push(need.category.as_deref());
            }
        }
    }
    let mut resources: Vec<Resource> = sqlx::query_as(
        "select id, kind, category, name, state from resources
         where tenant_id = app.current_tenant()
           and (id = any($1)
                or id = any(array(select r.id from unnest($2::text[], $3::text[]) as need (kind, category)
                                  join resources r on r.tenant_id = app.current_tenant() and r.kind = need.kind
                                       and (need.category is null or r.category = need.category)
                                  where r.state = 'in_service')))
         order by id for no key update",
    )
    .bind(particular)
    .bind(kinds)
    .bind(categories)
    .fetch_all(db)
    .await?;
    resources.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    Ok(resources)
}
