//! Six-digit codes by text message: to sign in with a confirmed phone number, and to confirm one. Table `phone_codes`.
//!
//! ```text
//! requested ──task: does an account have this number?──> sent ──entered within 10 minutes and 5 attempts──> used
//! ```
//! A task looks up whether a number has an account, so that neither the response nor its time reveals it.

pub mod actions;
pub mod pages;
mod send;
pub mod store;
#[cfg(test)]
mod tests;

pub use send::{SEND, send};

/// The encryption purpose of a code's phone number.
pub const SEALED_FOR: &str = "phone-code";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Signing in to the account with this confirmed number.
    SignIn,
    /// Confirming a number for the account that asked.
    Verify,
}

impl Purpose {
    /// The code in the database.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Verify => "verify",
        }
    }
}
