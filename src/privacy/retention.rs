//! Deletes data that is too old to be kept: once a day, for every tenant.

use chrono::{DateTime, Months, NaiveTime, TimeDelta, Utc};
use engine::Id;

use super::store;
use crate::{
    db::Timeouts,
    error::AppError,
    server::App,
    tenants::{self, Tenant},
};

pub const RETENTION: &str = "retention";

/// When it runs, UTC: at night for most businesses.
pub const AT: NaiveTime = NaiveTime::from_hms_opt(3, 0, 0).expect("a time of day");

/// How long the remains of an erased account are kept, and how long the link to its certificate works.
pub const ERASED_ACCOUNTS: TimeDelta = TimeDelta::days(90);

/// How long bookings with their payments, and the audit log, are kept.
pub const RECORDS: Months = Months::new(7 * 12);

/// Deletes what is too old, tenant by tenant.
pub async fn sweep(app: App) -> Result<(), AppError> {
    tenants::for_each(&app.db, |tenant| sweep_tenant(app.clone(), tenant)).await.map(drop)
}

async fn sweep_tenant(app: App, tenant: Id<Tenant>) -> Result<(), AppError> {
    let mut tx = app.db.with_timeouts(Timeouts::BULK).begin_system(tenant).await?;
    let now = tx.now;
    let accounts = store::remove_shells(&mut tx, now - ERASED_ACCOUNTS).await?;
    let links = store::close_links(&mut tx, now - ERASED_ACCOUNTS).await?;
    let records = store::forget_records(&mut tx, years_before(now)).await?;
    tx.commit().await?;
    let records: i64 = records.iter().map(|(_, gone)| gone).sum();
    tracing::info!(%tenant, accounts, links, records, "removed what was kept for long enough");
    Ok(())
}

fn years_before(now: DateTime<Utc>) -> DateTime<Utc> {
    now.checked_sub_months(RECORDS).unwrap_or(DateTime::UNIX_EPOCH)
}
