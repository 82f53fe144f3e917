use std::fmt::Display;

use super::AppError;

impl AppError {
    /// Logs an internal error and returns a code for it that a user can quote.
    pub fn internal(fault: &dyn Display) -> Self {
        let event = format!("{:06x}", rand::random::<u32>() & 0xff_ffff);
        tracing::error!(%event, %fault, "internal error");
        Self::Internal(event)
    }
}

/// For errors that only a bug can cause.
pub trait OrInternal<T> {
    /// The value, or [`AppError::internal`] with this error.
    fn or_internal(self) -> Result<T, AppError>;
}

impl<T, E: Display> OrInternal<T> for Result<T, E> {
    fn or_internal(self) -> Result<T, AppError> {
        self.map_err(|error| AppError::internal(&error))
    }
}
