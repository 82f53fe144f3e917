//! All SQL on `services` and `prices`.

use engine::{Amount, Id};
use sqlx::{FromRow, PgConnection, Row, postgres::PgRow};

use super::{PricedService, SERVICES, Service, ServicePrice};
use crate::{db::publish, error::AppError, verticals::Vertical};

/// Selects services with their current price; the rest of the statement follows.
macro_rules! priced_services {
    ($rest:literal) => {
        concat!(
            "select s.id, s.slug, s.vertical, s.category, s.name, s.description, s.icon, s.asks_destination, s.expected_minutes, s.position, s.active,
                    p.base_amount, p.per_mile_amount, p.effective_from, p.effective_to
             from services s
             left join prices p on (p.tenant_id, p.service_id) = (s.tenant_id, s.id) and p.vehicle_class = 'any' and p.unit = 'job'
                  and p.effective_from <= app.now() and (p.effective_to is null or p.effective_to > app.now()) ",
            $rest
        )
    };
}

impl<'r> FromRow<'r, PgRow> for PricedService {
    fn from_row(row: &'r PgRow) -> Result<Self, sqlx::Error> {
        let has_price = row.try_get::<Option<Amount>, _>("base_amount")?.is_some();
        let price = if has_price { Some(ServicePrice::from_row(row)?) } else { None };
        Ok(Self { service: Service::from_row(row)?, price })
    }
}

/// A service, or `None` if only a newer version that runs beside this one knows its kind of business.
struct Known(Option<PricedService>);

impl<'r> FromRow<'r, PgRow> for Known {
    fn from_row(row: &'r PgRow) -> Result<Self, sqlx::Error> {
        let is_known = row.try_get::<String, _>("vertical")?.parse::<Vertical>().is_ok();
        Ok(Self(if is_known { Some(PricedService::from_row(row)?) } else { None }))
    }
}

fn known(rows: Vec<Known>) -> Vec<PricedService> {
    rows.into_iter().filter_map(|row| row.0).collect()
}

/// Services that can be booked, in their order.
pub async fn list_active(db: &mut PgConnection) -> Result<Vec<PricedService>, AppError> {
    let sql = priced_services!("where s.active and p.base_amount is not null order by s.position, s.name");
    Ok(known(sqlx::query_as(sql).fetch_all(db).await?))
}

/// All services, in their order.
pub async fn list_all(db: &mut PgConnection) -> Result<Vec<PricedService>, AppError> {
    Ok(known(sqlx::query_as(priced_services!("order by s.position, s.name")).fetch_all(db).await?))
}

/// The service with this short name.
pub async fn find_by_slug(db: &mut PgConnection, slug: &str) -> Result<Option<PricedService>, AppError> {
    Ok(sqlx::query_as(priced_services!("where s.slug = $1")).bind(slug).fetch_optional(db).await?)
}

pub async fn find(db: &mut PgConnection, id: Id<Service>) -> Result<Option<PricedService>, AppError> {
    Ok(sqlx::query_as(priced_services!("where s.id = $1")).bind(id).fetch_optional(db).await?)
}

/// Every price a service has had, newest first.
pub async fn price_history(db: &mut PgConnection, service: Id<Service>) -> Result<Vec<ServicePrice>, AppError> {
    Ok(sqlx::query_as(
        "select base_amount, per_mile_amount, effective_from, effective_to from prices
         where service_id = $1 and vehicle_class = 'any' and unit = 'job' order by effective_from desc",
    )
    .bind(service)
    .fetch_all(db)
    .await?)
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
    pub asks_destination: bool,
    pub position: i32,
}

/// The texts and duration of a service, which staff may edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceDetails {
    /// Its name; at most 60 characters.
    pub name: String,
    /// Its description; at most 400 characters.
    pub description: String,
    /// Usual duration of the work, 5 to 1440.
    pub expected_minutes: i32,
}

/// Adds a service, without a price yet.
pub async fn insert(db: &mut PgConnection, new: &NewService) -> Result<Id<Service>, AppError> {
    let id = Id::new();
    sqlx::query(
        "insert into services (id, slug, vertical, category, name, description, icon, asks_destination, expected_minutes, position)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(id)
    .bind(&new.slug)
    .bind(new.vertical)
    .bind(&new.category)
    .bind(&new.details.name)
    .bind(&new.details.description)
    .bind(&new.icon)
    .bind(new.asks_destination)
    .bind(new.details.expected_minutes)
    .bind(new.position)
    .execute(&mut *db)
    .await?;
    publish(db, SERVICES).await?;
    Ok(id)
}

/// Changes a service's texts and duration.
pub async fn edit(db: &mut PgConnection, id: Id<Service>, details: &ServiceDetails) -> Result<(), AppError> {
    let changed = sqlx::query(
        "update services set name = $2, description = $3, expected_minutes = $4, updated_at = app.now() where id = $1",
    )
    .bind(id)
    .bind(&details.name)
    .bind(&details.description)
    .bind(details.expected_minutes)
    .execute(&mut *db)
    .await?;
    one_row(changed)?;
    publish(db, SERVICES).await
}

pub async fn set_active(db: &mut PgConnection, id: Id<Service>, active: bool) -> Result<(), AppError> {
    let changed = sqlx::query("update services set active = $2, updated_at = app.now() where id = $1")
        .bind(id)
        .bind(active)
        .execute(&mut *db)
        .await?;
    one_row(changed)?;
    publish(db, SERVICES).await
}

/// Sets a new price from now on: closes the current row and opens the next. Bookings keep the price they were quoted.
pub async fn change_price(
    db: &mut PgConnection,
    service: Id<Service>,
    base: Amount,
    per_mile: Option<Amount>,
) -> Result<(), AppError> {
    // The lock on the service's row serializes concurrent changes.
    let locked =
        sqlx::query("update services set updated_at = app.now() where id = $1").bind(service).execute(&mut *db);
    one_row(locked.await?)?;
    // A price that began at this very moment is replaced; any other ends now.
    sqlx::query("delete from prices where service_id = $1 and vehicle_class = 'any' and unit = 'job' and effective_from >= app.now()")
        .bind(service)
        .execute(&mut *db)
        .await?;
    sqlx::query(
        "update prices set effective_to = app.now()
         where service_id = $1 and vehicle_class = 'any' and unit = 'job' and (effective_to is null or effective_to > app.now())",
    )
    .bind(service)
    .execute(&mut *db)
    .await?;
    sqlx::query("insert into prices (id, service_id, base_amount, per_mile_amount, effective_from) values ($1, $2, $3, $4, app.now())")
        .bind(Id::<ServicePrice>::new())
        .bind(service)
        .bind(base)
        .bind(per_mile)
        .execute(&mut *db)
        .await?;
    publish(db, SERVICES).await
}

fn one_row(changed: sqlx::postgres::PgQueryResult) -> Result<(), AppError> {
    if changed.rows_affected() == 1 { Ok(()) } else { Err(AppError::NotFound) }
}
