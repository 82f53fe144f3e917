//! Interactive fields for a place: the device's position, suggestions while typing, a pin on a map.
//!
//! All of it is also a plain form: without JavaScript people type the address, and the server finds the place.

#[cfg(feature = "hydrate")]
mod browser;
mod field;
mod map;
mod picker;
mod state;
mod suggestions;

pub use field::PlaceField;
// The browser knows an island by the name it registers, so only the server names it here.
#[cfg(feature = "ssr")]
pub use picker::{PickerProps, PlacePicker, sentences};
pub use state::PlaceState;
