use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};
use engine::{GeoPoint, road_distance, travel_time};

use super::{
    bookings::Booked,
    files::{Algorithm, ProviderRow, WorkRow},
    loading::Loading,
};

/// When a job's steps happened: what the distances and the speed of the tenant's roads give, with a little deterministic chance. Steps that lie in the
/// future haven't happened; the stage of the booking says which ones count.
#[expect(clippy::struct_field_names, reason = "instants end in _at, as their columns do")]
pub(super) struct Timeline {
    /// When the search began, and the provider was asked; staff assign without asking.
    pub offered_at: DateTime<Utc>,
    pub assigned_at: DateTime<Utc>,
    /// The arrival told to the customer.
    pub promised_at: DateTime<Utc>,
    pub en_route_at: DateTime<Utc>,
    pub arrived_at: DateTime<Utc>,
    pub started_at: DateTime<Utc>,
    pub ended_at: DateTime<Utc>,
}

impl Timeline {
    pub(super) fn of(
        loading: &Loading<'_>,
        booked: &Booked<'_>,
        work: &WorkRow,
        provider: &ProviderRow,
        place: GeoPoint,
    ) -> Result<Self> {
        let settings = &loading.tenant.settings;
        let speed = f64::from(settings.speed_kmh);
        let chance = |step: &str, range| loading.chance(&format!("{} {step}", work.booking), range);
        let seconds = |step: &str, range| TimeDelta::seconds(chance(step, range));
        let percent = |time: TimeDelta, part: i64| TimeDelta::seconds(time.num_seconds() * part / 100);

        let offered_at = booked.scheduled_at.map_or(booked.requested_at, |at| at - settings.dispatch_lead());
        let assigned_at = match work.algorithm {
            Algorithm::Auto => offered_at + seconds("acceptance", 6..=22),
            Algorithm::Manual => offered_at + seconds("assignment", 150..=420),
        };
        let travel = travel_time(road_distance(provider.home()?, place), speed);
        let promised = percent(travel, 100 + i64::from(settings.promise_margin_percent));
        let soonest = assigned_at + seconds("departure", 30..=110);
        let en_route_at = booked.scheduled_at.map_or(soonest, |at| soonest.max(at - travel));
        let arrived_at = en_route_at + percent(travel, chance("traffic", 88..=112));
        let started_at = arrived_at + seconds("greeting", 60..=240);
        let haul = booked.destination.map_or(TimeDelta::zero(), |to| travel_time(road_distance(place, to), speed));
        let expected = TimeDelta::minutes(booked.service.minutes.into());
        let ended_at = started_at + percent(expected, chance("work", 55..=105)) + haul;
        let promised_at = booked.scheduled_at.unwrap_or(assigned_at + promised);
        Ok(Self { offered_at, assigned_at, promised_at, en_route_at, arrived_at, started_at, ended_at })
    }
}
