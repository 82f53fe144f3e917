use chrono::{DateTime, Utc};

/// From `starts_at` to just before `ends_at`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeSpan {
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
}

impl TimeSpan {
    /// Whether the spans share an instant. Adjacent spans and empty spans don't overlap.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.intersection(other).is_some()
    }

    /// The time that is in both spans, if there is any.
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        let shared = Self { starts_at: self.starts_at.max(other.starts_at), ends_at: self.ends_at.min(other.ends_at) };
        (!shared.is_empty()).then_some(shared)
    }

    /// The span from the beginning of the first to the end of the last.
    #[must_use]
    pub fn hull(&self, other: &Self) -> Self {
        Self { starts_at: self.starts_at.min(other.starts_at), ends_at: self.ends_at.max(other.ends_at) }
    }

    /// Whether no instant is in the span, as it ends when it starts, or before.
    pub fn is_empty(&self) -> bool {
        self.ends_at <= self.starts_at
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    fn span(starts: i64, ends: i64) -> TimeSpan {
        let at = |seconds| DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds);
        TimeSpan { starts_at: at(starts), ends_at: at(ends) }
    }

    #[test]
    fn work_that_begins_as_other_work_ends_does_not_overlap_it() {
        assert!(!span(0, 10).overlaps(&span(10, 20)) && !span(10, 20).overlaps(&span(0, 10)));
        assert!(span(0, 11).overlaps(&span(10, 20)));
        assert!(!span(5, 5).overlaps(&span(0, 10)), "an empty span");
    }

    proptest! {
        #[test]
        fn two_spans_overlap_exactly_if_an_instant_is_in_both(a in 0..30_i64, b in 0..30_i64, c in 0..30_i64, d in 0..30_i64) {
            let in_both = (0..30).any(|at| (a..b).contains(&at) && (c..d).contains(&at));
            prop_assert_eq!(span(a, b).overlaps(&span(c, d)), in_both);
            prop_assert_eq!(span(c, d).overlaps(&span(a, b)), in_both);
        }
    }
}
