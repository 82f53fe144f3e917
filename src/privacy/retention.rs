//! Nothing is kept for longer than there is a reason: once a day, for every tenant.

use chrono::{DateTime, Months, NaiveTime, TimeDelta, Utc};

use super::store;
use crate::{db::Timeouts, error::AppError, server::App, tasks, tenants};

/// The task's kind, and its key: there is one of it however many processes run.
pub const RETENTION: &str = "retention";

/// When, UTC: at night in most of the world's business. A fixed time, so that a process that is often restarted doesn't put it off for ever.
const AT: NaiveTime = NaiveTime::from_hms_opt(3, 0, 0).expect("a time of day");

/// How long what is left of an erased account stays, and how long the link of its certificate works.
pub const ERASED_ACCOUNTS: TimeDelta = TimeDelta::days(90);

/// How long bookings with their money, and the audit log, are kept.
pub const RECORDS: Months = Months::new(7 * 12);

/// Makes sure that the next sweep is waiting.
pub async fn schedule(app: &App) -> Result<(), AppError> {
    let mut tx = app.db.begin_platform().await?;
    let run_at = next_after(tx.now);
    tasks::enqueue(&mut tx, RETENTION, (), run_at, Some(RETENTION)).await?;
    tx.commit().await
}

/// Removes what has been kept for long enough, and schedules the next sweep.
pub async fn sweep(app: &App) -> Result<(), AppError> {
    let tenants = tenants::list_ids(&mut *app.db.begin_platform().await?).await?;
    for tenant in tenants {
        let mut tx = app.db.with_timeouts(Timeouts::BULK).begin_system(tenant).await?;
        let now = tx.now;
        let accounts = store::remove_shells(&mut tx, now - ERASED_ACCOUNTS).await?;
        let links = store::close_links(&mut tx, now - ERASED_ACCOUNTS).await?;
        let records = store::forget_records(&mut tx, years_before(now)).await?;
        tx.commit().await?;
        let records: i64 = records.iter().map(|(_, gone)| gone).sum();
        tracing::info!(%tenant, accounts, links, records, "removed what was kept for long enough");
    }
    schedule(app).await
}

fn next_after(now: DateTime<Utc>) -> DateTime<Utc> {
    let today = now.date_naive().and_time(AT).and_utc();
    if now < today { today } else { today + TimeDelta::days(1) }
}

fn years_before(now: DateTime<Utc>) -> DateTime<Utc> {
    now.checked_sub_months(RECORDS).unwrap_or(DateTime::UNIX_EPOCH)
}
