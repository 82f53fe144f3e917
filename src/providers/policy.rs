//! Who may do what with providers, and which provider a user is.

use sqlx::PgConnection;

use super::{Provider, store};
use crate::{error::AppError, identity::User, server::Ctx};

/// Whether the actor may approve, deactivate and reactivate providers: only administrators may.
pub fn can_decide_about(actor: &User) -> bool {
    actor.is_admin()
}

/// Whether the actor may change a provider's commission.
pub fn can_set_commission(actor: &User) -> bool {
    actor.is_admin()
}

/// Whether the actor may change a provider's skills.
pub fn can_edit_skills(actor: &User) -> bool {
    actor.is_staff()
}

/// Whether the actor may hold a provider's offers.
pub fn can_hold(actor: &User) -> bool {
    actor.is_staff()
}

/// The signed-in provider; `NotFound` for anybody else.
pub async fn of_user(db: &mut PgConnection, ctx: &Ctx) -> Result<Provider, AppError> {
    let user = ctx.user()?;
    if !user.is_provider() {
        return Err(AppError::NotFound);
    }
    store::find_by_user(db, user.id).await?.ok_or(AppError::NotFound)
}
