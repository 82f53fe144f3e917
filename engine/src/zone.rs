//! Local time: what “9 o'clock” means at a place. Only on the server; the browser gets finished text.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone, Utc};
use chrono_tz::{GapInfo, OffsetName, TZ_VARIANTS, Tz};
use thiserror::Error;

/// A time zone by its IANA name: `America/New_York`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Zone(Tz);

#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("“{0}” is not a time zone; use a name like America/New_York")]
pub struct ZoneError(String);

/// Why a local time doesn't name exactly one instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum LocalTimeError {
    /// It doesn't exist: the clocks were put forward over it.
    #[error("This time doesn't exist: the clocks go forward over it")]
    Skipped,
    /// It exists twice, because the clocks were put back over it: the earlier and the later instant.
    #[error("This time comes twice: the clocks go back over it")]
    Ambiguous(DateTime<Utc>, DateTime<Utc>),
}

impl Zone {
    pub const UTC: Self = Self(Tz::UTC);

    /// Every zone named after a place (`America/New_York`), sorted by name, for a list of choices.
    pub fn places() -> impl Iterator<Item = Self> {
        const CONTINENTS: [&str; 9] =
            ["Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"];
        let is_place =
            |tz: &Tz| tz.name().split_once('/').is_some_and(|(continent, _)| CONTINENTS.contains(&continent));
        TZ_VARIANTS.iter().copied().filter(is_place).map(Self)
    }

    pub const fn tz(self) -> Tz {
        self.0
    }

    pub fn as_str(&self) -> &'static str {
        self.0.name()
    }

    /// The local time at this instant.
    pub fn local(self, instant: DateTime<Utc>) -> NaiveDateTime {
        instant.with_timezone(&self.0).naive_local()
    }

    /// The instant of this local time.
    pub fn instant(self, local: NaiveDateTime) -> Result<DateTime<Utc>, LocalTimeError> {
        match self.0.from_local_datetime(&local) {
            LocalResult::Single(instant) => Ok(instant.to_utc()),
            LocalResult::Ambiguous(one, other) => {
                Err(LocalTimeError::Ambiguous(one.to_utc().min(other.to_utc()), one.to_utc().max(other.to_utc())))
            }
            LocalResult::None => Err(LocalTimeError::Skipped),
        }
    }

    /// The first instant at which the local clock shows this time or a later one: for moving a
    /// repeated appointment (“9 o'clock every Sunday”) over a change of the clocks. A skipped time becomes
    /// the end of the gap; a repeated time its first occurrence.
    pub fn first_instant(self, local: NaiveDateTime) -> DateTime<Utc> {
        match self.instant(local) {
            Ok(instant) | Err(LocalTimeError::Ambiguous(instant, _)) => instant,
            // Only the end of the calendar, in the year 262142, has no later time.
            Err(LocalTimeError::Skipped) => {
                GapInfo::new(&local, &self.0).and_then(|gap| gap.end).map_or(local.and_utc(), |end| end.to_utc())
            }
        }
    }

    /// The first instant of the day, and the first of the next day. They are 24 hours apart on most days, more or less
    /// when the clocks change, and equal for a day that a zone skipped.
    pub fn day_bounds(self, date: NaiveDate) -> (DateTime<Utc>, DateTime<Utc>) {
        let midnight = |date: NaiveDate| self.first_instant(date.and_time(NaiveTime::MIN));
        (midnight(date), midnight(date.succ_opt().unwrap_or(NaiveDate::MAX)))
    }

    /// The local date at this instant.
    pub fn date(self, instant: DateTime<Utc>) -> NaiveDate {
        self.local(instant).date()
    }

    /// The zone's name in a sentence: `Eastern Time`, `Berlin time`.
    pub fn spoken(self, instant: DateTime<Utc>) -> String {
        let name = self.as_str();
        let is_american = name.starts_with("America/") || name.starts_with("US/");
        let known = match self.abbreviation(instant).as_str() {
            "EST" | "EDT" => "Eastern Time",
            "CST" | "CDT" => "Central Time",
            "MST" | "MDT" => "Mountain Time",
            "PST" | "PDT" => "Pacific Time",
            _ => "",
        };
        if is_american && !known.is_empty() {
            return known.to_owned();
        }
        let city = name.rsplit('/').next().unwrap_or(name).replace('_', " ");
        format!("{city} time")
    }

    /// The abbreviation at this instant: `EST`, `CEST`; `UTC+5` where there is none.
    pub fn abbreviation(self, instant: DateTime<Utc>) -> String {
        let offset = self.0.offset_from_utc_datetime(&instant.naive_utc());
        match offset.abbreviation() {
            Some(name) if name.starts_with(|c: char| c.is_ascii_alphabetic()) => name.to_owned(),
            _ => universal_offset(offset.fix().local_minus_utc()),
        }
    }
}

/// `UTC+5`, `UTC-3:30`.
fn universal_offset(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    match (seconds.abs() / 3_600, seconds.abs() / 60 % 60) {
        (0, 0) => "UTC".to_owned(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, minutes) => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

impl FromStr for Zone {
    type Err = ZoneError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        name.parse().map(Self).map_err(|_| ZoneError(name.to_owned()))
    }
}

impl From<Tz> for Zone {
    fn from(tz: Tz) -> Self {
        Self(tz)
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

text_value!(Zone);

#[cfg(test)]
mod tests;
