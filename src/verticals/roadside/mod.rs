//! Roadside assistance: help on the spot, or a tow to a repair shop. Table `roadside_bookings`.
//!
//! ```text
//! /book/{service} ──start──> draft ──> /book/{service}/review ──confirm──> booking, quote, job ──> /track/{token}
//!        ^                             │               │
//!        └────── Back keeps the data ──┘               └─ choose_places: what did the address mean?
//! ```
//! The draft of a booking is a stored form (`form_drafts`); its token opens it. Confirming it twice creates one booking.

#[cfg(feature = "ssr")]
#[cfg(test)]
mod access_tests;
#[cfg(feature = "ssr")]
pub mod actions;
#[cfg(feature = "ssr")]
mod demo;
#[cfg(feature = "ssr")]
mod draft;
#[cfg(feature = "ssr")]
mod duplicates;
#[cfg(feature = "ssr")]
mod finish;
#[cfg(feature = "ssr")]
#[cfg(test)]
mod finish_tests;
mod form;
mod islands;
#[cfg(feature = "ssr")]
mod kind;
#[cfg(feature = "ssr")]
mod labels;
#[cfg(feature = "ssr")]
mod make;
#[cfg(feature = "ssr")]
mod office;
#[cfg(feature = "ssr")]
pub mod pages;
mod pricing;
#[cfg(feature = "ssr")]
mod reading;
#[cfg(feature = "ssr")]
mod rules;
#[cfg(feature = "ssr")]
mod service;
#[cfg(feature = "ssr")]
pub mod settings;
mod settlement;
#[cfg(feature = "ssr")]
mod side;
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
#[cfg(test)]
mod upgrade_tests;

#[cfg(feature = "ssr")]
pub use draft::{Terms, price_of};
#[cfg(feature = "ssr")]
pub use finish::finish;
pub use form::RoadsideForm;
#[cfg(feature = "ssr")]
pub(super) use kind::Roadside;
#[cfg(feature = "ssr")]
pub use labels::labels;
#[cfg(feature = "ssr")]
pub use make::{Order, book, price};
pub use pricing::Pricing;
#[cfg(feature = "ssr")]
pub use reading::RoadsideRequest;
#[cfg(feature = "ssr")]
pub use rules::Rules;
#[cfg(feature = "ssr")]
pub use service::RoadsideService;
pub use settlement::Settlement;
