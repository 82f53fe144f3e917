//! Providers: the people who do the work, with or without an account. Tables `providers`, `provider_skills`, `provider_positions`.
//!
//! ```text
//! pending ─> active <─> inactive        active <─> suspended        pending ─> rejected ─> active        on duty only while active
//! ```
//! A position has a separate table and is indexed by H3 cell only, so that a move within a cell is a heap-only update. Positions are recorded only
//! while on duty.

pub mod actions;
pub mod commission;
mod model;
pub mod policy;
pub mod store;

pub use commission::AgreedCommission;
pub use model::{Hold, NewProfile, Position, Provider, ProviderStatus, StatusChange};
pub use policy::of_user;
