use super::backend::AuthSession;
use crate::error::AppError;

tokio::task_local! {
    static CURRENT: AuthSession;
}

/// Answers a request whose session this is.
pub async fn with_auth_session<F: Future>(session: AuthSession, answer: F) -> F::Output {
    CURRENT.scope(session, answer).await
}

/// The session of the request that is being answered: server functions aren't given it by `axum-login`.
pub fn auth_session() -> Result<AuthSession, AppError> {
    let current = CURRENT.try_with(Clone::clone);
    current.map_err(|_| AppError::internal(&"there is no session outside of a tenant's pages"))
}
