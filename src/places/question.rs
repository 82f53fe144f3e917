use engine::{GeoPoint, field::isolated};
use leptos::prelude::*;

use super::{
    geocoding::{Found, Geocoder, Place},
    typed::TypedPlace,
};
use crate::ui::{Choice, RadioGroup, form::FormState};

/// The answer that none of the places is meant.
const NONE: &str = "none";

/// The possible meanings of an address, to choose from.
pub struct PlaceQuestion {
    words: String,
    found: Found,
}

impl PlaceQuestion {
    /// Looks up a place that was only typed. `None` if its point is known, or the map has nothing like it.
    pub async fn about(typed: &TypedPlace, geocoder: &Geocoder, near: GeoPoint) -> Option<Self> {
        if typed.point().is_some() || typed.words().is_empty() {
            return None;
        }
        let found = geocoder.search(typed.words(), near).await;
        (!found.places.is_empty()).then(|| Self { words: typed.words().to_owned(), found })
    }

    /// The place that is certainly meant.
    pub fn certainly(&self) -> Option<&Place> {
        self.found.certainly()
    }

    /// The chosen place; `None` if none of them is meant, an error if nothing was chosen.
    pub fn answered(&self, answer: &str) -> Result<Option<&Place>, &'static str> {
        match self.found.places.iter().find(|place| place.point.to_string() == answer) {
            Some(place) => Ok(Some(place)),
            None if answer == NONE => Ok(None),
            None => Err(t!("places-choose-one-of-these-places-or")),
        }
    }

    /// The question as a field of a form, with an answer for a place that isn't among them.
    pub fn field(&self, [name, legend, none]: [&'static str; 3], form: &FormState) -> impl IntoView + use<> {
        let found = self.found.places.iter();
        let mut choices: Vec<_> = found.map(|place| Choice::new(place.point.to_string(), place.described())).collect();
        choices.push(Choice::new(NONE, none));
        let hint = t!("places-you-wrote-choose-the-right-place", words = isolated(&self.words));
        view! { <RadioGroup legend name state=form.field(name) hint choices /> }
    }
}
