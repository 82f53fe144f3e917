//! Sets of time: lists of spans that are sorted, not empty, and neither overlap nor touch each other. Every function here returns such a list, and
//! [`merged`] makes one of any spans; the others expect them.

use crate::TimeSpan;

/// The time that is in any of the spans.
pub fn merged(mut spans: Vec<TimeSpan>) -> Vec<TimeSpan> {
    spans.retain(|span| !span.is_empty());
    spans.sort_unstable_by_key(|span| span.starts_at);
    let mut merged: Vec<TimeSpan> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.starts_at <= last.ends_at => last.ends_at = last.ends_at.max(span.ends_at),
            _ => merged.push(span),
        }
    }
    merged
}

/// The time that is in one of the sets.
pub fn union(one: &[TimeSpan], other: &[TimeSpan]) -> Vec<TimeSpan> {
    merged([one, other].concat())
}

/// The time that is in both sets.
pub fn intersection(one: &[TimeSpan], other: &[TimeSpan]) -> Vec<TimeSpan> {
    let (mut one, mut other) = (one.iter().peekable(), other.iter().peekable());
    let mut both = Vec::new();
    while let (Some(a), Some(b)) = (one.peek(), other.peek()) {
        both.extend(a.intersection(b));
        if a.ends_at <= b.ends_at {
            one.next()
        } else {
            other.next()
        };
    }
    both
}

/// The time that is in `one` and not in `other`.
pub fn difference(one: &[TimeSpan], other: &[TimeSpan]) -> Vec<TimeSpan> {
    let mut rest = Vec::new();
    let mut removed = other.iter().peekable();
    for span in one {
        let mut starts_at = span.starts_at;
        while let Some(hole) = removed.peek().filter(|hole| hole.starts_at < span.ends_at) {
            rest.push(TimeSpan { starts_at, ends_at: hole.starts_at });
            starts_at = starts_at.max(hole.ends_at);
            if hole.ends_at > span.ends_at {
                break; // it may cut the next span as well
            }
            removed.next();
        }
        rest.push(TimeSpan { starts_at, ends_at: span.ends_at });
    }
    rest.retain(|span| !span.is_empty());
    rest
}

/// Whether every instant of the span is in the set. An empty span is in every set.
pub fn covers(set: &[TimeSpan], span: TimeSpan) -> bool {
    let following = set.partition_point(|one| one.starts_at <= span.starts_at);
    span.is_empty() || set[..following].last().is_some_and(|one| span.ends_at <= one.ends_at)
}

/// Whether any instant of the span is in the set.
pub fn overlaps(set: &[TimeSpan], span: TimeSpan) -> bool {
    let first = set.partition_point(|one| one.ends_at <= span.starts_at);
    set.get(first).is_some_and(|one| one.overlaps(&span))
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};
    use proptest::prelude::*;

    use super::*;

    const END: i64 = 24;

    fn span(starts: i64, ends: i64) -> TimeSpan {
        let at = |seconds| DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds);
        TimeSpan { starts_at: at(starts), ends_at: at(ends) }
    }

    /// Spans in any order, which overlap, touch, are empty or end before they start.
    fn any_spans() -> impl Strategy<Value = Vec<TimeSpan>> {
        prop::collection::vec((0..END, 0..=END).prop_map(|(starts, ends)| span(starts, ends)), 0..8)
    }

    fn any_set() -> impl Strategy<Value = Vec<TimeSpan>> {
        any_spans().prop_map(merged)
    }

    /// The seconds of these spans.
    fn seconds(spans: &[TimeSpan]) -> Vec<i64> {
        (0..END).filter(|at| spans.iter().any(|one| one.overlaps(&span(*at, at + 1)))).collect()
    }

    fn is_set(spans: &[TimeSpan]) -> bool {
        spans.iter().all(|span| !span.is_empty()) && spans.windows(2).all(|pair| pair[0].ends_at < pair[1].starts_at)
    }

    #[test]
    fn spans_that_touch_become_one() {
        assert_eq!(merged(vec![span(5, 9), span(0, 5), span(12, 14)]), [span(0, 9), span(12, 14)]);
    }

    #[test]
    fn a_hole_may_cut_two_spans() {
        let rest = difference(&[span(0, 10), span(12, 20)], &[span(2, 3), span(8, 14)]);
        assert_eq!(rest, [span(0, 2), span(3, 8), span(14, 20)]);
    }

    proptest! {
        #[test]
        fn merging_keeps_exactly_the_time_of_the_spans(spans in any_spans()) {
            let set = merged(spans.clone());
            prop_assert!(is_set(&set));
            prop_assert_eq!(seconds(&set), seconds(&spans));
        }

        #[test]
        fn sets_of_time_obey_the_laws_of_sets(a in any_set(), b in any_set()) {
            let (both, either, rest) = (intersection(&a, &b), union(&a, &b), difference(&a, &b));
            prop_assert!([&both, &either, &rest].into_iter().all(|set| is_set(set)));
            let (in_a, in_b) = (seconds(&a), seconds(&b));
            let of = |belongs: fn(bool, bool) -> bool| -> Vec<i64> {
                (0..END).filter(|at| belongs(in_a.contains(at), in_b.contains(at))).collect()
            };
            prop_assert_eq!(seconds(&both), of(|a, b| a && b));
            prop_assert_eq!(seconds(&either), of(|a, b| a || b));
            prop_assert_eq!(seconds(&rest), of(|a, b| a && !b));
            prop_assert_eq!(union(&both, &rest), a, "a set is what it shares with another and what it doesn't");
        }

        #[test]
        fn a_set_covers_a_span_if_it_has_each_instant_and_overlaps_it_if_it_has_one(set in any_set(), starts in 0..END, ends in 0..=END) {
            let instants: Vec<i64> = (starts..ends).collect();
            let in_set = seconds(&set);
            prop_assert_eq!(covers(&set, span(starts, ends)), instants.iter().all(|at| in_set.contains(at)));
            prop_assert_eq!(overlaps(&set, span(starts, ends)), instants.iter().any(|at| in_set.contains(at)));
        }
    }
}
