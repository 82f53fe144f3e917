//! What other features may read about the job of a booking.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use engine::{
    GeoPoint, Id, Phone,
    field::{first_name, isolated},
    road_distance, travel_time,
};
use sqlx::{FromRow, PgConnection};

use super::point;
use crate::{
    bookings::Booking,
    dispatch::{Job, JobState},
    error::AppError,
    providers::{Position, Provider},
    tenants::Settings,
};

/// The progress of one of a booking's jobs, for the customer's page and the back office.
#[derive(Debug, Clone)]
pub struct JobProgress {
    pub job_id: Id<Job>,
    /// Whether bookings join and leave it.
    pub is_published: bool,
    pub state: JobState,
    /// How many people it takes.
    pub staff_needed: i32,
    /// Whether providers may be asked one after another; not if staff choose.
    pub asks_providers: bool,
    /// Whether they are asked without staff or anybody else choosing, and from when on if it isn't the tenant's dispatch lead.
    is_automatic: bool,
    search_from: Option<DateTime<Utc>>,
    /// Those who are on it or did it, the lead first.
    pub crew: Vec<CrewMember>,
    /// The provider who does it or did it; the lead of a crew.
    pub provider: Option<JobProvider>,
    pub place: Option<GeoPoint>,
    /// The destination, if the job has one.
    pub destination: Option<GeoPoint>,
    /// Arrival not before.
    pub window_start: DateTime<Utc>,
    /// The provider's last position, once they should set out or are on the way.
    pub position: Option<Position>,
    /// The arrival promised to the customer.
    pub promised_at: Option<DateTime<Utc>>,
    /// Since when no provider is left to ask.
    pub search_exhausted_at: Option<DateTime<Utc>>,
    pub assigned_at: Option<DateTime<Utc>>,
    pub en_route_at: Option<DateTime<Utc>>,
    pub arrived_at: Option<DateTime<Utc>>,
    pub started_at: Option<DateTime<Utc>>,
    /// When the provider was at the destination.
    pub reached_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    /// How it ended, unless it is done.
    pub outcome: Option<String>,
}

/// One of those who are on a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrewMember {
    pub id: Id<Provider>,
    pub name: String,
}

/// The provider of a job, as the customer sees them.
#[derive(Debug, Clone)]
pub struct JobProvider {
    pub id: Id<Provider>,
    pub name: String,
    /// For the customer to recognize.
    pub vehicle: Option<String>,
    pub phone: Phone,
    /// Mean of their stars; none without reviews.
    pub rating: Option<f64>,
    pub review_count: i32,
}

impl JobProvider {
    /// Their name, for the customer.
    pub fn first_name(&self) -> &str {
        first_name(&self.name)
    }
}

/// The arrival is estimated only from a position no older than this, even if the tenant accepts older positions for offers.
const TELLS_ARRIVAL_FOR: TimeDelta = TimeDelta::minutes(10);

impl JobProgress {
    /// Whether several people do it.
    pub const fn needs_crew(&self) -> bool {
        self.staff_needed > 1
    }

    /// Those who do it, the lead first.
    pub fn crew_ids(&self) -> Vec<Id<Provider>> {
        self.crew.iter().map(|member| member.id).collect()
    }

    /// The first names of those who do it, the lead's first: "Ben, Ada and Cleo".
    pub fn first_names(&self) -> String {
        let names: Vec<_> = self.crew.iter().map(|member| isolated(first_name(&member.name)).to_string()).collect();
        match names.split_last() {
            Some((last, others)) if !others.is_empty() => {
                t!("dispatch-names-and", names = others.join(", "), last = last)
            }
            _ => names.concat(),
        }
    }

    /// When providers are asked first, if that is still to come.
    pub fn search_to_come(&self, settings: &Settings, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let begins_at = self.search_from.unwrap_or(self.window_start - settings.dispatch_lead());
        Some(begins_at).filter(|at| self.is_automatic && self.state == JobState::Open && *at > now)
    }

    /// Whether it is open and no provider is left to ask.
    pub fn is_stuck(&self) -> bool {
        self.state.is_searching() && self.search_exhausted_at.is_some()
    }

    /// The provider's position, unless it is too old for an estimate.
    pub fn seen_lately(&self, settings: &Settings, now: DateTime<Utc>) -> Option<Position> {
        let lasts = settings.position_fresh().min(TELLS_ARRIVAL_FOR);
        self.position.filter(|position| position.is_fresh(now, lasts))
    }

    /// The provider's estimated arrival; `None` after they have arrived.
    ///
    /// - Before they set out: the drive from their position, as if they set out now, and not before the window opens.
    /// - On the way: the drive from their last position, counted from when it was measured or they set out, whichever was later.
    /// - Without a fresh position: the promised arrival.
    pub fn eta(&self, settings: &Settings, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let seen = self.seen_lately(settings, now);
        let drive = seen.zip(self.place).map(|(position, place)| {
            (position, travel_time(road_distance(position.point, place), settings.speed_kmh.into()))
        });
        let estimate = match self.state {
            JobState::Assigned => drive.map(|(_, drive)| (now + drive).max(self.window_start)),
            JobState::EnRoute => drive.map(|(position, drive)| {
                let drives_since = self.en_route_at.map_or(position.recorded_at, |at| at.max(position.recorded_at));
                (drives_since + drive).max(now)
            }),
            _ => return None,
        };
        estimate.or(self.promised_at)
    }
}

#[derive(FromRow)]
struct ProgressRow {
    job_id: Id<Job>,
    is_published: bool,
    state: JobState,
    staff_needed: i32,
    asks_providers: bool,
    is_automatic: bool,
    search_from: Option<DateTime<Utc>>,
    crew_ids: Vec<Id<Provider>>,
    crew_names: Vec<String>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    destination_latitude: Option<f64>,
    destination_longitude: Option<f64>,
    window_start: DateTime<Utc>,
    promised_at: Option<DateTime<Utc>>,
    search_exhausted_at: Option<DateTime<Utc>>,
    assigned_at: Option<DateTime<Utc>>,
    en_route_at: Option<DateTime<Utc>>,
    arrived_at: Option<DateTime<Utc>>,
    started_at: Option<DateTime<Utc>>,
    reached_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    outcome: Option<String>,
    provider_id: Option<Id<Provider>>,
    name: Option<String>,
    vehicle: Option<String>,
    phone: Option<Phone>,
    rating_sum: Option<i64>,
    review_count: Option<i32>,
    seen_latitude: Option<f64>,
    seen_longitude: Option<f64>,
    accuracy: Option<f32>,
    recorded_at: Option<DateTime<Utc>>,
}

/// The job to show if only one is shown: the first that isn't over, else the last that wasn't cancelled, as a move does.
pub fn current(jobs: &[JobProgress]) -> Option<&JobProgress> {
    let is_open = |job: &&JobProgress| !job.state.is_over();
    let was_real = |job: &&JobProgress| job.state != JobState::Cancelled;
    jobs.iter().find(is_open).or_else(|| jobs.iter().rfind(was_real)).or(jobs.last())
}

/// A [`ProgressRow`] of the job `j`.
macro_rules! select_progress {
    ($from:literal, $rest:literal) => {
        concat!(
            "select j.id as job_id, j.is_published, j.state, j.staff_needed, j.dispatching <> 'by_hand' as asks_providers, j.dispatching = 'automatic' as is_automatic, j.search_from,
                    crew.ids as crew_ids, crew.names as crew_names,
                j.latitude, j.longitude, j.destination_latitude, j.destination_longitude, j.window_start, j.promised_at, j.search_exhausted_at,
                j.assigned_at, j.en_route_at, j.arrived_at, j.started_at, j.reached_at, j.ended_at, j.outcome,
                p.id as provider_id, p.name, p.vehicle, p.phone, p.rating_sum, p.review_count,
                l.latitude as seen_latitude, l.longitude as seen_longitude, l.accuracy, l.recorded_at
         from ",
            $from,
            " left join lateral (
             select a.provider_id, a.state from assignments a
             where a.tenant_id = j.tenant_id and a.job_id = j.id and j.assigned_at is not null
             order by a.state <> 'ended' desc, j.staff_needed > 1 and a.end_reason is null and a.leads desc, a.assigned_at desc, a.id desc limit 1
         ) doing on true
         cross join lateral (
             select coalesce(array_agg(m.id order by a.leads desc, a.assigned_at, a.id), '{}') as ids,
                    coalesce(array_agg(m.name order by a.leads desc, a.assigned_at, a.id), '{}') as names
             from assignments a join providers m on (m.tenant_id, m.id) = (a.tenant_id, a.provider_id)
             where a.tenant_id = j.tenant_id and a.job_id = j.id and (a.state <> 'ended' or (j.state = 'done' and a.end_reason is null))
         ) crew
         left join providers p on p.tenant_id = j.tenant_id and p.id = doing.provider_id
         left join provider_positions l on l.tenant_id = p.tenant_id and l.provider_id = p.id
              and j.state in ('assigned', 'en_route') and doing.state = 'under_way' ",
            $rest
        )
    };
}

/// The progress of a booking's jobs, by the times they are planned for; without those that a move replaced.
pub async fn jobs_of(db: &mut PgConnection, booking: Id<Booking>) -> Result<Vec<JobProgress>, AppError> {
    let rows = sqlx::query_as::<_, ProgressRow>(select_progress!(
        "job_bookings b join jobs j on (j.tenant_id, j.id) = (b.tenant_id, b.job_id)",
        "where b.tenant_id = app.current_tenant() and b.booking_id = $1
           and not (j.state = 'cancelled' and exists (
               select from booking_events e
               where e.tenant_id = b.tenant_id and e.booking_id = b.booking_id and e.kind = 'moved'
                 and e.occurred_at = j.ended_at and e.occurred_at > j.created_at))
         order by j.window_start, j.created_at, j.id"
    ))
    .bind(booking)
    .fetch_all(db)
    .await?;
    rows.into_iter().map(JobProgress::try_from).collect()
}

/// The state of the first open job of each of these bookings, by the times they are planned for.
pub async fn open_states(
    db: &mut PgConnection,
    bookings: &[Id<Booking>],
) -> Result<HashMap<Id<Booking>, JobState>, AppError> {
    let found: Vec<(Id<Booking>, JobState)> = sqlx::query_as(
        "select distinct on (b.booking_id) b.booking_id, j.state
         from job_bookings b join jobs j on (j.tenant_id, j.id) = (b.tenant_id, b.job_id)
         where b.tenant_id = app.current_tenant() and b.booking_id = any($1) and j.state not in ('done', 'unsuccessful', 'cancelled')
         order by b.booking_id, j.window_start, j.created_at, j.id",
    )
    .bind(bookings)
    .fetch_all(db)
    .await?;
    Ok(found.into_iter().collect())
}

/// The progress of one job.
pub async fn progress_of(db: &mut PgConnection, job: Id<Job>) -> Result<Option<JobProgress>, AppError> {
    let row = sqlx::query_as::<_, ProgressRow>(select_progress!(
        "jobs j",
        "where j.tenant_id = app.current_tenant() and j.id = $1"
    ))
    .bind(job)
    .fetch_optional(db)
    .await?;
    row.map(JobProgress::try_from).transpose()
}

impl TryFrom<ProgressRow> for JobProgress {
    type Error = AppError;

    fn try_from(row: ProgressRow) -> Result<Self, AppError> {
        let seen = point(row.seen_latitude, row.seen_longitude)?.zip(row.recorded_at);
        let review_count = row.review_count.unwrap_or_default();
        let rating = row.rating_sum.filter(|_| review_count > 0).map(|sum| sum as f64 / f64::from(review_count));
        let provider = match (row.provider_id, row.name, row.phone) {
            (Some(id), Some(name), Some(phone)) => {
                Some(JobProvider { id, name, vehicle: row.vehicle, phone, rating, review_count })
            }
            _ => None,
        };
        Ok(Self {
            job_id: row.job_id,
            is_published: row.is_published,
            state: row.state,
            staff_needed: row.staff_needed,
            asks_providers: row.asks_providers,
            is_automatic: row.is_automatic,
            search_from: row.search_from,
            crew: row.crew_ids.into_iter().zip(row.crew_names).map(|(id, name)| CrewMember { id, name }).collect(),
            provider,
            place: point(row.latitude, row.longitude)?,
            destination: point(row.destination_latitude, row.destination_longitude)?,
            window_start: row.window_start,
            position: seen.map(|(point, recorded_at)| Position { point, accuracy: row.accuracy, recorded_at }),
            promised_at: row.promised_at,
            search_exhausted_at: row.search_exhausted_at,
            assigned_at: row.assigned_at,
            en_route_at: row.en_route_at,
            arrived_at: row.arrived_at,
            started_at: row.started_at,
            reached_at: row.reached_at,
            ended_at: row.ended_at,
            outcome: row.outcome,
        })
    }
}
