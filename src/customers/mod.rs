//! Customers: people who buy, with or without an account. Table `customers`.

mod model;
#[cfg(feature = "ssr")]
pub mod store;

pub use model::{Contact, Customer};
