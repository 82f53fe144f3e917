use chrono::{DateTime, Utc};
use engine::{Amount, Id, Price, TaxRate};

use crate::verticals::Vertical;

/// The live topic of a tenant's services and prices.
pub const SERVICES: &str = "services";

#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Service {
    pub id: Id<Service>,
    /// Its short name, also the skill a provider needs for it.
    pub slug: String,
    pub vertical: Vertical,
    pub category: String,
    pub name: String,
    pub description: String,
    pub icon: String,
    /// Whether it has a destination, like a tow.
    pub asks_destination: bool,
    /// Usual duration of the work.
    pub expected_minutes: i32,
    pub position: i32,
    /// Whether it can be booked now.
    pub active: bool,
}

/// The price of a service from one moment until another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct ServicePrice {
    pub base_amount: Amount,
    pub per_mile_amount: Option<Amount>,
    pub effective_from: DateTime<Utc>,
    /// When the next price begins; none if there is none.
    pub effective_to: Option<DateTime<Utc>>,
}

impl ServicePrice {
    /// The price for computing quotes.
    pub fn with_tax(&self, tax: TaxRate) -> Price {
        Price { base: self.base_amount, per_mile: self.per_mile_amount, tax: tax.into() }
    }
}

/// A service with its current price; without a price it can't be booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricedService {
    pub service: Service,
    pub price: Option<ServicePrice>,
}
