//! Reviews of providers by customers, one per booking. Table `reviews`; a trigger maintains each provider's sum and count of stars.

pub mod actions;
#[cfg(feature = "ssr")]
mod card;
#[cfg(feature = "ssr")]
mod review;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
#[cfg(test)]
mod tests;

#[cfg(feature = "ssr")]
pub use card::ReviewCard;
#[cfg(feature = "ssr")]
pub use review::review;
