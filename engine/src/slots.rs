//! Slots that are generated ahead: which should exist on these days, by the hours of their subject.
//!
//! - They are by the local clock: a window from 7:00 to 9:00 is from 7:00 to 9:00 on every day, also when it has another length because the clocks
//!   change in it.
//! - Which slots a day has doesn't depend on the days that are asked for together with it, so that generating more days changes none.

use std::{num::NonZeroU32, ops::RangeInclusive};

use chrono::{NaiveDate, TimeDelta};

use crate::{TimeSpan, Zone, opening::Hours, spans};

codes! {
    /// What is booked with a place in a slot.
    pub enum SlotPurpose ("purpose of a slot") {
        /// Some time of a day.
        Day = "day",
        /// A time at which somebody comes.
        Window = "window",
        /// Work that starts for all at once.
        Start = "start",
        /// Seats of a published job. Nothing generates them: the job says when it is.
        Seats = "seats",
    }
}

/// Which slots a subject has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlotPlan {
    /// One for each local day with any open time, from midnight to midnight.
    Days,
    /// Open time cut into windows of so many minutes from the start of each opening. What is left at its end is left out.
    ///
    /// The hours that begin on one local day are cut together; where those of an earlier day go on, these come first.
    Windows { minutes: NonZeroU32 },
    /// One at the start of each of the weekly and special hours, if all of its minutes are open. Hours that touch are two starts.
    Starts { minutes: NonZeroU32 },
}

impl SlotPlan {
    pub const fn purpose(self) -> SlotPurpose {
        match self {
            Self::Days => SlotPurpose::Day,
            Self::Windows { .. } => SlotPurpose::Window,
            Self::Starts { .. } => SlotPurpose::Start,
        }
    }

    /// The slots that start on these local days, in order.
    pub fn slots(self, hours: &Hours, zone: Zone, days: RangeInclusive<NaiveDate>) -> Vec<TimeSpan> {
        let within = TimeSpan { starts_at: zone.day_bounds(*days.start()).0, ends_at: zone.day_bounds(*days.end()).1 };
        let mut slots = match self {
            Self::Days => open_days(hours, zone, within, days),
            Self::Windows { minutes } => windows(hours, zone, within, TimeDelta::minutes(minutes.get().into())),
            Self::Starts { minutes } => starts(hours, zone, within, TimeDelta::minutes(minutes.get().into())),
        };
        slots.retain(|slot| within.starts_at <= slot.starts_at && slot.starts_at < within.ends_at);
        slots.sort_unstable_by_key(|slot| slot.starts_at);
        slots.dedup();
        slots
    }
}

fn open_days(hours: &Hours, zone: Zone, within: TimeSpan, days: RangeInclusive<NaiveDate>) -> Vec<TimeSpan> {
    let open = hours.open(zone, within);
    let bounds = days.start().iter_days().take_while(|day| day <= days.end()).map(|day| zone.day_bounds(day));
    bounds
        .map(|(starts_at, ends_at)| TimeSpan { starts_at, ends_at })
        .filter(|day| spans::overlaps(&open, *day))
        .collect()
}

fn windows(hours: &Hours, zone: Zone, within: TimeSpan, length: TimeDelta) -> Vec<TimeSpan> {
    openings_of_days(hours, zone, within).into_iter().flat_map(|opening| cut(zone, opening, length)).collect()
}

/// The open time of the days whose hours overlap the span, from the beginning of the first day to the end of the last hours, cut where the hours of
/// another day begin.
fn openings_of_days(hours: &Hours, zone: Zone, within: TimeSpan) -> Vec<TimeSpan> {
    let whole_days = hours.openings(zone, within).into_iter().map(|one| {
        let starts_at = zone.day_bounds(one.day).0;
        TimeSpan { starts_at, ends_at: one.span.ends_at }
    });
    let within = whole_days.fold(within, |all, day| all.hull(&day));
    let closed = hours.closed(zone, within);
    let mut occurrences = hours.openings(zone, within);
    occurrences.sort_by_key(|one| one.day);
    let mut earlier = Vec::new();
    let mut openings = Vec::new();
    for of_day in occurrences.chunk_by(|one, next| one.day == next.day) {
        let of_day = spans::merged(of_day.iter().map(|one| one.span).collect());
        openings.extend(spans::difference(&spans::difference(&of_day, &earlier), &closed));
        earlier = spans::union(&earlier, &of_day);
    }
    openings
}

/// Windows of a length on the local clock. Those that the clocks skip are left out.
fn cut(zone: Zone, opening: TimeSpan, length: TimeDelta) -> Vec<TimeSpan> {
    let mut windows = Vec::new();
    let mut local = zone.local(opening.starts_at);
    let mut starts_at = opening.starts_at;
    while let Some(next) = local.checked_add_signed(length) {
        let window = TimeSpan { starts_at, ends_at: zone.first_instant(next) };
        if window.ends_at > opening.ends_at {
            break;
        }
        if !window.is_empty() {
            windows.push(window);
        }
        (local, starts_at) = (next, window.ends_at);
    }
    windows
}

fn starts(hours: &Hours, zone: Zone, within: TimeSpan, length: TimeDelta) -> Vec<TimeSpan> {
    let open = hours.open(zone, TimeSpan { ends_at: within.ends_at + length, ..within });
    let begin = hours.openings(zone, within).into_iter().filter(|one| one.rule.is_some()).map(|one| one.span.starts_at);
    begin
        .map(|starts_at| TimeSpan { starts_at, ends_at: starts_at + length })
        .filter(|slot| spans::covers(&open, *slot))
        .collect()
}

#[cfg(test)]
mod tests {
    use chrono::Days;
    use proptest::prelude::*;

    use super::*;
    use crate::{
        Recurrence,
        opening::{
            OpeningKind, OpeningRule, Without,
            samples::{CHANGES, any_case, any_without, utc, zone},
        },
    };

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn minutes(minutes: u32) -> NonZeroU32 {
        NonZeroU32::new(minutes).unwrap()
    }

    fn daily(start: i16, end: i16) -> OpeningRule {
        let length = i32::from(end - start) * 60;
        OpeningRule::new(OpeningKind::Weekly, date("2010-01-01"), start * 60, length, Some(Recurrence::daily(None)))
            .unwrap()
    }

    fn once(kind: OpeningKind, day: &str, start: i16, end: i16) -> OpeningRule {
        OpeningRule::new(kind, date(day), start * 60, i32::from(end - start) * 60, None).unwrap()
    }

    /// The slots of a day in UTC: `07:00-09:00`.
    fn slots(plan: SlotPlan, rules: &[OpeningRule], day: &str) -> Vec<String> {
        let slots = plan.slots(&Hours::new(rules.to_vec(), Without::IsOpen), Zone::UTC, date(day)..=date(day));
        slots
            .iter()
            .map(|slot| format!("{}-{}", slot.starts_at.format("%H:%M"), slot.ends_at.format("%H:%M")))
            .collect()
    }

    #[test]
    fn a_day_is_a_slot_if_it_is_open_at_all() {
        let rules = [
            daily(9, 12),
            once(OpeningKind::Holiday, "2026-03-04", 0, 24),
            once(OpeningKind::TimeOff, "2026-03-05", 9, 11),
        ];
        let days = SlotPlan::Days.slots(
            &Hours::new(rules.to_vec(), Without::IsOpen),
            Zone::UTC,
            date("2026-03-03")..=date("2026-03-05"),
        );
        let starts: Vec<_> =
            days.iter().map(|day| (day.starts_at, (day.ends_at - day.starts_at).num_hours())).collect();
        assert_eq!(starts, [(utc("2026-03-03T00:00"), 24), (utc("2026-03-05T00:00"), 24)]);
    }

    #[test]
    fn windows_begin_with_each_opening_and_fit_whole() {
        let two_hours = SlotPlan::Windows { minutes: minutes(120) };
        assert_eq!(
            slots(two_hours, &[daily(7, 12), daily(13, 17)], "2026-03-03"),
            ["07:00-09:00", "09:00-11:00", "13:00-15:00", "15:00-17:00"]
        );
        let off = [daily(7, 12), once(OpeningKind::TimeOff, "2026-03-03", 6, 8)];
        assert_eq!(slots(two_hours, &off, "2026-03-03"), ["08:00-10:00", "10:00-12:00"]);
    }

    #[test]
    fn windows_of_a_night_go_on_after_midnight_and_come_before_those_of_the_morning() {
        let three_hours = SlotPlan::Windows { minutes: minutes(180) };
        assert_eq!(slots(three_hours, &[daily(23, 29)], "2026-03-03"), ["02:00-05:00", "23:00-02:00"]);
        assert_eq!(
            slots(three_hours, &[daily(22, 28), daily(3, 9)], "2026-03-03"),
            ["01:00-04:00", "04:00-07:00", "22:00-01:00"]
        );
    }

    #[test]
    fn what_is_always_open_has_windows_from_midnight() {
        let five_hours = SlotPlan::Windows { minutes: minutes(300) };
        assert_eq!(slots(five_hours, &[], "2026-03-03"), ["00:00-05:00", "05:00-10:00", "10:00-15:00", "15:00-20:00"]);
    }

    #[test]
    fn each_of_the_hours_is_a_start_that_must_be_open_to_its_end() {
        let tour = SlotPlan::Starts { minutes: minutes(150) };
        let rules = [
            daily(7, 10),
            daily(10, 13),
            daily(10, 14),
            daily(15, 17),
            once(OpeningKind::SpecialHours, "2026-03-04", 18, 21),
        ];
        assert_eq!(slots(tour, &rules, "2026-03-03"), ["07:00-09:30", "10:00-12:30"]);
        assert_eq!(slots(tour, &rules, "2026-03-04"), ["18:00-20:30"]);
        let off = [&rules[..], &[once(OpeningKind::TimeOff, "2026-03-03", 9, 10)]].concat();
        assert_eq!(slots(tour, &off, "2026-03-03"), ["10:00-12:30"]);
        assert!(slots(tour, &[], "2026-03-03").is_empty(), "always open, but nothing starts");
    }

    #[test]
    fn slots_keep_their_local_time_when_the_clocks_change() {
        let hours = Hours::new(vec![daily(7, 19)], Without::IsOpen);
        for (name, change) in CHANGES {
            let zone = zone(name);
            let first = zone.date(utc(change)) - Days::new(3);
            for day in first.iter_days().take(7).filter(|day| zone.day_bounds(*day).0 < zone.day_bounds(*day).1) {
                let local = |plan: SlotPlan| -> Vec<String> {
                    plan.slots(&hours, zone, day..=day)
                        .iter()
                        .map(|slot| zone.local(slot.starts_at).to_string())
                        .collect()
                };
                let at = |hour: &str| format!("{day} {hour}:00:00");
                assert_eq!(
                    local(SlotPlan::Windows { minutes: minutes(180) }),
                    ["07", "10", "13", "16"].map(at),
                    "{name}"
                );
                assert_eq!(local(SlotPlan::Starts { minutes: minutes(60) }), [at("07")], "{name}");
            }
        }
    }

    fn any_plan() -> impl Strategy<Value = SlotPlan> {
        let quarters = || (1u32..40).prop_map(|quarters| minutes(15 * quarters));
        prop_oneof![
            Just(SlotPlan::Days),
            quarters().prop_map(|minutes| SlotPlan::Windows { minutes }),
            quarters().prop_map(|minutes| SlotPlan::Starts { minutes }),
        ]
    }

    proptest! {
        #[test]
        fn slots_are_sorted_and_open(
            (zone, change, rules) in any_case(), without in any_without(), plan in any_plan(), before in 0u64..5, days in 0u64..9,
        ) {
            let hours = Hours::new(rules, without);
            let first = zone.date(change) - Days::new(before);
            let slots = plan.slots(&hours, zone, first..=first + Days::new(days));
            prop_assert!(slots.is_sorted_by(|one, next| one.starts_at < next.starts_at));
            for slot in &slots {
                let open = hours.open(zone, *slot);
                prop_assert!(if plan == SlotPlan::Days { !open.is_empty() } else { open == [*slot] }, "{slot:?}");
            }
            if !matches!(plan, SlotPlan::Starts { .. }) {
                prop_assert!(slots.is_sorted_by(|one, next| one.ends_at <= next.starts_at), "they don't overlap");
            }
        }

        #[test]
        fn each_day_has_its_slots_whatever_days_are_asked_for(
            (zone, change, rules) in any_case(), without in any_without(), plan in any_plan(), before in 0u64..5, days in 0u64..9,
        ) {
            let hours = Hours::new(rules, without);
            let first = zone.date(change) - Days::new(before);
            let last = first + Days::new(days);
            let each: Vec<_> = first.iter_days().take_while(|day| *day <= last).flat_map(|day| plan.slots(&hours, zone, day..=day)).collect();
            prop_assert_eq!(plan.slots(&hours, zone, first..=last), each);
        }
    }
}
