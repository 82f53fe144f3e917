use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::*;
use crate::{
    Recurrence,
    opening::samples::{CHANGES, any_case, any_without, utc, zone},
};

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn rule(kind: OpeningKind, first_day: &str, start: i16, end: i16, recurrence: Option<Recurrence>) -> OpeningRule {
    OpeningRule::new(kind, date(first_day), start * 60, i32::from(end - start) * 60, recurrence).unwrap()
}

fn weekly(first_day: &str, start: i16, end: i16) -> OpeningRule {
    rule(OpeningKind::Weekly, first_day, start, end, Some(Recurrence::daily(None)))
}

fn once(kind: OpeningKind, day: &str, start: i16, end: i16) -> OpeningRule {
    rule(kind, day, start, end, None)
}

fn hours(rules: &[OpeningRule]) -> Hours {
    Hours::new(rules.to_vec(), Without::IsOpen)
}

fn local_day(zone: Zone, day: &str) -> TimeSpan {
    let (starts_at, ends_at) = zone.day_bounds(date(day));
    TimeSpan { starts_at, ends_at }
}

/// When it is open on a day in UTC: `09:00-17:00`.
fn open(rules: &[OpeningRule], day: &str) -> Vec<String> {
    let open = hours(rules).open(Zone::UTC, local_day(Zone::UTC, day));
    open.iter().map(|span| format!("{}-{}", span.starts_at.format("%H:%M"), span.ends_at.format("%H:%M"))).collect()
}

#[test]
fn shifts_are_rules_and_may_cross_midnight() {
    let rules = [weekly("2026-03-02", 9, 12), weekly("2026-03-02", 13, 17), weekly("2026-03-03", 22, 30)];
    assert_eq!(open(&rules, "2026-03-02"), ["09:00-12:00", "13:00-17:00"]);
    assert_eq!(open(&rules, "2026-03-04"), ["00:00-06:00", "09:00-12:00", "13:00-17:00", "22:00-00:00"]);
    assert_eq!(open(&[weekly("2026-03-02", 9, 12), weekly("2026-03-02", 12, 17)], "2026-03-02"), ["09:00-17:00"]);
}

#[test]
fn special_hours_replace_the_weekly_hours_that_begin_on_their_day() {
    let rules = [weekly("2026-03-01", 20, 26), once(OpeningKind::SpecialHours, "2026-03-05", 10, 12)];
    assert_eq!(open(&rules, "2026-03-05"), ["00:00-02:00", "10:00-12:00"], "the evening before runs out");
    assert_eq!(open(&rules, "2026-03-06"), ["20:00-00:00"]);
}

#[test]
fn closed_time_cuts_out_of_weekly_and_special_hours() {
    let rules = [
        weekly("2026-03-01", 9, 17),
        once(OpeningKind::SpecialHours, "2026-03-05", 8, 20),
        once(OpeningKind::TimeOff, "2026-03-05", 19, 34),
        once(OpeningKind::Holiday, "2026-03-07", 0, 24),
    ];
    assert_eq!(open(&rules, "2026-03-05"), ["08:00-19:00"]);
    assert_eq!(open(&rules, "2026-03-06"), ["10:00-17:00"]);
    assert!(open(&rules, "2026-03-07").is_empty());
}

#[test]
fn without_weekly_hours_a_subject_is_open_or_closed_on_days_that_are_not_special() {
    let special =
        [once(OpeningKind::SpecialHours, "2026-03-05", 10, 12), once(OpeningKind::TimeOff, "2026-03-06", 0, 1)];
    assert_eq!(open(&special, "2026-03-04"), ["00:00-00:00"]);
    assert_eq!(open(&special, "2026-03-05"), ["10:00-12:00"]);
    assert_eq!(open(&special, "2026-03-06"), ["01:00-00:00"]);
    let closed = Hours::new(special.to_vec(), Without::IsClosed);
    let days = |from, to| TimeSpan { starts_at: utc(from), ends_at: utc(to) };
    assert_eq!(
        closed.open(Zone::UTC, days("2026-03-01T00:00", "2026-04-01T00:00")),
        [days("2026-03-05T10:00", "2026-03-05T12:00")]
    );
    assert!(Hours::new(Vec::new(), Without::IsClosed).open(Zone::UTC, local_day(Zone::UTC, "2026-03-04")).is_empty());
}

#[test]
fn weekly_hours_that_have_ended_leave_the_subject_closed() {
    let until = Recurrence::daily(Some(date("2026-03-03")));
    let rules = [rule(OpeningKind::Weekly, "2026-03-01", 9, 17, Some(until))];
    assert_eq!(open(&rules, "2026-03-03"), ["09:00-17:00"]);
    assert!(open(&rules, "2026-03-04").is_empty());
}

#[test]
fn all_day_is_a_day_of_23_and_of_25_hours() {
    let atlanta = zone("America/New_York");
    let all_day = hours(&[weekly("2026-03-01", 0, 24)]);
    for day in ["2026-03-08", "2026-11-01"] {
        let bounds = local_day(atlanta, day);
        assert_eq!(all_day.open(atlanta, bounds), [bounds]);
        let alone = hours(&[once(OpeningKind::SpecialHours, day, 0, 24), weekly("2026-01-01", 8, 9)]);
        let around = TimeSpan {
            starts_at: bounds.starts_at - TimeDelta::hours(3),
            ends_at: bounds.ends_at + TimeDelta::hours(3),
        };
        assert_eq!(alone.open(atlanta, around), [bounds]);
    }
}

#[test]
fn hours_keep_their_local_time_when_the_clocks_change() {
    let atlanta = zone("America/New_York");
    let night = hours(&[weekly("2026-03-01", 22, 30)]);
    let lasts = |from, to| {
        let [span] = night.open(atlanta, TimeSpan { starts_at: utc(from), ends_at: utc(to) })[..] else {
            panic!("one night")
        };
        (
            atlanta.local(span.starts_at).to_string(),
            atlanta.local(span.ends_at).to_string(),
            (span.ends_at - span.starts_at).num_hours(),
        )
    };
    let times = |from: &str, to: &str, hours| (format!("{from} 22:00:00"), format!("{to} 06:00:00"), hours);
    assert_eq!(lasts("2026-03-07T12:00", "2026-03-08T12:00"), times("2026-03-07", "2026-03-08", 7));
    assert_eq!(lasts("2026-10-31T12:00", "2026-11-01T12:00"), times("2026-10-31", "2026-11-01", 9));
}

#[test]
fn the_reason_why_it_is_closed_is_the_strongest_rule() {
    let (off, special) =
        (once(OpeningKind::TimeOff, "2026-03-05", 13, 15), once(OpeningKind::SpecialHours, "2026-03-05", 10, 20));
    let night_off = once(OpeningKind::Holiday, "2026-03-09", 8, 9);
    let hours = hours(&[weekly("2026-03-01", 9, 27), special.clone(), off.clone(), night_off.clone()]);
    let why = |from, to| hours.why_closed(Zone::UTC, TimeSpan { starts_at: utc(from), ends_at: utc(to) });
    assert_eq!(why("2026-03-05T10:00", "2026-03-05T13:00"), None);
    assert_eq!(why("2026-03-05T09:00", "2026-03-05T16:00"), Some(Closed::Rule(&off)), "before special hours");
    assert_eq!(why("2026-03-05T09:00", "2026-03-05T10:30"), Some(Closed::Rule(&special)));
    assert_eq!(
        why("2026-03-06T01:00", "2026-03-06T02:00"),
        Some(Closed::Rule(&special)),
        "the weekly night is replaced"
    );
    assert_eq!(why("2026-03-08T04:00", "2026-03-08T05:00"), Some(Closed::OutsideHours));
    assert_eq!(why("2026-03-09T08:30", "2026-03-09T08:45"), Some(Closed::Rule(&night_off)));
}

/// The local time of every quarter-hour of two weeks around a change of the clocks, read from the zone instant by instant.
struct Clock {
    zone: Zone,
    first: DateTime<Utc>,
    /// The latest local time that was shown so far.
    latest: Vec<NaiveDateTime>,
}

const QUARTERS: usize = 14 * 96;

impl Clock {
    fn around(zone: Zone, change: DateTime<Utc>) -> Self {
        let first = change - TimeDelta::days(7);
        let at = |quarter: i32| first + TimeDelta::minutes(15) * quarter;
        let mut latest: Vec<_> = (0..i32::try_from(QUARTERS).unwrap()).map(|quarter| zone.local(at(quarter))).collect();
        for quarter in 1..latest.len() {
            latest[quarter] = latest[quarter].max(latest[quarter - 1]);
        }
        Self { zone, first, latest }
    }

    fn at(&self, quarter: usize) -> DateTime<Utc> {
        self.first + TimeDelta::minutes(15) * i32::try_from(quarter).unwrap()
    }

    /// The quarters of an hour from when the clock first shows the start until it first shows the end.
    fn shows(&self, (start, end): (NaiveDateTime, NaiveDateTime)) -> std::ops::Range<usize> {
        let first = |local| self.latest.partition_point(|shown| *shown < local);
        first(start)..first(end)
    }

    /// Whether a quarter of an hour is open, by the words of the module's documentation.
    fn is_open(&self, rules: &[OpeningRule], without: Without, quarter: usize) -> bool {
        let today = self.zone.date(self.at(quarter));
        let days = || today - Days::new(10)..=today + Days::new(2);
        let is = |kind| move |rule: &&OpeningRule| rule.kind() == kind;
        let has = |rule: &OpeningRule, day| self.shows(rule.local_times(day).unwrap()).contains(&quarter);
        let is_special = |day: NaiveDate| {
            rules.iter().filter(is(OpeningKind::SpecialHours)).any(|rule| !rule.days(day..=day).is_empty())
        };
        if rules
            .iter()
            .filter(|rule| rule.kind().is_closed())
            .any(|rule| rule.days(days()).iter().any(|day| has(rule, *day)))
        {
            return false;
        }
        if rules
            .iter()
            .filter(is(OpeningKind::SpecialHours))
            .any(|rule| rule.days(days()).iter().any(|day| has(rule, *day)))
        {
            return true;
        }
        let all_day =
            OpeningRule::new(OpeningKind::Weekly, date("1990-01-01"), 0, 1_440, Some(Recurrence::daily(None))).unwrap();
        let weekly: Vec<_> = rules.iter().filter(is(OpeningKind::Weekly)).collect();
        let usual = match without {
            Without::IsOpen if weekly.is_empty() => vec![&all_day],
            _ => weekly,
        };
        usual.iter().any(|rule| rule.days(days()).iter().any(|day| !is_special(*day) && has(rule, *day)))
    }
}

proptest! {
    #[test]
    fn it_is_open_exactly_when_the_clock_on_the_wall_says_so(
        (zone, change, rules) in any_case(), without in any_without(), from in 480usize..860, length in 1usize..120,
    ) {
        let clock = Clock::around(zone, change);
        let quarters = from..(from + length).min(QUARTERS - 300);
        let span = |quarter: usize| TimeSpan { starts_at: clock.at(quarter), ends_at: clock.at(quarter + 1) };
        let expected = quarters.clone().filter(|quarter| clock.is_open(&rules, without, *quarter)).map(span).collect();
        let within = TimeSpan { starts_at: clock.at(quarters.start), ends_at: clock.at(quarters.end) };
        prop_assert_eq!(Hours::new(rules, without).open(zone, within), spans::merged(expected));
    }

    #[test]
    fn a_span_is_covered_exactly_if_nothing_is_named_that_forbids_it(
        (zone, change, rules) in any_case(), without in any_without(), from in 0i32..400, quarters in 0i32..40,
    ) {
        let hours = Hours::new(rules, without);
        let starts_at = change - TimeDelta::days(2) + TimeDelta::minutes(15) * from;
        let span = TimeSpan { starts_at, ends_at: starts_at + TimeDelta::minutes(15) * quarters };
        let around = TimeSpan { starts_at: change - TimeDelta::days(5), ends_at: change + TimeDelta::days(5) };
        let is_open = spans::covers(&hours.open(zone, around), span);
        prop_assert_eq!(hours.covers(zone, span), is_open);
        prop_assert_eq!(hours.why_closed(zone, span).is_none(), is_open);
    }

    #[test]
    fn hours_that_touch_leave_no_gap(change in prop::sample::select(CHANGES.to_vec()), cuts in prop::collection::btree_set(1i16..1_440, 1..5)) {
        let (zone, change) = (zone(change.0), utc(change.1));
        let bounds: Vec<i16> = [0].into_iter().chain(cuts).chain([1_440]).collect();
        let daily = || Some(Recurrence::daily(None));
        let shifts = bounds.windows(2).map(|pair| {
            OpeningRule::new(OpeningKind::Weekly, date("2000-01-01"), pair[0], (pair[1] - pair[0]).into(), daily()).unwrap()
        });
        let hours = Hours::new(shifts.collect(), Without::IsClosed);
        let within = TimeSpan { starts_at: change - TimeDelta::days(3), ends_at: change + TimeDelta::days(3) };
        prop_assert_eq!(hours.open(zone, within), [within]);
        let openings = hours.openings(zone, within);
        for (index, one) in openings.iter().enumerate() {
            prop_assert!(openings[..index].iter().all(|other| !one.span.overlaps(&other.span)), "{one:?}");
        }
    }
}
