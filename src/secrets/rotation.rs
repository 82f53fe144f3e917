//! `wayside rotate-keys`: re-encrypts every value that isn't encrypted with the first key of `WAYSIDE_SECRET_KEYS`.
//!
//! Put the new key in front, restart every process, run this, then remove the old key from the setting.

use anyhow::{Context, Result};
use engine::Id;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::Keys;
use crate::{
    bookings,
    config::Config,
    db::{Db, Timeouts},
    error::AppError,
    identity::{oidc, phone_code, second_factor},
    notifications,
    operator::store::second_factors,
    tenants::{self, Tenant},
    verticals::Vertical,
};

/// A column of encrypted values in a tenant table.
#[derive(Debug)]
pub struct SealedColumn {
    pub table: &'static str,
    /// The columns that identify its rows, in addition to the tenant.
    pub key: &'static str,
    /// The column, `bytea`.
    pub column: &'static str,
    /// The encryption purpose of its values.
    pub purpose: &'static str,
}

pub const fn sealed(
    table: &'static str,
    key: &'static str,
    column: &'static str,
    purpose: &'static str,
) -> SealedColumn {
    SealedColumn { table, key, column, purpose }
}

/// The core's columns of encrypted values of tenants; operators' are [`second_factors::SEALED_COLUMNS`].
#[rustfmt::skip]
const SEALED_COLUMNS: &[SealedColumn] = &[
    sealed("bookings",           "id",      "sealed_access_token",   bookings::secret::SEALED_FOR),
    sealed("identity_providers", "id",      "sealed_client_secret",  oidc::SEALED_FOR),
    sealed("notifications",      "id",      "sealed_content",        notifications::SEALED_FOR),
    sealed("phone_codes",        "id",      "sealed_phone",          phone_code::SEALED_FOR),
    sealed("second_factors",     "user_id", "sealed_recovery_codes", second_factor::RECOVERY_SEALED_FOR),
    sealed("second_factors",     "user_id", "sealed_seed",           second_factor::SEED_SEALED_FOR),
];

/// Every column of encrypted values of tenants. A test compares them with the schema.
pub fn all_sealed() -> impl Iterator<Item = &'static SealedColumn> {
    SEALED_COLUMNS.iter().chain(Vertical::ALL.iter().flat_map(|kind| kind.sealed()))
}

/// How many rows are locked at once.
const BATCH: i64 = 200;

/// Rotates with the configured keys, and prints the number of values.
pub async fn run(config: &Config) -> Result<()> {
    let keys = Keys::of(config)?;
    let db = Db::connect(&config.database_url, 2).await.context("the database does not answer")?;
    db.refuse_privileged_role().await?;
    let resealed = rotate(&db, &keys).await?;
    println!(
        "{resealed} values re-encrypted; remove the older keys from WAYSIDE_SECRET_KEYS once every process has the first one"
    );
    Ok(())
}

/// Re-encrypts every value that isn't encrypted with the first key. Returns their number.
pub async fn rotate(db: &Db, keys: &Keys) -> Result<u64, AppError> {
    let tenants = tenants::list_ids(&mut *db.begin_platform().await?).await?;
    let mut resealed = 0;
    for tenant in tenants {
        for sealed in all_sealed() {
            loop {
                let done = rotate_batch(db, keys, tenant, sealed).await?;
                if done == 0 {
                    break;
                }
                resealed += done;
            }
        }
    }
    let mut tx = db.with_timeouts(Timeouts::BULK).begin_platform().await?;
    resealed += second_factors::reseal(&mut tx, keys).await?;
    tx.commit().await?;
    Ok(resealed)
}

async fn rotate_batch(db: &Db, keys: &Keys, tenant: Id<Tenant>, sealed: &SealedColumn) -> Result<u64, AppError> {
    let SealedColumn { table, key, column, purpose } = sealed;
    let prefix = keys.current_prefix();
    let length = i32::try_from(prefix.len()).expect("a prefix is some bytes long");
    let mut tx = db.with_timeouts(Timeouts::BULK).begin_system(tenant).await?;
    // Names come from the lists, values are bound.
    let select = format!(
        "select {key}, {column} from {table}
         where tenant_id = app.current_tenant() and {column} is not null and substring({column} from 1 for $1) <> $2
         order by {key} limit $3 for update"
    );
    let rows: Vec<(Uuid, Vec<u8>)> =
        sqlx::query_as(AssertSqlSafe(select)).bind(length).bind(&prefix).bind(BATCH).fetch_all(&mut *tx).await?;
    for (id, old) in &rows {
        let new = keys.seal(purpose, &keys.open(purpose, old)?);
        let update = format!("update {table} set {column} = $2 where tenant_id = app.current_tenant() and {key} = $1");
        sqlx::query(AssertSqlSafe(update)).bind(id).bind(new).execute(&mut *tx).await?;
    }
    tx.commit().await?;
    Ok(rows.len() as u64)
}
