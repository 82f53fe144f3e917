use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::percent;

/// A part of a whole in hundredths of a percent, from 0 to 10,000 (100%).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "i32", into = "i32")]
pub struct BasisPoints(i32);

/// Below zero or above 100%.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("Enter a percentage from 0 to 100, with two decimals at most")]
pub struct BasisPointsError;

impl BasisPoints {
    pub const ZERO: Self = Self(0);
    pub const ONE_HUNDRED_PERCENT: Self = Self(10_000);

    pub const fn new(points: i32) -> Result<Self, BasisPointsError> {
        if points >= 0 && points <= Self::ONE_HUNDRED_PERCENT.0 { Ok(Self(points)) } else { Err(BasisPointsError) }
    }

    pub const fn percent(percent: i32) -> Result<Self, BasisPointsError> {
        match percent.checked_mul(100) {
            Some(points) => Self::new(points),
            None => Err(BasisPointsError),
        }
    }

    pub const fn get(self) -> i32 {
        self.0
    }

    /// The rest up to 100%: 30% for 70%.
    #[must_use]
    pub const fn complement(self) -> Self {
        Self(Self::ONE_HUNDRED_PERCENT.0 - self.0)
    }

    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }
}

impl TryFrom<i32> for BasisPoints {
    type Error = BasisPointsError;

    fn try_from(points: i32) -> Result<Self, Self::Error> {
        Self::new(points)
    }
}

impl From<BasisPoints> for i32 {
    fn from(points: BasisPoints) -> Self {
        points.0
    }
}

/// With as many decimals as needed: `70%`, `8.9%`, `0.25%`.
impl fmt::Display for BasisPoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        percent::write(f, self.0, 2)
    }
}

/// Reads what a person types: `70`, `70%`, `8.25 %`, `8,25`.
impl std::str::FromStr for BasisPoints {
    type Err = BasisPointsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(percent::read(text, 2).ok_or(BasisPointsError)?)
    }
}

column!(BasisPoints as i32);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_part_is_shown_in_percent() {
        let shown = [0, 25, 890, 825, 7000, 10_000].map(|points| BasisPoints::new(points).unwrap().to_string());
        assert_eq!(shown, ["0%", "0.25%", "8.9%", "8.25%", "70%", "100%"]);
    }

    #[test]
    fn a_part_is_read_as_people_type_it() {
        let read = ["70", " 70% ", "8.9%", "8,25 %", "0", "100.00", "8.250", "۷۰٪"]
            .map(|text| text.parse::<BasisPoints>().unwrap().get());
        assert_eq!(read, [7000, 7000, 890, 825, 0, 10_000, 825, 7000]);
        for text in ["", "%", "-1", "100.01", "8.255", "7o", "1e2", ".5", "5.", "99999999999"] {
            assert!(text.parse::<BasisPoints>().is_err(), "{text}");
        }
    }

    #[test]
    fn json_is_checked_too() {
        assert!(serde_json::from_str::<BasisPoints>("10001").is_err());
        assert_eq!(serde_json::from_str::<BasisPoints>("7000").unwrap(), BasisPoints::percent(70).unwrap());
    }

    proptest! {
        #[test]
        fn only_parts_of_the_whole_are_accepted(points in any::<i32>()) {
            prop_assert_eq!(BasisPoints::new(points).is_ok(), (0..=10_000).contains(&points));
        }

        #[test]
        fn shown_values_can_be_typed(points in 0i32..=10_000) {
            let part = BasisPoints::new(points).unwrap();
            prop_assert_eq!(part.to_string().parse(), Ok(part));
            prop_assert_eq!(part.get() + part.complement().get(), 10_000);
        }
    }
}
