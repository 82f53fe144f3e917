//! The column `jobs.dispatch_at` says when the dispatcher must handle a job next. A trigger (`app.keep_deadline`) copies it into the table of
//! deadlines, which the worker drains.

use engine::Id;
use uuid::Uuid;

use super::{dispatcher::run_dispatcher, store::jobs};
use crate::{
    bookings,
    error::AppError,
    server::App,
    tenants::{self, Tenant},
};

/// Runs the dispatcher for a job whose `dispatch_at` has passed.
pub async fn handle_deadline(app: App, tenant: Id<Tenant>, job: Uuid) -> Result<(), AppError> {
    let mut tx = app.db.begin_system(tenant).await?;
    let tenant = tenants::find_by_id(&mut tx, tenant).await?.ok_or(AppError::NotFound)?;
    run_dispatcher(&mut tx, &tenant, Id::from_uuid(job)).await?;
    tx.commit().await
}

/// Alerts staff of a job for which the dispatcher fails.
pub async fn alert_of_deadline(app: App, tenant: Id<Tenant>, job: Uuid) -> Result<(), AppError> {
    let mut tx = app.db.begin_system(tenant).await?;
    let message = t!("dispatch-the-automatic-search-for-a-provider");
    for booking in jobs::bookings_of(&mut tx, Id::from_uuid(job)).await? {
        bookings::store::alert_staff_once(&mut tx, booking, "deadline_failing", message).await?;
    }
    tx.commit().await
}
