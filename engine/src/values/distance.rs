use std::cmp::Ordering;
use std::iter::Sum;
use std::ops::{Add, Sub};

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::GeoPoint;

/// A distance in meters, with a total order, so that candidates can be sorted by it.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Meters(pub f64);

const METERS_PER_MILE: f64 = 1_609.344;

impl Meters {
    pub const fn from_miles(miles: f64) -> Self {
        Self(miles * METERS_PER_MILE)
    }

    pub const fn from_kilometres(kilometres: f64) -> Self {
        Self(kilometres * 1_000.0)
    }

    pub const fn miles(self) -> f64 {
        self.0 / METERS_PER_MILE
    }

    pub const fn kilometres(self) -> f64 {
        self.0 / 1_000.0
    }
}

impl PartialEq for Meters {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Meters {}

impl PartialOrd for Meters {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Meters {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl Add for Meters {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Meters {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Sum for Meters {
    fn sum<I: Iterator<Item = Self>>(distances: I) -> Self {
        distances.fold(Self(0.0), Add::add)
    }
}

impl From<f64> for Meters {
    fn from(meters: f64) -> Self {
        Self(meters)
    }
}

impl From<Meters> for f64 {
    fn from(distance: Meters) -> Self {
        distance.0
    }
}

column!(Meters as f64);

/// Estimates the distance by road between two places, without a routing service.
///
/// Roads are longer than the straight line, and more so on short trips (Giacomin and Levinson, *Road
/// network circuity in metropolitan areas*, Environment and Planning B 42, 2015: 51 US regions). We take 1.6
/// times the line up to 1 km, falling to 1.4 times at 5 km and towards 1.3 beyond. Between those points the road
/// grows in proportion to the line, so that a farther place never gets a shorter estimate.
pub fn road_distance(from: GeoPoint, to: GeoPoint) -> Meters {
    road_length(from.distance_to(to))
}

/// The estimated distance by road for a straight line.
fn road_length(line: Meters) -> Meters {
    const SHORT: f64 = 1_000.0;
    const LONG: f64 = 5_000.0;
    const SHORT_ROAD: f64 = 1.6 * SHORT;
    const LONG_ROAD: f64 = 1.4 * LONG;
    let line = line.0;
    Meters(if line <= SHORT {
        1.6 * line
    } else if line <= LONG {
        SHORT_ROAD + (line - SHORT) * (LONG_ROAD - SHORT_ROAD) / (LONG - SHORT)
    } else {
        LONG_ROAD + (line - LONG) * 1.3
    })
}

/// The travel time at a mean speed in km/h, rounded up to whole seconds. Speeds below 1 km/h count as 1.
pub fn travel_time(distance: Meters, speed_kmh: f64) -> TimeDelta {
    // `max` also turns NaN into 1.
    let meters_per_second = speed_kmh.max(1.0) / 3.6;
    let seconds = (distance.0.max(0.0) / meters_per_second).ceil();
    #[expect(clippy::cast_possible_truncation, reason = "the cast saturates, and what is too long is capped below")]
    TimeDelta::try_seconds(seconds as i64).unwrap_or(TimeDelta::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn road(line: f64) -> f64 {
        road_length(Meters(line)).0
    }

    #[test]
    fn units_agree() {
        assert!((Meters::from_miles(1.0).0 - 1_609.344).abs() < 1e-9);
        assert!((Meters::from_kilometres(2.5).kilometres() - 2.5).abs() < 1e-9);
        assert!((Meters(16_093.44).miles() - 10.0).abs() < 1e-9);
    }

    #[test]
    fn short_trips_are_more_circuitous_than_long_ones() {
        let factors = [500.0, 1_000.0, 5_000.0, 50_000.0, 500_000.0].map(|line| format!("{:.3}", road(line) / line));
        assert_eq!(factors, ["1.600", "1.600", "1.400", "1.310", "1.301"]);
    }

    #[test]
    fn the_estimate_between_two_places_is_symmetric() {
        let (a, b) = (GeoPoint::new(33.749, -84.388).unwrap(), GeoPoint::new(33.6407, -84.4277).unwrap());
        assert!((road_distance(a, b).0 - road_distance(b, a).0).abs() < 1e-6);
        assert_eq!(road_distance(a, a), Meters(0.0));
    }

    #[test]
    fn travel_time_rounds_up_and_never_fails() {
        assert_eq!(travel_time(Meters(45_000.0), 45.0), TimeDelta::hours(1));
        assert_eq!(travel_time(Meters(1.0), 45.0), TimeDelta::seconds(1));
        assert_eq!(travel_time(Meters(0.0), 45.0), TimeDelta::zero());
        assert_eq!(travel_time(Meters(1_000.0), 0.0), TimeDelta::hours(1));
        assert_eq!(travel_time(Meters(1_000.0), f64::NAN), TimeDelta::hours(1));
        assert_eq!(travel_time(Meters(-5.0), 45.0), TimeDelta::zero());
        assert_eq!(travel_time(Meters(f64::INFINITY), 45.0), TimeDelta::MAX);
    }

    #[test]
    fn distances_sort() {
        let mut distances = [Meters(3.0), Meters(f64::NAN), Meters(1.0), Meters(2.0)];
        distances.sort();
        assert_eq!(distances[..3], [Meters(1.0), Meters(2.0), Meters(3.0)]);
    }

    proptest! {
        #[test]
        fn a_place_farther_away_is_never_estimated_nearer(a in 0.0..20_000_000.0f64, b in 0.0..20_000_000.0f64) {
            prop_assert!(road(a.min(b)) <= road(a.max(b)));
        }

        #[test]
        fn the_estimate_has_no_jumps(line in 0.0..20_000_000.0f64, step in 0.0..1.0f64) {
            prop_assert!(road(line + step) - road(line) <= 1.6 * step + 1e-6);
        }

        #[test]
        fn the_road_is_longer_than_the_line_by_1_3_to_1_6(line in 1.0..20_000_000.0f64) {
            prop_assert!((1.3 - 1e-9..=1.6 + 1e-9).contains(&(road(line) / line)));
        }

        #[test]
        fn farther_takes_no_less_time(a in 0.0..1e7f64, b in 0.0..1e7f64, speed in 1.0..130.0f64) {
            prop_assert!(travel_time(Meters(a.min(b)), speed) <= travel_time(Meters(a.max(b)), speed));
        }
    }
}
