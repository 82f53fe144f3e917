//! Measures the free windows of a month: of 20 people with hours, appointments and places, and of 50 things of which the work needs one.
//!
//! `cargo bench -p wayside-engine --features ssr --bench free_windows`

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use engine::{
    GeoPoint, Recurrence, TimeSpan, Zone,
    opening::{Hours, OpeningKind, OpeningRule, Without},
    windows::{Availability, Engagement, Need, StartRules, Step, Work, free_windows},
};

const PEOPLE: u32 = 20;
const THINGS: u32 = 50;
const DAYS: u32 = 31;

/// How often it is measured.
const TIMES: usize = 101;

/// The goal for the median. A page may take twice as long, with its queries.
const GOAL: Duration = Duration::from_millis(10);

fn main() -> ExitCode {
    let month = Month::new();
    let mut durations = Vec::with_capacity(TIMES);
    let mut windows = 0;
    for _ in 0..TIMES {
        let begin = Instant::now();
        windows = month.count_windows();
        durations.push(begin.elapsed());
    }
    durations.sort_unstable();
    let median = durations[TIMES / 2];
    println!(
        "{windows} windows of {DAYS} days for {PEOPLE} people and {THINGS} things: {median:?}, slowest {:?}",
        durations[TIMES - 1]
    );
    if windows > 0 && median <= GOAL { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What a page loads: a month of a business, from its rules.
struct Month {
    zone: Zone,
    within: TimeSpan,
    business: Hours,
    people: Vec<(Hours, Vec<Engagement>)>,
    things: Vec<(Hours, Vec<Engagement>)>,
}

impl Month {
    fn new() -> Self {
        let zone: Zone = "America/New_York".parse().expect("a known zone");
        let first = day(2026, 3, 1);
        let within = TimeSpan {
            starts_at: zone.day_bounds(first).0,
            ends_at: zone.day_bounds(first + Days::new(DAYS.into())).0,
        };
        // Hours from 10 years ago, with a break, and a week off.
        let always = |starts, minutes| {
            rule(OpeningKind::Weekly, day(2016, 1, 1), starts, minutes, Some(Recurrence::daily(None)))
        };
        let person = |index: u32| {
            let off = first + Days::new((index % 24).into());
            let rules = vec![always(480, 240), always(780, 300), rule(OpeningKind::TimeOff, off, 0, 7 * 1_440, None)];
            (Hours::new(rules, Without::IsOpen), engagements(within, index, 6))
        };
        Self {
            zone,
            within,
            business: Hours::new(vec![always(420, 780)], Without::IsClosed),
            people: (0..PEOPLE).map(person).collect(),
            things: (0..THINGS)
                .map(|index| (Hours::new(Vec::new(), Without::IsOpen), engagements(within, index, 3)))
                .collect(),
        }
    }

    fn count_windows(&self) -> usize {
        let start = self.within.starts_at;
        let rules = StartRules {
            zone: self.zone,
            step: Step::QuarterHour,
            now: start,
            earliest: start + TimeDelta::hours(2),
            latest: self.within.ends_at,
            daily_limit: None,
        };
        let quarter = TimeDelta::minutes(15);
        let place = Some(point(7));
        let work = Work {
            length: TimeDelta::hours(1),
            preparation: quarter,
            clean_up: quarter,
            begins_at: place,
            ends_at: place,
            speed_kmh: 40.0,
        };
        let of_thing = Work { begins_at: None, ends_at: None, ..work.clone() };
        let business = self.business.open(self.zone, self.within);
        let need = |work, resources: &[(Hours, Vec<Engagement>)]| {
            let of = resources.iter().enumerate().map(|(index, (hours, engagements))| {
                let open = vec![((), business.clone()), ((), hours.open(self.zone, self.within))];
                (index, Availability::new(&rules, work, open, engagements.clone()))
            });
            Need { of: of.collect(), at_least: 1 }
        };
        free_windows(&rules, self.within, &[need(&work, &self.people), need(&of_thing, &self.things)]).len()
    }
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day of the calendar")
}

fn rule(kind: OpeningKind, first: NaiveDate, starts: i16, minutes: i32, recurrence: Option<Recurrence>) -> OpeningRule {
    OpeningRule::new(kind, first, starts, minutes, recurrence).expect("hours of a day")
}

/// An hour's work every few hours, at changing places of a city.
fn engagements(within: TimeSpan, index: u32, per_day: u32) -> Vec<Engagement> {
    let every = TimeDelta::days(1) / i32::try_from(per_day).expect("a few");
    let at = |number: u32| -> DateTime<Utc> {
        within.starts_at
            + TimeDelta::minutes((index * 10).into())
            + every * i32::try_from(number).expect("a few hundred")
    };
    (0..DAYS * per_day)
        .map(|number| Engagement {
            held: TimeSpan { starts_at: at(number), ends_at: at(number) + TimeDelta::minutes(80) },
            begins_at: Some(point(number + index)),
            ends_at: Some(point(number + index + 1)),
        })
        .collect()
}

/// A place of Atlanta.
fn point(number: u32) -> GeoPoint {
    let offset = |by: u32| f64::from(number * by % 100) / 500.0;
    GeoPoint::new(33.65 + offset(37), -84.5 + offset(61)).expect("a place")
}
