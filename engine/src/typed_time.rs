//! Dates and times as people type them in browsers without a picker.

use chrono::{NaiveDate, NaiveTime};

use crate::characters::to_ascii;

/// Whether `4/5/2026` is in April or in May.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayOrder {
    /// April 5, as in the United States.
    MonthFirst,
    /// The 4th of May, as nearly everywhere else.
    DayFirst,
}

/// Reads a day: `2026-12-24`, `24.12.2026`, `12/24/2026`, `Dec 24, 2026`. The order decides where two numbers could be the month.
pub fn day(text: &str, order: DayOrder) -> Option<NaiveDate> {
    let text = to_ascii(text);
    let text = text.trim().trim_end_matches('.');
    let named = ["%B %d, %Y", "%B %d %Y", "%d %B %Y", "%d. %B %Y"];
    if let Some(day) = named.iter().find_map(|format| NaiveDate::parse_from_str(text, format).ok()) {
        return Some(day);
    }
    let numbers: Vec<&str> = text.split(['-', '.', '/', ' ']).filter(|part| !part.is_empty()).collect();
    let &[first, second, third] = numbers.as_slice() else {
        return None;
    };
    if numbers.iter().any(|number| !number.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let small = |text: &str| text.parse::<u32>().ok().filter(|_| text.len() <= 2);
    if first.len() == 4 {
        return NaiveDate::from_ymd_opt(first.parse().ok()?, small(second)?, small(third)?);
    }
    let year = match third.len() {
        4 => third.parse().ok()?,
        2 => 2000 + third.parse::<i32>().ok()?,
        _ => return None,
    };
    let (first, second) = (small(first)?, small(second)?);
    let day_first = NaiveDate::from_ymd_opt(year, second, first);
    let month_first = NaiveDate::from_ymd_opt(year, first, second);
    // A date with points always has the day first.
    if order == DayOrder::DayFirst || text.contains('.') {
        day_first.or(month_first)
    } else {
        month_first.or(day_first)
    }
}

/// Reads a time of day to the minute: `14:30`, `14:30:00`, `14.30`, `1430`, `2:30 PM`, `2pm`, `14:30 Uhr`.
pub fn time_of_day(text: &str) -> Option<NaiveTime> {
    let text = to_ascii(text).to_lowercase().replace(' ', "");
    let text = text.strip_suffix("uhr").or_else(|| text.strip_suffix('h')).unwrap_or(&text);
    let half = [("a.m.", 0), ("p.m.", 12), ("am", 0), ("pm", 12)];
    let (clock, half) =
        half.iter().find_map(|&(name, hours)| Some((text.strip_suffix(name)?, Some(hours)))).unwrap_or((text, None));
    let parts: Vec<&str> = clock.split([':', '.', 'h']).collect();
    let (hour, minute) = match parts.as_slice() {
        [hour] if half.is_some() && hour.len() <= 2 => (*hour, "00"),
        [compact] if (3..=4).contains(&compact.len()) && compact.is_ascii() => compact.split_at(compact.len() - 2),
        [hour, minute] => (*hour, *minute),
        [hour, minute, seconds] if is_two_digits(seconds) && *seconds < "60" => (*hour, *minute),
        _ => return None,
    };
    if !is_two_digits(minute) || hour.is_empty() || hour.len() > 2 || !hour.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    match half {
        None => NaiveTime::from_hms_opt(hour, minute, 0),
        Some(half) if (1..=12).contains(&hour) => NaiveTime::from_hms_opt(hour % 12 + half, minute, 0),
        Some(_) => None,
    }
}

fn is_two_digits(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_day_is_read_as_people_write_it() {
        let christmas = NaiveDate::from_ymd_opt(2026, 12, 24);
        for text in [
            "2026-12-24",
            "2026/12/24",
            "24.12.2026",
            "24.12.26",
            "12/24/2026",
            "12/24/26",
            "24/12/2026",
            "Dec 24, 2026",
            "24 December 2026",
            " 24. 12. 2026 ",
            "٢٤.١٢.٢٠٢٦",
            "２０２６-１２-２４",
        ] {
            for order in [DayOrder::MonthFirst, DayOrder::DayFirst] {
                assert_eq!(day(text, order), christmas, "{text} {order:?}");
            }
        }
        for text in [
            "",
            "2026-02-30",
            "31.04.2026",
            "13/13/2026",
            "24.12.",
            "24.12.026",
            "tomorrow",
            "2026-12-24T10:00",
            "-2026-12-24x",
        ] {
            assert_eq!(day(text, DayOrder::MonthFirst), None, "{text}");
        }
    }

    #[test]
    fn where_two_numbers_could_be_the_month_the_country_decides() {
        assert_eq!(day("4/5/2026", DayOrder::MonthFirst), NaiveDate::from_ymd_opt(2026, 4, 5));
        assert_eq!(day("4/5/2026", DayOrder::DayFirst), NaiveDate::from_ymd_opt(2026, 5, 4));
        assert_eq!(day("4.5.2026", DayOrder::MonthFirst), NaiveDate::from_ymd_opt(2026, 5, 4));
    }

    #[test]
    fn a_time_is_read_as_people_write_it() {
        for text in [
            "14:30",
            "14:30:00",
            "14.30",
            "1430",
            "2:30 PM",
            "2:30pm",
            "02:30 p.m.",
            "2:30\u{202f}PM",
            "14:30 Uhr",
            "14h30",
            "１４：３０",
            "١٤:٣٠",
        ] {
            assert_eq!(time_of_day(text), NaiveTime::from_hms_opt(14, 30, 0), "{text}");
        }
        let hours = [
            ("12:15 AM", 0, 15),
            ("12 pm", 12, 0),
            ("9am", 9, 0),
            ("930", 9, 30),
            ("0:05", 0, 5),
            ("12:00 a.m.", 0, 0),
        ];
        for (text, hour, minute) in hours {
            assert_eq!(time_of_day(text), NaiveTime::from_hms_opt(hour, minute, 0), "{text}");
        }
        for text in
            ["", "noon", "2", "24:00", "14:60", "14:30 PM", "0:30 pm", "14:3", "1:2:3:4", "14:30:61", "pm", "é:30"]
        {
            assert_eq!(time_of_day(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_shapes_of_browsers_and_of_our_pages_are_read(days in 0i32..40_000, minutes in 0u32..1_440) {
            let date = NaiveDate::from_num_days_from_ce_opt(720_000 + days).unwrap();
            let time = NaiveTime::from_hms_opt(minutes / 60, minutes % 60, 0).unwrap();
            prop_assert_eq!(day(&date.to_string(), DayOrder::MonthFirst), Some(date));
            prop_assert_eq!(day(&date.format("%m/%d/%Y").to_string(), DayOrder::MonthFirst), Some(date));
            prop_assert_eq!(day(&date.format("%d/%m/%Y").to_string(), DayOrder::DayFirst), Some(date));
            for format in ["%H:%M", "%H:%M:%S", "%-I:%M %p"] {
                prop_assert_eq!(time_of_day(&time.format(format).to_string()), Some(time));
            }
        }

        #[test]
        fn no_text_breaks_the_reader(text in any::<String>(), numbers in "[0-9apmh:./ -]{0,12}") {
            let _ = (day(&text, DayOrder::DayFirst), time_of_day(&text), day(&numbers, DayOrder::MonthFirst), time_of_day(&numbers));
        }
    }
}
