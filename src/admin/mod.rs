//! The back office: pages for staff that span features. It owns no tables; every change goes through the feature that owns the data.

pub mod actions;
mod frame;
#[cfg(test)]
mod lists_tests;
mod new_booking;
pub mod pages;
#[cfg(test)]
mod people_tests;
pub(crate) mod query;
#[cfg(test)]
mod search_tests;
#[cfg(test)]
mod services_tests;
mod store;
#[cfg(test)]
mod tests;
mod tones;

pub use frame::AdminFrame;
pub use store::Waiting;
