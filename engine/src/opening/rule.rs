use std::ops::RangeInclusive;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use thiserror::Error;

use crate::Recurrence;

codes! {
    /// What a rule says about its time.
    pub enum OpeningKind ("kind of opening hours") {
        /// Open, on days without special hours.
        Weekly = "weekly",
        /// Open, instead of the weekly hours of the day.
        SpecialHours = "special_hours",
        /// Closed: away, ill, on holiday.
        TimeOff = "time_off",
        /// Closed: a public holiday.
        Holiday = "holiday",
    }
}

impl OpeningKind {
    pub const fn is_closed(self) -> bool {
        matches!(self, Self::TimeOff | Self::Holiday)
    }
}

/// A time that is open or closed, once or on the days of a recurrence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpeningRule {
    kind: OpeningKind,
    first_day: NaiveDate,
    starts_minute: i16,
    minutes: i32,
    recurrence: Option<Recurrence>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum OpeningRuleError {
    #[error("Hours begin from 0:00 to 23:59")]
    Start,
    #[error("Hours last from one minute to 365 days")]
    Length,
}

impl OpeningRule {
    const STARTS: RangeInclusive<i16> = 0..=1_439;
    const LENGTHS: RangeInclusive<i32> = 1..=525_600;

    /// `starts_minute` is the local minute of the day, 0 to 1,439. `minutes` is the length on the local clock, 1 to 525,600. Without a recurrence
    /// the rule holds once; with one it holds on its days from the first day on, which itself counts only if the recurrence has it.
    pub fn new(
        kind: OpeningKind,
        first_day: NaiveDate,
        starts_minute: i16,
        minutes: i32,
        recurrence: Option<Recurrence>,
    ) -> Result<Self, OpeningRuleError> {
        if !Self::STARTS.contains(&starts_minute) {
            return Err(OpeningRuleError::Start);
        }
        if !Self::LENGTHS.contains(&minutes) {
            return Err(OpeningRuleError::Length);
        }
        Ok(Self { kind, first_day, starts_minute, minutes, recurrence })
    }

    pub const fn kind(&self) -> OpeningKind {
        self.kind
    }

    pub const fn first_day(&self) -> NaiveDate {
        self.first_day
    }

    pub const fn starts_minute(&self) -> i16 {
        self.starts_minute
    }

    pub const fn minutes(&self) -> i32 {
        self.minutes
    }

    pub const fn recurrence(&self) -> Option<&Recurrence> {
        self.recurrence.as_ref()
    }

    /// The local days within the range on which it begins, in order.
    pub fn days(&self, within: RangeInclusive<NaiveDate>) -> Vec<NaiveDate> {
        match &self.recurrence {
            Some(recurrence) => recurrence.days(self.first_day, within),
            None => within.contains(&self.first_day).then_some(self.first_day).into_iter().collect(),
        }
    }

    /// The local start and end of its occurrence on this day. None at the end of the calendar.
    pub fn local_times(&self, day: NaiveDate) -> Option<(NaiveDateTime, NaiveDateTime)> {
        let start = day.and_time(NaiveTime::MIN).checked_add_signed(TimeDelta::minutes(self.starts_minute.into()))?;
        Some((start, start.checked_add_signed(TimeDelta::minutes(self.minutes.into()))?))
    }

    /// On how many later days an occurrence may go on.
    pub fn later_days(&self) -> u64 {
        u64::from((i32::from(self.starts_minute) + self.minutes).unsigned_abs() / 1_440)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn rule(starts_minute: i16, minutes: i32, recurrence: Option<&str>) -> Result<OpeningRule, OpeningRuleError> {
        let recurrence = recurrence.map(|text| text.parse().unwrap());
        OpeningRule::new(OpeningKind::Weekly, date("2026-03-02"), starts_minute, minutes, recurrence)
    }

    #[test]
    fn hours_begin_on_a_day_and_last_a_minute_to_a_year() {
        assert!(rule(0, 1, None).is_ok() && rule(1_439, 525_600, None).is_ok());
        assert_eq!(
            [rule(-1, 60, None), rule(1_440, 60, None)],
            [Err(OpeningRuleError::Start), Err(OpeningRuleError::Start)]
        );
        assert_eq!(
            [rule(0, 0, None), rule(0, 525_601, None)],
            [Err(OpeningRuleError::Length), Err(OpeningRuleError::Length)]
        );
    }

    #[test]
    fn a_rule_holds_once_or_on_the_days_of_its_recurrence() {
        let march = || date("2026-03-01")..=date("2026-03-12");
        assert_eq!(rule(540, 60, None).unwrap().days(march()), [date("2026-03-02")]);
        assert!(rule(540, 60, None).unwrap().days(date("2026-03-03")..=date("2026-03-12")).is_empty());
        let thursdays = rule(540, 60, Some("FREQ=WEEKLY;BYDAY=TH")).unwrap();
        assert_eq!(thursdays.days(march()), [date("2026-03-05"), date("2026-03-12")], "its first day is a Monday");
    }

    #[test]
    fn hours_end_at_midnight_or_on_a_later_day() {
        let ends = |starts_minute, minutes| {
            let rule = rule(starts_minute, minutes, None).unwrap();
            (rule.local_times(date("2026-03-02")).unwrap().1.to_string(), rule.later_days())
        };
        assert_eq!(ends(18 * 60, 359), ("2026-03-02 23:59:00".to_owned(), 0));
        assert_eq!(ends(18 * 60, 360), ("2026-03-03 00:00:00".to_owned(), 1));
        assert_eq!(ends(22 * 60, 480), ("2026-03-03 06:00:00".to_owned(), 1));
    }
}
