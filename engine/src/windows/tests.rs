use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::*;
use crate::{GeoPoint, TimeSpan, Zone, road_distance, travel_time};

/// What must be open.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Subject {
    Business,
    Person,
}

fn utc(text: &str) -> DateTime<Utc> {
    format!("{text}:00Z").parse().unwrap()
}

/// A time on Monday, March 2, 2026.
fn at(time: &str) -> DateTime<Utc> {
    utc(&format!("2026-03-02T{time}"))
}

fn span(from: &str, to: &str) -> TimeSpan {
    TimeSpan { starts_at: at(from), ends_at: at(to) }
}

fn north(kilometres: f64) -> GeoPoint {
    GeoPoint::new(33.0 + kilometres / 111.195, -84.0).unwrap()
}

/// An hour's work, on the half hours of the Monday.
fn work() -> Work {
    let none = TimeDelta::zero();
    Work {
        length: TimeDelta::hours(1),
        preparation: none,
        clean_up: none,
        begins_at: None,
        ends_at: None,
        speed_kmh: 60.0,
    }
}

fn rules() -> StartRules {
    StartRules {
        zone: Zone::UTC,
        step: Step::HalfHour,
        now: at("00:00"),
        earliest: at("00:00"),
        latest: at("23:59"),
        daily_limit: None,
    }
}

fn held(from: &str, to: &str) -> Engagement {
    Engagement { held: span(from, to), begins_at: None, ends_at: None }
}

fn times(starts: &[DateTime<Utc>]) -> Vec<String> {
    starts.iter().map(|start| start.format("%H:%M").to_string()).collect()
}

/// The starts of the Monday, for a person who works from 9 to 13.
fn free(rules: &StartRules, work: &Work, engagements: &[Engagement]) -> Vec<String> {
    let open = vec![(Subject::Person, vec![span("09:00", "13:00")])];
    times(&Availability::new(rules, work, open, engagements.to_vec()).free_windows(span("00:00", "23:59")))
}

#[test]
fn the_work_lies_within_open_time_and_overlaps_nothing() {
    assert_eq!(free(&rules(), &work(), &[]), ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30", "12:00"]);
    assert_eq!(free(&rules(), &work(), &[held("10:00", "11:00")]), ["09:00", "11:00", "11:30", "12:00"]);
}

#[test]
fn a_long_engagement_holds_the_resource_after_a_short_one_within_it_ends() {
    assert_eq!(free(&rules(), &work(), &[held("08:00", "12:00"), held("09:00", "10:00")]), ["12:00"]);
    let (rules, work) = (rules(), work());
    let availability =
        Availability::<Subject>::new(&rules, &work, Vec::new(), vec![held("08:00", "12:00"), held("09:00", "10:00")]);
    assert_eq!(availability.allows(at("10:30")), Err(Refusal::Taken(held("08:00", "12:00"))));
}

#[test]
fn preparation_and_clean_up_may_lie_outside_open_time() {
    let half_an_hour = TimeDelta::minutes(30);
    let prepared = Work { preparation: half_an_hour, clean_up: half_an_hour, ..work() };
    assert_eq!(free(&rules(), &prepared, &[]), free(&rules(), &work(), &[]));
    assert_eq!(
        free(&rules(), &prepared, &[held("08:00", "09:00"), held("12:00", "12:30")]),
        ["09:30", "10:00", "10:30"]
    );
}

#[test]
fn the_buffers_of_neighbours_add_up() {
    let quarter = TimeDelta::minutes(15);
    let buffered = Work { preparation: quarter, clean_up: quarter, ..work() };
    // Work from 10:00 to 11:00 with its own quarters before and after.
    let other = Engagement { held: buffered.held(at("10:00")), begins_at: None, ends_at: None };
    let quarters = StartRules { step: Step::QuarterHour, ..rules() };
    assert_eq!(free(&quarters, &buffered, &[other]), ["11:30", "11:45", "12:00"], "two quarters after 11:00");
}

#[test]
fn there_is_time_to_travel_from_one_place_to_the_next() {
    // By road 13.3 km, a bit more than 13 minutes.
    let here = Work { begins_at: Some(north(10.0)), ends_at: Some(north(10.0)), ..work() };
    let there = |from, to| Engagement { held: span(from, to), begins_at: Some(north(0.0)), ends_at: Some(north(0.0)) };
    assert_eq!(free(&rules(), &here, &[there("08:00", "09:00")])[0], "09:30");
    assert_eq!(free(&rules(), &here, &[there("11:00", "12:00")]), ["09:00", "09:30"]);
    let unknown = Engagement { ends_at: None, ..there("08:00", "09:00") };
    assert_eq!(free(&rules(), &here, &[unknown])[0], "09:00", "an unknown place needs no travel");
}

#[test]
fn what_is_more_than_twelve_hours_away_needs_no_travel() {
    let far = Engagement { begins_at: Some(north(2_000.0)), ends_at: Some(north(2_000.0)), ..held("20:00", "21:00") };
    let here =
        Work { begins_at: Some(north(0.0)), ends_at: Some(north(0.0)), length: TimeDelta::minutes(30), ..work() };
    let allows = |start| Availability::<Subject>::new(&rules(), &here, Vec::new(), vec![far]).allows(at(start));
    assert_eq!(allows("07:00"), Ok(()));
    assert_eq!(allows("07:30"), Err(Refusal::TooFarTo(far)), "it ends at 8:00, twelve hours before");
}

#[test]
fn a_refusal_names_its_reason() {
    let rules = StartRules {
        now: at("08:00"),
        earliest: at("09:30"),
        latest: at("18:00"),
        daily_limit: Some(DailyLimit {
            zone: "Asia/Tokyo".parse().unwrap(),
            most: 2,
            counts: BTreeMap::from([(at("00:00").date_naive(), 2)]),
        }),
        ..rules()
    };
    let work = Work { begins_at: Some(north(20.0)), ends_at: Some(north(20.0)), ..work() };
    let (before, next) = (
        Engagement { ends_at: Some(north(0.0)), ..held("16:00", "16:30") },
        Engagement { begins_at: Some(north(0.0)), ..held("19:00", "19:30") },
    );
    let open = vec![(Subject::Business, vec![span("08:00", "20:00")]), (Subject::Person, vec![span("15:30", "23:00")])];
    let availability = Availability::new(&rules, &work, open, vec![next, before]);
    let reason = |time| availability.allows(at(time)).unwrap_err();
    assert_eq!(reason("07:30"), Refusal::Past);
    assert_eq!(reason("09:00"), Refusal::NeedsNotice);
    assert_eq!(reason("18:30"), Refusal::BeyondHorizon);
    assert_eq!(reason("10:10"), Refusal::OffGrid);
    assert_eq!(reason("14:30"), Refusal::DailyLimit, "it is still Monday in Tokyo");
    assert_eq!(reason("15:00"), Refusal::Closed(Subject::Person));
    assert_eq!(reason("16:00"), Refusal::Taken(before));
    assert_eq!(reason("16:30"), Refusal::TooFarFrom(before));
    assert_eq!(availability.allows(at("17:00")), Ok(()));
    assert_eq!(reason("18:00"), Refusal::TooFarTo(next));
}

#[test]
fn the_business_is_named_before_the_person_if_both_are_closed() {
    let open = vec![(Subject::Business, vec![span("08:00", "12:00")]), (Subject::Person, vec![span("09:00", "11:00")])];
    let (rules, work) = (rules(), work());
    let availability = Availability::new(&rules, &work, open, Vec::new());
    assert_eq!(availability.allows(at("14:00")), Err(Refusal::Closed(Subject::Business)));
    assert_eq!(availability.allows(at("10:30")), Err(Refusal::Closed(Subject::Person)));
}

#[test]
fn starts_are_on_the_grid_of_the_local_clock() {
    let starts = |zone: &str, from, to| {
        let (from, to) = (utc(from), utc(to));
        let rules = StartRules {
            zone: zone.parse().unwrap(),
            step: Step::Hour,
            now: from,
            earliest: from,
            latest: to,
            ..rules()
        };
        let availability = Availability::<Subject>::new(&rules, &work(), Vec::new(), Vec::new())
            .free_windows(TimeSpan { starts_at: from, ends_at: to });
        let local = |start: &DateTime<Utc>| rules.zone.local(*start).format("%H:%M").to_string();
        (times(&availability), availability.iter().map(local).collect::<Vec<_>>())
    };
    let (instants, local) = starts("Asia/Kathmandu", "2026-03-02T03:00", "2026-03-02T05:00");
    assert_eq!((instants[0].as_str(), local[0].as_str()), ("03:15", "09:00"), "5 hours and 45 minutes before UTC");
    let (_, forward) = starts("America/New_York", "2026-03-08T06:00", "2026-03-08T09:00");
    assert_eq!(forward, ["01:00", "03:00", "04:00"]);
    let (_, back) = starts("America/New_York", "2026-11-01T05:00", "2026-11-01T08:00");
    assert_eq!(back, ["01:00", "01:00", "02:00"]);
}

#[test]
fn a_window_on_the_way_adds_less_travel() {
    let there = |from, to, kilometres| Engagement {
        begins_at: Some(north(kilometres)),
        ends_at: Some(north(kilometres)),
        ..held(from, to)
    };
    let (rules, work) = (rules(), Work { begins_at: Some(north(10.0)), ends_at: Some(north(10.0)), ..work() });
    let engagements = vec![there("06:00", "07:00", 0.0), there("10:00", "11:00", 20.0), there("14:00", "15:00", 20.0)];
    let availability = Availability::<Subject>::new(&rules, &work, Vec::new(), engagements);
    let minutes = |time| availability.added_travel(at(time)).num_minutes();
    let way = travel_time(road_distance(north(0.0), north(10.0)), 60.0).num_minutes();
    assert!(minutes("08:00") <= 2, "on the way from the first to the second");
    assert!((2 * way - 1..=2 * way + 1).contains(&minutes("12:00")), "there and back");
    assert!((way - 1..=way + 1).contains(&minutes("20:00")), "from the last, and on to nothing");
}

#[test]
fn a_window_needs_enough_of_each_kind() {
    let (rules, work) = (rules(), work());
    let person = |from, to| Availability::new(&rules, &work, vec![(Subject::Person, vec![span(from, to)])], Vec::new());
    let thing = |engagement| Availability::new(&rules, &work, Vec::new(), vec![engagement]);
    let needs = [
        Need { of: vec![("Ann", person("08:00", "10:00")), ("Ben", person("09:00", "11:00"))], at_least: 1 },
        Need {
            of: vec![("mower", thing(held("08:30", "09:00"))), ("truck", thing(held("10:30", "12:00")))],
            at_least: 2,
        },
    ];
    let windows = free_windows(&rules, span("08:00", "20:00"), &needs);
    let free: Vec<_> =
        windows.iter().map(|window| (times(&[window.starts_at])[0].clone(), window.free[0].clone())).collect();
    assert_eq!(free, [("09:00".to_owned(), vec!["Ann", "Ben"]), ("09:30".to_owned(), vec!["Ben"])]);
    assert_eq!(windows[0].free[1], ["mower", "truck"]);
}

/// Five-minute steps of three days.
const FIVES: i64 = 3 * 288;

fn five(index: i64) -> DateTime<Utc> {
    utc("2026-10-31T00:00") + TimeDelta::minutes(5 * index)
}

fn any_span(most: i64) -> impl Strategy<Value = TimeSpan> {
    (0..FIVES, 1..most).prop_map(|(start, length)| TimeSpan { starts_at: five(start), ends_at: five(start + length) })
}

fn any_place() -> impl Strategy<Value = Option<GeoPoint>> {
    prop::option::weighted(0.8, (0.0..80.0f64).prop_map(north))
}

fn any_work() -> impl Strategy<Value = Work> {
    (1i64..30, 0i64..8, 0i64..8, any_place(), any_place(), 20.0..90.0f64).prop_map(
        |(length, preparation, clean_up, begins_at, ends_at, speed_kmh)| {
            let minutes = |fives: i64| TimeDelta::minutes(5 * fives);
            Work {
                length: minutes(length),
                preparation: minutes(preparation),
                clean_up: minutes(clean_up),
                begins_at,
                ends_at,
                speed_kmh,
            }
        },
    )
}

fn any_rules() -> impl Strategy<Value = StartRules> {
    let zones = prop::sample::select(vec!["America/New_York", "Asia/Kathmandu", "UTC"]);
    let limit = prop::option::of((0u32..3, prop::collection::vec(0u32..3, 4)));
    (zones, prop::sample::select(Step::ALL.to_vec()), 0..100i64, 0..100i64, 100..FIVES, limit).prop_map(
        |(zone, step, now, notice, latest, limit)| StartRules {
            zone: zone.parse().unwrap(),
            step,
            now: five(now),
            earliest: five(now + notice),
            latest: five(latest),
            daily_limit: limit.map(|(most, counts)| DailyLimit {
                zone: "America/New_York".parse().unwrap(),
                most,
                counts: utc("2026-10-30T00:00").date_naive().iter_days().zip(counts).collect(),
            }),
        },
    )
}

/// The engagements of a resource don't overlap each other.
fn any_engagements() -> impl Strategy<Value = Vec<Engagement>> {
    prop::collection::vec((any_span(40), any_place(), any_place()), 0..12).prop_map(|all| {
        let mut engagements: Vec<Engagement> = Vec::new();
        for (held, begins_at, ends_at) in all {
            if engagements.iter().all(|other| !other.held.overlaps(&held)) {
                engagements.push(Engagement { held, begins_at, ends_at });
            }
        }
        engagements
    })
}

fn any_open() -> impl Strategy<Value = Vec<(Subject, Vec<TimeSpan>)>> {
    let set = || prop::collection::vec(any_span(250), 1..6);
    prop_oneof![
        1 => Just(Vec::new()),
        4 => (set(), set()).prop_map(|(business, person)| vec![(Subject::Business, business), (Subject::Person, person)]),
    ]
}

/// Whether a start is allowed, by the words of the module's documentation and with every engagement looked at.
fn is_allowed(
    rules: &StartRules,
    work: &Work,
    open: &[(Subject, Vec<TimeSpan>)],
    engagements: &[Engagement],
    start: DateTime<Utc>,
) -> bool {
    let local = rules.zone.local(start).format("%M%S").to_string();
    let minute: u32 = local[..2].parse().unwrap();
    let in_time = rules.now <= start && rules.earliest <= start && start <= rules.latest;
    let on_grid = minute.is_multiple_of(rules.step.minutes()) && local.ends_with("00");
    let below_limit = rules.daily_limit.as_ref().is_none_or(|limit| {
        limit.counts.iter().filter(|(day, _)| **day == limit.zone.date(start)).map(|(_, count)| count).sum::<u32>()
            < limit.most
    });
    let fives = (0..work.length.num_minutes() / 5).map(|index| start + TimeDelta::minutes(5 * index));
    let is_open = fives.into_iter().all(|five| {
        open.iter().all(|(_, spans)| spans.iter().any(|span| span.starts_at <= five && five < span.ends_at))
    });
    let (from, to) = (start - work.preparation, start + work.length + work.clean_up);
    let travel = |from: Option<GeoPoint>, to: Option<GeoPoint>| match (from, to) {
        (Some(from), Some(to)) => travel_time(road_distance(from, to), work.speed_kmh),
        _ => TimeDelta::zero(),
    };
    let last_before = engagements.iter().filter(|one| one.held.ends_at <= from).max_by_key(|one| one.held.ends_at);
    let first_after = engagements.iter().filter(|one| one.held.starts_at >= to).min_by_key(|one| one.held.starts_at);
    let enough = |gap: TimeDelta, travel: TimeDelta| gap > TimeDelta::hours(12) || gap >= travel;
    in_time
        && on_grid
        && below_limit
        && is_open
        && engagements.iter().all(|one| one.held.ends_at <= from || to <= one.held.starts_at)
        && last_before.is_none_or(|one| enough(from - one.held.ends_at, travel(one.ends_at, work.begins_at)))
        && first_after.is_none_or(|one| enough(one.held.starts_at - to, travel(work.ends_at, one.begins_at)))
}

proptest! {
    #[test]
    fn exactly_the_allowed_starts_are_offered(
        rules in any_rules(), work in any_work(), open in any_open(), engagements in any_engagements(), within in any_span(FIVES),
    ) {
        let availability = Availability::new(&rules, &work, open.clone(), engagements.clone());
        let offered = availability.free_windows(within);
        prop_assert!(offered.is_sorted_by(|one, next| one < next));
        for start in (0..FIVES).map(five) {
            let is_allowed = is_allowed(&rules, &work, &open, &engagements, start);
            prop_assert_eq!(availability.allows(start).is_ok(), is_allowed, "{}", start);
            let is_within = within.starts_at <= start && start < within.ends_at;
            prop_assert_eq!(offered.binary_search(&start).is_ok(), is_allowed && is_within, "{}", start);
        }
    }

    #[test]
    fn a_start_between_the_offered_minutes_is_refused(rules in any_rules(), start in 0..FIVES, seconds in 1i64..300) {
        let work = work();
        let availability = Availability::<Subject>::new(&rules, &work, Vec::new(), Vec::new());
        prop_assert!(availability.allows(five(start) + TimeDelta::seconds(seconds)).is_err());
    }

    #[test]
    fn a_person_who_takes_offered_windows_is_never_in_two_places(
        rules in any_rules(), wanted in prop::collection::vec((any_work(), any::<prop::sample::Index>()), 1..12),
    ) {
        let whole = TimeSpan { starts_at: five(0), ends_at: five(FIVES) };
        let mut taken: Vec<Engagement> = Vec::new();
        for (work, choice) in wanted {
            let work = Work { speed_kmh: 40.0, ..work };
            let availability = Availability::<Subject>::new(&rules, &work, Vec::new(), taken.clone());
            let offered = availability.free_windows(whole);
            if !offered.is_empty() {
                let held = work.held(*choice.get(&offered));
                taken.push(Engagement { held, begins_at: work.begins_at, ends_at: work.ends_at });
            }
        }
        taken.sort_by_key(|one| one.held.starts_at);
        for pair in taken.windows(2) {
            let gap = pair[1].held.starts_at - pair[0].held.ends_at;
            let way = pair[0].ends_at.zip(pair[1].begins_at).map_or(TimeDelta::zero(), |(from, to)| travel_time(road_distance(from, to), 40.0));
            prop_assert!(gap >= TimeDelta::zero() && (gap >= way || gap > TimeDelta::hours(12)));
        }
    }

    #[test]
    fn of_many_resources_exactly_those_that_are_allowed_are_free(
        rules in any_rules(), work in any_work(), at_least in 0usize..3, within in any_span(FIVES),
        people in prop::collection::vec((any_open(), any_engagements()), 0..5), things in prop::collection::vec(any_engagements(), 0..4),
    ) {
        let people: Vec<_> = people.into_iter().map(|(open, engagements)| Availability::new(&rules, &work, open, engagements)).collect();
        let things: Vec<_> = things.into_iter().map(|engagements| Availability::new(&rules, &work, Vec::new(), engagements)).collect();
        let free = |of: &[Availability<Subject>], start| -> Vec<usize> {
            (0..of.len()).filter(|index| of[*index].allows(start).is_ok()).collect()
        };
        let needs = [
            Need { of: people.iter().cloned().enumerate().collect(), at_least: 1 },
            Need { of: things.iter().cloned().enumerate().collect(), at_least },
        ];
        let expected: Vec<_> = (0..FIVES).map(five)
            .filter(|start| within.starts_at <= *start && *start < within.ends_at)
            .map(|starts_at| Window { starts_at, free: vec![free(&people, starts_at), free(&things, starts_at)] })
            .filter(|window| !window.free[0].is_empty() && window.free[1].len() >= at_least)
            .collect();
        prop_assert_eq!(free_windows(&rules, within, &needs), expected);
    }
}
