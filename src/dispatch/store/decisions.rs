//! `dispatch_decisions`: append-only.

use chrono::{DateTime, Utc};
use engine::Id;
use sqlx::{FromRow, PgConnection, types::Json};

use super::offers::whole;
use crate::{
    bookings::Booking,
    dispatch::{Candidate, Considered, Job},
    error::AppError,
    providers::Provider,
};

engine::codes! {
    /// How the provider was chosen.
    pub enum Algorithm ("algorithm") {
        Auto = "auto",
        /// Staff.
        Manual = "manual",
    }
}

/// Why a provider was offered or assigned a job, with all considered providers.
#[derive(Debug, Clone, FromRow)]
pub struct Decision {
    pub id: Id<Decision>,
    pub job_id: Id<Job>,
    /// The chosen provider; none if nobody was left.
    pub provider_id: Option<Id<Provider>>,
    pub provider_name: Option<String>,
    pub algorithm: Algorithm,
    /// The road distance in meters.
    pub distance_meters: Option<i32>,
    /// All considered providers, in order.
    pub candidates: Json<Vec<Considered>>,
    pub reason: String,
    pub decided_by: String,
    pub decided_at: DateTime<Utc>,
}

pub(in crate::dispatch) struct NewDecision<'a> {
    pub job: Id<Job>,
    pub algorithm: Algorithm,
    pub chosen: Option<&'a Candidate>,
    pub candidates: &'a [Candidate],
    pub reason: &'a str,
    pub decided_by: &'a str,
}

/// Logs a decision.
pub(in crate::dispatch) async fn log(db: &mut PgConnection, decision: &NewDecision<'_>) -> Result<(), AppError> {
    let NewDecision { job, algorithm, chosen, candidates, reason, decided_by } = *decision;
    let considered: Vec<Considered> = candidates.iter().map(Considered::from).collect();
    sqlx::query(
        "insert into dispatch_decisions (id, job_id, provider_id, algorithm, distance_meters, candidates, reason, decided_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(Id::<Decision>::new())
    .bind(job)
    .bind(chosen.map(|candidate| candidate.provider_id))
    .bind(algorithm)
    .bind(chosen.and_then(|candidate| candidate.way).map(|way| whole(way.distance.0)))
    .bind(Json(considered))
    .bind(reason)
    .bind(decided_by)
    .execute(db)
    .await?;
    Ok(())
}

/// The maximum number of decisions shown for a booking.
pub const MOST_DECISIONS: usize = 50;

/// The decisions about the jobs of a booking, latest first: at most [`MOST_DECISIONS`], and whether there are more.
pub async fn decisions_of(db: &mut PgConnection, booking: Id<Booking>) -> Result<(Vec<Decision>, bool), AppError> {
    let mut decisions: Vec<Decision> = sqlx::query_as(
        "select d.id, d.job_id, d.provider_id, p.name as provider_name, d.algorithm, d.distance_meters, d.candidates, d.reason,
                d.decided_by, d.decided_at
         from dispatch_decisions d
         join job_bookings b on (b.tenant_id, b.job_id) = (d.tenant_id, d.job_id)
         left join providers p on (p.tenant_id, p.id) = (d.tenant_id, d.provider_id)
         where b.booking_id = $1
         order by d.decided_at desc, d.id desc
         limit $2",
    )
    .bind(booking)
    .bind(i64::try_from(MOST_DECISIONS + 1).unwrap_or(i64::MAX))
    .fetch_all(db)
    .await?;
    let are_cut = decisions.len() > MOST_DECISIONS;
    decisions.truncate(MOST_DECISIONS);
    Ok((decisions, are_cut))
}
