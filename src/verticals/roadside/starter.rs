//! The services of a new roadside business.

use crate::{
    catalog::store::{NewService, ServiceDetails},
    verticals::Vertical,
};

/// Slug, name, category, icon, whether it has a destination, minutes, description.
type Starter = (&'static str, &'static str, &'static str, &'static str, bool, i32, &'static str);

const SERVICES: [Starter; 6] = [
    (
        "jump-start",
        "Jump start",
        "roadside",
        "car-battery",
        false,
        30,
        "Dead battery? We start the car and test the battery before we leave.",
    ),
    (
        "towing",
        "Towing",
        "roadside",
        "truck",
        true,
        60,
        "To the shop, home or wherever you say. The base price plus each mile with your car.",
    ),
    (
        "lockout",
        "Lockout",
        "roadside",
        "key-round",
        false,
        30,
        "Keys inside? We open the door without a scratch. Have your ID ready.",
    ),
    (
        "flat-tire",
        "Flat tire",
        "roadside",
        "tire",
        false,
        30,
        "We put on your spare, or plug the tire where it can be saved.",
    ),
    (
        "fuel-delivery",
        "Fuel delivery",
        "roadside",
        "fuel",
        false,
        25,
        "Enough fuel to reach the next station, brought to where you stand.",
    ),
    (
        "diagnostics",
        "Diagnostics",
        "diagnostics",
        "gauge",
        false,
        90,
        "A mechanic comes to the car, reads its codes and writes down what it needs.",
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
                name: name.to_owned(),
                description: description.to_owned(),
                expected_minutes: minutes,
            },
            icon: icon.to_owned(),
            asks_destination,
            position,
            provider: None,
        })
        .collect()
}
