//! Help for a car that doesn't go on: on the spot, or towed to where it can be mended. Table `roadside_bookings`.
//!
//! ```text
//! /book/{service} ──start_booking──> draft ──> /book/{service}/review ──confirm_booking──> booking, quote, job ──> /track/{token}
//!        ^                             │               │
//!        └────── Back: all is kept ────┘               └─ choose_places: what did the address mean?
//! ```
//! A booking in the making is a kept form (`form_drafts`): whoever has its token may go on with it. Confirming it twice makes one booking.

pub mod actions;
#[cfg(feature = "ssr")]
mod draft;
mod form;
mod islands;
#[cfg(feature = "ssr")]
mod make;
#[cfg(feature = "ssr")]
pub mod pages;
mod pricing;
#[cfg(feature = "ssr")]
mod reading;
#[cfg(feature = "ssr")]
pub mod starter;
#[cfg(feature = "ssr")]
mod steps;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
#[cfg(test)]
mod tests;
#[cfg(feature = "ssr")]
mod twice;

#[cfg(feature = "ssr")]
pub use draft::Terms;
pub use form::RoadsideForm;
#[cfg(feature = "ssr")]
pub use make::{Order, book, price};
pub use pricing::Pricing;
#[cfg(feature = "ssr")]
pub use reading::{RoadsideRequest, Whereabouts};
