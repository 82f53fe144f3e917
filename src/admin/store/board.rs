use chrono::{DateTime, Utc};
use engine::{Id, Reference};
use sqlx::{FromRow, PgConnection};

use crate::{
    bookings::{Booking, Phase, WaitsFor},
    dispatch::{Job, JobState},
    error::AppError,
    verticals::{Known, Vertical},
};

/// An open booking on the board.
#[derive(Debug, Clone, FromRow)]
pub struct Card {
    pub id: Id<Booking>,
    pub reference: Reference,
    pub phase: Phase,
    pub waits_for: Option<WaitsFor>,
    #[sqlx(rename = "priority")]
    pub is_priority: bool,
    pub contact_name: String,
    pub address: String,
    /// `None`: as soon as possible.
    pub scheduled_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    /// Until when a request can be answered.
    pub expires_at: Option<DateTime<Utc>>,
    pub service: String,
    pub vertical: Vertical,
    pub provider: Option<String>,
    pub job_state: Option<JobState>,
    /// The job, if bookings join and leave it.
    pub published_job: Option<Id<Job>>,
    pub promised_at: Option<DateTime<Utc>>,
    in_all: i64,
}

/// Maximum number of cards in each part of the board.
pub const MOST_NOW: i64 = 300;
/// The same for later bookings.
pub const MOST_LATER: i64 = 50;

/// The content of the board.
#[derive(Debug, Clone)]
pub struct Cards {
    /// First bookings that wait for staff, then for a provider, then those in progress; the oldest first.
    pub now: Vec<Card>,
    /// Later bookings, the earliest first.
    pub later: Vec<Card>,
    /// Total number of current ones.
    pub now_in_all: i64,
    /// Total number of later ones.
    pub later_in_all: i64,
}

/// Selects one part of the board.
macro_rules! cards {
    ($condition:literal, $order:literal) => {
        concat!(
            "with b as (select *, count(*) over () as in_all from bookings b where b.tenant_id = app.current_tenant() and ", $condition, " order by ", $order, " limit $2)
             select b.id, b.reference, b.phase, b.waits_for, b.priority, b.contact_name, b.address, b.scheduled_at, b.created_at, b.expires_at, s.name as service, s.vertical,
                    job.provider, job.state as job_state, job.published_job, job.promised_at, b.in_all
             from b
             join services s on s.tenant_id = b.tenant_id and s.id = b.service_id
             left join lateral (
                 select j.state, j.promised_at, p.name as provider, case when j.is_published then j.id end as published_job
                 from job_bookings jb
                 join jobs j on j.tenant_id = jb.tenant_id and j.id = jb.job_id
                 left join assignments a on a.tenant_id = j.tenant_id and a.job_id = j.id and a.state <> 'ended' and a.leads
                 left join providers p on p.tenant_id = a.tenant_id and p.id = a.provider_id
                 where jb.tenant_id = b.tenant_id and jb.booking_id = b.id
                 order by j.state in ('done', 'unsuccessful', 'cancelled'),
                          case when j.state in ('done', 'unsuccessful', 'cancelled') then -1 else 1 end * extract(epoch from j.window_start), j.id limit 1
             ) job on true
             order by ", $order
        )
    };
}

impl Cards {
    /// The requests that wait for a yes or no, those to answer first first.
    pub fn requests(&self) -> Vec<&Card> {
        let mut requests: Vec<_> = self.later.iter().filter(|card| card.is_request()).collect();
        requests.sort_by_key(|card| (card.expires_at.is_none(), card.expires_at, card.created_at));
        requests
    }
}

impl Card {
    /// Whether it waits for a yes or no.
    pub fn is_request(&self) -> bool {
        self.waits_for == Some(WaitsFor::Approval)
    }
}

/// Unfinished bookings. Those scheduled after `later_from`, and those that the customer hasn't completed or nobody agreed to yet, are for later.
pub async fn cards(db: &mut PgConnection, later_from: DateTime<Utc>) -> Result<Cards, AppError> {
    let now = sqlx::query_as(cards!(
        "b.phase = any('{confirmed,dispatched,in_progress}') and (b.phase <> 'confirmed' or b.scheduled_at is null or b.scheduled_at <= $1)",
        "case when b.waits_for in ('staff', 'location') then 0 when b.phase = 'confirmed' then 1 else 2 end, coalesce(b.scheduled_at, b.created_at), b.id"
    ))
    .bind(later_from)
    .bind(MOST_NOW)
    .fetch_all(&mut *db)
    .await?;
    // No request is cut off.
    let later = sqlx::query_as(cards!(
        "(b.phase = 'pending' or (b.phase = 'confirmed' and b.scheduled_at > $1))",
        "b.waits_for is not distinct from 'approval' desc, coalesce(b.scheduled_at, b.created_at), b.id"
    ))
    .bind(later_from)
    .bind(MOST_LATER)
    .fetch_all(db)
    .await?;
    let (now, mut later): (Vec<Card>, Vec<Card>) = (Known::rows(now), Known::rows(later));
    later.sort_by_key(|card| card.scheduled_at.unwrap_or(card.created_at));
    let in_all = |cards: &[Card]| cards.first().map_or(0, |card| card.in_all);
    Ok(Cards { now_in_all: in_all(&now), later_in_all: in_all(&later), now, later })
}
