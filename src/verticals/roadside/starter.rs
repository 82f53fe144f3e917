//! The services of a new roadside business.

use super::RoadsideService;
use crate::{
    catalog::store::{NewService, ServiceDetails},
    verticals::Vertical,
    words::Phrase,
};

/// Slug, name, category, icon, whether it has a destination, minutes, description.
type Starter = (&'static str, Phrase, &'static str, &'static str, bool, i32, Phrase);

const SERVICES: [Starter; 6] = [
    (
        "jump-start",
        phrase!("roadside-jump-start"),
        "roadside",
        "car-battery",
        false,
        30,
        phrase!("roadside-dead-battery-we-start-the-car"),
    ),
    (
        "towing",
        phrase!("roadside-towing"),
        "roadside",
        "truck",
        true,
        60,
        phrase!("roadside-to-the-shop-home-or-wherever"),
    ),
    (
        "lockout",
        phrase!("roadside-lockout"),
        "roadside",
        "key-round",
        false,
        30,
        phrase!("roadside-keys-inside-we-open-the-door"),
    ),
    (
        "flat-tire",
        phrase!("roadside-flat-tire"),
        "roadside",
        "tire",
        false,
        30,
        phrase!("roadside-we-put-on-your-spare-or"),
    ),
    (
        "fuel-delivery",
        phrase!("roadside-fuel-delivery"),
        "roadside",
        "fuel",
        false,
        25,
        phrase!("roadside-enough-fuel-to-reach-the-next"),
    ),
    (
        "diagnostics",
        phrase!("roadside-diagnostics"),
        "diagnostics",
        "gauge",
        false,
        90,
        phrase!("roadside-a-mechanic-comes-to-the-car"),
    ),
];

/// The usual services of a roadside business, without prices: each business sets its own.
pub fn catalog() -> Vec<NewService> {
    (1..)
        .zip(SERVICES)
        .map(|(position, (slug, name, category, icon, asks_destination, minutes, description))| NewService {
            slug: slug.to_owned(),
            vertical: Vertical::Roadside,
            category: category.to_owned(),
            details: ServiceDetails {
                name: name.say().to_owned(),
                description: description.say().to_owned(),
                expected_minutes: minutes,
            },
            icon: icon.to_owned(),
            options: RoadsideService { asks_destination }.options(),
            position,
            provider: None,
        })
        .collect()
}
