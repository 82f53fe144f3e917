use super::backend::AuthSession;
use crate::error::AppError;

tokio::task_local! {
    static CURRENT: AuthSession;
}

/// Handles a request with its session.
pub async fn with_auth_session<F: Future>(session: AuthSession, answer: F) -> F::Output {
    CURRENT.scope(session, answer).await
}

/// The session of the current request: `axum-login` doesn't pass it to server functions.
pub fn auth_session() -> Result<AuthSession, AppError> {
    let current = CURRENT.try_with(Clone::clone);
    current.map_err(|_| AppError::internal(&"there is no session outside of a tenant's pages"))
}
