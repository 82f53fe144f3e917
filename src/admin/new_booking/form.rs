use std::collections::BTreeMap;

use engine::Id;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::customers::Customer;

/// The form as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OfficeForm {
    /// The id of this form, so that sending it twice makes one booking.
    pub attempt: String,
    /// What the pressed button does: see [`Step`].
    pub step: String,
    /// The words by which a customer is searched.
    pub wanted: String,
    /// The id of the chosen customer; empty for a new one.
    pub customer: String,
    pub name: String,
    pub phone: String,
    pub email: String,
    /// The service's short name.
    pub service: String,
    /// An address of an earlier booking, instead of the place that is typed.
    pub known_place: String,
    /// The places in words, by their names.
    pub places: BTreeMap<String, String>,
    /// For a place that could be several: the point of the chosen one, or `none`.
    pub choices: BTreeMap<String, String>,
    /// `now` or `scheduled`.
    pub when: String,
    /// The day, if scheduled.
    pub date: String,
    /// The local time, if scheduled.
    pub time: String,
    /// The label of something that the customer had before, instead of the kind's own fields.
    pub saved: String,
    /// The fields of the service's kind of business.
    pub details: BTreeMap<String, String>,
    pub notes: String,
    pub payment_method: String,
    /// A price that staff set instead of the computed one, before tax.
    pub own_price: String,
    /// Why, for the customer.
    pub price_reason: String,
    /// Total and ceiling that were shown, in minor units.
    pub shown_price: String,
    /// The rules of the service that staff were asked about, because the booking wouldn't keep them.
    pub accepted: String,
    pub billed_to: String,
    pub purchase_order: String,
    /// `true` if the person on site and the provider see no price.
    pub hides_price: String,
    /// `true` if it is urgent.
    pub priority: String,
    /// `true` if staff choose a provider next.
    pub assign_next: String,
}

/// What a button of the form does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Searches customers.
    Search,
    Choose(Id<Customer>),
    /// Types another customer instead of the chosen one.
    Forget,
    Price,
    Book,
}

impl OfficeForm {
    /// What to do. Without a button, nothing is booked.
    pub fn step(&self) -> Step {
        match (self.step.as_str(), self.step.strip_prefix("choose:").map(str::parse)) {
            ("search", _) => Step::Search,
            ("forget", _) => Step::Forget,
            ("book", _) => Step::Book,
            (_, Some(Ok(customer))) => Step::Choose(customer),
            _ => Step::Price,
        }
    }

    /// The form as fields and values, to be stored or shown again. The entries of a map are named `name[key]`.
    pub fn values(&self) -> BTreeMap<String, String> {
        let Ok(Value::Object(fields)) = serde_json::to_value(self) else { return BTreeMap::new() };
        let text = |value: Value| value.as_str().map(str::to_owned).unwrap_or_default();
        fields
            .into_iter()
            .flat_map(|(name, value)| match value {
                Value::Object(entries) => {
                    entries.into_iter().map(|(key, value)| (format!("{name}[{key}]"), text(value))).collect()
                }
                value => vec![(name, text(value))],
            })
            .collect()
    }

    /// The form from fields and values; missing ones are empty.
    pub fn from_values(values: &BTreeMap<String, String>) -> Self {
        let mut fields = Map::new();
        for (name, value) in values {
            match name.split_once('[').and_then(|(name, rest)| Some((name, rest.strip_suffix(']')?))) {
                Some((name, key)) => {
                    let entries = fields.entry(name).or_insert_with(|| Value::Object(Map::new()));
                    if let Value::Object(entries) = entries {
                        entries.insert(key.to_owned(), value.clone().into());
                    }
                }
                None => drop(fields.insert(name.clone(), value.clone().into())),
            }
        }
        serde_json::from_value(fields.into()).unwrap_or_default()
    }
}
