//! Request data for code that axum's extractors don't reach: a layer calls the session store without giving it the request.

use std::sync::{Arc, OnceLock};

use super::address::ClientAddress;
use crate::{
    error::AppError,
    identity::{OpenSession, User},
    operator::Impersonator,
    tenants::Tenant,
};

/// The request that the current task handles.
pub struct RequestScope {
    /// The tenant of the host.
    pub tenant: Arc<Tenant>,
    /// The request's id in logs.
    pub request_id: String,
    pub address: ClientAddress,
    /// The browser's user agent, shown in the list of signed-in devices.
    pub user_agent: Option<String>,
    /// The user loaded together with the session.
    pub user: OnceLock<User>,
    pub session: OnceLock<OpenSession>,
    /// The operator who acts as that user, if any.
    pub impersonator: OnceLock<Impersonator>,
    /// Why the session couldn't be read or written, if it couldn't.
    pub failure: OnceLock<AppError>,
}

tokio::task_local! {
    static SCOPE: Arc<RequestScope>;
}

impl RequestScope {
    /// Runs `work` with this scope.
    pub async fn run<F: Future>(self: Arc<Self>, work: F) -> F::Output {
        SCOPE.scope(self, work).await
    }

    /// The scope of the current request, which must exist.
    pub fn required() -> Result<Arc<Self>, AppError> {
        Self::current().ok_or_else(|| AppError::internal(&"a session was used outside of a request"))
    }

    /// The scope of the current request, if there is one.
    pub fn current() -> Option<Arc<Self>> {
        SCOPE.try_with(Arc::clone).ok()
    }
}
