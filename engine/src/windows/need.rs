use chrono::{DateTime, Utc};

use super::{Availability, StartRules};
use crate::TimeSpan;

/// Some of several resources: one of these people, two of those things. Their availabilities are by the same rules of starts.
#[derive(Debug, Clone)]
pub struct Need<'a, R, S> {
    pub of: Vec<(R, Availability<'a, S>)>,
    pub at_least: usize,
}

/// A start that can be offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window<R> {
    pub starts_at: DateTime<Utc>,
    /// For each need, all who are free, in the order they were given.
    pub free: Vec<Vec<R>>,
}

/// The starts within the span at which there are enough resources for every need, in order.
///
/// Of each need only the starts are asked that the needs before it left, so the scarcest is best named first.
pub fn free_windows<R: Copy, S: Copy>(rules: &StartRules, within: TimeSpan, needs: &[Need<R, S>]) -> Vec<Window<R>> {
    let to_window = |starts_at| Window { starts_at, free: Vec::new() };
    let mut windows: Vec<Window<R>> = rules.starts(within).into_iter().map(to_window).collect();
    for need in needs {
        let starts: Vec<_> = windows.iter().map(|window| window.starts_at).collect();
        let mut free = vec![Vec::new(); starts.len()];
        for (resource, availability) in &need.of {
            for index in availability.free_among(&starts) {
                free[index].push(*resource);
            }
        }
        let with_free = windows.into_iter().zip(free).filter(|(_, free)| free.len() >= need.at_least);
        windows =
            with_free.map(|(window, free)| Window { free: [window.free, vec![free]].concat(), ..window }).collect();
    }
    windows
}
