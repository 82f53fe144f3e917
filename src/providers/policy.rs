use sqlx::PgConnection;

use super::{Provider, store};
use crate::{error::AppError, server::Ctx};

/// The provider who is signed in. To everybody else, providers' pages and actions aren't there.
pub async fn of_user(db: &mut PgConnection, ctx: &Ctx) -> Result<Provider, AppError> {
    let user = ctx.user()?;
    if !user.is_provider() {
        return Err(AppError::NotFound);
    }
    store::find_by_user(db, user.id).await?.ok_or(AppError::NotFound)
}
