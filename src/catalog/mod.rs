//! Services and their prices. Tables `services` and `prices`.
//!
//! A price is of one line of a quote, for a class, a unit and a number, and valid from one moment until another. A change of price closes one row and
//! opens the next, now or on a later day, so that the price of a service on any day stays known. A constraint prevents two valid prices at once.

mod model;
#[cfg(feature = "ssr")]
pub mod policy;
mod prices;
#[cfg(feature = "ssr")]
pub mod store;

pub use model::{PricedService, SERVICES, Service};
pub use prices::{ANY_CLASS, Price, PriceKey, PriceList};
