use std::{
    collections::HashMap,
    sync::{Arc, RwLock},
    time::{Duration, Instant},
};

use engine::{Currency, GeoPoint, Id, Zone};
use sqlx::{FromRow, PgConnection, types::Json};

use super::{Settings, Tenant};
use crate::{
    db::Db,
    error::AppError,
    ui::{BrandColors, color::Rgb},
};

#[derive(FromRow)]
struct TenantRow {
    id: Id<Tenant>,
    slug: String,
    name: String,
    tagline: String,
    coverage: String,
    status: String,
    zone: Zone,
    currency: Currency,
    locale: String,
    region: String,
    reference_prefix: String,
    phone: String,
    email: String,
    brand_color: String,
    accent_color: String,
    latitude: f64,
    longitude: f64,
    verticals: Vec<String>,
    settings: Json<Settings>,
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
            zone: row.zone,
            currency: row.currency,
            locale: row.locale,
            region: row.region,
            reference_prefix: row.reference_prefix,
            phone: row.phone,
            email: row.email,
            colors: BrandColors::new(rgb(&row.brand_color)?, rgb(&row.accent_color)?),
            center: GeoPoint::new(row.latitude, row.longitude).map_err(|e| AppError::internal(&e))?,
            verticals: row.verticals,
            settings: row.settings.0,
        })
    }
}

fn rgb(text: &str) -> Result<Rgb, AppError> {
    text.parse().map_err(|_| AppError::internal(&format!("`{text}` is no color")))
}

/// The tenant that answers on a host, or none.
pub async fn find_by_host(db: &mut PgConnection, host: &str) -> Result<Option<Tenant>, AppError> {
    let row =
        sqlx::query_as::<_, TenantRow>("select * from app.tenant_by_host($1)").bind(host).fetch_optional(db).await?;
    row.map(Tenant::try_from).transpose()
}

/// A tenant by its id: for background work, which carries it.
pub async fn find_by_id(db: &mut PgConnection, id: Id<Tenant>) -> Result<Option<Tenant>, AppError> {
    let row = sqlx::query_as::<_, TenantRow>("select * from app.tenant_by_id($1)").bind(id).fetch_optional(db).await?;
    row.map(Tenant::try_from).transpose()
}

/// A tenant as the bare host of a development machine lists it.
#[derive(Debug, Clone, FromRow)]
pub struct TenantLink {
    /// Host it answers on.
    pub host: String,
    /// Brand.
    pub name: String,
    /// One sentence.
    pub tagline: String,
}

/// Every active tenant's hosts.
pub async fn list_hosts(db: &mut PgConnection) -> Result<Vec<TenantLink>, AppError> {
    Ok(sqlx::query_as("select * from app.tenant_hosts()").fetch_all(db).await?)
}

/// Every tenant: for work that goes around all of them.
pub async fn list_ids(db: &mut PgConnection) -> Result<Vec<Id<Tenant>>, AppError> {
    Ok(sqlx::query_scalar("select * from app.tenant_ids()").fetch_all(db).await?)
}

/// How long a host's tenant is remembered: a change of brand or settings shows after this.
const REMEMBERED_FOR: Duration = Duration::from_secs(10);

/// Upper bound of remembered hosts, so that invented host names can't fill the memory.
const REMEMBERED_AT_MOST: usize = 10_000;

/// Since when it is known what answers on a host, and what does.
type Remembered = (Instant, Option<Arc<Tenant>>);

/// Tenants by host, remembered for a few seconds.
#[derive(Clone, Default)]
pub struct Hosts {
    remembered: Arc<RwLock<HashMap<String, Remembered>>>,
}

impl Hosts {
    /// The tenant of a host name (without port).
    pub async fn find(&self, db: &Db, host: &str) -> Result<Option<Arc<Tenant>>, AppError> {
        if let Some((since, tenant)) = self.remembered.read().expect("no panics under this lock").get(host)
            && since.elapsed() < REMEMBERED_FOR
        {
            return Ok(tenant.clone());
        }
        let mut tx = db.begin_platform().await?;
        let tenant = find_by_host(&mut tx, host).await?.map(Arc::new);
        let mut remembered = self.remembered.write().expect("no panics under this lock");
        if remembered.len() >= REMEMBERED_AT_MOST {
            remembered.clear();
        }
        remembered.insert(host.to_owned(), (Instant::now(), tenant.clone()));
        Ok(tenant)
    }
}
