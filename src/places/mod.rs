//! Places: where something is, and what is near it.
//!
//! A form asks for a place by five fields ([`islands`], or a plain text field). [`TypedPlace`](typed::TypedPlace) reads them; where the words could mean
//! several places, a [`PlaceQuestion`](question::PlaceQuestion) asks which one.

#[cfg(feature = "ssr")]
pub mod cells;
pub mod geocoding;
pub mod islands;
#[cfg(feature = "ssr")]
pub mod question;
#[cfg(feature = "ssr")]
pub mod typed;
