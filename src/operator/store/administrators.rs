//! A tenant's administrators, for its operator.

use sqlx::{FromRow, PgConnection};

use crate::{error::AppError, identity::AccountStatus};

const MOST: i64 = 20;

#[derive(Debug, Clone, FromRow)]
pub struct Administrator {
    pub name: String,
    pub email: String,
    pub status: AccountStatus,
    pub has_password: bool,
}

/// Administrators of the transaction's tenant, the first one first.
pub async fn list(db: &mut PgConnection) -> Result<Vec<Administrator>, AppError> {
    Ok(sqlx::query_as(
        "select name, email, status, password_hash is not null as has_password from users
         where tenant_id = app.current_tenant() and 'admin' = any(roles) order by created_at, id limit $1",
    )
    .bind(MOST)
    .fetch_all(db)
    .await?)
}
