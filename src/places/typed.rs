use engine::{FieldError, GeoPoint, field};

use super::geocoding::{Geocoder, Place, Precision};
use crate::{
    bookings::{LocationSource, Whereabouts},
    tenants::Tenant,
};

/// Maximum length of an address.
const ADDRESS_LENGTH: usize = 300;

/// A place as it was typed, pinned or measured: the five fields of a form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedPlace {
    /// In words.
    pub address: String,
    pub latitude: String,
    pub longitude: String,
    /// How the point was given: `device`, `pin` or `place`.
    pub source: String,
    /// The words for which the point was found; if the words change, the point no longer counts.
    pub placed: String,
}

impl TypedPlace {
    /// Whether nothing was entered.
    pub fn is_empty(&self) -> bool {
        self.words().is_empty() && self.point().is_none()
    }

    /// The words, without spaces around them.
    pub fn words(&self) -> &str {
        self.address.trim()
    }

    /// The point for the words: if the words have changed without a new point, the place is unknown.
    pub fn point(&self) -> Option<(LocationSource, GeoPoint)> {
        let source = self.source.parse().ok().filter(|source| *source != LocationSource::Address)?;
        let point = GeoPoint::new(self.latitude.trim().parse().ok()?, self.longitude.trim().parse().ok()?).ok()?;
        (self.words() == self.placed.trim()).then_some((source, point))
    }

    /// Where it is, with a point if one was given; or what is missing.
    pub fn read(&self, tenant: &Tenant) -> Result<Whereabouts, String> {
        let address = field::required(self.words(), ADDRESS_LENGTH).map_err(|error| match error {
            FieldError::Missing => t!("places-tell-us-where-an-address-a", postcode = tenant.postcode()),
            other => other.to_string(),
        })?;
        Ok(match self.point() {
            Some((source, point)) => Whereabouts { address, source, point: Some(point) },
            None => Whereabouts { address, source: LocationSource::Address, point: None },
        })
    }

    /// Sets the point. The name of a landmark replaces the typed address; the name of an area doesn't, because the address is more precise.
    pub fn set_place(&mut self, place: &Place) {
        if place.precision == Precision::Spot {
            self.address = place.label();
        }
        self.latitude = place.point.latitude().to_string();
        self.longitude = place.point.longitude().to_string();
        LocationSource::Place.as_str().clone_into(&mut self.source);
        self.placed = self.words().to_owned();
    }

    /// Adds a description to a point without one, so that people can read where it is.
    pub fn put_into_words(&mut self, geocoder: &Geocoder) {
        if let (true, Some((_, point))) = (self.words().is_empty(), self.point()) {
            self.address = geocoder.in_words(point);
            self.placed.clone_from(&self.address);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_without_their_point_are_an_address() {
        let typed = |address: &str, source: &str, placed: &str| TypedPlace {
            address: address.into(),
            latitude: "33.75".into(),
            longitude: "-84.39".into(),
            source: source.into(),
            placed: placed.into(),
        };
        assert!(typed("A", "place", " A ").point().is_some());
        assert!(typed("A", "place", "B").point().is_none(), "the words were changed");
        assert!(typed("A", "address", "A").point().is_none());
        assert!(typed("A", "moon", "A").point().is_none());
        let far = TypedPlace { latitude: "91".into(), ..typed("A", "pin", "A") };
        assert!(far.point().is_none());
    }
}
