use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The booking form as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RoadsideForm {
    /// The service's short name.
    pub service: String,
    /// The car's location, in words.
    pub address: String,
    /// Its latitude, if known.
    pub latitude: String,
    /// Its longitude, if known.
    pub longitude: String,
    /// How the point was given: `device`, `pin` or `place`.
    pub source: String,
    /// The words for which the point was found; if the words change, the point no longer counts.
    pub placed: String,
    /// The destination, in words; empty if it isn't known yet.
    pub destination: String,
    /// Its latitude, if known.
    pub destination_latitude: String,
    /// Its longitude, if known.
    pub destination_longitude: String,
    /// How that point was given.
    pub destination_source: String,
    /// The words for which that point was found.
    pub destination_placed: String,
    /// The id of a saved vehicle, instead of the fields that follow.
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
    /// The local time, if scheduled.
    pub time: String,
    pub name: String,
    pub phone: String,
    pub email: String,
    pub payment_method: String,
    pub notes: String,
    /// `true` after the customer was asked about the addresses: they aren't asked twice.
    pub asked: String,
}

impl RoadsideForm {
    /// The form as fields and values, to be stored or shown again.
    pub fn values(&self) -> BTreeMap<String, String> {
        let fields = serde_json::to_value(self).ok();
        fields.and_then(|fields| serde_json::from_value(fields).ok()).unwrap_or_default()
    }

    /// The form from fields and values; missing ones are empty.
    pub fn from_values(values: &BTreeMap<String, String>) -> Self {
        let fields = serde_json::to_value(values).ok();
        fields.and_then(|fields| serde_json::from_value(fields).ok()).unwrap_or_default()
    }
}
