//! How numbers, money, dates and distances are written at a place. The small table here is the same in the browser and on the server; names of days
//! and months are only on the server.

#[cfg(feature = "ssr")]
mod dates;
mod measures;
mod numbers;
mod units;

pub use numbers::LocalMoney;
pub use units::Units;

use crate::typed_time::DayOrder;

codes! {
    /// A place and its language, by its BCP 47 tag.
    pub enum Locale ("format") {
        EnUs = "en-US",
        EsUs = "es-US",
        EnGb = "en-GB",
        EnCa = "en-CA",
        EnAu = "en-AU",
        DeDe = "de-DE",
        RuKz = "ru-KZ",
        KkKz = "kk-KZ",
    }
}

/// Keeps a number and its unit on one line.
const NO_BREAK_SPACE: char = '\u{a0}';

/// What differs between places.
struct Formats {
    /// English name of the place.
    place: &'static str,
    /// Between groups of three digits.
    group: char,
    decimal: char,
    /// Whether `$` and `%` touch the number, with the currency in front. If not, both follow after a space.
    is_tight: bool,
    /// Names of the halves of the day with what separates them from the time; none where the clock has 24 hours.
    #[cfg_attr(not(feature = "ssr"), expect(dead_code, reason = "times are written on the server only"))]
    halves: Option<[&'static str; 2]>,
    order: DayOrder,
    units: Units,
    minutes: &'static str,
    kilometres: &'static str,
    dates: Dates,
}

/// Patterns of `chrono` for dates.
#[cfg_attr(not(feature = "ssr"), expect(dead_code, reason = "dates are written on the server only"))]
struct Dates {
    short: &'static str,
    /// With the year: for records, which are read years later.
    full: &'static str,
    /// With the year, and names in full.
    long: &'static str,
    /// As it is typed.
    typed: &'static str,
}

const EN_US: Formats = Formats {
    place: "United States",
    group: ',',
    decimal: '.',
    is_tight: true,
    halves: Some(["\u{a0}AM", "\u{a0}PM"]),
    order: DayOrder::MonthFirst,
    units: Units::Imperial,
    minutes: "min",
    kilometres: "km",
    dates: Dates { short: "%a, %b %-d", full: "%a, %b %-d, %Y", long: "%A, %B %-d, %Y", typed: "%m/%d/%Y" },
};

const ES_US: Formats = Formats {
    place: "United States, in Spanish",
    halves: Some(["\u{a0}a.\u{a0}m.", "\u{a0}p.\u{a0}m."]),
    dates: Dates {
        short: "%a, %-d de %B",
        full: "%a, %-d de %B de %Y",
        long: "%A, %-d de %B de %Y",
        typed: "%m/%d/%Y",
    },
    ..EN_US
};

const EN_GB: Formats = Formats {
    place: "United Kingdom",
    halves: None,
    order: DayOrder::DayFirst,
    dates: Dates { short: "%a %-d %b", full: "%a %-d %b %Y", long: "%A %-d %B %Y", typed: "%d/%m/%Y" },
    ..EN_US
};

const EN_CA: Formats = Formats {
    place: "Canada",
    halves: Some(["\u{a0}a.m.", "\u{a0}p.m."]),
    units: Units::Metric,
    dates: Dates { typed: "%Y-%m-%d", ..EN_US.dates },
    ..EN_US
};

const EN_AU: Formats =
    Formats { place: "Australia", halves: Some(["\u{a0}am", "\u{a0}pm"]), units: Units::Metric, ..EN_GB };

const DE_DE: Formats = Formats {
    place: "Germany",
    group: '.',
    decimal: ',',
    is_tight: false,
    halves: None,
    order: DayOrder::DayFirst,
    units: Units::Metric,
    minutes: "Min.",
    kilometres: "km",
    dates: Dates { short: "%a, %-d. %B", full: "%a, %-d. %B %Y", long: "%A, %-d. %B %Y", typed: "%d.%m.%Y" },
};

const RU_KZ: Formats = Formats {
    place: "Kazakhstan, in Russian",
    group: NO_BREAK_SPACE,
    minutes: "мин",
    kilometres: "км",
    dates: Dates {
        short: "%a, %-d %B",
        full: "%a, %-d %B %Y\u{a0}г.",
        long: "%A, %-d %B %Y\u{a0}г.",
        typed: "%d.%m.%Y",
    },
    ..DE_DE
};

const KK_KZ: Formats = Formats {
    place: "Kazakhstan, in Kazakh",
    dates: Dates {
        short: "%-d %B, %a",
        full: "%Y\u{a0}ж. %-d %B, %a",
        long: "%Y\u{a0}ж. %-d %B, %A",
        typed: "%d.%m.%Y",
    },
    ..RU_KZ
};

impl Locale {
    const fn formats(self) -> &'static Formats {
        match self {
            Self::EnUs => &EN_US,
            Self::EsUs => &ES_US,
            Self::EnGb => &EN_GB,
            Self::EnCa => &EN_CA,
            Self::EnAu => &EN_AU,
            Self::DeDe => &DE_DE,
            Self::RuKz => &RU_KZ,
            Self::KkKz => &KK_KZ,
        }
    }

    /// The locale of a tag that may not be in the list: one of the same language, else of the same country, else British.
    pub fn nearest(tag: &str) -> Self {
        let language = |tag: &str| tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        let country = |tag: &str| tag.rsplit(['-', '_']).next().unwrap_or_default().to_ascii_uppercase();
        let find = |same: &dyn Fn(&str) -> bool| Self::ALL.iter().copied().find(|locale| same(locale.as_str()));
        let exact = find(&|known| known.eq_ignore_ascii_case(tag));
        // English is written differently in each country; the language of other tags decides more than their country.
        let of_language = || match language(tag).as_str() {
            "en" => find(&|known| language(known) == "en" && country(known) == country(tag)).or(Some(Self::EnGb)),
            other => find(&|known| language(known) == other),
        };
        let of_country = || find(&|known| country(known) == country(tag));
        exact.or_else(of_language).or_else(of_country).unwrap_or(Self::EnGb)
    }

    /// The English name of the place, and of the language where several are common.
    pub const fn place(self) -> &'static str {
        self.formats().place
    }

    /// The order of day and month in `4/5/2026`.
    pub const fn day_order(self) -> DayOrder {
        self.formats().order
    }

    pub const fn units(self) -> Units {
        self.formats().units
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_unknown_tag_gets_the_formats_of_its_language_or_else_of_its_country() {
        let nearest = [
            ("en-US", Locale::EnUs),
            ("en-us", Locale::EnUs),
            ("de-AT", Locale::DeDe),
            ("de", Locale::DeDe),
            ("ru-RU", Locale::RuKz),
            ("en-IE", Locale::EnGb),
            ("en", Locale::EnGb),
            ("vi-US", Locale::EnUs),
            ("zh-Hans-AU", Locale::EnAu),
            ("fr-FR", Locale::EnGb),
            ("", Locale::EnGb),
        ];
        for (tag, locale) in nearest {
            assert_eq!(Locale::nearest(tag), locale, "{tag}");
        }
        for &locale in Locale::ALL {
            assert_eq!(Locale::nearest(locale.as_str()), locale);
        }
    }

    #[test]
    fn only_the_united_states_and_britain_count_in_miles() {
        for &locale in Locale::ALL {
            let in_miles = locale.as_str().ends_with("US") || locale.as_str().ends_with("GB");
            assert_eq!(locale.units() == Units::Imperial, in_miles, "{locale}");
        }
    }

    proptest! {
        #[test]
        fn every_tag_has_a_nearest(tag in any::<String>()) {
            let _ = Locale::nearest(&tag);
        }
    }
}
