//! Operators' reads and changes of tenants.

use chrono::{DateTime, Utc};
use engine::{Currency, EmailAddress, GeoPoint, Id, Locale, Phone, Zone};
use sqlx::{FromRow, PgConnection};

use crate::{
    error::AppError,
    tenants::{Plan, Status, Tenant},
    verticals::Vertical,
};

/// A tenant in a list.
#[derive(Debug, FromRow)]
pub struct Listed {
    pub id: Id<Tenant>,
    pub slug: String,
    pub name: String,
    pub status: Status,
    pub plan: Plan,
    pub host: Option<String>,
    /// Whether it is closed to customers.
    pub in_maintenance: bool,
    pub created_at: DateTime<Utc>,
    /// The total number of tenants.
    pub total: i64,
}

/// Tenants by name, short name or host, in the order of their names.
pub async fn list(
    db: &mut PgConnection,
    search: Option<&str>,
    status: Option<Status>,
    most: i64,
    skip: i64,
) -> Result<Vec<Listed>, AppError> {
    Ok(sqlx::query_as(
        "select id, slug, name, status, plan, host, in_maintenance, created_at, total from app.operator_tenants($1, $2, $3, $4)",
    )
    .bind(search)
    .bind(status)
    .bind(most)
    .bind(skip)
    .fetch_all(db)
    .await?)
}

pub struct NewTenant {
    pub slug: String,
    pub name: String,
    pub zone: Zone,
    /// Never changes.
    pub currency: Currency,
    pub locale: Locale,
    pub region: String,
    /// First letters of booking references.
    pub reference_prefix: String,
    pub phone: Phone,
    pub email: EmailAddress,
    /// Center of the area it serves.
    pub center: GeoPoint,
    pub verticals: Vec<Vertical>,
}

/// Creates the transaction's tenant. A short name that exists is `Invalid`.
pub async fn insert(db: &mut PgConnection, tenant: &NewTenant) -> Result<(), AppError> {
    sqlx::query("select app.tenant_create($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)")
        .bind(&tenant.slug)
        .bind(&tenant.name)
        .bind(tenant.zone)
        .bind(tenant.currency)
        .bind(tenant.locale)
        .bind(&tenant.region)
        .bind(&tenant.reference_prefix)
        .bind(&tenant.phone)
        .bind(&tenant.email)
        .bind(tenant.center.latitude())
        .bind(tenant.center.longitude())
        .bind(&tenant.verticals)
        .execute(db)
        .await?;
    Ok(())
}

/// Changes name, plan and hosts of the transaction's tenant; the first host is the primary one. A host of another tenant
/// is `Invalid`.
pub async fn set_terms(db: &mut PgConnection, name: &str, plan: Plan, hosts: &[String]) -> Result<(), AppError> {
    sqlx::query("select app.tenant_set_terms($1, $2, $3)").bind(name).bind(plan).bind(hosts).execute(db).await?;
    Ok(())
}

/// Changes the status of the transaction's tenant; a conflict if it has changed since it was read.
pub async fn set_status(db: &mut PgConnection, was: Status, becomes: Status, reason: &str) -> Result<(), AppError> {
    let changed: i64 = sqlx::query_scalar("select app.tenant_set_status($1, $2, $3)")
        .bind(was)
        .bind(becomes)
        .bind(reason)
        .fetch_one(db)
        .await?;
    if changed == 1 { Ok(()) } else { Err(AppError::conflict(t!("operator-someone-else-just-changed-its-status"))) }
}

#[derive(Debug, Clone, FromRow)]
pub struct Size {
    pub accounts: i64,
    pub providers: i64,
    pub bookings: i64,
    pub last_booking_at: Option<DateTime<Utc>>,
}

pub async fn size(db: &mut PgConnection) -> Result<Size, AppError> {
    Ok(sqlx::query_as(
        "select (select count(*) from users where tenant_id = app.current_tenant()) as accounts,
                (select count(*) from providers where tenant_id = app.current_tenant() and status = 'active') as providers,
                (select count(*) from bookings where tenant_id = app.current_tenant()) as bookings,
                (select max(created_at) from bookings where tenant_id = app.current_tenant()) as last_booking_at",
    )
    .fetch_one(db)
    .await?)
}
