//! Queries of the back office across features. Reads only: every change goes through the feature that owns the table.

pub(super) mod board;
pub(super) mod booking;
pub(super) mod bookings;
pub(super) mod customers;
pub(super) mod job;
pub(super) mod jobs;
pub(super) mod left_behind;
pub(super) mod payments;
pub(super) mod providers;
pub(super) mod services;

use sqlx::{FromRow, PgConnection};

use crate::error::AppError;

/// Numbers of things that wait for a person, for the sidebar.
#[derive(Debug, Clone, Copy, Default)]
pub struct Waiting {
    /// Open alerts, and requests to answer.
    pub alerts: usize,
    pub providers: usize,
    pub payments: usize,
    /// Providers to pay out, and payouts to transfer.
    pub payouts: usize,
    /// Services that providers submitted.
    pub services: usize,
}

#[derive(FromRow)]
struct WaitingRow {
    alerts: i64,
    providers: i64,
    payments: i64,
    payouts: i64,
    services: i64,
}

impl Waiting {
    pub async fn load(db: &mut PgConnection) -> Result<Self, AppError> {
        let row = sqlx::query_as::<_, WaitingRow>(
            "select (select count(*) from staff_alerts where tenant_id = app.current_tenant() and resolved_at is null)
                    + (select count(*) from bookings where tenant_id = app.current_tenant() and phase = 'pending' and waits_for = 'approval') as alerts,
                    (select count(*) from providers where tenant_id = app.current_tenant() and status = 'pending') as providers,
                    (select count(*) from payments where tenant_id = app.current_tenant() and status = 'pending') as payments,
                    (select count(*) from (
                         select from earnings e
                         where e.tenant_id = app.current_tenant() and e.status = 'pending'
                           and not exists (select from payout_items i where i.tenant_id = e.tenant_id and i.earning_id = e.id)
                         group by e.provider_id having sum(e.amount) >= 0) payable)
                    + (select count(*) from payouts where tenant_id = app.current_tenant() and status = 'pending') as payouts,
                    (select count(*) from services where tenant_id = app.current_tenant() and status = 'in_review') as services",
        )
        .fetch_one(db)
        .await?;
        let count = |rows: i64| usize::try_from(rows).unwrap_or_default();
        Ok(Self {
            alerts: count(row.alerts),
            providers: count(row.providers),
            payments: count(row.payments),
            payouts: count(row.payouts),
            services: count(row.services),
        })
    }
}
