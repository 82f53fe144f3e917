use chrono::{Days, TimeDelta};
use chrono_tz::TZ_VARIANTS;

use super::*;

fn zone(name: &str) -> Zone {
    name.parse().unwrap()
}

fn local(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn offset(zone: Zone, instant: DateTime<Utc>) -> i32 {
    zone.tz().offset_from_utc_datetime(&instant.naive_utc()).fix().local_minus_utc()
}

/// Every zone with each of its clock changes: the first instant of the new offset.
fn changes_of_the_clocks() -> impl Iterator<Item = (Zone, DateTime<Utc>)> {
    TZ_VARIANTS.iter().copied().map(Zone::from).flat_map(|zone| {
        changes(zone, utc("1995-01-01T00:00:00Z"), utc("2040-01-01T00:00:00Z"))
            .into_iter()
            .map(move |change| (zone, change))
    })
}

fn changes(zone: Zone, start: DateTime<Utc>, end: DateTime<Utc>) -> Vec<DateTime<Utc>> {
    // No zone changes twice within four days.
    let step = TimeDelta::days(4);
    let mut found = Vec::new();
    let (mut instant, mut current) = (start, offset(zone, start));
    while instant < end {
        let next = instant + step;
        if offset(zone, next) != current {
            let (mut before, mut after) = (instant.timestamp(), next.timestamp());
            let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
            while after - before > 1 {
                let middle = before.midpoint(after);
                if offset(zone, at(middle)) == current {
                    before = middle;
                } else {
                    after = middle;
                }
            }
            found.push(at(after));
            current = offset(zone, next);
        }
        instant = next;
    }
    found
}

#[test]
fn over_every_change_of_the_clocks_in_every_zone_instants_survive_local_time() {
    let mut count = 0;
    for (zone, change) in changes_of_the_clocks() {
        count += 1;
        for minutes in (-3 * 60..=3 * 60).step_by(15).chain([-25 * 60, 25 * 60]) {
            for seconds in [-1, 0, 1] {
                let instant = change + TimeDelta::minutes(minutes) + TimeDelta::seconds(seconds);
                match zone.instant(zone.local(instant)) {
                    Ok(same) => assert_eq!(same, instant, "{zone}"),
                    Err(LocalTimeError::Ambiguous(earlier, later)) => {
                        assert!(earlier < later && (instant == earlier || instant == later), "{zone} {instant}");
                    }
                    Err(LocalTimeError::Skipped) => {
                        panic!("{zone}: {instant} has a local time that is said not to exist")
                    }
                }
            }
        }
    }
    assert!(count > 10_000, "only {count} changes found");
}

#[test]
fn in_every_zone_what_the_clocks_skip_happens_when_the_gap_ends() {
    for (zone, change) in changes_of_the_clocks() {
        let skipped = i64::from(offset(zone, change) - offset(zone, change - TimeDelta::seconds(1)));
        let gap_start = zone.local(change) - TimeDelta::seconds(skipped);
        for second in (0..skipped).step_by(600).chain([skipped - 1]).filter(|_| skipped > 0) {
            let local = gap_start + TimeDelta::seconds(second);
            assert_eq!(zone.instant(local), Err(LocalTimeError::Skipped), "{zone} {local}");
            assert_eq!(zone.first_instant(local), change, "{zone} {local}");
        }
    }
}

#[test]
fn in_every_zone_days_follow_each_other_without_gap_or_overlap() {
    for (zone, change) in changes_of_the_clocks() {
        let first = zone.date(change) - Days::new(2);
        for date in first.iter_days().take(5) {
            let (start, end) = zone.day_bounds(date);
            assert_eq!(end, zone.day_bounds(date.succ_opt().unwrap()).0, "{zone} {date}");
            assert!(start <= end && end - start <= TimeDelta::hours(49), "{zone} {date}");
            // Newfoundland used to put its clocks back at one minute past midnight, into the day before.
            let goes_back_over_midnight = zone.date(change - TimeDelta::seconds(1)) > zone.date(change);
            if start < end && !goes_back_over_midnight {
                assert_eq!(zone.date(start), date, "{zone}");
                assert_eq!(zone.date(end - TimeDelta::seconds(1)), date, "{zone}");
                assert_ne!(zone.date(start - TimeDelta::seconds(1)), date, "{zone}");
                assert_ne!(zone.date(end), date, "{zone}");
            }
        }
    }
}

#[test]
fn skipped_and_ambiguous_times_are_different_errors() {
    let atlanta = zone("America/New_York");
    assert_eq!(atlanta.instant(local("2026-03-08T02:30:00")), Err(LocalTimeError::Skipped));
    assert_eq!(
        atlanta.instant(local("2026-11-01T01:30:00")),
        Err(LocalTimeError::Ambiguous(utc("2026-11-01T05:30:00Z"), utc("2026-11-01T06:30:00Z")))
    );
    assert_eq!(atlanta.instant(local("2026-03-08T03:00:00")), Ok(utc("2026-03-08T07:00:00Z")));
}

#[test]
fn a_day_has_23_24_or_25_hours() {
    let hours = |day| {
        let (start, end) = zone("America/New_York").day_bounds(date(day));
        (end - start).num_hours()
    };
    assert_eq!([hours("2026-03-08"), hours("2026-03-09"), hours("2026-11-01")], [23, 24, 25]);
}

#[test]
fn a_day_without_midnight_starts_when_the_clocks_have_jumped() {
    assert_eq!(zone("America/Santiago").day_bounds(date("2024-09-08")).0, utc("2024-09-08T04:00:00Z"));
    assert_eq!(zone("America/Sao_Paulo").day_bounds(date("2018-11-04")).0, utc("2018-11-04T03:00:00Z"));
    assert_eq!(zone("Asia/Beirut").day_bounds(date("2024-03-31")).0, utc("2024-03-30T22:00:00Z"));
}

#[test]
fn a_day_that_midnight_comes_to_twice_starts_the_first_time() {
    assert_eq!(
        zone("America/Havana").day_bounds(date("2024-11-03")),
        (utc("2024-11-03T04:00:00Z"), utc("2024-11-04T05:00:00Z"))
    );
}

#[test]
fn a_day_the_zone_skipped_has_no_hours() {
    let (start, end) = zone("Pacific/Apia").day_bounds(date("2011-12-30"));
    assert_eq!((start, end), (utc("2011-12-30T10:00:00Z"), utc("2011-12-30T10:00:00Z")));
}

#[test]
fn the_ends_of_the_calendar_break_nothing() {
    for zone in ["America/New_York", "Asia/Almaty", "UTC"].map(zone) {
        let _ = zone.day_bounds(NaiveDate::MAX);
        let _ = zone.day_bounds(NaiveDate::MIN);
    }
}

#[test]
fn a_zone_has_its_common_name() {
    let called = |name, instant| zone(name).abbreviation(utc(instant));
    assert_eq!(called("America/New_York", "2026-01-15T12:00:00Z"), "EST");
    assert_eq!(called("America/New_York", "2026-07-15T12:00:00Z"), "EDT");
    assert_eq!(called("Europe/Berlin", "2026-07-15T12:00:00Z"), "CEST");
    assert_eq!(called("Asia/Almaty", "2026-07-15T12:00:00Z"), "UTC+5");
    assert_eq!(called("Asia/Kathmandu", "2026-07-15T12:00:00Z"), "UTC+5:45");
    assert_eq!(called("America/Sao_Paulo", "2026-07-15T12:00:00Z"), "UTC-3");
    assert_eq!(called("UTC", "2026-07-15T12:00:00Z"), "UTC");
}

#[test]
fn a_sentence_names_the_time_of_the_place() {
    let spoken = |name| zone(name).spoken(utc("2026-07-15T12:00:00Z"));
    assert_eq!(spoken("America/New_York"), "Eastern Time");
    assert_eq!(spoken("America/Phoenix"), "Mountain Time");
    assert_eq!(spoken("America/Sao_Paulo"), "Sao Paulo time");
    assert_eq!(spoken("Asia/Shanghai"), "Shanghai time", "CST, but not of America");
}

#[test]
fn a_zone_survives_text_and_json() {
    for zone in TZ_VARIANTS.iter().copied().map(Zone::from) {
        assert_eq!(zone.to_string().parse(), Ok(zone));
        let json = serde_json::to_string(&zone).unwrap();
        assert_eq!(serde_json::from_str::<Zone>(&json).unwrap(), zone);
    }
    assert_eq!(
        "Atlanta".parse::<Zone>().unwrap_err().to_string(),
        "“Atlanta” is not a time zone; use a name like America/New_York"
    );
}
