use engine::{GeoPoint, field::isolated};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// Its name: "Piedmont Park", "30309".
    pub name: String,
    /// Its surroundings: "Atlanta, GA".
    pub detail: String,
    /// The point, or the center of its area.
    pub point: GeoPoint,
    pub precision: Precision,
}

impl Place {
    /// Name and detail in one line.
    pub fn label(&self) -> String {
        if self.detail.is_empty() { self.name.clone() } else { format!("{}, {}", self.name, self.detail) }
    }

    /// For a choice among several, with a warning if it is a whole area.
    pub fn described(&self) -> String {
        match self.precision {
            Precision::Spot => self.label(),
            Precision::Area => t!("geocoding-in-or-near", label = isolated(&self.label())),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// A building, an interchange, a park: a provider who drives there finds the customer.
    Spot,
    /// A town, a neighborhood, a postcode: the provider must call and ask.
    Area,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// Best first; at most [`Found::LIMIT`].
    pub places: Vec<Place>,
    /// Whether the first one is certainly right.
    pub certain: bool,
}

impl Found {
    pub const LIMIT: usize = 5;

    /// The right place, if it is certain.
    pub fn certainly(&self) -> Option<&Place> {
        self.places.first().filter(|_| self.certain)
    }
}
