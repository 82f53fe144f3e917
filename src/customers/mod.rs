//! Customers: people who buy, with or without an account. Tables `customers` and `customer_vehicles`.

mod model;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod vehicles;

pub use model::{Contact, Customer};
