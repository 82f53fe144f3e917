//! Reviews of providers by customers, one per booking. Table `reviews`; a trigger maintains each provider's sum and count of stars.

pub mod actions;
mod card;
mod review;
pub mod store;
#[cfg(test)]
mod tests;

pub use card::ReviewCard;
pub use review::review;
