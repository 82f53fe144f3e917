//! The back office: pages for staff that span features. It owns no tables; what it changes, it changes through the feature that does.

pub mod actions;
mod frame;
pub mod pages;
#[cfg(test)]
mod people_tests;
pub(crate) mod query;
#[cfg(test)]
mod search_tests;
mod store;
#[cfg(test)]
mod tests;
mod tones;

pub use frame::AdminFrame;
pub use store::Waiting;
