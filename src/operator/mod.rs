//! Operators run the installation. They are accounts of the platform, not of a tenant; they sign in on a separate host, and their sessions are
//! invalid on tenants' hosts. Tables `platform.operators`, `platform.operator_sessions`, `platform.operator_sign_ins`,
//! `platform.operator_second_factors`, `platform.operator_recovery_codes`, `platform.operator_log`, and `impersonations` of tenants.
//!
//! ```text
//! impersonation:  requested (reason) ─ token, 60 s, once ─> active (30 min) ─> stopped or expired
//! ```
//! Each of their changes is recorded in the operators' log and in the tenant's audit log.

pub mod actions;
pub mod command;
mod context;
pub mod impersonation;
mod model;
pub mod pages;
pub mod policy;
pub mod second_factor;
#[cfg(test)]
mod second_factor_tests;
pub mod store;
#[cfg(test)]
mod tests;

pub use context::{Cookie, OperatorCtx, operator_context};
pub use model::{Impersonation, Impersonator, Operator};
