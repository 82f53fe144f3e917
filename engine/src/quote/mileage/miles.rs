use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{characters::to_ascii, quote::Quantity, values::Meters};

/// A distance as it is charged: in tenths of a mile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "i32", into = "i32")]
pub struct Miles10(i32);

/// Why a number of miles is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum MilesError {
    #[error("Enter the miles driven")]
    Missing,
    /// Not a number of miles with at most one decimal.
    #[error("Enter miles like 12 or 12.4")]
    Malformed,
    /// Negative, or beyond [`Miles10::MAX`].
    #[error("Enter miles from 0 to 5,000")]
    OutOfRange,
}

impl Miles10 {
    pub const ZERO: Self = Self(0);
    /// 5,000 miles, wider than any continent; more is a typing error.
    pub const MAX: Self = Self(50_000);

    pub const fn new(tenths: i32) -> Result<Self, MilesError> {
        if tenths >= 0 && tenths <= Self::MAX.0 { Ok(Self(tenths)) } else { Err(MilesError::OutOfRange) }
    }

    pub const fn whole(miles: i32) -> Result<Self, MilesError> {
        match miles.checked_mul(10) {
            Some(tenths) => Self::new(tenths),
            None => Err(MilesError::OutOfRange),
        }
    }

    pub const fn tenths(self) -> i32 {
        self.0
    }

    pub fn distance(self) -> Meters {
        Meters::from_miles(f64::from(self.0) / 10.0)
    }

    /// 25% more, rounded up to a whole mile and at most [`Self::MAX`]: how much longer the drive may become
    /// before the customer has to approve again.
    #[must_use]
    pub const fn with_headroom(self) -> Self {
        // Tenths × 5/4, converted to whole miles and rounded up.
        let whole_miles = (self.0 * 5 + 39) / 40;
        if whole_miles * 10 > Self::MAX.0 { Self::MAX } else { Self(whole_miles * 10) }
    }
}

/// The nearest tenth of a mile, within 0 and [`Miles10::MAX`].
impl From<Meters> for Miles10 {
    fn from(distance: Meters) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "clamped to a range that fits; not-a-number becomes 0")]
        Self((distance.miles() * 10.0).round().clamp(0.0, f64::from(Self::MAX.0)) as i32)
    }
}

impl TryFrom<i32> for Miles10 {
    type Error = MilesError;

    fn try_from(tenths: i32) -> Result<Self, Self::Error> {
        Self::new(tenths)
    }
}

impl From<Miles10> for i32 {
    fn from(miles: Miles10) -> Self {
        miles.0
    }
}

impl From<Miles10> for Quantity {
    fn from(miles: Miles10) -> Self {
        Self(i64::from(miles.0) * 100)
    }
}

/// Without unit: `12` or `12.4`.
impl fmt::Display for Miles10 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0 / 10, self.0 % 10) {
            (whole, 0) => write!(f, "{whole}"),
            (whole, tenths) => write!(f, "{whole}.{tenths}"),
        }
    }
}

/// Reads what a person types: `12`, `12.4`, `12,4`.
impl FromStr for Miles10 {
    type Err = MilesError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = to_ascii(text);
        let text = text.trim();
        if text.is_empty() {
            return Err(MilesError::Missing);
        }
        if text.starts_with('-') {
            return Err(MilesError::OutOfRange);
        }
        let (whole, tenths) = text.split_once(['.', ',']).unwrap_or((text, "0"));
        let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        // Two digits, the second a zero; three would be read as thousands in other formats.
        let tenths = if tenths.len() == 2 { tenths.strip_suffix('0').unwrap_or(tenths) } else { tenths };
        if !is_number(whole) || !is_number(tenths) || tenths.len() != 1 {
            return Err(MilesError::Malformed);
        }
        let tenths: i32 = format!("{whole}{tenths}").parse().map_err(|_| MilesError::OutOfRange)?;
        Self::new(tenths)
    }
}

column!(Miles10 as i32);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn miles_are_read_as_people_type_them() {
        let read = ["12", "12.4", " 12,4 ", "0", "0.1", "5000", "12.40", "۱۲٫۴"]
            .map(|text| text.parse::<Miles10>().unwrap().tenths());
        assert_eq!(read, [120, 124, 124, 0, 1, 50_000, 124, 124]);
        for text in ["12.45", "1.200", "twelve", "1.", ".5", "1e2", "1 2"] {
            assert_eq!(text.parse::<Miles10>(), Err(MilesError::Malformed), "{text}");
        }
        for text in ["-1", "5000.1", "99999999999"] {
            assert_eq!(text.parse::<Miles10>(), Err(MilesError::OutOfRange), "{text}");
        }
        assert_eq!(" ".parse::<Miles10>(), Err(MilesError::Missing));
    }

    #[test]
    fn headroom_is_a_quarter_rounded_up_to_a_whole_mile() {
        let headroom = [0, 1, 40, 80, 81, 100, 50_000].map(|tenths| Miles10(tenths).with_headroom().tenths());
        assert_eq!(headroom, [0, 10, 50, 100, 110, 130, 50_000]);
    }

    #[test]
    fn metres_become_the_nearest_tenth() {
        assert_eq!(Miles10::from(Meters::from_miles(6.44)), Miles10(64));
        assert_eq!(Miles10::from(Meters(-1.0)), Miles10::ZERO);
        assert_eq!(Miles10::from(Meters(f64::NAN)), Miles10::ZERO);
        assert_eq!(Miles10::from(Meters(f64::INFINITY)), Miles10::MAX);
    }

    proptest! {
        #[test]
        fn miles_survive_text_metres_and_json(tenths in 0i32..=50_000) {
            let miles = Miles10(tenths);
            prop_assert_eq!(miles.to_string().parse(), Ok(miles));
            prop_assert_eq!(Miles10::from(miles.distance()), miles);
            prop_assert_eq!(serde_json::from_str::<Miles10>(&tenths.to_string()).unwrap(), miles);
        }

        #[test]
        fn headroom_is_never_less_than_the_way(tenths in 0i32..=50_000) {
            let headroom = Miles10(tenths).with_headroom();
            prop_assert!(Miles10(tenths) <= headroom && headroom <= Miles10::MAX);
            prop_assert_eq!(headroom.tenths() % 10, 0);
        }

        #[test]
        fn only_a_sane_range_is_accepted(tenths in any::<i32>()) {
            prop_assert_eq!(Miles10::new(tenths).is_ok(), (0..=50_000).contains(&tenths));
        }
    }
}
