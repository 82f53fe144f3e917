use sqlx::PgConnection;

use crate::error::AppError;

/// Notifies watchers of the topic once the transaction commits. See [`live`](crate::server::live).
pub async fn publish(db: &mut PgConnection, topic: &str) -> Result<(), AppError> {
    sqlx::query("select pg_notify('live', app.current_tenant()::text || '/' || $1)").bind(topic).execute(db).await?;
    Ok(())
}
