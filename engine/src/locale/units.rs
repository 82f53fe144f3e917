use std::ops::RangeInclusive;

use crate::values::Meters;

/// A mile in millimeters.
const MILE: u32 = 1_609_344;
/// A kilometer in millimeters.
const KILOMETRE: u32 = 1_000_000;

/// The units for distances and speeds on pages. Kilometers and km/h are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Units {
    /// Kilometers and km/h.
    Metric,
    /// Miles and mph.
    Imperial,
}

impl Units {
    /// A mile or a kilometer.
    pub const fn length(self) -> Meters {
        match self {
            Self::Metric => Meters::from_kilometres(1.0),
            Self::Imperial => Meters::from_miles(1.0),
        }
    }

    pub const fn distance(self) -> &'static str {
        match self {
            Self::Metric => "km",
            Self::Imperial => "miles",
        }
    }

    pub const fn speed(self) -> &'static str {
        match self {
            Self::Metric => "km/h",
            Self::Imperial => "mph",
        }
    }

    /// A stored number in these units.
    pub const fn shown(self, kilometres: u32) -> u32 {
        match self {
            Self::Metric => kilometres,
            Self::Imperial => (kilometres * KILOMETRE + MILE / 2) / MILE,
        }
    }

    /// A typed number as it is stored. Keeps the stored number if the typed one is what was shown.
    pub const fn stored(self, typed: u32, before: u32) -> u32 {
        if self.shown(before) == typed {
            return before;
        }
        match self {
            Self::Metric => typed,
            Self::Imperial => (typed * MILE + KILOMETRE / 2) / KILOMETRE,
        }
    }

    /// The range of typed numbers for a range of stored ones.
    pub const fn limits(self, kilometres: &RangeInclusive<u32>) -> RangeInclusive<u32> {
        self.shown(*kilometres.start())..=self.shown(*kilometres.end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_miles_are_shown_as_they_were_typed() {
        for miles in 0..=500 {
            assert_eq!(Units::Imperial.shown(Units::Imperial.stored(miles, 0)), miles);
        }
    }

    #[test]
    fn unchanged_values_stay_as_they_were_stored() {
        for kilometres in 0..=500 {
            let shown = Units::Imperial.shown(kilometres);
            assert_eq!(Units::Imperial.stored(shown, kilometres), kilometres);
        }
    }
}
