use std::{collections::BTreeSet, ops::RangeInclusive};

use chrono::{Days, NaiveDate};

use super::{OpeningKind, OpeningRule};
use crate::{TimeSpan, Zone, spans};

/// The rules of one subject, whose answers are exact over every change of the clocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours {
    rules: Vec<OpeningRule>,
    without: Without,
}

/// What a subject without weekly hours is, on days without special hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Without {
    /// Open all day: a person or a thing that nobody gave hours.
    IsOpen,
    /// Closed: an offer that needs hours.
    IsClosed,
}

/// Why a time isn't open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed<'a> {
    /// Time off, a holiday, or special hours that leave it out.
    Rule(&'a OpeningRule),
    /// The weekly hours don't have it, or there are no hours.
    OutsideHours,
}

/// One time at which a subject opens, before closed time is cut out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Occurrence<'a> {
    /// The local day on which it begins.
    pub day: NaiveDate,
    pub span: TimeSpan,
    /// None for a day that is open without hours.
    pub rule: Option<&'a OpeningRule>,
}

impl Hours {
    pub const fn new(rules: Vec<OpeningRule>, without: Without) -> Self {
        Self { rules, without }
    }

    pub fn rules(&self) -> &[OpeningRule] {
        &self.rules
    }

    /// The open time within the span, as a [set of time](spans).
    pub fn open(&self, zone: Zone, within: TimeSpan) -> Vec<TimeSpan> {
        let open = self.openings(zone, within).into_iter().filter_map(|one| one.span.intersection(&within)).collect();
        spans::difference(&spans::merged(open), &self.closed(zone, within))
    }

    /// Whether it is open at every instant of the span.
    pub fn covers(&self, zone: Zone, span: TimeSpan) -> bool {
        spans::covers(&self.open(zone, span), span)
    }

    /// The reason why the span isn't open all the time: closed time if there is any in it, else special hours, else the weekly hours. Of several
    /// closed times the first to begin is named.
    pub fn why_closed(&self, zone: Zone, span: TimeSpan) -> Option<Closed<'_>> {
        let closed = self.closures(zone, span).min_by_key(|one| one.span.starts_at).and_then(|one| one.rule);
        if let Some(rule) = closed {
            return Some(Closed::Rule(rule));
        }
        let gap = *spans::difference(&spans::merged(vec![span]), &self.open(zone, span)).first()?;
        Some(self.special_rule_against(zone, gap).map_or(Closed::OutsideHours, Closed::Rule))
    }

    /// The special hours on the local day of the gap, or on the day whose weekly hours would have gone on until the gap.
    fn special_rule_against(&self, zone: Zone, gap: TimeSpan) -> Option<&OpeningRule> {
        let usual =
            self.usual(zone, gap).filter(|one| one.span.starts_at <= gap.starts_at && gap.starts_at < one.span.ends_at);
        let days: Vec<_> = std::iter::once(zone.date(gap.starts_at)).chain(usual.map(|one| one.day)).collect();
        let begins = |rule: &OpeningRule| days.iter().any(|day| !rule.days(*day..=*day).is_empty());
        self.of_kind(|kind| kind == OpeningKind::SpecialHours).find(|rule| begins(rule))
    }

    /// The closed time that touches the span.
    pub(crate) fn closed(&self, zone: Zone, within: TimeSpan) -> Vec<TimeSpan> {
        spans::merged(self.closures(zone, within).map(|one| one.span).collect())
    }

    fn closures(&self, zone: Zone, within: TimeSpan) -> impl Iterator<Item = Occurrence<'_>> {
        self.of_kind(OpeningKind::is_closed).flat_map(move |rule| occurrences(rule, zone, within))
    }

    /// The special and the usual hours that overlap the span, in no order.
    pub(crate) fn openings(&self, zone: Zone, within: TimeSpan) -> Vec<Occurrence<'_>> {
        let special = self.of_kind(|kind| kind == OpeningKind::SpecialHours);
        let mut openings: Vec<_> = special.flat_map(|rule| occurrences(rule, zone, within)).collect();
        let special_days = self.special_days(zone, within);
        openings.extend(self.usual(zone, within).filter(|one| !special_days.contains(&one.day)));
        openings
    }

    /// The days on which special hours begin, of all on which usual hours could begin that overlap the span.
    fn special_days(&self, zone: Zone, within: TimeSpan) -> BTreeSet<NaiveDate> {
        let later_days = self.of_kind(|kind| kind == OpeningKind::Weekly).map(OpeningRule::later_days).max();
        let days = days_of_starts(zone, within, later_days.unwrap_or(0));
        self.of_kind(|kind| kind == OpeningKind::SpecialHours).flat_map(|rule| rule.days(days.clone())).collect()
    }

    /// What is open if no hours are special: the weekly hours, or every day.
    fn usual(&self, zone: Zone, within: TimeSpan) -> impl Iterator<Item = Occurrence<'_>> {
        let has_weekly = self.of_kind(|kind| kind == OpeningKind::Weekly).next().is_some();
        let is_open_daily = !has_weekly && self.without == Without::IsOpen;
        let weekly = self.of_kind(|kind| kind == OpeningKind::Weekly);
        let daily = is_open_daily.then(|| whole_days(zone, within)).into_iter().flatten();
        weekly.flat_map(move |rule| occurrences(rule, zone, within)).chain(daily)
    }

    fn of_kind(&self, is_one: impl Fn(OpeningKind) -> bool) -> impl Iterator<Item = &OpeningRule> {
        self.rules.iter().filter(move |rule| is_one(rule.kind()))
    }
}

/// The occurrences of a rule that overlap the span.
fn occurrences(rule: &OpeningRule, zone: Zone, within: TimeSpan) -> impl Iterator<Item = Occurrence<'_>> {
    let days = rule.days(days_of_starts(zone, within, rule.later_days())).into_iter();
    days.filter_map(move |day| {
        let (start, end) = rule.local_times(day)?;
        let span = TimeSpan { starts_at: zone.first_instant(start), ends_at: zone.first_instant(end) };
        span.overlaps(&within).then_some(Occurrence { day, span, rule: Some(rule) })
    })
}

fn whole_days<'a>(zone: Zone, within: TimeSpan) -> impl Iterator<Item = Occurrence<'a>> {
    let (first, last) = days_of_starts(zone, within, 0).into_inner();
    first.iter_days().take_while(move |day| *day <= last).filter_map(move |day| {
        let (starts_at, ends_at) = zone.day_bounds(day);
        let span = TimeSpan { starts_at, ends_at };
        span.overlaps(&within).then_some(Occurrence { day, span, rule: None })
    })
}

/// The local days on which something may begin that overlaps the span and goes on for so many days. The day after the span is one of them, because
/// clocks that are put back over midnight show an earlier day again.
fn days_of_starts(zone: Zone, within: TimeSpan, later_days: u64) -> RangeInclusive<NaiveDate> {
    let first = zone.date(within.starts_at).checked_sub_days(Days::new(later_days)).unwrap_or(NaiveDate::MIN);
    let last = zone.date(within.ends_at).succ_opt().unwrap_or(NaiveDate::MAX);
    first..=last
}

#[cfg(test)]
mod tests;
