//! Accounts, sessions and sign-in. Tables `users`, `one_time_tokens`, `email_changes`, `passkeys`, and those of
//! [`second_factor`], [`phone_code`] and [`oidc`]; sessions are in `platform.sessions`, accessed through functions.

pub mod actions;
#[cfg(feature = "ssr")]
mod browser;
#[cfg(feature = "ssr")]
pub mod directory;
pub mod email;
#[cfg(feature = "ssr")]
pub mod email_changes;
#[cfg(feature = "ssr")]
mod events;
#[cfg(feature = "ssr")]
pub mod fresh_proof;
#[cfg(feature = "ssr")]
mod model;
#[cfg(feature = "ssr")]
mod notices;
#[cfg(feature = "ssr")]
pub mod oidc;
#[cfg(feature = "ssr")]
pub mod one_time;
#[cfg(feature = "ssr")]
pub mod pages;
pub mod passkeys;
#[cfg(feature = "ssr")]
pub mod password;
#[cfg(feature = "ssr")]
mod paths;
#[cfg(feature = "ssr")]
pub mod phone_code;
#[cfg(feature = "ssr")]
pub mod policy;
pub mod reset;
#[cfg(feature = "ssr")]
pub mod second_factor;
pub mod security;
#[cfg(feature = "ssr")]
mod session;
#[cfg(feature = "ssr")]
mod sign_in_as;
#[cfg(feature = "ssr")]
pub mod sign_in_methods;
pub mod sign_up;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
#[cfg(test)]
mod tests;
#[cfg(feature = "ssr")]
pub mod token;

#[cfg(feature = "ssr")]
pub use browser::browser_name;
#[cfg(feature = "ssr")]
pub use model::{AccountStatus, Role, User};
#[cfg(feature = "ssr")]
pub use password::Passwords;
#[cfg(feature = "ssr")]
pub use paths::own_path;
#[cfg(feature = "ssr")]
pub use session::{
    AuthSession, Credentials, Device, OpenSession, Proven, auth_layer, begin_impersonated_session, begin_session,
    devices, end_session, revoke_sessions, session_goes_on, with_auth_session,
};
#[cfg(feature = "ssr")]
pub use sign_in_as::sign_in_as;
#[cfg(feature = "ssr")]
pub use store::has_password;
