//! Request data for code that axum's extractors don't reach: a layer calls the session store without giving it the request.

use std::sync::{Arc, OnceLock};

use super::address::ClientAddress;
use crate::{
    error::AppError,
    identity::{OpenSession, User},
    operator::Impersonator,
    tenants::Tenant,
};

/// The request being answered by the current task.
#[derive(Clone)]
pub struct RequestScope {
    /// The tenant of the host.
    pub tenant: Arc<Tenant>,
    /// Names the request in logs.
    pub request_id: String,
    /// Where the request came from.
    pub address: ClientAddress,
    /// The browser, as it calls itself; shown in the list of signed-in devices.
    pub user_agent: Option<String>,
    /// The user found together with the session.
    pub user: Arc<OnceLock<User>>,
    pub session: Arc<OnceLock<OpenSession>>,
    /// The operator who acts as that user, if one does.
    pub impersonator: Arc<OnceLock<Impersonator>>,
    /// Why the session could not be read or written, if it couldn't.
    pub failure: Arc<OnceLock<AppError>>,
}

tokio::task_local! {
    static SCOPE: RequestScope;
}

impl RequestScope {
    /// Runs `work` with this scope.
    pub async fn run<F: Future>(self, work: F) -> F::Output {
        SCOPE.scope(self, work).await
    }

    /// The scope of the current request, where there must be one.
    pub fn required() -> Result<Self, AppError> {
        Self::current().ok_or_else(|| AppError::internal(&"a session was used outside of a request"))
    }

    /// The scope of the current request, if there is one.
    pub fn current() -> Option<Self> {
        SCOPE.try_with(Clone::clone).ok()
    }
}
