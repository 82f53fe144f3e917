//! Accounts, sessions and sign-in. Tables `users`, `one_time_tokens`, `email_changes`, `passkeys`, and those of
//! [`second_factor`], [`phone_code`] and [`oidc`]; sessions are in `platform.sessions`, accessed through functions.

pub mod actions;
mod browser;
pub mod directory;
pub mod email;
pub mod email_changes;
mod events;
pub mod fresh_proof;
mod model;
mod notices;
pub mod oidc;
pub mod one_time;
pub mod pages;
pub mod passkeys;
pub mod password;
mod paths;
pub mod phone_code;
pub mod policy;
pub mod reset;
pub mod second_factor;
pub mod security;
mod session;
mod sign_in_as;
pub mod sign_in_methods;
pub mod sign_up;
pub mod store;
#[cfg(test)]
mod tests;
pub mod token;

pub use browser::browser_name;
pub use model::{AccountStatus, Role, User};
pub use password::Passwords;
pub use paths::own_path;
pub use session::{
    AuthSession, Credentials, Device, OpenSession, Proven, auth_layer, begin_impersonated_session, begin_session,
    current_session_user, devices, end_session, revoke_sessions, with_auth_session,
};
pub use sign_in_as::sign_in_as;
pub use store::has_password;
