use std::collections::BTreeMap;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    catalog::Service,
    ui::{Checkbox, FormState},
    verticals::office::detail,
};

/// What roadside assistance keeps of a service.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RoadsideService {
    /// Whether it takes the vehicle somewhere, like a tow.
    pub asks_destination: bool,
}

impl RoadsideService {
    pub fn of(service: &Service) -> Self {
        serde_json::from_value(service.options.clone()).unwrap_or_default()
    }

    pub fn options(self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// The fields of the form of a service.
pub(super) fn fields(form: &FormState) -> AnyView {
    let name = detail("asks_destination");
    let state = form.field(&name);
    view! { <Checkbox label=t!("roadside-it-takes-the-vehicle-somewhere-like") name state /> }.into_any()
}

pub(super) fn read(fields: &BTreeMap<String, String>) -> RoadsideService {
    RoadsideService { asks_destination: fields.get("asks_destination").is_some_and(|typed| typed == "true") }
}
