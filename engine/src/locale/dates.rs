use chrono::{NaiveDate, NaiveTime, Timelike};

use super::Locale;
use crate::{characters::to_ascii, typed_time};

impl Locale {
    /// The names of days and months.
    const fn names(self) -> chrono::Locale {
        match self {
            Self::EnUs | Self::EnGb | Self::EnCa | Self::EnAu => chrono::Locale::en_US,
            Self::EsUs => chrono::Locale::es_US,
            Self::DeDe => chrono::Locale::de_DE,
            Self::RuKz => chrono::Locale::ru_RU,
            Self::KkKz => chrono::Locale::kk_KZ,
        }
    }

    /// `Tue, Mar 3`, `Tue 3 Mar`, `Di, 3. März`.
    pub fn date(self, date: NaiveDate) -> String {
        self.written_date(date, self.formats().dates.short)
    }

    /// `Tue, Mar 3, 2026`, `Tue 3 Mar 2026`: for records, which are read years later.
    pub fn full_date(self, date: NaiveDate) -> String {
        self.written_date(date, self.formats().dates.full)
    }

    /// `Tuesday, March 3, 2026`.
    pub fn long_date(self, date: NaiveDate) -> String {
        self.written_date(date, self.formats().dates.long)
    }

    /// `Tue`, `Di`.
    pub fn weekday(self, date: NaiveDate) -> String {
        self.written_date(date, "%a")
    }

    /// A date as it is typed: `03/04/2026`, `04.03.2026`.
    pub fn typed_day(self, date: NaiveDate) -> String {
        self.written_date(date, self.formats().dates.typed)
    }

    fn written_date(self, date: NaiveDate, pattern: &str) -> String {
        let text = date.format_localized(pattern, self.names()).to_string();
        // The library begins names with a capital that these languages write in headings only.
        if matches!(self, Self::RuKz | Self::KkKz) { text.to_lowercase() } else { text }
    }

    /// `2:05 PM`, `14:05`.
    pub fn time(self, time: NaiveTime) -> String {
        self.clock(time, "")
    }

    /// `2:05:09 PM`, `14:05:09`.
    pub fn time_to_the_second(self, time: NaiveTime) -> String {
        self.clock(time, &format!(":{:02}", time.second()))
    }

    fn clock(self, time: NaiveTime, seconds: &str) -> String {
        let minute = time.minute();
        let Some([morning, afternoon]) = self.formats().halves else {
            return format!("{:02}:{minute:02}{seconds}", time.hour());
        };
        let (is_afternoon, hour) = time.hour12();
        format!("{hour}:{minute:02}{seconds}{}", if is_afternoon { afternoon } else { morning })
    }

    /// Reads a day as it is typed, or as it is shown with its year: `24.03.2026`, `3/24/2026`, `Di, 24. März 2026`.
    pub fn read_day(self, text: &str) -> Option<NaiveDate> {
        typed_time::day(text, self.day_order()).or_else(|| self.read_named_day(text))
    }

    fn read_named_day(self, text: &str) -> Option<NaiveDate> {
        let text = to_ascii(text).to_lowercase();
        let words = text.split([' ', ',', '.']).filter(|word| !word.is_empty());
        let (numbers, names): (Vec<_>, Vec<_>) = words.partition(|word| word.bytes().all(|b| b.is_ascii_digit()));
        let &[first, second] = numbers.as_slice() else { return None };
        let (day, year) = if first.len() == 4 { (second, first) } else { (first, second) };
        if day.len() > 2 || year.len() != 4 {
            return None;
        }
        // Writing the days of one year finds its names in every language.
        let date = |month| NaiveDate::from_ymd_opt(year.parse().ok()?, month, day.parse().ok()?);
        let mut dates = (1..=12).filter_map(date);
        dates.find(|&date| {
            let known =
                format!("{} {} {}", self.full_date(date), self.long_date(date), self.written_date(date, "%b %a"));
            let known = known.to_lowercase().replace(['\u{a0}', ',', '.'], " ");
            let is_known = |name: &&str| known.split(' ').any(|word| word == *name);
            let month = self.written_date(date, "%b %B").to_lowercase();
            names.iter().all(is_known) && names.iter().any(|name| month.split(' ').any(|word| word == *name))
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn all(locale: Locale, date: NaiveDate) -> [String; 5] {
        [
            locale.date(date),
            locale.full_date(date),
            locale.long_date(date),
            locale.weekday(date),
            locale.typed_day(date),
        ]
        .map(|text| text.replace('\u{a0}', " "))
    }

    #[test]
    fn dates_are_written_as_at_their_place() {
        let third = date("2026-03-03");
        assert_eq!(
            all(Locale::EnUs, third),
            ["Tue, Mar 3", "Tue, Mar 3, 2026", "Tuesday, March 3, 2026", "Tue", "03/03/2026"]
        );
        assert_eq!(
            all(Locale::EnGb, third),
            ["Tue 3 Mar", "Tue 3 Mar 2026", "Tuesday 3 March 2026", "Tue", "03/03/2026"]
        );
        assert_eq!(
            all(Locale::DeDe, third),
            ["Di, 3. März", "Di, 3. März 2026", "Dienstag, 3. März 2026", "Di", "03.03.2026"]
        );
        assert_eq!(
            all(Locale::RuKz, third),
            ["вт, 3 марта", "вт, 3 марта 2026 г.", "вторник, 3 марта 2026 г.", "вт", "03.03.2026"]
        );
        assert_eq!(
            all(Locale::KkKz, third),
            ["3 наурыз, сс", "2026 ж. 3 наурыз, сс", "2026 ж. 3 наурыз, сейсенбі", "сс", "03.03.2026"]
        );
        assert_eq!(all(Locale::EsUs, third)[..2], ["mar, 3 de marzo", "mar, 3 de marzo de 2026"]);
        assert_eq!(Locale::EnCa.typed_day(date("2026-03-04")), "2026-03-04");
    }

    #[test]
    fn times_are_written_as_at_their_place() {
        let times = |locale: Locale| {
            let at = |hour, minute| locale.time(NaiveTime::from_hms_opt(hour, minute, 9).unwrap());
            let exact = locale.time_to_the_second(NaiveTime::from_hms_opt(14, 5, 9).unwrap());
            [at(0, 5), at(14, 5), exact].map(|text| text.replace('\u{a0}', " "))
        };
        assert_eq!(times(Locale::EnUs), ["12:05 AM", "2:05 PM", "2:05:09 PM"]);
        assert_eq!(times(Locale::EsUs), ["12:05 a. m.", "2:05 p. m.", "2:05:09 p. m."]);
        assert_eq!(times(Locale::EnAu), ["12:05 am", "2:05 pm", "2:05:09 pm"]);
        assert_eq!(times(Locale::DeDe), ["00:05", "14:05", "14:05:09"]);
    }

    #[test]
    fn a_day_is_read_in_its_own_language_only() {
        let day = Some(date("2026-03-24"));
        for text in ["Di, 24. März 2026", "24 mär 2026", "24.03.2026", "2026-03-24"] {
            assert_eq!(Locale::DeDe.read_day(text), day, "{text}");
        }
        assert_eq!(Locale::EnUs.read_day("24. März 2026"), None);
        for text in ["Fr, 24. März 2026", "31. April 2026", "März 2026", "24. 2026", "24. März 26", "heute"] {
            assert_eq!(Locale::DeDe.read_day(text), None, "{text}");
        }
    }

    #[test]
    fn every_month_and_day_of_every_locale_has_a_name() {
        for &locale in Locale::ALL {
            for day in date("2026-01-01").iter_days().take(365) {
                assert!(all(locale, day).iter().all(|text| !text.is_empty() && !text.contains('%')), "{locale} {day}");
            }
        }
    }

    proptest! {
        #[test]
        fn shown_days_and_times_can_be_typed(locale in prop::sample::select(Locale::ALL), days in 0i32..40_000, minutes in 0u32..1_440) {
            let date = NaiveDate::from_num_days_from_ce_opt(720_000 + days).unwrap();
            for text in [locale.typed_day(date), locale.full_date(date), locale.long_date(date)] {
                prop_assert_eq!(locale.read_day(&text), Some(date), "{} {}", locale, text);
            }
            let time = NaiveTime::from_hms_opt(minutes / 60, minutes % 60, 0).unwrap();
            for text in [locale.time(time), locale.time_to_the_second(time)] {
                prop_assert_eq!(typed_time::time_of_day(&text), Some(time), "{} {}", locale, text);
            }
        }

        #[test]
        fn no_text_breaks_the_reader(locale in prop::sample::select(Locale::ALL), text in any::<String>(), words in "[a-z0-9., ]{0,24}") {
            let _ = (locale.read_day(&text), locale.read_day(&words));
        }
    }
}
