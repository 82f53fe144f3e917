use chrono::{NaiveDate, NaiveTime};
use engine::Locale;

use crate::ui::Choice;

/// The formats that a tenant can choose: by the country where they are usual, with an example.
pub fn formats() -> Vec<Choice> {
    let day = NaiveDate::from_ymd_opt(2026, 3, 3).unwrap_or_default();
    let time = NaiveTime::from_hms_opt(14, 5, 0).unwrap_or_default();
    let choice = |locale: &Locale| {
        let example = format!("{}: {}, {}", locale.place(), locale.date(day), locale.time(time));
        Choice::new(locale.as_str(), example)
    };
    Locale::ALL.iter().map(choice).collect()
}
