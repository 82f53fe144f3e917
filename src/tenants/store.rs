//! Reads and writes tenants through the functions of schema `app`: the application's role can't access the tables.

use chrono::{DateTime, Utc};
use engine::{Currency, EmailAddress, GeoPoint, Id, Locale, Phone, TaxRate, Zone};
use serde::Serialize;
use sqlx::{FromRow, PgConnection, types::Json};

use super::{Logo, Maintenance, Plan, Settings, Status, Tenant, settings::MoneyRules};
use crate::{
    error::{AppError, OrInternal},
    ui::{BrandColors, color::Rgb},
    verticals::Vertical,
};

#[derive(FromRow)]
struct TenantRow {
    id: Id<Tenant>,
    slug: String,
    name: String,
    tagline: String,
    coverage: String,
    status: Status,
    status_reason: Option<String>,
    plan: Plan,
    primary_host: Option<String>,
    maintenance_since: Option<DateTime<Utc>>,
    maintenance_note: String,
    zone: Zone,
    currency: Currency,
    locale: String,
    locales: Vec<String>,
    region: String,
    reference_prefix: String,
    phone: String,
    email: String,
    brand_color: String,
    accent_color: String,
    logo_hash: Option<String>,
    latitude: f64,
    longitude: f64,
    verticals: Vec<String>,
    settings: Json<Settings>,
    tax_rate: Option<TaxRate>,
}

impl TryFrom<TenantRow> for Tenant {
    type Error = AppError;

    fn try_from(row: TenantRow) -> Result<Self, AppError> {
        Ok(Self {
            id: row.id,
            slug: row.slug,
            name: row.name,
            tagline: row.tagline,
            coverage: row.coverage,
            status: row.status,
            status_reason: row.status_reason,
            plan: row.plan,
            primary_host: row.primary_host,
            maintenance: row.maintenance_since.map(|since| Maintenance { since, note: row.maintenance_note }),
            zone: row.zone,
            currency: row.currency,
            locale: Locale::nearest(&row.locale),
            locales: row.locales,
            region: row.region,
            reference_prefix: row.reference_prefix,
            spoken_phone: row.phone.parse().map_or_else(|_| row.phone.clone(), |phone: Phone| phone.national()),
            phone: row.phone,
            email: row.email,
            colors: BrandColors::new(rgb(&row.brand_color)?, rgb(&row.accent_color)?),
            logo_hash: row.logo_hash,
            inline_logo: None,
            center: GeoPoint::new(row.latitude, row.longitude).or_internal()?,
            verticals: Vertical::known(&row.verticals),
            settings: Settings { tax_rate: row.tax_rate, ..row.settings.0 },
        })
    }
}

fn rgb(text: &str) -> Result<Rgb, AppError> {
    text.parse().map_err(|_| AppError::internal(&format!("`{text}` is not a color")))
}

/// The columns of a [`TenantRow`], listed so that a column added by the next version does no harm.
macro_rules! columns {
    () => {
        "id, slug, name, tagline, coverage, status, status_reason, plan, primary_host, maintenance_since, maintenance_note, zone, currency, locale,
         locales, region, reference_prefix, phone, email, brand_color, accent_color, logo_hash, latitude, longitude, verticals, settings, tax_rate"
    };
}

pub async fn find_by_host(db: &mut PgConnection, host: &str) -> Result<Option<Tenant>, AppError> {
    let row = sqlx::query_as::<_, TenantRow>(concat!("select ", columns!(), " from app.tenant_by_host($1)"))
        .bind(host)
        .fetch_optional(db)
        .await?;
    row.map(Tenant::try_from).transpose()
}

/// The tenant of this transaction.
pub async fn current(db: &mut PgConnection) -> Result<Tenant, AppError> {
    let row =
        sqlx::query_as::<_, TenantRow>(concat!("select ", columns!(), " from app.tenant_by_id(app.current_tenant())"))
            .fetch_optional(db)
            .await?;
    row.ok_or(AppError::NotFound)?.try_into()
}

/// A tenant by its id, for background work.
pub async fn find_by_id(db: &mut PgConnection, id: Id<Tenant>) -> Result<Option<Tenant>, AppError> {
    let row = sqlx::query_as::<_, TenantRow>(concat!("select ", columns!(), " from app.tenant_by_id($1)"))
        .bind(id)
        .fetch_optional(db)
        .await?;
    row.map(Tenant::try_from).transpose()
}

/// A tenant in the list on a development machine.
#[derive(Debug, Clone, FromRow)]
pub struct TenantLink {
    pub host: String,
    pub name: String,
    pub tagline: String,
}

/// Every active tenant's hosts.
pub async fn list_hosts(db: &mut PgConnection) -> Result<Vec<TenantLink>, AppError> {
    Ok(sqlx::query_as("select * from app.tenant_hosts()").fetch_all(db).await?)
}

/// Every tenant, for work that covers all of them.
pub async fn list_ids(db: &mut PgConnection) -> Result<Vec<Id<Tenant>>, AppError> {
    Ok(sqlx::query_scalar("select * from app.tenant_ids()").fetch_all(db).await?)
}

pub struct Brand {
    pub name: String,
    pub tagline: String,
    pub coverage: String,
    pub phone: Phone,
    pub email: EmailAddress,
    pub brand_color: Rgb,
    pub accent_color: Rgb,
}

/// Changes name, texts and colors of the transaction's tenant.
pub async fn set_brand(db: &mut PgConnection, brand: &Brand) -> Result<(), AppError> {
    sqlx::query("select app.tenant_set_brand($1, $2, $3, $4, $5, $6, $7)")
        .bind(&brand.name)
        .bind(&brand.tagline)
        .bind(&brand.coverage)
        .bind(&brand.phone)
        .bind(&brand.email)
        .bind(brand.brand_color.to_string())
        .bind(brand.accent_color.to_string())
        .execute(db)
        .await?;
    Ok(())
}

/// Time zone, formats and verticals of a tenant.
pub struct Place {
    pub zone: Zone,
    pub locale: Locale,
    pub locales: Vec<String>,
    pub verticals: Vec<Vertical>,
}

/// Changes time zone, formats and verticals of the transaction's tenant. Verticals that only a newer version knows stay.
pub async fn set_place(db: &mut PgConnection, place: &Place) -> Result<(), AppError> {
    let known: Vec<&str> = Vertical::ALL.iter().map(|vertical| vertical.as_str()).collect();
    sqlx::query(
        "select app.tenant_set_place($1, $2, $3, $4 || array(
             select code from app.tenant_by_id(app.current_tenant()), unnest(verticals) code where code <> all ($5)))",
    )
    .bind(place.zone)
    .bind(place.locale)
    .bind(&place.locales)
    .bind(&place.verticals)
    .bind(known)
    .execute(db)
    .await?;
    Ok(())
}

/// Changes some rules of the transaction's tenant and keeps the others, even if they change concurrently. `changes` serializes to fields of
/// [`Settings`].
pub async fn change_settings(db: &mut PgConnection, changes: &impl Serialize) -> Result<(), AppError> {
    let changes = serde_json::to_value(changes).or_internal()?;
    sqlx::query("select app.tenant_change_settings($1)").bind(Json(changes)).execute(db).await?;
    Ok(())
}

/// Changes tax and payment handles of the transaction's tenant; keeps the other rules.
pub async fn change_money_rules(db: &mut PgConnection, rules: &MoneyRules) -> Result<(), AppError> {
    let changes = serde_json::to_value(rules).or_internal()?;
    sqlx::query("select app.tenant_change_money_rules($1, $2)").bind(Json(changes)).bind(rules.tax).execute(db).await?;
    Ok(())
}

/// Closes the transaction's tenant to customers, or reopens it.
pub async fn set_maintenance(db: &mut PgConnection, maintenance: Option<&Maintenance>) -> Result<(), AppError> {
    sqlx::query("select app.tenant_set_maintenance($1, $2)")
        .bind(maintenance.map(|closed| closed.since))
        .bind(maintenance.map_or("", |closed| closed.note.as_str()))
        .execute(db)
        .await?;
    Ok(())
}

/// Sets or removes the logo of the transaction's tenant.
pub async fn set_logo(db: &mut PgConnection, logo: Option<&Logo>) -> Result<(), AppError> {
    sqlx::query("select app.tenant_set_logo($1, $2, $3)")
        .bind(logo.map(super::logo::Logo::kind))
        .bind(logo.map(Logo::content))
        .bind(logo.map(Logo::hash))
        .execute(db)
        .await?;
    Ok(())
}

/// The logo of the transaction's tenant, with its media type.
pub async fn find_logo(db: &mut PgConnection) -> Result<Option<(String, Vec<u8>)>, AppError> {
    Ok(sqlx::query_as("select content_type, content from app.tenant_logo()").fetch_optional(db).await?)
}

/// The hosts of the transaction's tenant, the primary one first.
pub async fn list_own_hosts(db: &mut PgConnection) -> Result<Vec<String>, AppError> {
    Ok(sqlx::query_scalar("select * from app.tenant_own_hosts()").fetch_all(db).await?)
}
