//! `offers`.

use chrono::{DateTime, TimeDelta, Utc};
use engine::{Amount, Id, Meters};
use sqlx::{FromRow, PgConnection};

use super::still_there;
use crate::{
    dispatch::{Job, Offer, OfferChange, OfferState},
    error::AppError,
    providers::{AgreedCommission, Provider},
    telemetry,
};

#[derive(FromRow)]
struct OfferRow {
    id: Id<Offer>,
    job_id: Id<Job>,
    provider_id: Id<Provider>,
    state: OfferState,
    distance_meters: i32,
    travel_seconds: i32,
    pay_amount: Amount,
    #[sqlx(flatten)]
    commission: AgreedCommission,
    decline_reason: Option<String>,
    offered_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    answered_at: Option<DateTime<Utc>>,
}

impl From<OfferRow> for Offer {
    fn from(row: OfferRow) -> Self {
        Self {
            id: row.id,
            job_id: row.job_id,
            provider_id: row.provider_id,
            state: row.state,
            distance: Meters(row.distance_meters.into()),
            travel: TimeDelta::seconds(row.travel_seconds.into()),
            pay: row.pay_amount,
            commission: row.commission,
            decline_reason: row.decline_reason,
            offered_at: row.offered_at,
            expires_at: row.expires_at,
            answered_at: row.answered_at,
        }
    }
}

/// An [`OfferRow`] of the table or alias `o`.
macro_rules! select_offer {
    ($rest:literal) => {
        concat!(
            "select o.id, o.job_id, o.provider_id, o.state, o.distance_meters, o.travel_seconds, o.pay_amount, o.commission_type, o.commission_rate,
                    o.flat_fee_amount, o.decline_reason, o.offered_at, o.expires_at, o.answered_at
             from offers o ",
            $rest
        )
    };
}

/// Stores a new offer. The caller has locked the provider, so that they can't get two.
pub async fn insert(db: &mut PgConnection, offer: &Offer) -> Result<(), AppError> {
    let (commission_type, rate, flat) = offer.commission.columns();
    sqlx::query(
        "insert into offers (id, job_id, provider_id, state, distance_meters, travel_seconds, pay_amount, commission_type, commission_rate,
                             flat_fee_amount, offered_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(offer.id)
    .bind(offer.job_id)
    .bind(offer.provider_id)
    .bind(offer.state)
    .bind(whole(offer.distance.0))
    .bind(i32::try_from(offer.travel.num_seconds()).unwrap_or(i32::MAX))
    .bind(offer.pay)
    .bind(commission_type)
    .bind(rate)
    .bind(flat)
    .bind(offer.offered_at)
    .bind(offer.expires_at)
    .execute(db)
    .await?;
    telemetry::offer("made");
    Ok(())
}

/// Meters as stored.
#[expect(
    clippy::cast_possible_truncation,
    reason = "rounded before, and the cast saturates far beyond any distance on Earth"
)]
pub(in crate::dispatch) fn whole(meters: f64) -> i32 {
    meters.round() as i32
}

/// An offer by id.
pub async fn find(db: &mut PgConnection, id: Id<Offer>) -> Result<Option<Offer>, AppError> {
    let row = sqlx::query_as::<_, OfferRow>(select_offer!("where o.tenant_id = app.current_tenant() and o.id = $1"))
        .bind(id)
        .fetch_optional(db)
        .await?;
    Ok(row.map(Offer::from))
}

/// An offer, locked; `NotFound` if there is none.
pub async fn lock(db: &mut PgConnection, id: Id<Offer>) -> Result<Offer, AppError> {
    let row = sqlx::query_as::<_, OfferRow>(select_offer!(
        "where o.tenant_id = app.current_tenant() and o.id = $1 for no key update of o"
    ))
    .bind(id)
    .fetch_optional(db)
    .await?;
    row.map(Offer::from).ok_or(AppError::NotFound)
}

/// The pending offers of a job, locked. The caller has locked the job, so there can't be more.
pub async fn lock_pending_of_job(db: &mut PgConnection, job: Id<Job>) -> Result<Vec<Offer>, AppError> {
    let rows = sqlx::query_as::<_, OfferRow>(select_offer!(
        "where o.tenant_id = app.current_tenant() and o.job_id = $1 and o.state = 'pending' order by o.id for no key update of o"
    ))
    .bind(job)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Offer::from).collect())
}

/// A provider's pending offer.
pub async fn pending_of_provider(db: &mut PgConnection, provider: Id<Provider>) -> Result<Option<Offer>, AppError> {
    let row = sqlx::query_as::<_, OfferRow>(select_offer!(
        "where o.tenant_id = app.current_tenant() and o.provider_id = $1 and o.state = 'pending'"
    ))
    .bind(provider)
    .fetch_optional(db)
    .await?;
    Ok(row.map(Offer::from))
}

/// A page showed a pending offer to its provider. It doesn't wait for whoever is answering it.
pub async fn mark_seen(db: &mut PgConnection, id: Id<Offer>) -> Result<(), AppError> {
    sqlx::query(
        "update offers set seen_at = app.now()
         where tenant_id = app.current_tenant()
           and id = (select o.id from offers o
                     where o.tenant_id = app.current_tenant() and o.id = $1 and o.state = 'pending' and o.seen_at is null
                     for no key update skip locked)",
    )
    .bind(id)
    .execute(db)
    .await?;
    Ok(())
}

/// Writes the change of an offer.
pub async fn apply(db: &mut PgConnection, id: Id<Offer>, change: &OfferChange) -> Result<(), AppError> {
    let changed = sqlx::query(
        "update offers set state = $2, answered_at = $3, decline_reason = $4 where tenant_id = app.current_tenant() and id = $1 and state = 'pending'",
    )
    .bind(id)
    .bind(change.to)
    .bind(change.at)
    .bind(&change.decline_reason)
    .execute(db)
    .await?;
    still_there(changed.rows_affected())?;
    telemetry::offer(change.to.as_str());
    Ok(())
}

/// The pending offers of a job, unlocked.
pub async fn pending_of_job(db: &mut PgConnection, job: Id<Job>) -> Result<Vec<Offer>, AppError> {
    let rows = sqlx::query_as::<_, OfferRow>(select_offer!(
        "where o.tenant_id = app.current_tenant() and o.job_id = $1 and o.state = 'pending' order by o.id"
    ))
    .bind(job)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Offer::from).collect())
}
