use engine::{Amount, LineKind, quote::Unit};

use crate::catalog::{PriceKey, PriceList};

/// A price that the services of a kind of business have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriceLine {
    pub line: LineKind,
    pub unit: Unit,
    /// "Price", "Per mile".
    pub label: &'static str,
    /// Whether a service can't be booked without it.
    pub is_required: bool,
    /// A higher one is a typing error.
    pub highest: Amount,
}

impl PriceLine {
    /// Its name in a form.
    pub fn code(&self) -> String {
        format!("{}_{}", self.line, self.unit)
    }

    pub fn key(&self) -> PriceKey {
        PriceKey::new(self.line, self.unit)
    }

    /// Whether there is such a price, for any class and number.
    pub fn is_in(&self, prices: &PriceList) -> bool {
        prices.iter().any(|price| (price.key.line, price.key.unit) == (self.line, self.unit))
    }
}
