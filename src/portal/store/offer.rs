//! The offer that waits for an answer, and where its provider is.

use chrono::{DateTime, Utc};
use engine::{Amount, Commission, GeoPoint, Id};
use sqlx::{FromRow, PgConnection};

use super::{
    sold::{pay_note, sold},
    what_for::{WhatFor, first_booking, what_for_columns},
};
use crate::{
    dispatch::Offer,
    error::{AppError, OrInternal},
    providers::{AgreedCommission, Position, Provider},
    verticals::Sold,
};

#[derive(FromRow)]
struct AroundRow {
    latitude: Option<f64>,
    longitude: Option<f64>,
    accuracy: Option<f32>,
    recorded_at: Option<DateTime<Utc>>,
    has_home: bool,
    has_open_jobs: bool,
}

/// Where a provider is, and whether it is worth looking for open jobs.
pub(in crate::portal) struct Around {
    pub position: Option<Position>,
    /// Whether we know where they live.
    pub has_home: bool,
    pub has_open_jobs: bool,
}

pub(in crate::portal) async fn around(db: &mut PgConnection, provider: Id<Provider>) -> Result<Around, AppError> {
    let row: AroundRow = sqlx::query_as(
        "select l.latitude, l.longitude, l.accuracy, l.recorded_at, p.latitude is not null as has_home,
                exists (select from jobs j
                        where j.tenant_id = app.current_tenant() and j.dispatching = 'discover' and j.state = 'open'
                          and j.discover_until > app.now()) as has_open_jobs
         from providers p
         left join provider_positions l on (l.tenant_id, l.provider_id) = (p.tenant_id, p.id)
         where p.tenant_id = app.current_tenant() and p.id = $1",
    )
    .bind(provider)
    .fetch_one(db)
    .await?;
    let place = row.latitude.zip(row.longitude);
    let point = place.map(|(latitude, longitude)| GeoPoint::new(latitude, longitude)).transpose().or_internal()?;
    let known = point.zip(row.recorded_at);
    let position = known.map(|(point, recorded_at)| Position { point, accuracy: row.accuracy, recorded_at });
    Ok(Around { position, has_home: row.has_home, has_open_jobs: row.has_open_jobs })
}

/// A pending offer, with its job's details.
#[derive(Debug, Clone, FromRow)]
pub(in crate::portal) struct WaitingOffer {
    pub id: Id<Offer>,
    #[sqlx(flatten)]
    pub what: WhatFor,
    pub address: String,
    pub distance_meters: i32,
    pub travel_seconds: i32,
    pub pay_amount: Amount,
    #[sqlx(flatten)]
    pub commission: AgreedCommission,
    #[sqlx(json)]
    pub sold: Vec<Sold>,
    pub offered_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

impl WaitingOffer {
    /// See [`pay_note`].
    pub fn pay_note(&self, commission: Commission) -> Option<String> {
        pay_note(self.what.vertical?, &self.sold, commission)
    }
}

/// The provider's pending offer, if it hasn't expired.
pub(in crate::portal) async fn waiting_offer(
    db: &mut PgConnection,
    provider: Id<Provider>,
) -> Result<Option<WaitingOffer>, AppError> {
    Ok(sqlx::query_as(
        concat!(
        "select o.id, ",
        what_for_columns!(),
        ", j.address, o.distance_meters, o.travel_seconds, o.pay_amount, o.commission_type, o.commission_rate,
                o.flat_fee_amount, o.offered_at, o.expires_at, ",
        sold!(),
        "
         from offers o
         join jobs j on (j.tenant_id, j.id) = (o.tenant_id, o.job_id) ",
        first_booking!(),
        " where o.tenant_id = app.current_tenant() and o.provider_id = $1 and o.state = 'pending' and o.expires_at > app.now()
         limit 1"
    ),
    )
    .bind(provider)
    .fetch_optional(db)
    .await?)
}
