//! Services and their prices. Tables `services` and `prices`.
//!
//! A price is valid from one moment until another. A change of price closes one row and opens the next, so that the price of a service on any day
//! stays known. A constraint prevents two valid prices at once.

mod model;
#[cfg(feature = "ssr")]
pub mod policy;
#[cfg(feature = "ssr")]
pub mod store;

pub use model::{PricedService, SERVICES, Service, ServicePrice};
