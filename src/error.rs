//! [`AppError`], the only error that crosses the wire.

use std::collections::BTreeMap;

use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

/// What can go wrong, as the person who asked needs to know it. A person reads what to do next; the log has the rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum AppError {
    /// Nobody is signed in, and somebody has to be.
    #[error("Sign in to continue.")]
    Unauthenticated,
    /// Signed in some time ago; for this they have to type their password again.
    #[error("Enter your password to continue.")]
    Unconfirmed,
    /// Signed in, and not allowed to.
    #[error("You don't have access to this.")]
    Forbidden,
    /// Doesn't exist, or isn't theirs to see: the two look the same.
    #[error("We couldn't find what you were looking for.")]
    NotFound,
    /// The thing has moved on since it was shown. The text says how, and what to do.
    #[error("{0}")]
    Conflict(String),
    /// Fields of a form, each with what is wrong with it.
    #[error("Some of the details need another look.")]
    Invalid(FieldErrors),
    /// A request nobody's form could have made.
    #[error("That request could not be understood.")]
    Malformed,
    /// Larger than any of our forms.
    #[error("That is more than we can take at once.")]
    TooLarge,
    /// Too many tries; again after so many seconds.
    #[error("Too many tries. Please wait {} and try again.", waiting(*.0))]
    TooMany(u32),
    /// Something we depend on doesn't answer.
    #[error("This is not available right now. Please try again in a moment.")]
    Unavailable,
    /// Another transaction holds what this one needs, for too long to wait.
    #[error("This is being changed right now. Please try again in a moment.")]
    Locked,
    /// Two transactions were in each other's way, and this one was given up for the other.
    #[error("This was being changed at the same time. Please try again in a moment.")]
    Collided,
    /// Our fault. The event id finds it in the log.
    #[error("Something went wrong on our side. If it happens again, tell us this code: {0}")]
    Internal(String),
}

/// Field name to what is wrong with its value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldErrors(pub BTreeMap<String, String>);

impl FieldErrors {
    /// One error beside one field.
    pub fn one(field: &str, message: impl Into<String>) -> Self {
        let mut errors = Self::default();
        errors.add(field, message);
        errors
    }

    /// Records what is wrong with a field; the first complaint about it stays.
    pub fn add(&mut self, field: &str, message: impl Into<String>) {
        self.0.entry(field.to_owned()).or_insert_with(|| message.into());
    }

    /// Keeps the value, or records why there is none.
    pub fn take<T, E: std::fmt::Display>(&mut self, field: &str, value: Result<T, E>) -> Option<T> {
        match value {
            Ok(value) => Some(value),
            Err(error) => {
                self.add(field, error.to_string());
                None
            }
        }
    }

    /// `Invalid` with these errors, for when some value is missing because of them.
    pub fn into_error(self) -> AppError {
        AppError::Invalid(self)
    }

    /// Whether no field has an error.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A time to wait, as people say it.
fn waiting(seconds: u32) -> String {
    match seconds {
        1 => "a second".to_owned(),
        2..=90 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}

impl AppError {
    /// A conflict, in words for the person.
    pub fn conflict(reason: impl Into<String>) -> Self {
        Self::Conflict(reason.into())
    }

    /// One field's error.
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid(FieldErrors::one(field, message))
    }

    /// After how many seconds trying again may help, when it may.
    pub fn retry_after(&self) -> Option<u32> {
        match self {
            Self::TooMany(seconds) => Some(*seconds),
            Self::Unavailable | Self::Locked | Self::Collided => Some(5),
            _ => None,
        }
    }

    /// The HTTP status it answers with.
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

/// Where a completed action leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Next {
    pub to: String,
    /// A sentence to show there.
    pub said: Option<String>,
}

impl Next {
    /// Go there, saying nothing.
    pub fn to(path: impl Into<String>) -> Self {
        Self { to: path.into(), said: None }
    }

    /// Go there and say what was done.
    pub fn said(path: impl Into<String>, sentence: impl Into<String>) -> Self {
        Self { to: path.into(), said: Some(sentence.into()) }
    }
}
