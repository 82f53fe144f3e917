use chrono::{DateTime, TimeDelta, Utc};

use crate::{GeoPoint, TimeSpan, road_distance, travel_time};

/// How the work that is asked for holds a resource. Of a thing that doesn't travel the places are unknown.
#[derive(Debug, Clone, PartialEq)]
pub struct Work {
    /// More than nothing.
    pub length: TimeDelta,
    pub preparation: TimeDelta,
    pub clean_up: TimeDelta,
    pub begins_at: Option<GeoPoint>,
    pub ends_at: Option<GeoPoint>,
    /// The mean speed of travel.
    pub speed_kmh: f64,
}

/// Other work of the same resource.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Engagement {
    /// With its own preparation and clean-up.
    pub held: TimeSpan,
    pub begins_at: Option<GeoPoint>,
    pub ends_at: Option<GeoPoint>,
}

impl Work {
    /// The time of the work itself.
    pub fn span(&self, start: DateTime<Utc>) -> TimeSpan {
        TimeSpan { starts_at: start, ends_at: start + self.length }
    }

    /// The time that it holds: with preparation and clean-up.
    pub fn held(&self, start: DateTime<Utc>) -> TimeSpan {
        TimeSpan { starts_at: start - self.preparation, ends_at: start + self.length + self.clean_up }
    }

    pub(super) fn travel_from(&self, before: &Engagement) -> TimeDelta {
        self.travel(before.ends_at, self.begins_at)
    }

    pub(super) fn travel_to(&self, next: &Engagement) -> TimeDelta {
        self.travel(self.ends_at, next.begins_at)
    }

    /// How much longer its resource travels if it does the work between these two. Nothing if the place of the work is unknown; less than
    /// nothing if the work brings the resource closer to the next place.
    pub(super) fn added_travel(&self, before: Option<&Engagement>, next: Option<&Engagement>) -> TimeDelta {
        if self.begins_at.is_none() || self.ends_at.is_none() {
            return TimeDelta::zero();
        }
        let (left, wanted) = (before.and_then(|one| one.ends_at), next.and_then(|one| one.begins_at));
        self.travel(left, self.begins_at) + self.travel(self.ends_at, wanted) - self.travel(left, wanted)
    }

    fn travel(&self, from: Option<GeoPoint>, to: Option<GeoPoint>) -> TimeDelta {
        from.zip(to).map_or(TimeDelta::zero(), |(from, to)| travel_time(road_distance(from, to), self.speed_kmh))
    }
}
