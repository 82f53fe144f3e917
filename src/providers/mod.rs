//! Providers: the people who do the work, with or without an account. Tables `providers`, `provider_skills`, `provider_positions`.
//!
//! ```text
//! pending ─> active <─> inactive        active <─> suspended        pending ─> rejected ─> active        on duty only while active
//! ```
//! A position has a separate table and is indexed by H3 cell only, so that a move within a cell is a heap-only update. Positions are recorded only
//! while on duty.

pub mod actions;
#[cfg(feature = "ssr")]
pub mod cells;
#[cfg(feature = "ssr")]
pub mod commission;
#[cfg(feature = "ssr")]
mod model;
#[cfg(feature = "ssr")]
pub mod policy;
#[cfg(feature = "ssr")]
pub mod store;

#[cfg(feature = "ssr")]
pub use commission::AgreedCommission;
#[cfg(feature = "ssr")]
pub use model::{NewProfile, Position, Provider, ProviderStatus, StatusChange};
#[cfg(feature = "ssr")]
pub use policy::of_user;
