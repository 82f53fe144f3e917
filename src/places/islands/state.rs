use engine::GeoPoint;
use leptos::{html::Input, prelude::*};

use crate::{bookings::LocationSource, places::geocoding::Place, ui::form::FormState};

/// A place while it is being entered.
#[derive(Clone, Copy)]
pub struct PlaceState {
    /// The name of the field with its words.
    pub(super) name: &'static str,
    /// The prefix of its other fields' names.
    pub(super) prefix: &'static str,
    pub(super) text: RwSignal<String>,
    /// The point and its source.
    pub(super) point: RwSignal<Option<(LocationSource, GeoPoint)>>,
    /// A message about it.
    pub(super) notice: RwSignal<Option<String>>,
    /// Set once the browser runs the island.
    pub(super) alive: RwSignal<bool>,
    pub(super) input: NodeRef<Input>,
}

impl PlaceState {
    /// The place from the form's field with its words, and from those with this prefix: `latitude`, `longitude`, `source` and `placed`.
    pub fn from_form(form: &FormState, name: &'static str, prefix: &'static str) -> Self {
        let value = |name: &str| form.value(&format!("{prefix}{name}"));
        let text = form.value(name).to_owned();
        let point = (|| {
            let source = value("source").parse().ok()?;
            let point = [value("latitude"), value("longitude")].join(",").parse().ok()?;
            (value("placed").trim() == text.trim()).then_some((source, point))
        })();
        Self {
            name,
            prefix,
            text: RwSignal::new(text),
            point: RwSignal::new(point),
            notice: RwSignal::new(None),
            alive: RwSignal::new(false),
            input: NodeRef::new(),
        }
    }

    /// Its point, if known.
    pub fn position(self) -> Option<GeoPoint> {
        self.point.get().map(|(_, point)| point)
    }

    /// Changed words mean another place, unless they only describe a measured or pinned position.
    pub(super) fn typed(self, text: String) {
        self.text.set(text);
        if self.point.get_untracked().is_some_and(|(source, _)| source == LocationSource::Place) {
            self.point.set(None);
        }
    }

    pub(super) fn choose(self, place: &Place) {
        self.write(place.label());
        self.point.set(Some((LocationSource::Place, place.point)));
        self.notice.set(None);
    }

    /// The device or the pin gave the position.
    pub(super) fn locate(self, source: LocationSource, point: GeoPoint) {
        let was_a_place = self.point.get_untracked().is_some_and(|(source, _)| source == LocationSource::Place);
        if was_a_place {
            self.write(String::new()); // the name of another place than the one pointed at
        }
        self.point.set(Some((source, point)));
        self.notice.set(None);
    }

    pub(super) fn forget(self) {
        self.point.set(None);
        self.notice.set(None);
    }

    fn write(self, text: String) {
        if let Some(input) = self.input.get_untracked() {
            input.set_value(&text);
        }
        self.text.set(text);
    }

    /// The place in words.
    pub(super) fn standing(self) -> Option<String> {
        if let Some(notice) = self.notice.get() {
            return Some(notice);
        }
        self.point.get().map(|(source, point)| {
            let position = point.rounded();
            match source {
                LocationSource::Device => t!("places-islands-using-your-devices-location", position = position),
                LocationSource::Pin => t!("places-islands-using-your-pin", position = position),
                LocationSource::Place | LocationSource::Address => t!("places-islands-found-on-the-map").to_owned(),
            }
        })
    }
}
