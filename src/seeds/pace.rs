use anyhow::Result;
use chrono::TimeDelta;
use engine::{GeoPoint, road_distance, travel_time};

use super::{
    files::{BookingRow, ProviderRow, ServiceRow},
    history::History,
};

/// How long the steps of a job take: from distances and the tenant's road speed, with a small pseudo-random variation.
pub(super) struct Pace<'a> {
    pub booking: &'a BookingRow,
    pub provider: &'a ProviderRow,
    pub service: &'a ServiceRow,
    pub place: GeoPoint,
}

impl Pace<'_> {
    /// From accepting the job to departure; a scheduled job waits until it is time.
    pub(super) fn departure(&self, history: &History<'_>) -> Result<TimeDelta> {
        let soonest = history.names.seconds(&self.step("departure"), 30..=110);
        let Some(scheduled) = self.booking.scheduled else { return Ok(soonest) };
        Ok(soonest.max(history.at(scheduled) - self.travel(history)? - history.tx.now))
    }

    /// The drive to the place.
    pub(super) fn drive(&self, history: &History<'_>) -> Result<TimeDelta> {
        Ok(percent(self.travel(history)?, history.names.chance(&self.step("traffic"), 88..=112)))
    }

    /// From arrival to the start of the work.
    pub(super) fn greeting(&self, history: &History<'_>) -> TimeDelta {
        history.names.seconds(&self.step("greeting"), 60..=240)
    }

    /// The work itself, including the drive to where it ends.
    pub(super) fn work(&self, history: &History<'_>, ends_at: Option<GeoPoint>) -> TimeDelta {
        let expected = TimeDelta::minutes(self.service.minutes.into());
        let haul = ends_at.map(|to| between(history, self.place, to)).unwrap_or_default();
        percent(expected, history.names.chance(&self.step("work"), 55..=105)) + haul
    }

    fn travel(&self, history: &History<'_>) -> Result<TimeDelta> {
        Ok(between(history, self.provider.home()?, self.place))
    }

    fn step(&self, name: &str) -> String {
        format!("{} {name}", self.booking.name)
    }
}

fn between(history: &History<'_>, from: GeoPoint, to: GeoPoint) -> TimeDelta {
    travel_time(road_distance(from, to), history.tenant.settings.speed_kmh.into())
}

fn percent(time: TimeDelta, part: i64) -> TimeDelta {
    TimeDelta::seconds(time.num_seconds() * part / 100)
}
