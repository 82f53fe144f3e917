//! Reserving resources: all that is wanted in one statement, or nothing.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use engine::{Id, TimeSpan, field::isolated};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Hold, Holder, Reservation, Resource, What, lock,
    model::{Refusal, Wanted, choose},
};
use crate::{dispatch::Job, error::AppError, providers::Provider, words::count};

/// Reserves everything that is wanted, or nothing. `Conflict` names what isn't free or in service, `NotFound` if there is no such resource.
///
/// The rows of all resources that may be chosen are locked first, in one order for everybody: who finds them free keeps them, and nobody waits in a circle. A
/// caller who also locks providers does so before.
pub async fn hold(db: &mut PgConnection, wanted: &[Wanted]) -> Result<Vec<Hold>, AppError> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let resources = lock::eligible(db, wanted).await?;
    let ids: Vec<_> = resources.iter().map(|resource| resource.id).collect();
    let taken = taken(db, &ids, whole(wanted)).await?;
    let chosen = choose(&resources, taken, wanted).map_err(Refusal::into_error)?;
    insert(db, &chosen).await?;
    Ok(chosen)
}

/// Reserves providers for a job, each in their time: all of them, or none. `Conflict` if another reservation of one of them overlaps.
pub async fn reserve_providers(
    db: &mut PgConnection,
    times: &[(Id<Provider>, TimeSpan)],
    job: Id<Job>,
) -> Result<(), AppError> {
    let providers: Vec<_> = times.iter().map(|(provider, _)| *provider).collect();
    let resources = resources_of(db, &providers).await?;
    let want = |(provider, time): &(Id<Provider>, TimeSpan)| {
        let what = What::This(*resources.get(provider).ok_or(AppError::NotFound)?);
        Ok(Wanted { holder: Holder::Job(job), what, time: *time })
    };
    let wanted = times.iter().map(want).collect::<Result<Vec<_>, AppError>>()?;
    hold(db, &wanted).await.map(drop)
}

/// The resources of providers, created when first needed.
async fn resources_of(
    db: &mut PgConnection,
    providers: &[Id<Provider>],
) -> Result<HashMap<Id<Provider>, Id<Resource>>, AppError> {
    sqlx::query(
        "insert into resources (id, kind, name, provider_id)
         select wanted.id, 'provider', p.name, p.id
         from unnest($1::uuid[], $2::uuid[]) as wanted (id, provider_id)
         join providers p on p.tenant_id = app.current_tenant() and p.id = wanted.provider_id
         where not exists (select from resources r where r.tenant_id = p.tenant_id and r.provider_id = p.id)
         order by p.id
         on conflict on constraint resources_provider_key do nothing",
    )
    .bind(providers.iter().map(|_| Id::<Resource>::new()).collect::<Vec<_>>())
    .bind(providers)
    .execute(&mut *db)
    .await?;
    find_resources(db, providers).await
}

/// The resources of providers who were ever reserved.
pub(super) async fn find_resources(
    db: &mut PgConnection,
    providers: &[Id<Provider>],
) -> Result<HashMap<Id<Provider>, Id<Resource>>, AppError> {
    let found: Vec<(Id<Provider>, Id<Resource>)> = sqlx::query_as(
        "select provider_id, id from resources where tenant_id = app.current_tenant() and provider_id = any($1)",
    )
    .bind(providers)
    .fetch_all(db)
    .await?;
    Ok(found.into_iter().collect())
}

/// From the first begin to the last end.
fn whole(wanted: &[Wanted]) -> TimeSpan {
    let first = &wanted[0].time;
    wanted.iter().fold(*first, |whole, wanted| TimeSpan {
        starts_at: whole.starts_at.min(wanted.time.starts_at),
        ends_at: whole.ends_at.max(wanted.time.ends_at),
    })
}

/// The times within `within` at which resources are reserved.
async fn taken(
    db: &mut PgConnection,
    resources: &[Id<Resource>],
    within: TimeSpan,
) -> Result<HashMap<Id<Resource>, Vec<TimeSpan>>, AppError> {
    let rows: Vec<(Id<Resource>, DateTime<Utc>, DateTime<Utc>)> = sqlx::query_as(
        "select resource_id, starts_at, ends_at from reservations
         where tenant_id = app.current_tenant() and resource_id = any($1) and state <> 'released' and state = 'held'
           and ends_at > $2 and starts_at < $3",
    )
    .bind(resources)
    .bind(within.starts_at)
    .bind(within.ends_at)
    .fetch_all(db)
    .await?;
    let mut taken: HashMap<_, Vec<_>> = HashMap::new();
    for (resource, starts_at, ends_at) in rows {
        taken.entry(resource).or_default().push(TimeSpan { starts_at, ends_at });
    }
    Ok(taken)
}

async fn insert(db: &mut PgConnection, holds: &[Hold]) -> Result<(), AppError> {
    let columns: Vec<[Option<Uuid>; 3]> = holds.iter().map(|hold| hold.holder.columns()).collect();
    let column = |index: usize| columns.iter().map(|ids| ids[index]).collect::<Vec<_>>();
    sqlx::query(
        "insert into reservations (id, resource_id, starts_at, ends_at, job_id, booking_id, block_id)
         select wanted.* from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[], $5::uuid[], $6::uuid[], $7::uuid[])
             as wanted (id, resource_id, starts_at, ends_at, job_id, booking_id, block_id)
         order by resource_id, starts_at",
    )
    .bind(holds.iter().map(|_| Id::<Reservation>::new()).collect::<Vec<_>>())
    .bind(holds.iter().map(|hold| hold.resource).collect::<Vec<_>>())
    .bind(holds.iter().map(|hold| hold.time.starts_at).collect::<Vec<_>>())
    .bind(holds.iter().map(|hold| hold.time.ends_at).collect::<Vec<_>>())
    .bind(column(0))
    .bind(column(1))
    .bind(column(2))
    .execute(db)
    .await?;
    Ok(())
}

impl Refusal {
    pub(super) fn into_error(self) -> AppError {
        match self {
            Self::Unknown => AppError::NotFound,
            Self::Taken(name) => AppError::conflict(t!("calendar-is-taken-then", name = isolated(&name))),
            Self::OutOfService(name) => AppError::conflict(t!("calendar-isnt-in-service", name = isolated(&name))),
            Self::TooFew { needed, free, category: Some(category) } => AppError::conflict(t!(
                "calendar-too-few-of-a-category-are-free",
                category = isolated(&category),
                needed = count(needed),
                free = count(free)
            )),
            Self::TooFew { needed, free, category: None } => {
                AppError::conflict(t!("calendar-too-few-are-free", needed = count(needed), free = count(free)))
            }
        }
    }
}
