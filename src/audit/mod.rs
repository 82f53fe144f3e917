//! The audit log: table `audit_log`. A trigger (`platform.audit` in the migrations) records changes of rows; [`event`] records actions that change
//! none. The application can add entries and read them, but neither change nor delete them.
//!
//! Personal values are stored as keyed hashes: the log shows whether one changed, but not the value. Details of an event must not contain any.

pub mod model;
pub mod policy;
pub mod store;
#[cfg(test)]
mod tests;

pub use store::{event, forget_addresses};
