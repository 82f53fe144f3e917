use std::collections::BTreeMap;

use engine::{GeoPoint, field};

use super::{Known, OfficeForm};
use crate::{
    bookings::{LocationSource, Whereabouts},
    error::FieldErrors,
    places::geocoding::{Geocoder, Place, Precision},
    verticals::office::SITE,
};

/// Maximum length of an address.
const ADDRESS_LENGTH: usize = 300;

/// The places of a form, looked up on the map.
pub struct Places {
    /// Those that were given, by name. One that the map doesn't know has no point.
    pub given: BTreeMap<&'static str, Whereabouts>,
    /// Those that could be several places on the map.
    pub questions: Vec<Question>,
    errors: FieldErrors,
}

/// The possible meanings of an address, for staff to choose from.
pub struct Question {
    /// The place's name.
    pub name: &'static str,
    pub found: Vec<Place>,
}

/// The name of the field with a place in words.
pub fn place_field(name: &str) -> String {
    format!("places[{name}]")
}

/// The name of the field with the chosen meaning of a place.
pub fn choice_field(name: &str) -> String {
    format!("choices[{name}]")
}

impl Places {
    /// Looks up every place of the form near `center`.
    pub async fn find(geocoder: &Geocoder, center: GeoPoint, form: &OfficeForm, known: &Known) -> Self {
        let mut places = Self { given: BTreeMap::new(), questions: Vec::new(), errors: FieldErrors::default() };
        if let Some(place) = known.places.iter().find(|place| place.address == form.known_place) {
            places.given.insert(SITE, place.clone());
        }
        let service = known.service();
        let names = service.vertical.office_places(service).iter().map(|place| place.name);
        for name in std::iter::once(SITE).chain(names) {
            if !places.given.contains_key(name) {
                places.look_up(geocoder, center, form, name).await;
            }
        }
        places
    }

    async fn look_up(&mut self, geocoder: &Geocoder, center: GeoPoint, form: &OfficeForm, name: &'static str) {
        let typed = form.places.get(name).map(String::as_str).unwrap_or_default();
        let words = self.errors.take(&place_field(name), field::optional(typed, ADDRESS_LENGTH)).flatten();
        let Some(words) = words else { return };
        let found = geocoder.search(&words, center).await;
        let choice = form.choices.get(name).map(String::as_str).unwrap_or_default();
        let chosen = found.certainly().or_else(|| found.places.iter().find(|place| place.point.to_string() == choice));
        match chosen {
            Some(place) => drop(self.given.insert(name, on_map(words, place))),
            None if found.places.is_empty() || choice == "none" => {
                let place = Whereabouts { address: words, source: LocationSource::Address, point: None };
                self.given.insert(name, place);
            }
            None => self.questions.push(Question { name, found: found.places }),
        }
    }

    /// What is wrong with them for a booking.
    pub fn errors(&self) -> FieldErrors {
        let mut errors = self.errors.clone();
        for question in &self.questions {
            errors.add(&choice_field(question.name), t!("admin-choose-one-of-these-places-or"));
        }
        if !self.given.contains_key(SITE) && !self.questions.iter().any(|question| question.name == SITE) {
            errors.add(&place_field(SITE), t!("admin-enter-where-they-are-in-any"));
        }
        errors
    }
}

/// A place on the map: by its own name if that is precise, else in the words of the customer.
fn on_map(words: String, place: &Place) -> Whereabouts {
    let address = if place.precision == Precision::Spot { place.label() } else { words };
    Whereabouts { address, source: LocationSource::Place, point: Some(place.point) }
}
