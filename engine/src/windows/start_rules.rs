use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Timelike, Utc};

use super::Refusal;
use crate::{LocalTimeError, TimeSpan, Zone};

/// When work may start, apart from who and what is free.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartRules {
    /// The zone of the place, whose clock has the grid.
    pub zone: Zone,
    pub step: Step,
    pub now: DateTime<Utc>,
    /// Now and the notice that is needed.
    pub earliest: DateTime<Utc>,
    /// The horizon: how far ahead a start may be.
    pub latest: DateTime<Utc>,
    pub daily_limit: Option<DailyLimit>,
}

/// The distance of starts on the local clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    QuarterHour,
    HalfHour,
    Hour,
}

/// How many times work may start on a day of the business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DailyLimit {
    /// The zone of the business, which may not be that of the place.
    pub zone: Zone,
    pub most: u32,
    /// How many start already on each day.
    pub counts: BTreeMap<NaiveDate, u32>,
}

impl Step {
    pub const ALL: [Self; 3] = [Self::QuarterHour, Self::HalfHour, Self::Hour];

    pub const fn minutes(self) -> u32 {
        match self {
            Self::QuarterHour => 15,
            Self::HalfHour => 30,
            Self::Hour => 60,
        }
    }

    pub fn from_minutes(minutes: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.minutes() == minutes)
    }

    fn times(self) -> impl Iterator<Item = NaiveTime> {
        let step = self.minutes() * 60;
        (0..86_400 / step).filter_map(move |index| NaiveTime::from_num_seconds_from_midnight_opt(index * step, 0))
    }

    fn has(self, time: NaiveTime) -> bool {
        time.num_seconds_from_midnight().is_multiple_of(self.minutes() * 60) && time.nanosecond() == 0
    }
}

impl DailyLimit {
    fn is_reached(&self, start: DateTime<Utc>) -> bool {
        self.counts.get(&self.zone.date(start)).copied().unwrap_or(0) >= self.most
    }
}

impl StartRules {
    pub(super) fn allows<S>(&self, start: DateTime<Utc>) -> Result<(), Refusal<S>> {
        if start < self.now {
            return Err(Refusal::Past);
        }
        if start < self.earliest {
            return Err(Refusal::NeedsNotice);
        }
        if start > self.latest {
            return Err(Refusal::BeyondHorizon);
        }
        if !self.step.has(self.zone.local(start).time()) {
            return Err(Refusal::OffGrid);
        }
        if self.is_full(start) {
            return Err(Refusal::DailyLimit);
        }
        Ok(())
    }

    /// The starts within the span that these rules allow, in order.
    pub(super) fn starts(&self, within: TimeSpan) -> Vec<DateTime<Utc>> {
        let first = within.starts_at.max(self.now).max(self.earliest);
        let until = within.ends_at;
        let is_within = |start: &DateTime<Utc>| first <= *start && *start < until && *start <= self.latest;
        let grid = self.grid(TimeSpan { starts_at: first, ends_at: until.min(self.latest) });
        let mut starts: Vec<_> = grid.filter(is_within).filter(|start| !self.is_full(*start)).collect();
        starts.sort_unstable();
        starts
    }

    fn is_full(&self, start: DateTime<Utc>) -> bool {
        self.daily_limit.as_ref().is_some_and(|limit| limit.is_reached(start))
    }

    /// The instants on the grid of the local days of the span, in no order.
    fn grid(&self, span: TimeSpan) -> impl Iterator<Item = DateTime<Utc>> {
        // One day more on both sides, because clocks that are put back over midnight show an earlier day again.
        let first = self.zone.date(span.starts_at).checked_sub_days(Days::new(1)).unwrap_or(NaiveDate::MIN);
        let last = self.zone.date(span.ends_at).succ_opt().unwrap_or(NaiveDate::MAX);
        let days = first.iter_days().take_while(move |day| *day <= last);
        let times = days.flat_map(|day| self.step.times().map(move |time| day.and_time(time)));
        times
            .flat_map(|local| match self.zone.instant(local) {
                Ok(instant) => [Some(instant), None],
                Err(LocalTimeError::Ambiguous(earlier, later)) => [Some(earlier), Some(later)],
                Err(LocalTimeError::Skipped) => [None, None],
            })
            .flatten()
    }
}
