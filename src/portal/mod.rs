//! The provider's phone app: pages about jobs, offers and earnings. It owns no table; [`store`] reads across features for its lists.

#[cfg(feature = "ssr")]
mod frame;
pub mod islands;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
mod store;

#[cfg(feature = "ssr")]
pub use frame::{ProviderFrame, Shift};
