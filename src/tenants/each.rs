use engine::Id;
use tokio_util::task::AbortOnDropHandle;

use super::{Tenant, list_ids};
use crate::{db::Db, error::AppError};

/// Runs a function for every tenant. A failure or panic for one tenant doesn't affect the others; the error at the end says how many failed.
pub async fn for_each<T, W>(db: &Db, work: impl Fn(Id<Tenant>) -> W) -> Result<Vec<T>, AppError>
where
    W: Future<Output = Result<T, AppError>> + Send + 'static,
    T: Send + 'static,
{
    let tenants = list_ids(&mut *db.begin_platform().await?).await?;
    let count = tenants.len();
    let mut results = Vec::new();
    for tenant in tenants {
        match AbortOnDropHandle::new(tokio::spawn(work(tenant))).await {
            Ok(Ok(result)) => results.push(result),
            Ok(Err(error)) => tracing::error!(%error, %tenant, "failed for this tenant"),
            Err(ended) => tracing::error!(error = %ended, %tenant, "panicked for this tenant"),
        }
    }
    match count - results.len() {
        0 => Ok(results),
        failed => Err(AppError::internal(&format!("failed for {failed} of {count} tenants"))),
    }
}
