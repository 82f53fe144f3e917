use chrono::{DateTime, Utc};
use engine::{Amount, Id, Price, TaxRate};

/// Something that can be bought.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Service {
    pub id: Id<Service>,
    /// Its name in addresses, and the skill a provider needs for it.
    pub slug: String,
    /// The vertical whose booking form it has.
    pub vertical: String,
    /// What it is grouped under.
    pub category: String,
    pub name: String,
    pub description: String,
    pub icon: String,
    /// Whether it goes somewhere, like a tow.
    pub asks_destination: bool,
    /// How long the work usually takes.
    pub expected_minutes: i32,
    pub position: i32,
    /// Whether it can be booked now.
    pub active: bool,
}

/// What a service costs from one moment until another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct ServicePrice {
    /// For coming and doing it.
    pub base_amount: Amount,
    /// For each mile, where miles are charged.
    pub per_mile_amount: Option<Amount>,
    pub effective_from: DateTime<Utc>,
    /// First moment of the next price; none while it is in force for good.
    pub effective_to: Option<DateTime<Utc>>,
}

impl ServicePrice {
    /// The price as quotes are computed from.
    pub fn with_tax(&self, tax: TaxRate) -> Price {
        Price { base: self.base_amount, per_mile: self.per_mile_amount, tax }
    }
}

/// A service with the price in force; none while it has no price, and then it can't be booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricedService {
    pub service: Service,
    pub price: Option<ServicePrice>,
}
