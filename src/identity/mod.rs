//! Accounts, sessions and sign-in. Table `users`; sessions live in `platform.sessions`, behind functions.

pub mod actions;
#[cfg(feature = "ssr")]
mod model;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
mod passwords;
#[cfg(feature = "ssr")]
mod session;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
#[cfg(test)]
mod tests;
#[cfg(feature = "ssr")]
pub mod token;

#[cfg(feature = "ssr")]
pub use model::{Role, User};
#[cfg(feature = "ssr")]
pub use passwords::Passwords;
#[cfg(feature = "ssr")]
pub use session::{AuthSession, Credentials, auth_layer};
