//! [`AppError`], the only error that crosses the wire.

use std::collections::BTreeMap;

use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

use crate::words::count;

#[cfg(feature = "ssr")]
mod internal;
mod sentence;

#[cfg(feature = "ssr")]
pub use internal::OrInternal;
pub use sentence::Sentence;

/// An error as the user needs to know it. The text says what to do next; the log has the details.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum AppError {
    /// Signing in is required.
    #[error("{}", t!("error-sign-in"))]
    Unauthenticated,
    /// A fresh proof of identity is required.
    #[error("{}", t!("error-confirm-yourself"))]
    Unconfirmed,
    /// Signed in, but not allowed.
    #[error("{}", t!("error-no-access"))]
    Forbidden,
    /// Doesn't exist, or isn't visible to this user: the two look the same.
    #[error("{}", t!("error-not-found"))]
    NotFound,
    /// The object has changed since it was shown. The text says how, and what to do.
    #[error("{0}")]
    Conflict(String),
    /// Invalid fields of a form, with a message each.
    #[error("{}", t!("error-to-correct"))]
    Invalid(FieldErrors),
    /// A request that none of our forms can send.
    #[error("{}", t!("error-malformed"))]
    Malformed,
    /// Larger than any of our forms.
    #[error("{}", t!("error-too-large"))]
    TooLarge,
    /// Too many attempts; retry after this many seconds.
    #[error("{}", t!("error-too-many", wait = waiting(*.0)))]
    TooMany(u32),
    /// An external service doesn't answer.
    #[error("{}", t!("error-unavailable"))]
    Unavailable,
    /// Another transaction has locked what this one needs for too long.
    #[error("{}", t!("error-locked"))]
    Locked,
    /// A deadlock or serialization failure: this transaction was rolled back in favor of another.
    #[error("{}", t!("error-collided"))]
    Collided,
    /// A bug. The event id finds it in the log.
    #[error("{}", t!("error-internal", code = .0))]
    Internal(String),
}

/// Messages by field name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldErrors(pub BTreeMap<String, String>);

impl FieldErrors {
    /// One field's message.
    pub fn one(field: &str, message: impl Into<String>) -> Self {
        let mut errors = Self::default();
        errors.add(field, message);
        errors
    }

    /// Records a field's message; the first one is kept.
    pub fn add(&mut self, field: &str, message: impl Into<String>) {
        self.0.entry(field.to_owned()).or_insert_with(|| message.into());
    }

    /// Returns the value, or records why there is none.
    pub fn take<T, E: Sentence>(&mut self, field: &str, value: Result<T, E>) -> Option<T> {
        match value {
            Ok(value) => Some(value),
            Err(error) => {
                self.add(field, error.sentence());
                None
            }
        }
    }

    /// Returns the value, or records the errors of its fields.
    pub fn merge<T>(&mut self, value: Result<T, Self>) -> Option<T> {
        match value {
            Ok(value) => Some(value),
            Err(errors) => {
                errors.0.into_iter().for_each(|(field, message)| self.add(&field, message));
                None
            }
        }
    }

    /// `Invalid` with these errors.
    pub fn into_error(self) -> AppError {
        AppError::Invalid(self)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A waiting time in words.
fn waiting(seconds: u32) -> String {
    match seconds {
        ..=90 => t!("error-seconds", seconds = count(seconds)),
        _ => t!("error-minutes", minutes = seconds.div_ceil(60)),
    }
}

impl AppError {
    /// A conflict, with a message for the user.
    pub fn conflict(reason: impl Into<String>) -> Self {
        Self::Conflict(reason.into())
    }

    /// One field's error.
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid(FieldErrors::one(field, message))
    }

    /// After how many seconds a retry may help, if it may.
    pub fn retry_after(&self) -> Option<u32> {
        match self {
            Self::TooMany(seconds) => Some(*seconds),
            Self::Unavailable | Self::Locked | Self::Collided => Some(5),
            _ => None,
        }
    }

    pub fn status(&self) -> u16 {
        match self {
            Self::Unauthenticated => 401,
            Self::Unconfirmed | Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Conflict(_) => 409,
            Self::Invalid(_) => 422,
            Self::Malformed => 400,
            Self::TooLarge => 413,
            Self::TooMany(_) => 429,
            Self::Unavailable | Self::Locked | Self::Collided => 503,
            Self::Internal(_) => 500,
        }
    }
}

/// For the check of a form with one field to check; with several, use [`FieldErrors::take`].
pub trait OrInvalid<T> {
    /// The value, or this error beside the field.
    fn or_invalid(self, field: &str) -> Result<T, AppError>;
}

impl<T, E: Sentence> OrInvalid<T> for Result<T, E> {
    fn or_invalid(self, field: &str) -> Result<T, AppError> {
        self.map_err(|error| AppError::invalid(field, error.sentence()))
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::Deserialization(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::UnsupportedRequestMethod(_) => Self::Malformed,
            ServerFnErrorErr::Request(_) => Self::Unavailable,
            _ => Self::Internal("wire".into()),
        }
    }
}

/// Where the browser goes after an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Next {
    pub to: String,
    /// A message to show there.
    pub said: Option<String>,
}

impl Next {
    pub fn to(path: impl Into<String>) -> Self {
        Self { to: path.into(), said: None }
    }

    pub fn said(path: impl Into<String>, sentence: impl Into<String>) -> Self {
        Self { to: path.into(), said: Some(sentence.into()) }
    }
}
