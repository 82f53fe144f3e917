//! Rules around changes of the clocks, for property tests.

use chrono::{DateTime, Days, NaiveDate, Utc, Weekday};
use proptest::prelude::*;

use super::{OpeningKind, OpeningRule, Without};
use crate::{Recurrence, Zone};

pub fn zone(name: &str) -> Zone {
    name.parse().unwrap()
}

pub fn utc(text: &str) -> DateTime<Utc> {
    format!("{text}:00Z").parse().unwrap()
}

/// Changes of the clocks by an hour, by half an hour, at midnight, over midnight into the day before, and by a whole day.
pub const CHANGES: [(&str, &str); 8] = [
    ("America/New_York", "2026-03-08T07:00"),
    ("America/New_York", "2026-11-01T06:00"),
    ("Australia/Lord_Howe", "2026-04-04T15:00"),
    ("America/Santiago", "2024-09-08T04:00"),
    ("America/Havana", "2024-11-03T05:00"),
    ("America/St_Johns", "2010-11-07T02:30"),
    ("Pacific/Apia", "2011-12-30T10:00"),
    ("UTC", "2026-03-08T07:00"),
];

fn any_rule(change: NaiveDate) -> impl Strategy<Value = OpeningRule> {
    let kind = prop::sample::select(OpeningKind::ALL.to_vec());
    let weekdays =
        prop::sample::subsequence(vec![Weekday::Mon, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun], 0..4);
    let until = prop::option::of((0u64..12).prop_map(move |days| change - Days::new(4) + Days::new(days)));
    let recurrence = prop_oneof![
        3 => Just(None),
        1 => until.clone().prop_map(|until| Some(Recurrence::daily(until))),
        3 => (weekdays, until).prop_map(|(weekdays, until)| Some(Recurrence::weekly(&weekdays, until))),
    ];
    let quarters = prop_oneof![1..=96i32, 1..=400i32];
    (kind, 0u64..12, 0i16..96, quarters, recurrence).prop_map(move |(kind, day, start, quarters, recurrence)| {
        let first_day = change - Days::new(9) + Days::new(day);
        OpeningRule::new(kind, first_day, start * 15, quarters * 15, recurrence).unwrap()
    })
}

pub fn any_case() -> impl Strategy<Value = (Zone, DateTime<Utc>, Vec<OpeningRule>)> {
    prop::sample::select(CHANGES.to_vec()).prop_flat_map(|(name, change)| {
        let (zone, change) = (zone(name), utc(change));
        prop::collection::vec(any_rule(zone.date(change)), 0..6).prop_map(move |rules| (zone, change, rules))
    })
}

pub fn any_without() -> impl Strategy<Value = Without> {
    prop::sample::select(vec![Without::IsOpen, Without::IsClosed])
}
