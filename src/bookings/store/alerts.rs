//! `staff_alerts`: what somebody in the back office has to look at.

use chrono::{DateTime, Utc};
use engine::{Id, Reference};
use sqlx::{FromRow, PgConnection};

use crate::{bookings::Booking, db::publish, error::AppError};

/// Adds an alert for the back office.
pub async fn alert_staff(
    db: &mut PgConnection,
    booking_id: Id<Booking>,
    kind: &str,
    message: &str,
) -> Result<(), AppError> {
    sqlx::query("insert into staff_alerts (id, booking_id, kind, message) values ($1, $2, $3, $4)")
        .bind(Id::<StaffAlert>::new())
        .bind(booking_id)
        .bind(kind)
        .bind(message)
        .execute(&mut *db)
        .await?;
    publish(db, "board").await
}

/// The same for recurring problems: while an alert of this kind is open, no second one is added.
pub async fn alert_staff_once(
    db: &mut PgConnection,
    booking_id: Id<Booking>,
    kind: &str,
    message: &str,
) -> Result<(), AppError> {
    let is_open: bool = sqlx::query_scalar(
        "select exists (select from staff_alerts where tenant_id = app.current_tenant() and booking_id = $1 and kind = $2 and resolved_at is null)",
    )
    .bind(booking_id)
    .bind(kind)
    .fetch_one(&mut *db)
    .await?;
    if is_open { Ok(()) } else { alert_staff(db, booking_id, kind, message).await }
}

#[derive(Debug, Clone, FromRow)]
pub struct StaffAlert {
    pub id: Id<StaffAlert>,
    /// The booking, if it is about one.
    pub booking_id: Id<Booking>,
    pub reference: Reference,
    pub kind: String,
    /// One sentence.
    pub message: String,
    pub created_at: DateTime<Utc>,
}

/// Maximum number of alerts shown.
pub const MOST_ALERTS: i64 = 100;

/// Open alerts, newest first, at most [`MOST_ALERTS`], and whether there are more.
pub async fn open_alerts(db: &mut PgConnection) -> Result<(Vec<StaffAlert>, bool), AppError> {
    let mut alerts: Vec<StaffAlert> = sqlx::query_as(
        "select a.id, a.booking_id, b.reference, a.kind, a.message, a.created_at
         from staff_alerts a join bookings b on (b.tenant_id, b.id) = (a.tenant_id, a.booking_id)
         where a.tenant_id = app.current_tenant() and a.resolved_at is null
         order by a.created_at desc limit $1",
    )
    .bind(MOST_ALERTS + 1)
    .fetch_all(db)
    .await?;
    let most = usize::try_from(MOST_ALERTS).unwrap_or(usize::MAX);
    let are_cut = alerts.len() > most;
    alerts.truncate(most);
    Ok((alerts, are_cut))
}

/// Resolves the alerts of a booking: a person has handled them, or they no longer matter.
pub async fn resolve_alerts(db: &mut PgConnection, booking_id: Id<Booking>, resolved_by: &str) -> Result<(), AppError> {
    sqlx::query("update staff_alerts set resolved_at = app.now(), resolved_by = $2 where tenant_id = app.current_tenant() and booking_id = $1 and resolved_at is null")
        .bind(booking_id)
        .bind(resolved_by)
        .execute(&mut *db)
        .await?;
    publish(db, "board").await
}

/// Resolves the alerts of one kind.
pub async fn resolve_alerts_of_kind(
    db: &mut PgConnection,
    booking_id: Id<Booking>,
    kind: &str,
    resolved_by: &str,
) -> Result<(), AppError> {
    sqlx::query(
        "update staff_alerts set resolved_at = app.now(), resolved_by = $3
         where tenant_id = app.current_tenant() and booking_id = $1 and kind = $2 and resolved_at is null",
    )
    .bind(booking_id)
    .bind(kind)
    .bind(resolved_by)
    .execute(&mut *db)
    .await?;
    publish(db, "board").await
}
