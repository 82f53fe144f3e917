use engine::GeoPoint;
use serde::{Deserialize, Serialize};

/// A place somebody may mean.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// What it is called: "Piedmont Park", "30309".
    pub name: String,
    /// Where that is: "Atlanta, GA".
    pub detail: String,
    /// Itself, or the middle of its area.
    pub point: GeoPoint,
    /// How precise the point is.
    pub precision: Precision,
}

impl Place {
    /// Name and detail in one line.
    pub fn label(&self) -> String {
        if self.detail.is_empty() { self.name.clone() } else { format!("{}, {}", self.name, self.detail) }
    }
}

/// The precision of a place's point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// A building, an interchange, a park: who goes there finds the customer.
    Spot,
    /// A town, a neighborhood, a postcode: who goes there has to ask on the phone.
    Area,
}

/// The answer to a search.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// Best first; at most [`Found::LIMIT`].
    pub places: Vec<Place>,
    /// The first one is what was meant, beyond reasonable doubt.
    pub certain: bool,
}

impl Found {
    /// More than a thumb would scroll through.
    pub const LIMIT: usize = 5;

    /// The place that was meant, where there is no doubt.
    pub fn certainly(&self) -> Option<&Place> {
        self.places.first().filter(|_| self.certain)
    }
}
