use anyhow::{Context, Result};
use chrono::TimeDelta;
use engine::{GeoPoint, road_distance, travel_time};

use super::{
    history::History,
    rows::{ProviderRow, WorkRow},
};
use crate::dispatch::Job;

/// How long the steps of a job take: from distances and the tenant's road speed, with a small pseudo-random variation.
pub(super) struct Pace<'a> {
    pub work: &'a WorkRow,
    pub provider: &'a ProviderRow,
    pub job: Job,
}

impl Pace<'_> {
    /// From accepting the job to departure; a scheduled job waits until it is time.
    pub(super) fn departure(&self, history: &History<'_>) -> Result<TimeDelta> {
        let soonest = history.names.seconds(&self.step("departure"), 30..=110);
        Ok(soonest.max(self.job.window_start - self.travel(history)? - history.tx.now))
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
    pub(super) fn work(&self, history: &History<'_>) -> Result<TimeDelta> {
        let from = self.place()?;
        let ends_at = self.job.destination.as_ref().and_then(|destination| destination.point);
        let haul = ends_at.map(|to| between(history, from, to)).unwrap_or_default();
        Ok(percent(self.job.expected(), history.names.chance(&self.step("work"), 55..=105)) + haul)
    }

    fn travel(&self, history: &History<'_>) -> Result<TimeDelta> {
        Ok(between(history, self.provider.home()?, self.place()?))
    }

    fn place(&self) -> Result<GeoPoint> {
        self.job.point.context("nobody can be sent to words alone")
    }

    fn step(&self, name: &str) -> String {
        format!("{} {name}", self.work.name())
    }
}

fn between(history: &History<'_>, from: GeoPoint, to: GeoPoint) -> TimeDelta {
    travel_time(road_distance(from, to), history.tenant.settings.speed_kmh.into())
}

fn percent(time: TimeDelta, part: i64) -> TimeDelta {
    TimeDelta::seconds(time.num_seconds() * part / 100)
}
