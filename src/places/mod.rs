//! Places: where something is, and what is near it.

#[cfg(feature = "ssr")]
pub mod cells;
pub mod geocoding;
