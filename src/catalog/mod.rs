//! What can be bought and what it costs. Tables `services` and `prices`.
//!
//! A price is in force from one moment until another; a change of price closes one row and opens the next, so that what a service cost on any day stays
//! known. Two can't be in force at once: a constraint sees to it.

mod model;
#[cfg(feature = "ssr")]
pub mod policy;
#[cfg(feature = "ssr")]
pub mod store;

pub use model::{PricedService, Service, ServicePrice};
