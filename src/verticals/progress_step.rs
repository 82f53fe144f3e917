use crate::words::Phrase;

/// How far a booking is, as the core knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Milestone {
    /// Made, and agreed or not.
    Booked,
    /// Its provider has set out.
    OnTheWay,
    /// Its provider is there, or what was booked has begun.
    Begun,
    Done,
}

/// A step that a customer waits through: two to six of them, from [`Milestone::Booked`] to [`Milestone::Done`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProgressStep {
    /// From when on it is the current step. Of several since the same milestone it is the first, unless the kind says otherwise.
    pub since: Milestone,
    pub label: Phrase,
}

impl ProgressStep {
    pub const fn since(since: Milestone, label: Phrase) -> Self {
        Self { since, label }
    }

    /// The current one of these steps at a milestone; their number if all are done.
    pub fn at(steps: &[Self], reached: Milestone) -> usize {
        if reached == Milestone::Done {
            return steps.len();
        }
        let latest = steps.iter().map(|step| step.since).filter(|since| *since <= reached).max();
        steps.iter().position(|step| Some(step.since) == latest).unwrap_or_default()
    }
}
