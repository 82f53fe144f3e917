//! The provider's pages.

mod earnings;
mod home;
mod in_words;
mod job;
mod jobs;
mod offer;
mod open_job;

use chrono::{DateTime, Utc};
use engine::GeoPoint;
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

/// The neighborhood of an address, without house numbers and coordinates: what a provider may see before accepting.
fn area(address: &str) -> String {
    let words = match address.trim_end().strip_suffix(')').and_then(|rest| rest.rsplit_once('(')) {
        Some((words, point)) if is_point(point) => words.trim_end(),
        _ => address,
    };
    if is_point(words) {
        return t!("portal-a-place-on-the-map").to_owned();
    }
    words.split(", ").map(without_house_number).collect::<Vec<_>>().join(", ")
}

fn is_point(text: &str) -> bool {
    text.parse::<GeoPoint>().is_ok()
}

/// "Kantstraße" of "Kantstraße 12", "AMB Dr NW" of "1 AMB Dr NW".
fn without_house_number(part: &str) -> &str {
    let street = match part.split_once(' ') {
        Some((number, street)) if is_house_number(number) || is_postcode(number) => street.trim_start(),
        _ => part,
    };
    match street.rsplit_once(' ') {
        Some((street, number)) if is_house_number(number) && !names_a_road(street) => street.trim_end(),
        _ => street,
    }
}

/// "12", "12a", "10/2", "8-10"; five digits are a postcode.
fn is_house_number(word: &str) -> bool {
    let digits = word.chars().take_while(char::is_ascii_digit).count();
    let rest = &word[digits..];
    let is_letter = rest.chars().count() == 1 && rest.chars().all(char::is_alphabetic);
    let is_more = rest.starts_with(['/', '-', '–']) && rest.chars().any(|c| c.is_ascii_digit());
    (1..5).contains(&digits) && (rest.is_empty() || is_letter || is_more)
}

fn is_postcode(word: &str) -> bool {
    word.len() == 5 && word.bytes().all(|digit| digit.is_ascii_digit())
}

/// Whether a number after these words belongs to the road: "Highway 85", "I-75 Exit 249".
fn names_a_road(words: &str) -> bool {
    const BEFORE: [&str; 9] = ["exit", "highway", "hwy", "interstate", "km", "mile", "marker", "route", "us"];
    let last = words.rsplit(' ').next().unwrap_or_default().to_lowercase();
    BEFORE.contains(&last.as_str())
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
        for (address, shown) in [
            ("Kantstraße 12, Berlin", "Kantstraße, Berlin"),
            ("Kantstraße 12a, 10623 Berlin", "Kantstraße, Berlin"),
            ("Abay Ave 10, Almaty", "Abay Ave, Almaty"),
            ("ул. Абая 10/2, Алматы", "ул. Абая, Алматы"),
            ("14th St NW, Atlanta, GA 30309", "14th St NW, Atlanta, GA 30309"),
            ("I-75 Exit 249, Atlanta", "I-75 Exit 249, Atlanta"),
            ("Near Piedmont Park, Atlanta, GA (33.78510, -84.37380)", "Near Piedmont Park, Atlanta, GA"),
            ("33.78510, -84.37380", "A place on the map"),
        ] {
            assert_eq!(area(address), shown);
        }
    }
}
