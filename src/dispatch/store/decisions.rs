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

/// The maximum number of decisions shown for a booking or a job.
pub const MOST_DECISIONS: usize = 50;

/// [`Decision`]s, the latest first, at most `$2`.
macro_rules! select_decisions {
    ($rest:literal) => {
        concat!(
            "select d.id, d.job_id, d.provider_id, p.name as provider_name, d.algorithm, d.distance_meters, d.candidates, d.reason,
                    d.decided_by, d.decided_at
             from dispatch_decisions d
             left join providers p on (p.tenant_id, p.id) = (d.tenant_id, d.provider_id) ",
            $rest,
            " order by d.decided_at desc, d.id desc limit $2"
        )
    };
}

/// The decisions about the jobs of a booking, latest first: at most [`MOST_DECISIONS`], and whether there are more.
pub async fn decisions_of(db: &mut PgConnection, booking: Id<Booking>) -> Result<(Vec<Decision>, bool), AppError> {
    let found = sqlx::query_as(select_decisions!(
        "join job_bookings b on (b.tenant_id, b.job_id) = (d.tenant_id, d.job_id)
         where b.tenant_id = app.current_tenant() and b.booking_id = $1"
    ))
    .bind(booking)
    .bind(one_more())
    .fetch_all(db)
    .await?;
    Ok(cut(found))
}

/// The same about one job.
pub async fn decisions_of_job(db: &mut PgConnection, job: Id<Job>) -> Result<(Vec<Decision>, bool), AppError> {
    let found = sqlx::query_as(select_decisions!("where d.tenant_id = app.current_tenant() and d.job_id = $1"))
        .bind(job)
        .bind(one_more())
        .fetch_all(db)
        .await?;
    Ok(cut(found))
}

/// One more than is shown, so that it is known whether there are more.
fn one_more() -> i64 {
    i64::try_from(MOST_DECISIONS + 1).unwrap_or(i64::MAX)
}

fn cut(mut decisions: Vec<Decision>) -> (Vec<Decision>, bool) {
    let are_cut = decisions.len() > MOST_DECISIONS;
    decisions.truncate(MOST_DECISIONS);
    (decisions, are_cut)
}
