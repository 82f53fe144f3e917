use anyhow::Result;
use chrono::{DateTime, Utc};
use engine::Id;
use sha2::{Digest, Sha256};
use sqlx::{PgConnection, types::Json};

use super::rows::TenantFile;
use crate::{
    db::Tx,
    tenants::{self, Logo, Tenant},
};

/// The demo operator's sign-in name.
pub const OPERATOR: &str = "operator@wayside.localhost";

/// Creates the tenant and its hosts, as the owner, unless they exist. Returns its id.
pub(super) async fn make(owner: &mut PgConnection, file: &TenantFile) -> Result<Id<Tenant>> {
    let digest: [u8; 32] = Sha256::digest(&file.slug).into();
    let id = uuid::Builder::from_custom_bytes(*digest.first_chunk().expect("32 bytes are more than 16")).into_uuid();
    sqlx::query(
        "insert into platform.tenants (id, slug, name, zone, currency, locale, region, reference_prefix, phone, email, tagline, coverage,
                                       brand_color, accent_color, latitude, longitude, verticals, settings, locales)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
         on conflict on constraint tenants_slug_key do nothing",
    )
    .bind(id)
    .bind(&file.slug)
    .bind(&file.name)
    .bind(file.zone)
    .bind(file.currency)
    .bind(file.locale)
    .bind(&file.region)
    .bind(&file.reference_prefix)
    .bind(&file.phone)
    .bind(&file.email)
    .bind(&file.tagline)
    .bind(&file.coverage)
    .bind(&file.brand_color)
    .bind(&file.accent_color)
    .bind(file.latitude)
    .bind(file.longitude)
    .bind(&file.verticals)
    .bind(Json(&file.settings))
    .bind(file.locales.as_deref().unwrap_or_default())
    .execute(&mut *owner)
    .await?;
    let id = sqlx::query_scalar("select id from platform.tenants where slug = $1")
        .bind(&file.slug)
        .fetch_one(&mut *owner)
        .await?;
    sqlx::query("insert into platform.hosts (host, tenant_id) select unnest($1::text[]), $2 on conflict do nothing")
        .bind(&file.hosts)
        .bind(id)
        .execute(&mut *owner)
        .await?;
    sqlx::query("update platform.tenants set primary_host = $1 where id = $2 and primary_host is null")
        .bind(file.hosts.first())
        .bind(id)
        .execute(owner)
        .await?;
    Ok(id)
}

/// Deletes the tasks left at the end of the replayed history, so that its messages aren't sent.
pub(super) async fn drop_tasks(owner: &mut PgConnection, id: Id<Tenant>, until: DateTime<Utc>) -> Result<()> {
    sqlx::query("delete from queue.tasks where tenant_id = $1 and run_at <= $2")
        .bind(id)
        .bind(until)
        .execute(owner)
        .await?;
    Ok(())
}

pub(super) async fn load_logo(tx: &mut Tx, svg: Option<&str>) -> Result<()> {
    if let Some(svg) = svg {
        let logo = Logo::check(svg.trim().as_bytes()).map_err(anyhow::Error::msg)?;
        tenants::store::set_logo(tx, Some(&logo)).await?;
    }
    Ok(())
}

/// Creates the demo operator, unless they exist.
pub(super) async fn make_operator(owner: &mut PgConnection, password_hash: &str) -> Result<()> {
    sqlx::query(
        "insert into platform.operators (id, email, name, password_hash) values (gen_random_uuid(), $1, 'Olivia Operator', $2)
         on conflict on constraint operators_email_key do nothing",
    )
    .bind(OPERATOR)
    .bind(password_hash)
    .execute(owner)
    .await?;
    Ok(())
}
