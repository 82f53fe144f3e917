//! Who did what: table `audit_log`. Changes of rows are written by a trigger (`platform.audit` in the migrations), deeds that change none by [`event`].
//! The application can add deeds and read, and neither change nor delete.
//!
//! Personal values are there as keyed hashes: whether one changed can be told, what it is can't. Details of an event must hold none.

pub mod model;
pub mod policy;
pub mod store;
#[cfg(test)]
mod tests;

pub use store::{event, forget_addresses};
