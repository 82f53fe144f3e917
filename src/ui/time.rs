//! Times, readable by people and machines.

use crate::words::count;
use chrono::{DateTime, SecondsFormat, Utc};
use leptos::prelude::*;

/// A time, formatted in the zone of the tenant.
#[component]
pub fn Time(at: DateTime<Utc>, #[prop(into)] text: String) -> impl IntoView {
    view! { <time datetime=at.to_rfc3339_opts(SecondsFormat::Secs, true)>{text}</time> }
}

/// A time as its distance from now: "3 min ago", "in 2 h".
#[component]
pub fn RelativeTime(
    at: DateTime<Utc>,
    /// When the page was rendered.
    now: DateTime<Utc>,
) -> impl IntoView {
    view! { <Time at text=distance(at, now)/> }
}

/// The distance of `at` from `now`, with its direction.
pub fn distance(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    match (at - now).num_seconds() {
        -44..45 => t!("ui-just-now").to_owned(),
        ..-44 => t!("ui-ago", span = span(at, now)),
        _ => t!("ui-in", span = span(at, now)),
    }
}

/// Whether the two show as the same minute or nearly: somebody who comes then comes any minute.
pub fn is_any_minute(at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    (at - now).num_seconds().abs() < 60
}

/// The time between, in the largest unit that gives at least one.
pub fn span(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    match (at - now).num_seconds().unsigned_abs() {
        span @ 0..3_570 => t!("ui-minutes", minutes = (span + 30) / 60),
        span @ 3_570..84_600 => t!("ui-hours", hours = (span + 1_800) / 3_600),
        span => t!("ui-days", days = count((span + 43_200) / 86_400)),
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn time_distances_use_the_largest_fitting_unit() {
        let now = DateTime::UNIX_EPOCH;
        let words = |seconds| distance(now + TimeDelta::seconds(seconds), now);
        assert_eq!(words(-10), "just now");
        assert_eq!(words(-180), "3 min ago");
        assert_eq!(words(3_580), "in 1 h");
        assert_eq!(words(7_200), "in 2 h");
        assert_eq!(words(-86_400), "1 day ago");
        assert_eq!(words(-3 * 86_400), "3 days ago");
    }

    #[test]
    fn any_minute_is_less_than_a_minute_from_now() {
        let now = DateTime::UNIX_EPOCH;
        for (seconds, expected) in [(-60, false), (-59, true), (0, true), (59, true), (60, false)] {
            assert_eq!(is_any_minute(now + TimeDelta::seconds(seconds), now), expected, "{seconds}");
        }
    }
}
