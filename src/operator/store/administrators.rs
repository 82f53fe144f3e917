//! A tenant's administrators, for its operator.

use sqlx::{FromRow, PgConnection};

use crate::{error::AppError, identity::AccountStatus};

/// Maximum number shown.
const MOST: i64 = 20;

/// An administrator of a tenant.
#[derive(Debug, Clone, FromRow)]
pub struct Administrator {
    pub name: String,
    pub email: String,
    /// Whether their account may be used.
    pub status: AccountStatus,
    /// Whether they have chosen a password.
    pub has_password: bool,
}

/// Administrators of the transaction's tenant, the first one first.
pub async fn list(db: &mut PgConnection) -> Result<Vec<Administrator>, AppError> {
    Ok(sqlx::query_as(
        "select name, email, status, password_hash is not null as has_password from users
         where 'admin' = any(roles) order by created_at, id limit $1",
    )
    .bind(MOST)
    .fetch_all(db)
    .await?)
}
