//! Times that are kept free, and why.

use engine::{Id, TimeSpan};
use sqlx::PgConnection;

use super::{Block, Holder, Resource, What, hold, model::Wanted, release};
use crate::{error::AppError, identity::User};

/// Keeps a time of a resource free. `Conflict` if something is reserved then: that has to be moved first.
pub async fn block(
    db: &mut PgConnection,
    resource: Id<Resource>,
    time: TimeSpan,
    reason: &str,
    by: Option<Id<User>>,
) -> Result<Id<Block>, AppError> {
    let id = Id::new();
    sqlx::query("insert into blocks (id, reason, created_by) values ($1, $2, $3)")
        .bind(id)
        .bind(reason)
        .bind(by)
        .execute(&mut *db)
        .await?;
    hold(db, &[Wanted { holder: Holder::Block(id), what: What::This(resource), time }]).await?;
    Ok(id)
}

/// The time may be reserved again.
pub async fn unblock(db: &mut PgConnection, block: Id<Block>) -> Result<(), AppError> {
    release(db, Holder::Block(block)).await
}
