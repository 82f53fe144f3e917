//! All SQL on `services`, `prices` and `service_rules`.

use chrono::{DateTime, Utc};
use engine::{Amount, Id};
use serde_json::Value;
use sqlx::{FromRow, PgConnection, Row, postgres::PgRow, types::Json};

use super::{Price, PriceKey, PriceList, PricedService, SERVICES, Service, ServiceChange, ServiceRules, ServiceStatus};
use crate::{
    db::publish,
    error::AppError,
    providers::Provider,
    verticals::{Known, Vertical},
};

/// How many services of a provider, or to review, are on a page.
pub const PER_PAGE: i64 = 50;

/// Selects services with their prices in force; the rest of the statement follows.
macro_rules! priced_services {
    ($rest:literal) => {
        concat!(
            "select s.id, s.slug, s.vertical, s.category, s.name, s.description, s.icon, s.options, s.expected_minutes, s.position,
                    s.provider_id, s.status, s.status_reason,
                    coalesce((select to_jsonb(r) from service_rules r where r.tenant_id = s.tenant_id and r.service_id = s.id), '{}') as rules,
                    (select coalesce(jsonb_agg(to_jsonb(p) order by p.line, p.unit, p.vehicle_class, p.min_units), '[]') from prices p
                     where p.tenant_id = s.tenant_id and p.service_id = s.id
                       and p.effective_from <= app.now() and (p.effective_to is null or p.effective_to > app.now())) as prices
             from services s ",
            $rest
        )
    };
}

impl<'r> FromRow<'r, PgRow> for PricedService {
    fn from_row(row: &'r PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self { service: Service::from_row(row)?, prices: row.try_get::<Json<PriceList>, _>("prices")?.0 })
    }
}

/// The business's services that can be booked, in their order: those whose kind of business has the prices it needs.
pub async fn list_active(db: &mut PgConnection) -> Result<Vec<PricedService>, AppError> {
    let sql = priced_services!(
        "where s.tenant_id = app.current_tenant() and s.provider_id is null and s.status = 'active' order by s.position, s.name"
    );
    let mut active = Known::rows(sqlx::query_as(sql).fetch_all(db).await?);
    active.retain(PricedService::is_priced);
    Ok(active)
}

/// The business's services, archived ones as well, in their order.
pub async fn list_all(db: &mut PgConnection) -> Result<Vec<PricedService>, AppError> {
    let sql = priced_services!(
        "where s.tenant_id = app.current_tenant() and s.provider_id is null order by s.position, s.name"
    );
    Ok(Known::rows(sqlx::query_as(sql).fetch_all(db).await?))
}

/// The skills that a new provider may have: the business's services that aren't archived.
pub async fn list_skills(db: &mut PgConnection) -> Result<Vec<PricedService>, AppError> {
    let mut kept = list_all(db).await?;
    kept.retain(|priced| priced.service.status != ServiceStatus::Archived);
    Ok(kept)
}

/// A provider's own services, in their order: this page of the list, from 0.
pub async fn list_of_provider(
    db: &mut PgConnection,
    provider: Id<Provider>,
    page: i64,
) -> Result<Vec<PricedService>, AppError> {
    let sql = priced_services!(
        "where s.tenant_id = app.current_tenant() and s.provider_id = $1 order by s.position, s.name limit $2 offset $2::bigint * $3::bigint"
    );
    Ok(Known::rows(sqlx::query_as(sql).bind(provider).bind(PER_PAGE).bind(page).fetch_all(db).await?))
}

/// The services that wait for a decision of staff, the longest waiting first: this page of the list, from 0.
pub async fn list_in_review(db: &mut PgConnection, page: i64) -> Result<Vec<PricedService>, AppError> {
    let sql = priced_services!(
        "where s.tenant_id = app.current_tenant() and s.status = 'in_review' order by s.status_changed_at, s.id limit $1 offset $1::bigint * $2::bigint"
    );
    Ok(Known::rows(sqlx::query_as(sql).bind(PER_PAGE).bind(page).fetch_all(db).await?))
}

/// The service with this short name.
pub async fn find_by_slug(db: &mut PgConnection, slug: &str) -> Result<Option<PricedService>, AppError> {
    Ok(sqlx::query_as(priced_services!("where s.tenant_id = app.current_tenant() and s.slug = $1"))
        .bind(slug)
        .fetch_optional(db)
        .await?)
}

pub async fn find(db: &mut PgConnection, id: Id<Service>) -> Result<Option<PricedService>, AppError> {
    Ok(sqlx::query_as(priced_services!("where s.tenant_id = app.current_tenant() and s.id = $1"))
        .bind(id)
        .fetch_optional(db)
        .await?)
}

/// Maximum number of past prices in a service's history.
pub const MOST_PAST_PRICES: usize = 100;

/// Selects prices of service `$1`; the rest of the statement follows.
macro_rules! prices_of_service {
    ($rest:literal) => {
        concat!(
            "select id, line, vehicle_class, unit, min_units, max_units, base_amount, effective_from, effective_to from prices
             where tenant_id = app.current_tenant() and service_id = $1 ",
            $rest
        )
    };
}

/// The prices that a service has or will have, the latest first.
pub async fn prices_ahead(db: &mut PgConnection, service: Id<Service>) -> Result<Vec<Price>, AppError> {
    let sql = prices_of_service!(
        "and (effective_to is null or effective_to > app.now())
         order by effective_from desc, line desc, unit, vehicle_class, min_units"
    );
    Ok(sqlx::query_as(sql).bind(service).fetch_all(db).await?)
}

/// The prices that a service had, the latest first: at most [`MOST_PAST_PRICES`], and whether there were more.
pub async fn past_prices(db: &mut PgConnection, service: Id<Service>) -> Result<(Vec<Price>, bool), AppError> {
    let sql = prices_of_service!(
        "and effective_to <= app.now() order by effective_from desc, line desc, unit, vehicle_class, min_units limit $2"
    );
    let limit = i64::try_from(MOST_PAST_PRICES).unwrap_or(i64::MAX) + 1;
    let mut past: Vec<Price> = sqlx::query_as(sql).bind(service).bind(limit).fetch_all(db).await?;
    let are_cut = past.len() > MOST_PAST_PRICES;
    past.truncate(MOST_PAST_PRICES);
    Ok((past, are_cut))
}

#[derive(Debug, Clone)]
pub struct NewService {
    /// Its short name, also the skill a provider needs for it.
    pub slug: String,
    pub vertical: Vertical,
    pub category: String,
    /// Its texts and duration.
    pub details: ServiceDetails,
    pub icon: String,
    /// What its kind of business keeps of it.
    pub options: Value,
    pub position: i32,
    /// Whose own it is; `None`: the business's.
    pub provider: Option<Id<Provider>>,
}

/// The texts and duration of a service, which staff may edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceDetails {
    /// Its name; at most 200 characters.
    pub name: String,
    /// Its description; at most 8,000 characters.
    pub description: String,
    /// Usual duration of the work, 5 to 44,640.
    pub expected_minutes: i32,
}

/// Adds a service, without a price yet: the business's own is active, a provider's is a draft.
pub async fn insert(db: &mut PgConnection, new: &NewService) -> Result<Id<Service>, AppError> {
    let id = Id::new();
    insert_as(db, id, new).await?;
    Ok(id)
}

/// Stores a new service with this id; once, if it is sent twice.
pub async fn insert_as(db: &mut PgConnection, id: Id<Service>, new: &NewService) -> Result<(), AppError> {
    sqlx::query(
        "insert into services (id, slug, vertical, category, name, description, icon, options, expected_minutes, position, provider_id, status)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, case when $11::uuid is null then 'active' else 'draft' end)
         on conflict (tenant_id, id) do nothing",
    )
    .bind(id)
    .bind(&new.slug)
    .bind(new.vertical)
    .bind(&new.category)
    .bind(&new.details.name)
    .bind(&new.details.description)
    .bind(&new.icon)
    .bind(&new.options)
    .bind(new.details.expected_minutes)
    .bind(new.position)
    .bind(new.provider)
    .execute(&mut *db)
    .await?;
    publish(db, SERVICES).await
}

/// Changes a service's texts and duration, and what its kind of business keeps of it.
pub async fn edit(
    db: &mut PgConnection,
    id: Id<Service>,
    details: &ServiceDetails,
    options: &Value,
) -> Result<(), AppError> {
    let changed = sqlx::query(
        "update services set name = $2, description = $3, expected_minutes = $4, options = $5, updated_at = app.now()
         where tenant_id = app.current_tenant() and id = $1",
    )
    .bind(id)
    .bind(&details.name)
    .bind(&details.description)
    .bind(details.expected_minutes)
    .bind(options)
    .execute(&mut *db)
    .await?;
    one_row(changed)?;
    publish(db, SERVICES).await
}

/// Sets how a service may be booked. Existing bookings keep what was agreed.
pub async fn set_rules(db: &mut PgConnection, id: Id<Service>, rules: &ServiceRules) -> Result<(), AppError> {
    sqlx::query(
        "insert into service_rules (service_id, notice_minutes, horizon_days, min_minutes, max_minutes, min_units, max_units, instant,
                                    answer_minutes, cancellation)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (tenant_id, service_id) do update
         set notice_minutes = $2, horizon_days = $3, min_minutes = $4, max_minutes = $5, min_units = $6, max_units = $7, instant = $8,
             answer_minutes = $9, cancellation = $10",
    )
    .bind(id)
    .bind(rules.notice_minutes)
    .bind(rules.horizon_days)
    .bind(rules.min_minutes)
    .bind(rules.max_minutes)
    .bind(rules.min_units)
    .bind(rules.max_units)
    .bind(rules.instant)
    .bind(rules.answer_minutes)
    .bind(Json(&rules.cancellation))
    .execute(&mut *db)
    .await?;
    publish(db, SERVICES).await
}

pub async fn set_status(db: &mut PgConnection, id: Id<Service>, change: &ServiceChange) -> Result<(), AppError> {
    let changed = sqlx::query(
        "update services set status = $3, status_reason = $4, status_changed_at = app.now(), updated_at = app.now()
         where tenant_id = app.current_tenant() and id = $1 and status = $2",
    )
    .bind(id)
    .bind(change.from)
    .bind(change.to)
    .bind(&change.reason)
    .execute(&mut *db)
    .await?;
    match changed.rows_affected() {
        1 => publish(db, SERVICES).await,
        _ => Err(find(db, id).await?.map_or(AppError::NotFound, |_| ServiceChange::outdated())),
    }
}

/// Locks the business's services, so that nobody else adds or orders them until the transaction ends. Returns them in their order, archived ones last.
pub async fn lock_order(db: &mut PgConnection) -> Result<Vec<Id<Service>>, AppError> {
    // Locks of rows wouldn't do: who waits for them doesn't see the rows that were added meanwhile.
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('services:' || app.current_tenant(), 0))")
        .execute(&mut *db)
        .await?;
    Ok(sqlx::query_scalar(
        "select id from services where tenant_id = app.current_tenant() and provider_id is null
         order by status = 'archived', position, name",
    )
    .fetch_all(db)
    .await?)
}

/// Puts the business's services into this order. The caller has [locked](lock_order) them.
pub async fn set_order(db: &mut PgConnection, order: &[Id<Service>]) -> Result<(), AppError> {
    sqlx::query(
        "update services s set position = o.position, updated_at = app.now()
         from unnest($1::uuid[]) with ordinality as o (id, position)
         where s.tenant_id = app.current_tenant() and s.id = o.id and s.position <> o.position",
    )
    .bind(order)
    .execute(&mut *db)
    .await?;
    publish(db, SERVICES).await
}

/// The short names that are taken.
pub async fn slugs(db: &mut PgConnection) -> Result<Vec<String>, AppError> {
    Ok(sqlx::query_scalar("select slug from services where tenant_id = app.current_tenant()").fetch_all(db).await?)
}

/// Locks a service against other changes of its prices until the transaction ends.
pub async fn lock(db: &mut PgConnection, service: Id<Service>) -> Result<(), AppError> {
    let locked =
        sqlx::query("update services set updated_at = app.now() where tenant_id = app.current_tenant() and id = $1")
            .bind(service)
            .execute(db);
    one_row(locked.await?)
}

/// Sets a price from that moment on, for every number. See [`set_prices`].
pub async fn set_price(
    db: &mut PgConnection,
    service: Id<Service>,
    key: &PriceKey,
    amount: Amount,
    from: DateTime<Utc>,
) -> Result<(), AppError> {
    set_prices(db, service, key, &[(1, None, amount)], from).await
}

/// The price of one for so many, up to so many.
pub type Tier = (i32, Option<i32>, Amount);

/// Sets the prices of a line, unit and class by their number from that moment on, until the next ones that are set already. Those before them end then;
/// those from the same moment are replaced. The caller has [locked](lock) the service. Bookings keep the price they were quoted.
pub async fn set_prices(
    db: &mut PgConnection,
    service: Id<Service>,
    key: &PriceKey,
    tiers: &[Tier],
    from: DateTime<Utc>,
) -> Result<(), AppError> {
    let until = end_prices(db, service, key, from).await?;
    let ids: Vec<Id<Price>> = tiers.iter().map(|_| Id::new()).collect();
    let (least, most): (Vec<i32>, Vec<Option<i32>>) = tiers.iter().map(|(from, to, _)| (*from, *to)).unzip();
    let amounts: Vec<Amount> = tiers.iter().map(|(.., amount)| *amount).collect();
    sqlx::query(
        "insert into prices (id, service_id, line, vehicle_class, unit, min_units, max_units, base_amount, effective_from, effective_to)
         select t.id, $1, $2, $3, $4, t.least, t.most, t.amount, $5, $6
         from unnest($7::uuid[], $8::integer[], $9::integer[], $10::bigint[]) t (id, least, most, amount)",
    )
    .bind(service)
    .bind(key.line)
    .bind(&key.vehicle_class)
    .bind(key.unit)
    .bind(from)
    .bind(until)
    .bind(ids)
    .bind(least)
    .bind(most)
    .bind(amounts)
    .execute(&mut *db)
    .await?;
    publish(db, SERVICES).await
}

/// Ends the prices of a line, unit and class at that moment, whatever the number. Returns when the next ones begin that are set already.
pub async fn end_prices(
    db: &mut PgConnection,
    service: Id<Service>,
    key: &PriceKey,
    from: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, AppError> {
    sqlx::query(
        "delete from prices where tenant_id = app.current_tenant() and service_id = $1 and line = $2 and vehicle_class = $3 and unit = $4
           and effective_from = $5",
    )
    .bind(service)
    .bind(key.line)
    .bind(&key.vehicle_class)
    .bind(key.unit)
    .bind(from)
    .execute(&mut *db)
    .await?;
    sqlx::query(
        "update prices set effective_to = $5
         where tenant_id = app.current_tenant() and service_id = $1 and line = $2 and vehicle_class = $3 and unit = $4
           and effective_from < $5 and (effective_to is null or effective_to > $5)",
    )
    .bind(service)
    .bind(key.line)
    .bind(&key.vehicle_class)
    .bind(key.unit)
    .bind(from)
    .execute(&mut *db)
    .await?;
    publish(db, SERVICES).await?;
    Ok(sqlx::query_scalar(
        "select min(effective_from) from prices
         where tenant_id = app.current_tenant() and service_id = $1 and line = $2 and vehicle_class = $3 and unit = $4
           and effective_from > $5",
    )
    .bind(service)
    .bind(key.line)
    .bind(&key.vehicle_class)
    .bind(key.unit)
    .bind(from)
    .fetch_one(db)
    .await?)
}

/// Removes a price that isn't in force yet, with those of other numbers that would begin with it: the ones before stay until the ones after. Returns its
/// service. `Conflict` if it is in force by now.
pub async fn cancel_price(db: &mut PgConnection, price: Id<Price>) -> Result<Id<Service>, AppError> {
    let service: Id<Service> =
        sqlx::query_scalar("select service_id from prices where tenant_id = app.current_tenant() and id = $1")
            .bind(price)
            .fetch_optional(&mut *db)
            .await?
            .ok_or(AppError::NotFound)?;
    lock(db, service).await?;
    let removed: Vec<Price> = sqlx::query_as(
        "delete from prices p using prices one
         where one.tenant_id = app.current_tenant() and one.id = $1 and one.effective_from > app.now()
           and p.tenant_id = one.tenant_id and p.service_id = one.service_id and p.line = one.line and p.vehicle_class = one.vehicle_class
           and p.unit = one.unit and p.effective_from = one.effective_from
         returning p.id, p.line, p.vehicle_class, p.unit, p.min_units, p.max_units, p.base_amount, p.effective_from, p.effective_to",
    )
    .bind(price)
    .fetch_all(&mut *db)
    .await?;
    let Some(Price { key, effective_from, effective_to, .. }) = removed.into_iter().next() else {
        return Err(AppError::conflict(t!("catalog-this-price-applies-already-set-another")));
    };
    sqlx::query(
        "update prices set effective_to = $6
         where tenant_id = app.current_tenant() and service_id = $1 and line = $2 and vehicle_class = $3 and unit = $4 and effective_to = $5",
    )
    .bind(service)
    .bind(key.line)
    .bind(&key.vehicle_class)
    .bind(key.unit)
    .bind(effective_from)
    .bind(effective_to)
    .execute(&mut *db)
    .await?;
    publish(db, SERVICES).await?;
    Ok(service)
}

fn one_row(changed: sqlx::postgres::PgQueryResult) -> Result<(), AppError> {
    if changed.rows_affected() == 1 { Ok(()) } else { Err(AppError::NotFound) }
}
