//! One attempt of a handler. A failure affects nothing else.

use std::{fmt, time::Duration};

use tokio::task::JoinError;
use tokio_util::task::AbortOnDropHandle;
use tracing::{Instrument, Span};

use crate::{error::AppError, panics};

/// Why an attempt failed, for an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    reason: String,
    /// Another transaction held a lock; this passes soon.
    pub is_blocked: bool,
}

impl Failure {
    pub(super) fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), is_blocked: false }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl From<AppError> for Failure {
    fn from(error: AppError) -> Self {
        match error {
            AppError::Internal(event) => Self::new(format!("internal error; the log has it under `{event}`")),
            AppError::Locked | AppError::Collided => Self { is_blocked: true, ..Self::new(error.to_string()) },
            error => Self::new(error.to_string()),
        }
    }
}

impl From<JoinError> for Failure {
    fn from(ended: JoinError) -> Self {
        match ended.try_into_panic() {
            Ok(panic) => Self::new(format!("panicked: {}", panics::message(&*panic))),
            Err(_) => Self::new("ended before it was done"),
        }
    }
}

/// Runs a handler on its own tokio task. A panic is a failed attempt, and so is running longer than `limit`; dropping the future ends the handler.
pub(super) async fn attempt(
    handler: impl Future<Output = Result<(), AppError>> + Send + 'static,
    limit: Duration,
    span: Span,
) -> Result<(), Failure> {
    let handle = AbortOnDropHandle::new(tokio::spawn(handler.instrument(span)));
    match tokio::time::timeout(limit, handle).await {
        Ok(Ok(outcome)) => outcome.map_err(Failure::from),
        Ok(Err(ended)) => Err(Failure::from(ended)),
        Err(_) => Err(Failure::new(format!("took longer than {limit:?}"))),
    }
}
