use engine::Id;
use serde_json::Value;

use super::{PriceList, ServiceRules};
#[cfg(feature = "ssr")]
use crate::providers::Provider;
use crate::verticals::Vertical;

/// The live topic of a tenant's services and prices.
pub const SERVICES: &str = "services";

engine::codes! {
    pub enum ServiceStatus ("status of a service") {
        /// Its provider describes it.
        Draft = "draft",
        /// Submitted: staff decide.
        InReview = "in_review",
        Active = "active",
        /// Switched off.
        Paused = "paused",
        /// Switched off by staff; its provider sees the reason.
        Suspended = "suspended",
        /// In no list any more. Its bookings stay.
        Archived = "archived",
    }
}

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
    /// What its kind of business keeps of it.
    pub options: Value,
    /// Usual duration of the work.
    pub expected_minutes: i32,
    pub position: i32,
    /// Whose own it is; `None`: the business's.
    #[cfg(feature = "ssr")]
    pub provider_id: Option<Id<Provider>>,
    pub status: ServiceStatus,
    /// Why staff returned or suspended it.
    pub status_reason: Option<String>,
    /// How it may be booked.
    #[cfg_attr(feature = "ssr", sqlx(json))]
    pub rules: ServiceRules,
}

impl Service {
    /// Whether customers may book it.
    pub fn is_active(&self) -> bool {
        self.status == ServiceStatus::Active
    }

    /// Whether a provider offers it, and not the business.
    #[cfg(feature = "ssr")]
    pub fn is_providers(&self) -> bool {
        self.provider_id.is_some()
    }
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
