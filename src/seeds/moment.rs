use std::str::FromStr;

use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use engine::Zone;
use serde::Deserialize;

/// A time in the demo data: relative to the day of loading, so that the demo is never out of date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Moment {
    /// `12 minutes ago`
    MinutesAgo(u32),
    /// `in 40 minutes`
    InMinutes(u32),
    /// `16 days ago 08:40`, in the tenant's zone.
    DaysAgo(u32, NaiveTime),
    /// `in 2 days 08:30`, in the tenant's zone.
    InDays(u32, NaiveTime),
}

impl Moment {
    pub fn instant(self, now: DateTime<Utc>, zone: Zone) -> DateTime<Utc> {
        let today = zone.date(now);
        match self {
            Self::MinutesAgo(minutes) => now - TimeDelta::minutes(minutes.into()),
            Self::InMinutes(minutes) => now + TimeDelta::minutes(minutes.into()),
            Self::DaysAgo(days, time) => zone.first_instant((today - Days::new(days.into())).and_time(time)),
            Self::InDays(days, time) => zone.first_instant((today + Days::new(days.into())).and_time(time)),
        }
    }
}

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let unreadable =
            || format!("`{text}` is not a time like `16 days ago 08:40`, `in 2 days 08:30` or `12 minutes ago`");
        let number = |word: &str| word.parse().map_err(|_| unreadable());
        let time = |word: &str| NaiveTime::parse_from_str(word, "%H:%M").map_err(|_| unreadable());
        match text.split_whitespace().collect::<Vec<_>>()[..] {
            [minutes, "minutes", "ago"] => Ok(Self::MinutesAgo(number(minutes)?)),
            ["in", minutes, "minutes"] => Ok(Self::InMinutes(number(minutes)?)),
            [days, "day" | "days", "ago", at] => Ok(Self::DaysAgo(number(days)?, time(at)?)),
            ["in", days, "day" | "days", at] => Ok(Self::InDays(number(days)?, time(at)?)),
            _ => Err(unreadable()),
        }
    }
}

impl TryFrom<String> for Moment {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_in_the_zone_of_the_tenant() {
        let zone: Zone = "America/New_York".parse().unwrap();
        let now = "2026-03-10T02:00:00Z".parse().unwrap(); // still the 9th in Atlanta, the day after the clocks changed
        let instant = |text: &str| text.parse::<Moment>().unwrap().instant(now, zone).to_rfc3339();
        assert_eq!(instant("12 minutes ago"), "2026-03-10T01:48:00+00:00");
        assert_eq!(instant("in 40 minutes"), "2026-03-10T02:40:00+00:00");
        assert_eq!(instant("1 day ago 02:30"), "2026-03-08T07:00:00+00:00", "half past two didn't exist that night");
        assert_eq!(instant("2 days ago 08:40"), "2026-03-07T13:40:00+00:00");
        assert_eq!(instant("in 1 day 08:40"), "2026-03-10T12:40:00+00:00");
        for text in ["yesterday", "2 days ago", "in 2 hours 08:00", "x days ago 08:00", "1 day ago 25:00"] {
            assert!(text.parse::<Moment>().is_err(), "{text}");
        }
    }
}
