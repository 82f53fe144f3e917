//! The changes of a service's status.
//!
//! ```text
//! draft ──submit──> in_review ──approve──> active <──> paused     the business's own begin as active
//!   ^                   │                     │           │
//!   └────return─────────┘                     └──suspend──┴──> suspended ──reinstate──> active
//! ```
//! Every status but `suspended` may become `archived`, and come back: the business's own as paused, a provider's as a draft, because staff decide again.

use super::{
    Service,
    ServiceStatus::{self, Active, Archived, Draft, InReview, Paused, Suspended},
};
use crate::error::AppError;

/// An allowed change of status; the store writes it only if the status is still `from`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct ServiceChange {
    pub from: ServiceStatus,
    pub to: ServiceStatus,
    pub reason: Option<String>,
}

impl ServiceChange {
    /// The conflict if the status has changed since.
    pub(super) fn outdated() -> AppError {
        AppError::conflict(t!("catalog-someone-else-changed-this-service-open"))
    }
}

impl Service {
    /// Its provider asks staff to publish it.
    pub fn submit(&self) -> Result<ServiceChange, AppError> {
        self.change(&[Draft], InReview, None)
    }

    /// Staff publish it.
    pub fn approve(&self) -> Result<ServiceChange, AppError> {
        self.change(&[InReview], Active, None)
    }

    /// Staff return it to its provider, with what to change.
    pub fn return_with(&self, reason: String) -> Result<ServiceChange, AppError> {
        self.change(&[InReview], Draft, Some(reason))
    }

    pub fn pause(&self) -> Result<ServiceChange, AppError> {
        self.change(&[Active], Paused, None)
    }

    pub fn resume(&self) -> Result<ServiceChange, AppError> {
        self.change(&[Paused], Active, None)
    }

    /// Staff switch off what a provider offers.
    pub fn suspend(&self, reason: String) -> Result<ServiceChange, AppError> {
        let from: &[ServiceStatus] = if self.is_providers() { &[Active, Paused] } else { &[] };
        self.change(from, Suspended, Some(reason))
    }

    /// Staff switch it on again.
    pub fn reinstate(&self) -> Result<ServiceChange, AppError> {
        self.change(&[Suspended], Active, None)
    }

    pub fn archive(&self) -> Result<ServiceChange, AppError> {
        self.change(&[Draft, InReview, Active, Paused], Archived, None)
    }

    pub fn restore(&self) -> Result<ServiceChange, AppError> {
        self.change(&[Archived], if self.is_providers() { Draft } else { Paused }, None)
    }

    fn change(
        &self,
        from: &[ServiceStatus],
        to: ServiceStatus,
        reason: Option<String>,
    ) -> Result<ServiceChange, AppError> {
        if from.contains(&self.status) {
            Ok(ServiceChange { from: self.status, to, reason })
        } else {
            Err(ServiceChange::outdated())
        }
    }
}
