use chrono::{DateTime, Utc};
use engine::{Id, Reference};
use sqlx::{FromRow, PgConnection};

use crate::{
    bookings::{Booking, Phase, WaitsFor},
    dispatch::JobState,
    error::AppError,
};

/// A live booking, as the board shows it.
#[derive(Debug, Clone, FromRow)]
pub struct Card {
    /// Identity.
    pub id: Id<Booking>,
    /// What people read out.
    pub reference: Reference,
    /// The column.
    pub phase: Phase,
    /// What it waits for.
    pub waits_for: Option<WaitsFor>,
    /// Who is on the spot.
    pub contact_name: String,
    /// Where.
    pub address: String,
    /// When; as soon as possible if none.
    pub scheduled_at: Option<DateTime<Utc>>,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// What.
    pub service: String,
    /// Who does it, if anyone.
    pub provider: Option<String>,
    /// How far the work is.
    pub job_state: Option<JobState>,
    /// The arrival told to the customer.
    pub promised_at: Option<DateTime<Utc>>,
}

/// Bookings something can still happen to, the longest waiting first.
pub async fn cards(db: &mut PgConnection) -> Result<Vec<Card>, AppError> {
    let cards = sqlx::query_as(
        "select b.id, b.reference, b.phase, b.waits_for, b.contact_name, b.address, b.scheduled_at, b.created_at, s.name as service,
                job.provider, job.state as job_state, job.promised_at
         from bookings b
         join services s on s.tenant_id = b.tenant_id and s.id = b.service_id
         left join lateral (
             select j.state, j.promised_at, p.name as provider
             from job_bookings jb
             join jobs j on j.tenant_id = jb.tenant_id and j.id = jb.job_id
             left join assignments a on a.tenant_id = j.tenant_id and a.job_id = j.id and a.state <> 'ended'
             left join providers p on p.tenant_id = a.tenant_id and p.id = a.provider_id
             where jb.tenant_id = b.tenant_id and jb.booking_id = b.id
             order by j.created_at desc limit 1
         ) job on true
         where b.phase = any($1)
         order by b.created_at, b.id
         limit 300",
    )
    .bind([Phase::Pending, Phase::Confirmed, Phase::Dispatched, Phase::InProgress].as_slice())
    .fetch_all(db)
    .await?;
    Ok(cards)
}
