use std::ops::RangeInclusive;

use super::Tenant;

/// A mile in millimetres.
const MILE: u32 = 1_609_344;
/// A kilometre in millimetres.
const KILOMETRE: u32 = 1_000_000;

/// Where people drive in miles.
const IN_MILES: [&str; 4] = ["US", "GB", "LR", "MM"];

/// In which units a tenant's people read and type distances and speeds. Whole kilometres and km/h are what is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Units {
    /// Kilometres and km/h.
    Metric,
    /// Miles and mph.
    Imperial,
}

impl Units {
    /// Those of the country it is in.
    pub fn of(tenant: &Tenant) -> Self {
        if IN_MILES.contains(&tenant.region.as_str()) { Self::Imperial } else { Self::Metric }
    }

    /// The unit of distances.
    pub const fn distance(self) -> &'static str {
        match self {
            Self::Metric => "km",
            Self::Imperial => "miles",
        }
    }

    /// The unit of speeds.
    pub const fn speed(self) -> &'static str {
        match self {
            Self::Metric => "km/h",
            Self::Imperial => "mph",
        }
    }

    /// What is stored, as people read it.
    pub const fn shown(self, kilometres: u32) -> u32 {
        match self {
            Self::Metric => kilometres,
            Self::Imperial => (kilometres * KILOMETRE + MILE / 2) / MILE,
        }
    }

    /// What was typed, as it is stored: shown again, it is what was typed. What was stored before stays unless something else was typed.
    pub const fn stored(self, typed: u32, before: u32) -> u32 {
        if self.shown(before) == typed {
            return before;
        }
        match self {
            Self::Metric => typed,
            Self::Imperial => (typed * MILE + KILOMETRE / 2) / KILOMETRE,
        }
    }

    /// What may be typed, where such numbers of kilometres may be stored.
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
    fn what_nobody_changed_stays_as_it_was_stored() {
        for kilometres in 0..=500 {
            let shown = Units::Imperial.shown(kilometres);
            assert_eq!(Units::Imperial.stored(shown, kilometres), kilometres);
        }
    }
}
