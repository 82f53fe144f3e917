//! Six digits by text message: to sign in with a confirmed phone number, and to confirm one. Table `phone_codes`.
//!
//! ```text
//! asked for ──task: does an account have this number?──> sent ──typed within 10 minutes, at the fifth try at the latest──> used
//! ```
//! Whether a number has an account is looked up by the task, so that neither the answer nor its time tells.

pub mod actions;
pub mod pages;
mod send;
pub mod store;
#[cfg(test)]
mod tests;

pub use send::{SEND, send};

/// What the phone number of a code is sealed for.
pub const SEALED_FOR: &str = "phone-code";

/// What a code is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Signing in to the account whose confirmed number it is.
    SignIn,
    /// Confirming a number for the account that asked.
    Verify,
}

impl Purpose {
    /// As the database spells it.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Verify => "verify",
        }
    }
}
