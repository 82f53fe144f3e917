use super::{Locale, NO_BREAK_SPACE, Units};
use crate::{quote::Quantity, values::Meters};

impl Locale {
    /// `2.1 miles`, `3,4 km`.
    pub fn distance(self, distance: Meters) -> String {
        self.in_units(distance, "miles")
    }

    /// `2.1 mi`, `3,4 km`.
    pub fn short_distance(self, distance: Meters) -> String {
        self.in_units(distance, "mi")
    }

    /// A length in the units of the place: `0.5 mi`, `0,5 km`.
    pub fn short_length(self, number: Quantity) -> String {
        let unit = match self.units() {
            Units::Imperial => "mi",
            Units::Metric => self.formats().kilometres,
        };
        format!("{}{NO_BREAK_SPACE}{unit}", self.quantity(number))
    }

    fn in_units(self, distance: Meters, miles: &str) -> String {
        let (number, unit) = match self.units() {
            Units::Imperial => (distance.miles(), miles),
            Units::Metric => (distance.kilometres(), self.formats().kilometres),
        };
        format!("{}{NO_BREAK_SPACE}{unit}", self.tenths(number))
    }

    /// `8 min`, `8 Min.`.
    pub fn minutes(self, minutes: i64) -> String {
        format!("{}{NO_BREAK_SPACE}{}", self.number(minutes), self.formats().minutes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_and_durations_are_written_as_at_their_place() {
        let written = |locale: Locale| {
            let way = Meters::from_miles(2.14);
            [locale.distance(way), locale.short_distance(way), locale.minutes(8)]
                .map(|text| text.replace(NO_BREAK_SPACE, " "))
        };
        assert_eq!(written(Locale::EnUs), ["2.1 miles", "2.1 mi", "8 min"]);
        assert_eq!(written(Locale::EnGb), ["2.1 miles", "2.1 mi", "8 min"]);
        assert_eq!(written(Locale::EnAu), ["3.4 km", "3.4 km", "8 min"]);
        assert_eq!(written(Locale::DeDe), ["3,4 km", "3,4 km", "8 Min."]);
        assert_eq!(written(Locale::RuKz), ["3,4 км", "3,4 км", "8 мин"]);
    }

    #[test]
    fn no_number_is_cut_from_its_unit() {
        for &locale in Locale::ALL {
            for meters in [0.0, 50.0, 1_234.0, 12_345_678.0, -5.0, f64::NAN] {
                let texts =
                    [locale.distance(Meters(meters)), locale.short_distance(Meters(meters)), locale.minutes(1_500)];
                assert!(texts.iter().all(|text| !text.contains(' ')), "{texts:?}");
            }
        }
    }
}
