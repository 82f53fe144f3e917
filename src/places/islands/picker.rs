use engine::GeoPoint;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{field::PlaceField, state::PlaceState};
use crate::{ui::form::FormState, words::Carried};

/// The props of a picker; plain and serializable.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PickerProps {
    label: String,
    hint: String,
    is_required: bool,
    center: GeoPoint,
    /// Address of map tiles with `{z}/{x}/{y}`; without it the map is drawn.
    tile_url: Option<String>,
    /// The values typed so far; only those of the place.
    form: FormState,
    sentences: Carried,
}

#[cfg(feature = "ssr")]
impl PickerProps {
    /// The names of its fields.
    pub const FIELDS: [&'static str; 5] = ["address", "latitude", "longitude", "source", "placed"];

    /// A required place of a form of this tenant.
    pub fn new(
        [label, hint]: [&str; 2],
        tenant: &crate::tenants::Tenant,
        tile_url: Option<String>,
        form: &FormState,
    ) -> Self {
        Self {
            label: label.to_owned(),
            hint: hint.to_owned(),
            is_required: true,
            center: tenant.center,
            tile_url,
            form: form.only(|name| Self::FIELDS.contains(&name)),
            sentences: sentences(),
        }
    }

    /// The same for a form that can be sent without the place.
    #[must_use]
    pub fn optional(self) -> Self {
        Self { is_required: false, ..self }
    }
}

/// What a page carries for every field of a place.
#[cfg(feature = "ssr")]
pub fn sentences() -> Carried {
    Carried::beginning("places-islands-")
}

/// The field for the one place of a form.
#[island]
pub fn PlacePicker(props: PickerProps) -> impl IntoView {
    let PickerProps { label, hint, is_required, center, tile_url, form, sentences } = props;
    sentences.learn();
    let place = PlaceState::from_form(&form, "address", "");
    let error = form.errors.get("address").cloned();
    view! { <PlaceField place label hint error is_required center tiles=StoredValue::new(tile_url) /> }
}
