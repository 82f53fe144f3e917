//! The price for the miles actually driven: computed by the server when the work is done, and by the provider's browser while typing.

use engine::{
    Miles10, Price, Quote, QuoteError,
    quote::mileage::{self, Labels},
};
use serde::{Deserialize, Serialize};

/// An approved price in which miles are charged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    approved: Quote,
    price: Price,
    labels: Labels,
}

impl Settlement {
    /// `None` if miles aren't charged. Uses the approved price per mile and tax rate, not the current settings.
    #[cfg(feature = "ssr")]
    pub fn of(tenant: &crate::tenants::Tenant, approved: &Quote) -> Option<Self> {
        let miles = approved.lines().iter().find(|line| line.kind == engine::LineKind::Mileage)?;
        let tax = engine::quote::agreed_tax(approved).unwrap_or_else(|| tenant.settings.tax());
        let base = approved.amount_of(engine::LineKind::Service);
        let price = Price { base, per_mile: Some(miles.unit_price), tax };
        Some(Self { approved: approved.clone(), price, labels: super::labels(tax) })
    }

    /// The price for so many miles, never above the ceiling that the customer approved.
    pub fn for_miles(&self, miles: Miles10) -> Result<Quote, QuoteError> {
        mileage::settle(&self.approved, &self.price, miles, &self.labels)
    }
}
