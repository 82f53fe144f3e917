//! The provider's pages.

mod earnings;
mod home;
mod job;
mod jobs;
mod offer;
mod open_job;

use chrono::{DateTime, Utc};
use leptos::prelude::*;

use crate::{
    dispatch::JobState,
    tenants::Tenant,
    ui::{Description, Tone},
    verticals::About,
};

pub use earnings::earnings;
pub use home::home;
pub use job::job;
pub use jobs::jobs;
pub use offer::offer;
pub use open_job::open_job;

const PER_PAGE: i64 = 20;

/// The tone of a job's badge.
fn tone(state: JobState) -> Tone {
    match state {
        JobState::Open | JobState::Offered => Tone::Neutral,
        JobState::Assigned => Tone::Info,
        JobState::EnRoute | JobState::Arrived | JobState::InProgress => Tone::Progress,
        JobState::Done => Tone::Success,
        JobState::Unsuccessful => Tone::Warning,
        JobState::Cancelled => Tone::Danger,
    }
}

/// "8 min".
fn minutes(tenant: &Tenant, seconds: i64) -> String {
    tenant.locale.minutes((seconds + 59) / 60)
}

/// The neighborhood of an address, without house numbers: what a provider may see before accepting.
fn area(address: &str) -> String {
    let without_number = |part: &str| match part.split_once(' ') {
        Some((number, street)) if number.starts_with(|c: char| c.is_ascii_digit()) => street.trim_start().to_owned(),
        _ => part.to_owned(),
    };
    address.split(", ").map(without_number).collect::<Vec<_>>().join(", ")
}

/// A short name of the location: the first part of its address.
fn short(address: &str) -> &str {
    address.split(',').next().unwrap_or(address)
}

/// A time of day, with the day unless it is today.
fn when(tenant: &Tenant, at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    if tenant.zone.date(at) == tenant.zone.date(now) { tenant.time(at) } else { tenant.date_time(at) }
}

/// What the booking is about, without its way, which the stops show.
fn besides_the_way(about: About) -> impl IntoView {
    let facts = about.facts.into_iter().filter(|fact| !fact.is_of_the_way);
    facts.map(|fact| view! { <Description term=fact.label>{fact.text}</Description> }).collect_view()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_house_number_is_shown_only_after_accepting() {
        assert_eq!(area("675 Ponce De Leon Ave NE, Atlanta"), "Ponce De Leon Ave NE, Atlanta");
        assert_eq!(area("Piedmont Park, Atlanta"), "Piedmont Park, Atlanta");
        assert_eq!(
            area("Mercedes-Benz Stadium, 1 AMB Dr NW, Atlanta, GA 30313"),
            "Mercedes-Benz Stadium, AMB Dr NW, Atlanta, GA 30313"
        );
        assert_eq!(area("30309"), "30309");
    }
}
