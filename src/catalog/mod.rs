//! Services, their prices and how they may be booked. Tables `services`, `prices` and `service_rules`.
//!
//! A price is of one line of a quote, for a class, a unit and a number, and valid from one moment until another. A change of price closes one row and
//! opens the next, now or on a later day, so that the price of a service on any day stays known. A constraint prevents two valid prices at once.

#[cfg(feature = "ssr")]
mod changes;
mod model;
#[cfg(feature = "ssr")]
pub mod policy;
mod prices;
mod rules;
#[cfg(feature = "ssr")]
mod slug;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
#[cfg(test)]
mod tests;

#[cfg(feature = "ssr")]
pub use changes::ServiceChange;
pub use model::{PricedService, SERVICES, Service, ServiceStatus};
pub use prices::{ANY_CLASS, Price, PriceKey, PriceList};
pub use rules::{Breach, ServiceRules, Wanted, cancellation_in_words, duration};
#[cfg(feature = "ssr")]
pub use slug::slug_of;
