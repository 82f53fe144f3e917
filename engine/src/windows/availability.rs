use chrono::{DateTime, TimeDelta, Utc};

use super::{Engagement, StartRules, Work};
use crate::{TimeSpan, spans};

/// Held spans farther apart than this are different days of work: nobody travels straight from one to the other.
const SAME_DAY: TimeDelta = TimeDelta::hours(12);

/// One resource, and the work that is asked of it. `S` names what must be open: the business, the resource, the service.
#[derive(Debug, Clone)]
pub struct Availability<'a, S> {
    rules: &'a StartRules,
    work: &'a Work,
    open: Vec<(S, Vec<TimeSpan>)>,
    /// When all of it is open.
    all_open: Vec<TimeSpan>,
    /// By their start.
    engagements: Vec<Neighbour>,
    /// For each engagement, which of it and those before it ends last.
    last_to_end: Vec<usize>,
}

/// An engagement with the travel between it and the work, if it comes before the work and if it comes next.
#[derive(Debug, Clone, Copy)]
struct Neighbour {
    engagement: Engagement,
    travel_from: TimeDelta,
    travel_to: TimeDelta,
}

/// Why a start isn't allowed: the first reason in this order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Refusal<S> {
    Past,
    /// It is too soon.
    NeedsNotice,
    BeyondHorizon,
    OffGrid,
    /// As much starts on this day as may.
    DailyLimit,
    /// This isn't open for all of the work.
    Closed(S),
    /// The resource is held for this.
    Taken(Engagement),
    /// The resource can't come in time from this, which it does before.
    TooFarFrom(Engagement),
    /// The resource can't come in time to this, which it does next.
    TooFarTo(Engagement),
}

impl<'a, S: Copy> Availability<'a, S> {
    /// `open` says of everything that must be open when it is. Without any the resource is always open.
    pub fn new(
        rules: &'a StartRules,
        work: &'a Work,
        open: Vec<(S, Vec<TimeSpan>)>,
        mut engagements: Vec<Engagement>,
    ) -> Self {
        let open: Vec<_> = open.into_iter().map(|(subject, open)| (subject, spans::merged(open))).collect();
        let always = TimeSpan { starts_at: DateTime::<Utc>::MIN_UTC, ends_at: DateTime::<Utc>::MAX_UTC };
        let all_open = open.iter().fold(vec![always], |all, (_, open)| spans::intersection(&all, open));
        engagements.sort_unstable_by_key(|one| one.held.starts_at);
        let last_to_end = (0..engagements.len())
            .scan(0, |last, index| {
                *last = std::cmp::max_by_key(*last, index, |one: &usize| engagements[*one].held.ends_at);
                Some(*last)
            })
            .collect();
        let neighbour = |engagement| Neighbour {
            engagement,
            travel_from: work.travel_from(&engagement),
            travel_to: work.travel_to(&engagement),
        };
        let engagements = engagements.into_iter().map(neighbour).collect();
        Self { rules, work, open, all_open, engagements, last_to_end }
    }

    /// Whether the work may start at this instant, and if not, why.
    pub fn allows(&self, start: DateTime<Utc>) -> Result<(), Refusal<S>> {
        self.rules.allows(start)?;
        self.has_room(start)
    }

    /// The starts within the span that are allowed, in order.
    pub fn free_windows(&self, within: TimeSpan) -> Vec<DateTime<Utc>> {
        let starts = self.rules.starts(within);
        self.free_among(&starts).into_iter().map(|index| starts[index]).collect()
    }

    /// How much longer the resource travels on its day if the work starts at this instant: on the way there and on to what is next, less the way
    /// that it had without. What it does more than 12 hours away doesn't count.
    pub fn added_travel(&self, start: DateTime<Utc>) -> TimeDelta {
        let held = self.work.held(start);
        let gap = self.gap_of(held);
        let before = gap.before.map(|one| &one.engagement).filter(|one| held.starts_at - one.held.ends_at <= SAME_DAY);
        let next = gap.next.map(|one| &one.engagement).filter(|one| one.held.starts_at - held.ends_at <= SAME_DAY);
        self.work.added_travel(before, next)
    }

    /// The positions of those starts, which are sorted and allowed by the rules, at which the resource has room. It reads the open time and the gaps
    /// between engagements once, and asks of a start only whether there is time to travel.
    pub(super) fn free_among(&self, starts: &[DateTime<Utc>]) -> Vec<usize> {
        let length = self.work.length;
        let mut free = Vec::new();
        let mut open = self.all_open.iter().peekable();
        for gap in (0..=self.engagements.len()).map(|following| self.gap(following)) {
            while open.next_if(|open| open.ends_at - length < gap.first).is_some() {}
            for open in open.clone().take_while(|open| open.starts_at <= gap.last) {
                let first = starts.partition_point(|start| *start < gap.first.max(open.starts_at));
                let past = starts.partition_point(|start| *start <= gap.last.min(open.ends_at - length));
                let leaves_time = |index: &usize| !gap.has_travel() || gap.leaves_time(self.work.held(starts[*index]));
                free.extend((first..past).filter(leaves_time));
            }
        }
        free
    }

    /// Whether the resource is open and free for work that starts at this instant.
    fn has_room(&self, start: DateTime<Utc>) -> Result<(), Refusal<S>> {
        if let Some(subject) = self.closed_for(self.work.span(start)) {
            return Err(Refusal::Closed(subject));
        }
        let held = self.work.held(start);
        let gap = self.gap_of(held);
        if let Some(before) = gap.before.filter(|before| held.starts_at < before.engagement.held.ends_at) {
            return Err(Refusal::Taken(before.engagement));
        }
        if let Some(before) = gap.too_far_before(held) {
            return Err(Refusal::TooFarFrom(before.engagement));
        }
        if let Some(next) = gap.too_far_next(held) {
            return Err(Refusal::TooFarTo(next.engagement));
        }
        Ok(())
    }

    /// The first of what must be open that isn't.
    fn closed_for(&self, span: TimeSpan) -> Option<S> {
        if spans::covers(&self.all_open, span) {
            return None;
        }
        self.open.iter().find(|(_, open)| !spans::covers(open, span)).map(|(subject, _)| *subject)
    }

    /// What lies around a span: before it the engagement that ends last, of those that start before the span ends.
    fn gap_of(&self, held: TimeSpan) -> Gap<'_> {
        self.gap(self.engagements.partition_point(|one| one.engagement.held.starts_at < held.ends_at))
    }

    /// The gap before the engagement at this position, or after the last one.
    fn gap(&self, following: usize) -> Gap<'_> {
        let before = self.last_to_end[..following].last().map(|last| &self.engagements[*last]);
        let next = self.engagements.get(following);
        let first = before.map_or(DateTime::<Utc>::MIN_UTC, |one| one.engagement.held.ends_at + self.work.preparation);
        let last = next.map_or(DateTime::<Utc>::MAX_UTC, |one| {
            one.engagement.held.starts_at - self.work.length - self.work.clean_up
        });
        Gap { before, next, first, last }
    }
}

/// The time between two engagements, with the first and the last start of work that fits in.
struct Gap<'a> {
    before: Option<&'a Neighbour>,
    next: Option<&'a Neighbour>,
    first: DateTime<Utc>,
    last: DateTime<Utc>,
}

impl<'a> Gap<'a> {
    fn has_travel(&self) -> bool {
        let no_travel = TimeDelta::zero();
        self.before.is_some_and(|one| one.travel_from > no_travel)
            || self.next.is_some_and(|one| one.travel_to > no_travel)
    }

    fn leaves_time(&self, held: TimeSpan) -> bool {
        self.too_far_before(held).is_none() && self.too_far_next(held).is_none()
    }

    fn too_far_before(&self, held: TimeSpan) -> Option<&'a Neighbour> {
        self.before.filter(|one| is_too_short(held.starts_at - one.engagement.held.ends_at, one.travel_from))
    }

    fn too_far_next(&self, held: TimeSpan) -> Option<&'a Neighbour> {
        self.next.filter(|one| is_too_short(one.engagement.held.starts_at - held.ends_at, one.travel_to))
    }
}

/// Whether the time between two held spans is too short for the travel that it needs.
fn is_too_short(time: TimeDelta, travel: TimeDelta) -> bool {
    time < travel && time <= SAME_DAY
}
