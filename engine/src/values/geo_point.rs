use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Meters, float};

/// A place on Earth in decimal degrees (WGS 84).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Coordinates")]
pub struct GeoPoint {
    latitude: f64,
    longitude: f64,
}

/// Why two numbers are not a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum GeoPointError {
    /// Not between -90 and 90, or not a number.
    #[error("The latitude must be from -90 to 90")]
    Latitude,
    /// Not between -180 and 180, or not a number.
    #[error("The longitude must be from -180 to 180")]
    Longitude,
    /// Not two numbers with a comma between them.
    #[error("Enter a place like 33.749,-84.388")]
    Malformed,
}

/// The deserialized fields before they are validated.
#[derive(Deserialize)]
struct Coordinates {
    latitude: f64,
    longitude: f64,
}

/// The Earth's mean radius R1 in meters (International Union of Geodesy and Geophysics).
const EARTH_MEAN_RADIUS: f64 = 6_371_008.8;

impl GeoPoint {
    /// Degrees north and east are positive, south and west negative.
    pub fn new(latitude: f64, longitude: f64) -> Result<Self, GeoPointError> {
        // `contains` is false for NaN.
        if !(-90.0..=90.0).contains(&latitude) {
            Err(GeoPointError::Latitude)
        } else if !(-180.0..=180.0).contains(&longitude) {
            Err(GeoPointError::Longitude)
        } else {
            Ok(Self { latitude, longitude })
        }
    }

    pub const fn latitude(self) -> f64 {
        self.latitude
    }

    pub const fn longitude(self) -> f64 {
        self.longitude
    }

    /// The straight-line distance (haversine on the mean sphere; up to 0.5% off on the ellipsoid).
    pub fn distance_to(self, other: Self) -> Meters {
        let (from, to) = (self.latitude.to_radians(), other.latitude.to_radians());
        let northward = float::sin((to - from) / 2.0);
        let eastward = float::sin((other.longitude - self.longitude).to_radians() / 2.0);
        let haversine = northward * northward + float::cos(from) * float::cos(to) * eastward * eastward;
        // Rounding can give slightly more than 1 for antipodes, where asin would be NaN.
        Meters(2.0 * EARTH_MEAN_RADIUS * float::asin(haversine.min(1.0).sqrt()))
    }

    /// Latitude and longitude as [`Display`](fmt::Display) writes them.
    pub fn degrees(self) -> (String, String) {
        (float::to_text(self.latitude), float::to_text(self.longitude))
    }

    /// For people to recognize: `33.7490, -84.3880` is off by at most 8 meters.
    pub fn rounded(self) -> String {
        [self.latitude, self.longitude].map(|degrees| float::to_fixed(degrees, 4)).join(", ")
    }
}

impl TryFrom<Coordinates> for GeoPoint {
    type Error = GeoPointError;

    fn try_from(coordinates: Coordinates) -> Result<Self, Self::Error> {
        Self::new(coordinates.latitude, coordinates.longitude)
    }
}

/// `33.749,-84.388`, as [`FromStr`] reads it and map links expect it.
impl fmt::Display for GeoPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (latitude, longitude) = self.degrees();
        write!(f, "{latitude},{longitude}")
    }
}

impl FromStr for GeoPoint {
    type Err = GeoPointError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (latitude, longitude) = text.split_once(',').ok_or(GeoPointError::Malformed)?;
        let degrees = |text: &str| float::parse(text.trim()).ok_or(GeoPointError::Malformed);
        Self::new(degrees(latitude)?, degrees(longitude)?)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(latitude: f64, longitude: f64) -> GeoPoint {
        GeoPoint::new(latitude, longitude).unwrap()
    }

    fn any_point() -> impl Strategy<Value = GeoPoint> {
        (-90.0..=90.0, -180.0..=180.0).prop_map(|(latitude, longitude)| at(latitude, longitude))
    }

    #[test]
    fn known_distances() {
        let (downtown_atlanta, airport) = (at(33.749, -84.388), at(33.6407, -84.4277));
        assert!((downtown_atlanta.distance_to(airport).0 - 12_590.0).abs() < 20.0);
        let (kennedy, heathrow) = (at(40.6413, -73.7781), at(51.47, -0.4543));
        assert!((kennedy.distance_to(heathrow).kilometres() - 5_540.0).abs() < 1.0);
        let quarter = at(0.0, 0.0).distance_to(at(90.0, 0.0)).0;
        assert!((quarter - EARTH_MEAN_RADIUS * std::f64::consts::FRAC_PI_2).abs() < 1e-6);
    }

    #[test]
    fn the_date_line_is_no_border() {
        assert!(at(0.0, 179.999).distance_to(at(0.0, -179.999)).0 < 250.0);
    }

    #[test]
    fn invalid_places_are_rejected() {
        assert_eq!(GeoPoint::new(90.1, 0.0), Err(GeoPointError::Latitude));
        assert_eq!(GeoPoint::new(0.0, -180.1), Err(GeoPointError::Longitude));
        assert_eq!(GeoPoint::new(f64::NAN, 0.0), Err(GeoPointError::Latitude));
        assert_eq!(GeoPoint::new(0.0, f64::INFINITY), Err(GeoPointError::Longitude));
        assert_eq!("Atlanta".parse::<GeoPoint>(), Err(GeoPointError::Malformed));
        assert_eq!("nan,0".parse::<GeoPoint>(), Err(GeoPointError::Latitude));
        assert_eq!("33.7,-84.4,1".parse::<GeoPoint>(), Err(GeoPointError::Malformed));
    }

    #[test]
    fn json_is_checked_too() {
        assert!(serde_json::from_str::<GeoPoint>(r#"{"latitude":91,"longitude":0}"#).is_err());
        assert_eq!(
            serde_json::from_str::<GeoPoint>(r#"{"latitude":33.7,"longitude":-84.4}"#).unwrap(),
            at(33.7, -84.4)
        );
    }

    #[test]
    fn a_place_is_read_with_or_without_a_space() {
        assert_eq!("33.7,-84.4".parse(), Ok(at(33.7, -84.4)));
        assert_eq!(" 33.7, -84.4 ".parse(), Ok(at(33.7, -84.4)));
    }

    proptest! {
        #[test]
        fn distance_is_symmetric_and_never_negative(a in any_point(), b in any_point()) {
            let there = a.distance_to(b).0;
            prop_assert!((0.0..=EARTH_MEAN_RADIUS * std::f64::consts::PI + 1e-6).contains(&there));
            prop_assert!((there - b.distance_to(a).0).abs() < 1e-6);
            prop_assert_eq!(a.distance_to(a), Meters(0.0));
        }

        #[test]
        fn a_detour_is_never_shorter(a in any_point(), b in any_point(), c in any_point()) {
            prop_assert!(a.distance_to(c).0 <= a.distance_to(b).0 + b.distance_to(c).0 + 1.0);
        }

        #[test]
        fn a_place_survives_text(point in any_point()) {
            prop_assert_eq!(point.to_string().parse(), Ok(point));
        }
    }
}
