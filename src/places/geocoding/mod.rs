//! Finds places for an address text, with a geocoding server or the embedded gazetteer.

pub mod actions;
#[cfg(feature = "ssr")]
mod gazetteer;
#[cfg(feature = "ssr")]
mod geocoder;
mod model;
#[cfg(feature = "ssr")]
mod plus_codes;
#[cfg(feature = "ssr")]
mod positions;
#[cfg(feature = "ssr")]
mod server;
#[cfg(feature = "ssr")]
#[cfg(test)]
mod tests;
#[cfg(feature = "ssr")]
mod words;

use crate::words::Phrase;
#[cfg(feature = "ssr")]
pub use gazetteer::postcode_at;
#[cfg(feature = "ssr")]
pub use geocoder::Geocoder;
pub use model::{Found, Place, Precision};

/// Attribution for the embedded gazetteer, required by `GeoNames`' licence; in the footer of pages with an address search.
pub const CREDITS: Phrase = phrase!("geocoding-places-by-geonames");
