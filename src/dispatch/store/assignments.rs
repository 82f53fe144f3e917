//! `assignments`.

use chrono::{DateTime, Utc};
use engine::{Commission, Id};
use sqlx::{FromRow, PgConnection};

use crate::{
    bookings::{Booking, Party},
    dispatch::{Job, JobState, Offer},
    error::AppError,
    providers::{AgreedCommission, Provider, commission},
};

engine::codes! {
    /// The state of an assignment.
    pub enum AssignmentState ("assignment state") {
        /// Scheduled for later.
        Held = "held",
        /// The one job a provider is doing.
        UnderWay = "under_way",
        /// Ended, in any way.
        Ended = "ended",
    }
}

/// A provider's assignment to a job.
#[derive(Debug, Clone, PartialEq, FromRow)]
pub struct Assignment {
    pub id: Id<Assignment>,
    pub job_id: Id<Job>,
    pub provider_id: Id<Provider>,
    /// The accepted offer; none if staff assigned the job.
    pub offer_id: Option<Id<Offer>>,
    /// The commission of the provider's earning.
    #[sqlx(flatten)]
    pub commission: AgreedCommission,
    pub state: AssignmentState,
    /// Whether they lead the crew; also true of a provider who has the job alone.
    pub leads: bool,
    pub assigned_at: DateTime<Utc>,
    pub end_reason: Option<String>,
}

impl Assignment {
    /// Whether the provider has the job or has done it; false if they gave it back or it was taken from them.
    pub fn has_or_did(&self, job: &Job) -> bool {
        self.state != AssignmentState::Ended || (job.state == JobState::Done && self.end_reason.is_none())
    }
}

/// An [`Assignment`] of the table or alias `a`.
macro_rules! select_assignment {
    ($rest:literal) => {
        concat!(
            "select a.id, a.job_id, a.provider_id, a.offer_id, a.commission_type, a.commission_rate, a.flat_fee_amount, a.state, a.leads, a.assigned_at, a.end_reason
             from assignments a ",
            $rest
        )
    };
}

pub struct NewAssignment {
    pub job: Id<Job>,
    pub provider: Id<Provider>,
    pub offer: Option<Id<Offer>>,
    pub commission: Commission,
    pub state: AssignmentState,
    pub leads: bool,
    pub assigned_by: Party,
}

/// Assigns a job to a provider. `Conflict` if the provider or another lead has it, or the provider has another job in progress.
pub async fn insert(db: &mut PgConnection, assignment: &NewAssignment) -> Result<Id<Assignment>, AppError> {
    let id = Id::new();
    let (commission_type, rate, flat) = commission::columns(assignment.commission);
    sqlx::query(
        "insert into assignments (id, job_id, provider_id, offer_id, commission_type, commission_rate, flat_fee_amount, state, leads, assigned_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(id)
    .bind(assignment.job)
    .bind(assignment.provider)
    .bind(assignment.offer)
    .bind(commission_type)
    .bind(rate)
    .bind(flat)
    .bind(assignment.state)
    .bind(assignment.leads)
    .bind(assignment.assigned_by)
    .execute(db)
    .await?;
    Ok(id)
}

/// The current assignment of a job: the lead's, if a crew has it.
pub async fn current_of_job(db: &mut PgConnection, job: Id<Job>) -> Result<Option<Assignment>, AppError> {
    Ok(sqlx::query_as(select_assignment!(
        "where a.tenant_id = app.current_tenant() and a.job_id = $1 and a.state <> 'ended' and a.leads"
    ))
    .bind(job)
    .fetch_optional(db)
    .await?)
}

/// The current assignments of a job, the lead's first.
pub async fn members_of_job(db: &mut PgConnection, job: Id<Job>) -> Result<Vec<Assignment>, AppError> {
    Ok(sqlx::query_as(select_assignment!(
        "where a.tenant_id = app.current_tenant() and a.job_id = $1 and a.state <> 'ended' order by a.leads desc, a.assigned_at, a.id"
    ))
    .bind(job)
    .fetch_all(db)
    .await?)
}

/// The providers who have a job, the lead first.
pub async fn ids_of_members(db: &mut PgConnection, job: Id<Job>) -> Result<Vec<Id<Provider>>, AppError> {
    Ok(members_of_job(db, job).await?.iter().map(|member| member.provider_id).collect())
}

/// Makes one of a job's providers its lead.
pub async fn set_lead(db: &mut PgConnection, job: Id<Job>, provider: Id<Provider>) -> Result<(), AppError> {
    sqlx::query(
        "update assignments set leads = false
         where tenant_id = app.current_tenant() and job_id = $1 and provider_id <> $2 and state <> 'ended' and leads",
    )
    .bind(job)
    .bind(provider)
    .execute(&mut *db)
    .await?;
    sqlx::query(
        "update assignments set leads = true
         where tenant_id = app.current_tenant() and job_id = $1 and provider_id = $2 and state <> 'ended' and not leads",
    )
    .bind(job)
    .bind(provider)
    .execute(db)
    .await?;
    Ok(())
}

/// The job of an assignment that hasn't ended.
pub async fn job_of_current(db: &mut PgConnection, id: Id<Assignment>) -> Result<Option<Id<Job>>, AppError> {
    Ok(sqlx::query_scalar(
        "select job_id from assignments where tenant_id = app.current_tenant() and id = $1 and state <> 'ended'",
    )
    .bind(id)
    .fetch_optional(db)
    .await?)
}

/// A provider's latest assignment to a job.
pub async fn latest(
    db: &mut PgConnection,
    job: Id<Job>,
    provider: Id<Provider>,
) -> Result<Option<Assignment>, AppError> {
    Ok(sqlx::query_as(select_assignment!(
        "where a.tenant_id = app.current_tenant() and a.job_id = $1 and a.provider_id = $2 order by a.assigned_at desc, a.id desc limit 1"
    ))
    .bind(job)
    .bind(provider)
    .fetch_optional(db)
    .await?)
}

/// Who did the jobs of a booking: each job with its providers, the lead first, by the times the jobs were planned for.
pub async fn done_of_booking(
    db: &mut PgConnection,
    booking: Id<Booking>,
) -> Result<Vec<(Id<Job>, Id<Provider>)>, AppError> {
    Ok(sqlx::query_as(
        "select a.job_id, a.provider_id
         from job_bookings b
         join jobs j on (j.tenant_id, j.id) = (b.tenant_id, b.job_id) and j.state = 'done'
         join assignments a on (a.tenant_id, a.job_id) = (j.tenant_id, j.id) and a.state = 'ended' and a.end_reason is null
         where b.tenant_id = app.current_tenant() and b.booking_id = $1
         order by j.window_start, j.id, a.leads desc, a.assigned_at, a.id",
    )
    .bind(booking)
    .fetch_all(db)
    .await?)
}

/// Whether a provider has a job in progress. The caller has locked the provider, so it stays true.
pub async fn is_under_way(db: &mut PgConnection, provider: Id<Provider>) -> Result<bool, AppError> {
    Ok(sqlx::query_scalar("select exists (select from assignments where tenant_id = app.current_tenant() and provider_id = $1 and state = 'under_way')")
        .bind(provider)
        .fetch_one(db)
        .await?)
}

/// Starts the scheduled assignments of a job. `Conflict` while one of its providers has another job in progress.
pub async fn begin_all(db: &mut PgConnection, job: Id<Job>) -> Result<(), AppError> {
    sqlx::query(
        "update assignments set state = 'under_way'
         where tenant_id = app.current_tenant() and job_id = $1 and state = 'held'",
    )
    .bind(job)
    .execute(db)
    .await?;
    Ok(())
}

/// Schedules the assignments of a job for later again.
pub async fn hold_all(db: &mut PgConnection, job: Id<Job>) -> Result<(), AppError> {
    sqlx::query(
        "update assignments set state = 'held'
         where tenant_id = app.current_tenant() and job_id = $1 and state = 'under_way'",
    )
    .bind(job)
    .execute(db)
    .await?;
    Ok(())
}

/// Ends the assignments of these providers to a job.
pub async fn end_of(
    db: &mut PgConnection,
    job: Id<Job>,
    providers: &[Id<Provider>],
    reason: &str,
) -> Result<(), AppError> {
    sqlx::query(
        "update assignments set state = 'ended', ended_at = app.now(), end_reason = $3
         where tenant_id = app.current_tenant() and job_id = $1 and provider_id = any($2) and state <> 'ended'",
    )
    .bind(job)
    .bind(providers)
    .bind(reason)
    .execute(db)
    .await?;
    Ok(())
}

/// Ends all assignments of a job.
pub async fn end(db: &mut PgConnection, job: Id<Job>, reason: Option<&str>) -> Result<(), AppError> {
    sqlx::query(
        "update assignments set state = 'ended', ended_at = app.now(), end_reason = $2 where tenant_id = app.current_tenant() and job_id = $1 and state <> 'ended'",
    )
    .bind(job)
    .bind(reason)
    .execute(db)
    .await?;
    Ok(())
}

/// The providers who have one of these jobs or an offer of one, in the order in which they are locked.
pub async fn providers_of(db: &mut PgConnection, jobs: &[Id<Job>]) -> Result<Vec<Id<Provider>>, AppError> {
    Ok(sqlx::query_scalar(
        "select provider_id from assignments where tenant_id = app.current_tenant() and job_id = any($1) and state <> 'ended'
         union select provider_id from offers where tenant_id = app.current_tenant() and job_id = any($1) and state = 'pending'
         order by 1",
    )
    .bind(jobs)
    .fetch_all(db)
    .await?)
}
