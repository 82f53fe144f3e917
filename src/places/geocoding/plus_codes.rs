//! Plus codes: `865QQJFM+3C`, or short with a place: `QJFM+3C Atlanta`.
//!
//! Implements the [specification](https://github.com/google/open-location-code/blob/main/Documentation/Specification/specification.md) of
//! Open Location Code.

use engine::GeoPoint;

/// Letters and digits that can't be confused with each other or form words.
const ALPHABET: &[u8; 20] = b"23456789CFGHJMPQRVWX";

/// Characters before the `+` of a full code.
const BEFORE_PLUS: usize = 8;

/// Characters in pairs of latitude and longitude; each of the others divides a cell into 5 rows of 4.
const PAIRED: usize = 10;

/// A plus code of an area no larger than 14 meters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PlusCode {
    digits: Vec<u8>,
    /// How many leading characters a short code omits: none, 2 or 4.
    left_out: usize,
}

impl PlusCode {
    /// Parses a code in any case.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (before, behind) = text.split_once('+')?;
        if !matches!(before.len(), 4 | 6 | BEFORE_PLUS) || !(2..=7).contains(&behind.len()) {
            return None;
        }
        let digit = |byte: u8| {
            let at = ALPHABET.iter().position(|&letter| letter == byte.to_ascii_uppercase())?;
            u8::try_from(at).ok()
        };
        let digits: Vec<u8> = before.bytes().chain(behind.bytes()).map(digit).collect::<Option<_>>()?;
        // There are 9 rows and 18 columns of 20 degrees.
        let is_on_earth = before.len() < BEFORE_PLUS || (digits[0] < 9 && digits[1] < 18);
        is_on_earth.then_some(Self { digits, left_out: BEFORE_PLUS - before.len() })
    }

    /// Whether it is complete without a place.
    pub(super) fn is_full(&self) -> bool {
        self.left_out == 0
    }

    /// The center of its area; for a short code, the matching area nearest to a place.
    pub(super) fn near(&self, place: GeoPoint) -> Option<GeoPoint> {
        let mut digits = leading_digits(place, self.left_out);
        digits.extend(&self.digits);
        let (mut latitude, mut longitude) = middle(&digits);
        if !self.is_full() {
            let step = pair_degrees(self.left_out / 2 - 1);
            latitude = nearest(latitude, place.latitude(), step);
            longitude = nearest(longitude, place.longitude(), step);
        }
        // Beyond the date line.
        let longitude = if longitude >= 180.0 {
            longitude - 360.0
        } else if longitude < -180.0 {
            longitude + 360.0
        } else {
            longitude
        };
        GeoPoint::new(latitude, longitude).ok()
    }
}

/// The size of the cell of the pair at an index: 20 degrees, 1, 0.05, …
fn pair_degrees(index: usize) -> f64 {
    (0..index).fold(20.0, |side, _| side / 20.0)
}

/// The first digits of a place's own code.
fn leading_digits(place: GeoPoint, count: usize) -> Vec<u8> {
    let digit = |degrees: f64, side: f64| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 to 19; the pole and the date line are clamped"
        )]
        let digit = ((degrees / side).floor() % 20.0).clamp(0.0, 19.0) as u8;
        digit
    };
    let (north, east) = ((place.latitude() + 90.0).min(180.0 - 1e-9), (place.longitude() + 180.0).min(360.0 - 1e-9));
    (0..count / 2).flat_map(|index| [north, east].map(|degrees| digit(degrees, pair_degrees(index)))).collect()
}

/// The center of the area of a full code's digits.
fn middle(digits: &[u8]) -> (f64, f64) {
    let (mut latitude, mut longitude) = (-90.0, -180.0);
    let (pairs, grid) = digits.split_at(digits.len().min(PAIRED));
    let mut side = (pair_degrees(PAIRED / 2 - 1), pair_degrees(PAIRED / 2 - 1));
    for (index, pair) in pairs.chunks_exact(2).enumerate() {
        latitude += f64::from(pair[0]) * pair_degrees(index);
        longitude += f64::from(pair[1]) * pair_degrees(index);
    }
    for &digit in grid {
        side = (side.0 / 5.0, side.1 / 4.0);
        latitude += f64::from(digit / 4) * side.0;
        longitude += f64::from(digit % 4) * side.1;
    }
    (latitude + side.0 / 2.0, longitude + side.1 / 2.0)
}

/// The coordinate, or one step up or down, whichever is nearest to `to`.
fn nearest(degrees: f64, to: f64, step: f64) -> f64 {
    if degrees - to > step / 2.0 {
        degrees - step
    } else if to - degrees > step / 2.0 {
        degrees + step
    } else {
        degrees
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(latitude: f64, longitude: f64) -> GeoPoint {
        GeoPoint::new(latitude, longitude).unwrap()
    }

    /// Test cases of the specification (`decoding.csv`, `shortCodeTests.csv`), also with other places near the short codes.
    #[test]
    fn codes_mean_what_the_specification_says() {
        let full = [
            ("7FG49QCJ+2V", 20.370_062_5, 2.782_187_5),
            ("7FG49QCJ+2VX", 20.370_112_5, 2.782_234_375),
            ("8FVC2222+22", 47.000_062_5, 8.000_062_5),
            ("4VCPPQGP+Q9", -41.273_062_5, 174.785_937_5),
        ];
        for (code, latitude, longitude) in full {
            let code = PlusCode::parse(code).unwrap();
            assert!(code.near(at(0.0, 0.0)).unwrap().distance_to(at(latitude, longitude)).0 < 0.5);
        }
        let short = [
            ("9C3W9QCJ+2VX", 51.370_112_5, -1.217_765_625, "9QCJ+2VX"),
            ("9C3W9QCJ+2VX", 51.770_112_5, -0.817_765_625, "9QCJ+2VX"),
            ("9C3W9QCJ+2VX", 50.970_112_5, -1.617_765_625, "9QCJ+2VX"),
            ("8FJFW222+22", 42.899, 9.012, "W222+22"),
            ("796RXG22+22", 14.956_05, -23.512_13, "XG22+22"),
        ];
        for (full, latitude, longitude, short) in short {
            let there = at(latitude, longitude);
            let (full, short) = (PlusCode::parse(full).unwrap(), PlusCode::parse(&short.to_lowercase()).unwrap());
            assert!(full.near(there).unwrap().distance_to(short.near(there).unwrap()).0 < 0.1, "{short:?}");
        }
    }

    #[test]
    fn invalid_codes_are_rejected() {
        for text in [
            "",
            "+",
            "9QCJ+",
            "9QCJ+2",
            "rock+roll",
            "ABCD+EF",
            "9QC+2V",
            "XXXXXXXX+22",
            "9QCJ2V",
            "9QCJ+2V+2V",
            "é9QC+2V",
            "62G20000+",
        ] {
            assert_eq!(PlusCode::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_short_code_lies_within_half_a_step_of_its_place(code in "[2-9CFGHJMPQRVWX]{4}\\+[2-9CFGHJMPQRVWX]{2,3}", latitude in -88.0..88.0, longitude in -179.0..179.0) {
            let found = PlusCode::parse(&code).unwrap().near(at(latitude, longitude)).unwrap();
            prop_assert!((found.latitude() - latitude).abs() <= 0.51 && (found.longitude() - longitude).abs() <= 0.51);
        }

        #[test]
        fn no_text_breaks_the_reader(text in any::<String>(), latitude in -90.0..=90.0, longitude in -180.0..=180.0) {
            let _ = PlusCode::parse(&text).and_then(|code| code.near(at(latitude, longitude)));
        }
    }
}
