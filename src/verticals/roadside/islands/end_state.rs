use engine::GeoPoint;
use leptos::{html::Input, prelude::*};

use crate::{bookings::LocationSource, places::geocoding::Place, ui::form::FormState};

/// One end of the trip (pick-up or destination) while it is being entered.
#[derive(Clone, Copy)]
pub(super) struct End {
    /// The prefix of its field names.
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

impl End {
    /// The end from the form fields with this prefix.
    pub(super) fn from_form(form: &FormState, prefix: &'static str) -> Self {
        let value = |name: &str| form.value(&format!("{prefix}{name}"));
        let text = form.value(text_name(prefix)).to_owned();
        let point = (|| {
            let source = value("source").parse().ok()?;
            let point = [value("latitude"), value("longitude")].join(",").parse().ok()?;
            (value("placed").trim() == text.trim()).then_some((source, point))
        })();
        Self {
            prefix,
            text: RwSignal::new(text),
            point: RwSignal::new(point),
            notice: RwSignal::new(None),
            alive: RwSignal::new(false),
            input: NodeRef::new(),
        }
    }

    /// Its point, if known.
    pub(super) fn position(self) -> Option<GeoPoint> {
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
                LocationSource::Device => t!("roadside-islands-using-your-devices-location", position = position),
                LocationSource::Pin => t!("roadside-islands-using-your-pin", position = position),
                LocationSource::Place | LocationSource::Address => t!("roadside-islands-found-on-the-map").to_owned(),
            }
        })
    }
}

/// The name of the field with the words.
pub(super) fn text_name(prefix: &str) -> &'static str {
    if prefix.is_empty() { "address" } else { "destination" }
}
