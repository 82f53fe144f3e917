use engine::Id;

use super::PriceList;
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

/// A service with its prices in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricedService {
    pub service: Service,
    pub prices: PriceList,
}

impl PricedService {
    /// Whether it has every price without which its kind of business can't sell it.
    #[cfg(feature = "ssr")]
    pub fn is_priced(&self) -> bool {
        let mut needed = self.service.vertical.price_lines().iter().filter(|line| line.is_required);
        needed.all(|line| line.is_in(&self.prices))
    }
}
