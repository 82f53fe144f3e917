//! Appointments that repeat: a part of the recurrence rules of RFC 5545, in local days. The instant of a day is [`Zone`](crate::Zone)'s matter, so that
//! nine o'clock stays nine o'clock when the clocks change.

use std::{fmt, ops::RangeInclusive, str::FromStr};

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// On which days something repeats.
///
/// - Reads and writes `FREQ=DAILY|WEEKLY|MONTHLY` with `INTERVAL`, `BYDAY`, `BYMONTHDAY`, and `COUNT` or `UNTIL` (a day). Anything else is refused.
/// - Weeks begin on Monday.
/// - A day that a month doesn't have is left out, not moved.
/// - Without days of the week or month, the first day's count.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Recurrence {
    pattern: Pattern,
    /// Every so many days, weeks or months.
    interval: u32,
    end: End,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Pattern {
    Daily,
    Weekly(Vec<Day>),
    /// By the day of the month: 1 to 31, or −1 to −31 from its end.
    MonthlyByDate(Vec<i64>),
    /// By days of the week, each the nth of the month.
    MonthlyByWeekday(Vec<Day>),
}

/// A day of the week; of a month the nth from its start, if negative from its end, and without a number each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Day {
    nth: Option<i64>,
    weekday: Weekday,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum End {
    Never,
    After(u32),
    /// The last day that counts.
    On(NaiveDate),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("This repetition can't be read; use days, weeks or months, like FREQ=WEEKLY;BYDAY=MO,TH")]
pub struct RecurrenceError;

const INTERVALS: RangeInclusive<u32> = 1..=999;
const COUNTS: RangeInclusive<u32> = 1..=1_000;
const WEEKDAYS: [(&str, Weekday); 7] = [
    ("MO", Weekday::Mon),
    ("TU", Weekday::Tue),
    ("WE", Weekday::Wed),
    ("TH", Weekday::Thu),
    ("FR", Weekday::Fri),
    ("SA", Weekday::Sat),
    ("SU", Weekday::Sun),
];

impl Recurrence {
    /// Every day, until the last one that counts.
    pub fn daily(until: Option<NaiveDate>) -> Self {
        Self { pattern: Pattern::Daily, interval: 1, end: until.map_or(End::Never, End::On) }
    }

    /// Every week on these days, until the last day that counts. Without a day of the week, on the first day's.
    pub fn weekly(weekdays: &[Weekday], until: Option<NaiveDate>) -> Self {
        let mut weekdays = weekdays.to_vec();
        weekdays.sort_unstable_by_key(Weekday::num_days_from_monday);
        weekdays.dedup();
        let days = weekdays.into_iter().map(|weekday| Day { nth: None, weekday }).collect();
        Self { pattern: Pattern::Weekly(days), interval: 1, end: until.map_or(End::Never, End::On) }
    }

    /// The days within the span on which something repeats that began on `first`, in order.
    pub fn days(&self, first: NaiveDate, within: RangeInclusive<NaiveDate>) -> Vec<NaiveDate> {
        let last = match self.end {
            End::On(last) => last.min(*within.end()),
            End::Never | End::After(_) => *within.end(),
        };
        // Counting begins with the first day; without a count the periods before the span are jumped over, so that an old rule isn't slower.
        let (most, period) = match self.end {
            End::After(count) => (count as usize, 0),
            End::Never | End::On(_) => (usize::MAX, self.period_of(first, *within.start())),
        };
        (period..)
            .map_while(|period| self.start(first, period).filter(|start| *start <= last))
            .flat_map(|start| self.days_of_period(first, start))
            .skip_while(|day| *day < first)
            .take_while(|day| *day <= last)
            .take(most)
            .filter(|day| within.contains(day))
            .collect()
    }

    /// The last period that begins on the day or before it; the first one if none does.
    fn period_of(&self, first: NaiveDate, day: NaiveDate) -> u32 {
        let months = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month0());
        let steps = match self.pattern {
            Pattern::Daily => (day - first).num_days(),
            Pattern::Weekly(_) => (day - monday_of(first).unwrap_or(first)).num_days().div_euclid(7),
            Pattern::MonthlyByDate(_) | Pattern::MonthlyByWeekday(_) => months(day) - months(first),
        };
        u32::try_from(steps.div_euclid(self.interval.into())).unwrap_or(0)
    }

    /// The last day on which something repeats that began on `first`, or a later one; `None` if it repeats for ever.
    pub fn last_day(&self, first: NaiveDate) -> Option<NaiveDate> {
        match self.end {
            End::Never => None,
            End::On(last) => Some(last.max(first)),
            End::After(_) => self.days(first, first..=first.checked_add_months(Months::new(12 * 100))?).last().copied(),
        }
    }

    /// The first day of the nth period: a day, a week, a month.
    fn start(&self, first: NaiveDate, period: u32) -> Option<NaiveDate> {
        let steps = period.checked_mul(self.interval)?;
        match self.pattern {
            Pattern::Daily => first.checked_add_days(Days::new(steps.into())),
            Pattern::Weekly(_) => monday_of(first)?.checked_add_days(Days::new(7 * u64::from(steps))),
            Pattern::MonthlyByDate(_) | Pattern::MonthlyByWeekday(_) => {
                first.with_day(1)?.checked_add_months(Months::new(steps))
            }
        }
    }

    fn days_of_period(&self, first: NaiveDate, start: NaiveDate) -> Vec<NaiveDate> {
        let mut days: Vec<NaiveDate> = match &self.pattern {
            Pattern::Daily => vec![start],
            Pattern::Weekly(days) => {
                let weekdays = days.iter().map(|day| day.weekday).chain(days.is_empty().then(|| first.weekday()));
                let offset = |weekday: Weekday| Days::new(weekday.num_days_from_monday().into());
                weekdays.filter_map(|weekday| start.checked_add_days(offset(weekday))).collect()
            }
            Pattern::MonthlyByDate(dates) => {
                let dates = dates.iter().copied().chain(dates.is_empty().then(|| first.day().into()));
                dates.filter_map(|date| nth(&days_of_month(start), date)).collect()
            }
            Pattern::MonthlyByWeekday(days) => days.iter().flat_map(|day| day.of_month(start)).collect(),
        };
        days.sort_unstable();
        days.dedup();
        days
    }
}

impl Day {
    fn of_month(self, start: NaiveDate) -> Vec<NaiveDate> {
        let mut days = days_of_month(start);
        days.retain(|day| day.weekday() == self.weekday);
        match self.nth {
            Some(number) => nth(&days, number).into_iter().collect(),
            None => days,
        }
    }
}

fn monday_of(day: NaiveDate) -> Option<NaiveDate> {
    day.checked_sub_days(Days::new(day.weekday().num_days_from_monday().into()))
}

fn days_of_month(start: NaiveDate) -> Vec<NaiveDate> {
    start.iter_days().take_while(|day| day.month() == start.month()).collect()
}

/// The nth day from 1, or from −1 backwards.
fn nth(days: &[NaiveDate], number: i64) -> Option<NaiveDate> {
    let index = usize::try_from(number.unsigned_abs()).ok()?.checked_sub(1)?;
    if number > 0 { days.get(index).copied() } else { days.iter().rev().nth(index).copied() }
}

impl FromStr for Recurrence {
    type Err = RecurrenceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim().to_ascii_uppercase();
        let mut parts = Parts::read(text.strip_prefix("RRULE:").unwrap_or(&text))?;
        let interval = parts.number("INTERVAL", INTERVALS)?.unwrap_or(1);
        let end = match (parts.number("COUNT", COUNTS)?, parts.take("UNTIL")) {
            (None, None) => End::Never,
            (Some(count), None) => End::After(count),
            (None, Some(day)) => End::On(NaiveDate::parse_from_str(day, "%Y%m%d").map_err(|_| RecurrenceError)?),
            (Some(_), Some(_)) => return Err(RecurrenceError),
        };
        let (days, dates) = (parts.list("BYDAY", read_day)?, parts.list("BYMONTHDAY", |text| read_number(text, 31))?);
        let pattern = match (parts.take("FREQ"), days, dates) {
            (Some("DAILY"), None, None) => Pattern::Daily,
            (Some("WEEKLY"), days, None) => Pattern::Weekly(days.unwrap_or_default()),
            (Some("MONTHLY"), Some(days), None) => Pattern::MonthlyByWeekday(days),
            (Some("MONTHLY"), None, dates) => Pattern::MonthlyByDate(dates.unwrap_or_default()),
            _ => return Err(RecurrenceError),
        };
        let is_weekly = matches!(&pattern, Pattern::Weekly(days) if days.iter().any(|day| day.nth.is_some()));
        if is_weekly || !parts.0.is_empty() { Err(RecurrenceError) } else { Ok(Self { pattern, interval, end }) }
    }
}

/// The parts of a rule that aren't read yet.
struct Parts<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Parts<'a> {
    fn read(text: &'a str) -> Result<Self, RecurrenceError> {
        text.split(';').map(|part| part.split_once('=').ok_or(RecurrenceError)).collect::<Result<_, _>>().map(Self)
    }

    /// Removes a part. A second one of the same name stays, and is refused.
    fn take(&mut self, name: &str) -> Option<&'a str> {
        let at = self.0.iter().position(|(known, _)| *known == name)?;
        Some(self.0.remove(at).1)
    }

    fn number(&mut self, name: &str, range: RangeInclusive<u32>) -> Result<Option<u32>, RecurrenceError> {
        let Some(text) = self.take(name) else { return Ok(None) };
        let number = text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten();
        number.filter(|number| range.contains(number)).map(Some).ok_or(RecurrenceError)
    }

    fn list<T: PartialEq>(
        &mut self,
        name: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<Vec<T>>, RecurrenceError> {
        let Some(text) = self.take(name) else { return Ok(None) };
        let mut items = Vec::new();
        for item in text.split(',') {
            let item = read(item).ok_or(RecurrenceError)?;
            if !items.contains(&item) {
                items.push(item);
            }
        }
        Ok(Some(items))
    }
}

/// `MO`, `2TU`, `-1FR`.
fn read_day(text: &str) -> Option<Day> {
    let (number, name) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let weekday = WEEKDAYS.iter().find(|(known, _)| *known == name)?.1;
    let nth = if number.is_empty() { None } else { Some(read_number(number, 5)?) };
    Some(Day { nth, weekday })
}

/// A number from 1, or from −1 downwards.
fn read_number(text: &str, most: i64) -> Option<i64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let number: i64 = digits.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten()?;
    (1..=most).contains(&number.abs()).then_some(number)
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = WEEKDAYS[self.weekday.num_days_from_monday() as usize].0;
        match self.nth {
            Some(nth) => write!(f, "{nth}{name}"),
            None => f.write_str(name),
        }
    }
}

impl fmt::Display for Recurrence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (frequency, list) = match &self.pattern {
            Pattern::Daily => ("DAILY", String::new()),
            Pattern::Weekly(days) => ("WEEKLY", part("BYDAY", days)),
            Pattern::MonthlyByDate(dates) => ("MONTHLY", part("BYMONTHDAY", dates)),
            Pattern::MonthlyByWeekday(days) => ("MONTHLY", part("BYDAY", days)),
        };
        write!(f, "FREQ={frequency}")?;
        if self.interval > 1 {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        f.write_str(&list)?;
        match self.end {
            End::Never => Ok(()),
            End::After(count) => write!(f, ";COUNT={count}"),
            End::On(day) => write!(f, ";UNTIL={}", day.format("%Y%m%d")),
        }
    }
}

fn part(name: &str, items: &[impl fmt::Display]) -> String {
    let items: Vec<String> = items.iter().map(ToString::to_string).collect();
    if items.is_empty() { String::new() } else { format!(";{name}={}", items.join(",")) }
}

impl TryFrom<String> for Recurrence {
    type Error = RecurrenceError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Recurrence> for String {
    fn from(recurrence: Recurrence) -> Self {
        recurrence.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn days(rule: &str, first: &str, last: &str) -> Vec<String> {
        let rule: Recurrence = rule.parse().unwrap();
        rule.days(date(first), date(first)..=date(last)).iter().map(|day| day.format("%m-%d").to_string()).collect()
    }

    #[test]
    fn days_weeks_and_months_repeat() {
        assert_eq!(days("FREQ=DAILY;INTERVAL=10", "2026-03-01", "2026-03-31"), ["03-01", "03-11", "03-21", "03-31"]);
        assert_eq!(days("FREQ=WEEKLY;COUNT=3", "2026-03-03", "2026-12-31"), ["03-03", "03-10", "03-17"]);
        assert_eq!(
            days("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "2026-03-05", "2026-04-03"),
            ["03-05", "03-16", "03-19", "03-30", "04-02"]
        );
        assert_eq!(
            days("FREQ=MONTHLY;BYDAY=1SA,-1FR;COUNT=4", "2026-03-01", "2027-01-01"),
            ["03-07", "03-27", "04-04", "04-24"]
        );
        assert_eq!(
            days("FREQ=MONTHLY;UNTIL=20260601", "2026-03-01", "2027-01-01"),
            ["03-01", "04-01", "05-01", "06-01"]
        );
    }

    #[test]
    fn a_month_without_the_day_is_left_out() {
        assert_eq!(days("FREQ=MONTHLY", "2026-01-31", "2026-06-30"), ["01-31", "03-31", "05-31"]);
        assert_eq!(
            days("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-01-31", "2026-04-30"),
            ["01-31", "02-28", "03-31", "04-30"]
        );
        assert!(days("FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=30", "2026-02-01", "2099-12-31").is_empty());
    }

    #[test]
    fn what_ends_has_a_last_day() {
        let last = |rule: &str| rule.parse::<Recurrence>().unwrap().last_day(date("2026-03-03"));
        assert_eq!(last("FREQ=WEEKLY"), None);
        assert_eq!(last("FREQ=WEEKLY;COUNT=3"), Some(date("2026-03-17")));
        assert_eq!(last("FREQ=WEEKLY;UNTIL=20260318"), Some(date("2026-03-18")));
    }

    #[test]
    fn what_we_cannot_repeat_is_refused() {
        for text in [
            "",
            "FREQ=YEARLY",
            "FREQ=HOURLY",
            "INTERVAL=2",
            "FREQ=DAILY;FREQ=WEEKLY",
            "FREQ=DAILY;BYDAY=MO",
            "FREQ=WEEKLY;BYDAY=1MO",
            "FREQ=WEEKLY;BYMONTHDAY=1",
            "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
            "FREQ=MONTHLY;BYDAY=6MO",
            "FREQ=MONTHLY;BYMONTHDAY=0",
            "FREQ=MONTHLY;BYMONTHDAY=32",
            "FREQ=WEEKLY;INTERVAL=0",
            "FREQ=WEEKLY;COUNT=0",
            "FREQ=WEEKLY;COUNT=3;UNTIL=20260601",
            "FREQ=WEEKLY;UNTIL=20260601T090000Z",
            "FREQ=WEEKLY;BYDAY=",
            "FREQ=WEEKLY;WKST=SU",
            "FREQ=WEEKLY;BYHOUR=9",
            "FREQ=WEEKLY;",
        ] {
            assert_eq!(text.parse::<Recurrence>(), Err(RecurrenceError), "{text}");
        }
    }

    #[test]
    fn a_rule_is_written_in_one_way() {
        let written = |text: &str| text.parse::<Recurrence>().unwrap().to_string();
        assert_eq!(written(" rrule:interval=1;byday=mo,th,mo;freq=weekly "), "FREQ=WEEKLY;BYDAY=MO,TH");
        assert_eq!(
            written("COUNT=12;BYMONTHDAY=+15,-1;FREQ=MONTHLY;INTERVAL=3"),
            "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=15,-1;COUNT=12"
        );
    }

    #[test]
    fn a_form_makes_the_rule_that_a_text_makes() {
        let until = date("2026-06-01");
        let weekly = Recurrence::weekly(&[Weekday::Thu, Weekday::Mon, Weekday::Thu], Some(until));
        assert_eq!(weekly.to_string(), "FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20260601");
        assert_eq!(Recurrence::weekly(&[], None).to_string(), "FREQ=WEEKLY");
        assert_eq!(Recurrence::daily(None).to_string(), "FREQ=DAILY");
        assert_eq!(
            [weekly.to_string().parse(), Recurrence::daily(None).to_string().parse()],
            [Ok(weekly), Ok(Recurrence::daily(None))]
        );
    }

    #[test]
    fn an_old_rule_is_read_from_the_period_of_the_day_that_is_asked_for() {
        for text in ["FREQ=DAILY", "FREQ=WEEKLY;INTERVAL=2", "FREQ=MONTHLY;INTERVAL=5"] {
            let rule: Recurrence = text.parse().unwrap();
            let (first, day) = (date("1926-01-01"), date("2026-01-01"));
            let period = rule.period_of(first, day);
            assert!(rule.start(first, period).unwrap() <= day, "{text}");
            assert!(rule.start(first, period + 1).unwrap() > day, "{text}");
        }
    }

    fn any_rule() -> impl Strategy<Value = Recurrence> {
        let weekday = || prop::sample::select(WEEKDAYS.to_vec()).prop_map(|(_, weekday)| weekday);
        let plain = weekday().prop_map(|weekday| Day { nth: None, weekday });
        let numbered = (prop::option::of(prop_oneof![-5i64..=-1, 1i64..=5]), weekday())
            .prop_map(|(nth, weekday)| Day { nth, weekday });
        let distinct = |mut days: Vec<Day>| {
            let all = days.clone();
            let mut index = 0;
            days.retain(|day| {
                index += 1;
                !all[..index - 1].contains(day)
            });
            days
        };
        let pattern = prop_oneof![
            Just(Pattern::Daily),
            prop::collection::vec(plain, 0..4).prop_map(move |days| Pattern::Weekly(distinct(days))),
            prop::collection::btree_set(prop_oneof![-31i64..=-1, 1i64..=31], 0..4)
                .prop_map(|dates| Pattern::MonthlyByDate(dates.into_iter().collect())),
            prop::collection::vec(numbered, 1..4).prop_map(move |days| Pattern::MonthlyByWeekday(distinct(days))),
        ];
        let end = prop_oneof![
            Just(End::Never),
            (1u32..50).prop_map(End::After),
            (0u64..2_000).prop_map(|days| End::On(date("2026-01-01") + Days::new(days))),
        ];
        (pattern, 1u32..6, end).prop_map(|(pattern, interval, end)| Recurrence { pattern, interval, end })
    }

    /// Whether the rule without its end has this day, computed from the day alone.
    fn has(rule: &Recurrence, first: NaiveDate, day: NaiveDate) -> bool {
        let months = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month0());
        let interval = i64::from(rule.interval);
        let length = i64::try_from(days_of_month(day.with_day(1).unwrap()).len()).unwrap();
        let number = i64::from(day.day());
        let in_month = (months(day) - months(first)) % interval == 0;
        match &rule.pattern {
            Pattern::Daily => (day - first).num_days() % interval == 0,
            Pattern::Weekly(days) => {
                let weeks = (monday_of(day).unwrap() - monday_of(first).unwrap()).num_weeks();
                let is_one = days.iter().any(|one| one.weekday == day.weekday());
                weeks % interval == 0 && (is_one || (days.is_empty() && day.weekday() == first.weekday()))
            }
            Pattern::MonthlyByDate(dates) => {
                let is_one = dates.iter().any(|date| *date == number || *date == number - length - 1);
                in_month && (is_one || (dates.is_empty() && day.day() == first.day()))
            }
            Pattern::MonthlyByWeekday(days) => {
                let (from_start, from_end) = ((number - 1) / 7 + 1, -((length - number) / 7 + 1));
                let is_nth = |nth: Option<i64>| nth.is_none_or(|nth| nth == from_start || nth == from_end);
                in_month && days.iter().any(|one| one.weekday == day.weekday() && is_nth(one.nth))
            }
        }
    }

    proptest! {
        #[test]
        fn a_rule_survives_text_and_json(rule in any_rule()) {
            prop_assert_eq!(rule.to_string().parse(), Ok(rule.clone()));
            let json = serde_json::to_string(&rule).unwrap();
            prop_assert_eq!(serde_json::from_str::<Recurrence>(&json).unwrap(), rule);
        }

        #[test]
        fn exactly_the_days_of_the_rule_repeat(rule in any_rule(), start in 0u64..800, length in 0u64..1_500) {
            let first = date("2026-01-01") + Days::new(start);
            let last = first + Days::new(length);
            let all = first.iter_days().take_while(|day| *day <= last).filter(|day| has(&rule, first, *day));
            let expected: Vec<_> = match rule.end {
                End::Never => all.collect(),
                End::After(count) => all.take(count as usize).collect(),
                End::On(end) => all.filter(|day| *day <= end).collect(),
            };
            prop_assert_eq!(rule.days(first, first..=last), expected);
        }

        #[test]
        fn a_part_of_the_time_has_the_days_of_the_whole(rule in any_rule(), from in 0u64..400, length in 0u64..400) {
            let first = date("2026-05-29");
            let (from, whole) = (first + Days::new(from), first + Days::new(1_000));
            let part = from..=from + Days::new(length);
            let expected: Vec<_> = rule.days(first, first..=whole).into_iter().filter(|day| part.contains(day)).collect();
            prop_assert_eq!(rule.days(first, part), expected);
        }

        #[test]
        fn no_text_breaks_the_reader(text in any::<String>(), rule in "(FREQ=|;|BYDAY=|UNTIL=|COUNT=|[A-Z0-9+,-]){0,12}") {
            let _ = (text.parse::<Recurrence>(), rule.parse::<Recurrence>());
        }
    }
}
