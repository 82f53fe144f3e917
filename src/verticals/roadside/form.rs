use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What the booking form sends, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RoadsideForm {
    /// Which service, by its name in addresses.
    pub service: String,
    /// Where the car is, in words.
    pub address: String,
    /// Where it is on the map, if known.
    pub latitude: String,
    /// Where it is on the map, if known.
    pub longitude: String,
    /// How the point was given: `device`, `pin` or `place`.
    pub source: String,
    /// The words the point belongs to; other words make it void.
    pub placed: String,
    /// Where it has to go, in words; empty if that isn't known yet.
    pub destination: String,
    /// Where that is on the map, if known.
    pub destination_latitude: String,
    /// Where that is on the map, if known.
    pub destination_longitude: String,
    /// How that point was given.
    pub destination_source: String,
    /// The words that point belongs to.
    pub destination_placed: String,
    /// One of the customer's vehicles, by its id, instead of the fields that follow.
    pub saved_vehicle: String,
    pub vehicle_year: String,
    pub vehicle_make: String,
    pub vehicle_model: String,
    pub vehicle_color: String,
    pub vehicle_plate: String,
    /// `now` or `scheduled`.
    pub when: String,
    /// The day, if scheduled.
    pub date: String,
    /// The time of day in the place's zone, if scheduled.
    pub time: String,
    /// The person on site.
    pub name: String,
    pub phone: String,
    pub email: String,
    /// How it will be paid.
    pub payment_method: String,
    pub notes: String,
    /// `true` once the customer was asked what the addresses mean: they aren't asked twice.
    pub asked: String,
}

impl RoadsideForm {
    /// The form as fields and values, to be kept or shown again.
    pub fn values(&self) -> BTreeMap<String, String> {
        let fields = serde_json::to_value(self).ok();
        fields.and_then(|fields| serde_json::from_value(fields).ok()).unwrap_or_default()
    }

    /// The form made of fields and values; what is missing is empty.
    pub fn from_values(values: &BTreeMap<String, String>) -> Self {
        let fields = serde_json::to_value(values).ok();
        fields.and_then(|fields| serde_json::from_value(fields).ok()).unwrap_or_default()
    }
}
