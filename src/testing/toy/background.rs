//! The work of toys in the background: a stay that nobody begins in time is a no-show, and when a toy is back, its batteries are charged.

use chrono::TimeDelta;
use engine::Id;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    bookings::{Author, Booking, Phase, store},
    db::Tx,
    error::AppError,
    fulfilment::jobless,
    server::App,
    tasks::{self, Registry, Task},
    tenants::{self, Tenant},
};

/// Its names among the tenant's settings.
pub const RULES: &[&str] = &["patience_minutes"];

/// The deadline of `toy_bookings.begin_by`.
const BEGIN_BY: &str = "toy_begin_by";

/// The task that charges the batteries of a toy that is back.
pub const RECHARGE: &str = "toy_recharge";

/// How long charging them takes.
const CHARGING: TimeDelta = TimeDelta::hours(1);

/// The rules of toys, among the tenant's settings.
#[derive(Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Rules {
    /// How long after its time a stay may still begin, minutes.
    pub patience_minutes: u32,
}

impl Default for Rules {
    fn default() -> Self {
        Self { patience_minutes: 30 }
    }
}

pub fn register(registry: Registry<App>) -> Registry<App> {
    registry
        .deadline(BEGIN_BY, handle_deadline, alert_of_deadline)
        .task(RECHARGE, |app, task| async move { recharge(&app, &task).await })
}

/// Keeps until when a stay has to begin: while it is agreed and hasn't begun.
pub async fn keep_begin_by(tx: &mut Tx, tenant: &Tenant, stay: &Booking) -> Result<(), AppError> {
    let patience = TimeDelta::minutes(tenant.settings.of_kind::<Rules>().patience_minutes.into());
    let begin_by = stay.scheduled_at.filter(|_| stay.phase == Phase::Confirmed).map(|at| at + patience);
    sqlx::query("update toy_bookings set begin_by = $2 where tenant_id = app.current_tenant() and booking_id = $1")
        .bind(stay.id)
        .bind(begin_by)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Nobody has begun the stay in time. One that was moved, begun or cancelled since has another deadline, or none.
async fn handle_deadline(app: App, tenant: Id<Tenant>, booking: Uuid) -> Result<(), AppError> {
    let mut tx = app.db.begin_system(tenant).await?;
    let tenant = tenants::current(&mut tx).await?;
    let stay = store::lock(&mut tx, Id::from_uuid(booking)).await?;
    let is_due: Option<bool> = sqlx::query_scalar(
        "select begin_by <= app.now() from toy_bookings where tenant_id = app.current_tenant() and booking_id = $1",
    )
    .bind(stay.id)
    .fetch_one(&mut *tx)
    .await?;
    if is_due == Some(true) {
        jobless::miss(&mut tx, &tenant, &stay, Author::system()).await?;
    }
    tx.commit().await
}

/// Alerts staff of a stay whose deadline fails.
async fn alert_of_deadline(app: App, tenant: Id<Tenant>, booking: Uuid) -> Result<(), AppError> {
    let mut tx = app.db.begin_system(tenant).await?;
    let message = t!("toy-nobody-has-begun-this-stay");
    store::alert_staff_once(&mut tx, Id::from_uuid(booking), "deadline_failing", message).await?;
    tx.commit().await
}

/// The toy is back: its batteries are charged from now on.
pub async fn enqueue_recharge(tx: &mut Tx, stay: &Booking) -> Result<(), AppError> {
    let charged_at = tx.now + CHARGING;
    tasks::enqueue(tx, RECHARGE, stay.id, charged_at, None).await
}

/// The batteries are charged. A second run changes nothing.
async fn recharge(app: &App, task: &Task) -> Result<(), AppError> {
    let mut tx = app.db.begin_system(task.tenant()?).await?;
    sqlx::query(
        "update toy_bookings set batteries_charged_at = app.now()
         where tenant_id = app.current_tenant() and booking_id = $1 and batteries_charged_at is null",
    )
    .bind(task.payload::<Id<Booking>>()?)
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}
