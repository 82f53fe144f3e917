//! Who may do what with providers, and which provider a user is.

use sqlx::PgConnection;

use super::{Provider, store};
use crate::{error::AppError, identity::User, server::Ctx};

/// Whether the actor may approve, deactivate and reactivate providers: administrators decide about people.
pub fn can_decide_about(actor: &User) -> bool {
    actor.is_admin()
}

/// Whether the actor may change what a provider earns.
pub fn can_set_commission(actor: &User) -> bool {
    actor.is_admin()
}

/// Whether the actor may say what a provider is able to do.
pub fn can_edit_skills(actor: &User) -> bool {
    actor.is_staff()
}

/// The provider who is signed in. To everybody else, providers' pages and actions aren't there.
pub async fn of_user(db: &mut PgConnection, ctx: &Ctx) -> Result<Provider, AppError> {
    let user = ctx.user()?;
    if !user.is_provider() {
        return Err(AppError::NotFound);
    }
    store::find_by_user(db, user.id).await?.ok_or(AppError::NotFound)
}
