//! The provider's phone app: pages about jobs, offers and earnings. It owns no table; [`store`] reads across features for its lists.

pub mod elements;
mod frame;
pub mod pages;
mod store;

pub use frame::{ProviderFrame, Shift};
