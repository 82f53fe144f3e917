//! Actions of administrators on their business's settings.

mod brand;
mod logo;
mod maintenance;
mod place;
mod rules;

pub use brand::{BrandForm, EditBrand, edit_brand};
pub use logo::{LogoForm, RemoveLogo, UploadLogo, remove_logo, upload_logo};
pub use maintenance::{
    CloseForMaintenance, MaintenanceForm, OpenAfterMaintenance, close_for_maintenance, open_after_maintenance,
};
pub use place::{EditPlace, PlaceForm, edit_place};
pub use rules::{
    DISPATCH_LIMITS, DispatchForm, EditDispatchRules, EditMoneyRules, EditSecurityRules, MoneyForm, SecurityForm,
    dispatch_limits, edit_dispatch_rules, edit_money_rules, edit_security_rules,
};

use crate::{
    db::Tx,
    error::{AppError, Next},
    server::Ctx,
    tenants::policy,
};

/// The page of all settings.
const PAGE: &str = "/admin/settings";

/// The context, if the user may change settings.
pub fn changes_settings() -> Result<Ctx, AppError> {
    let ctx = crate::server::context()?;
    ctx.allowed(policy::can_change_settings)?;
    Ok(ctx)
}

/// Commits the change and clears the cache, so that the next page shows it.
pub async fn saved(ctx: &Ctx, tx: Tx, section: &str, said: &str) -> Result<Next, AppError> {
    tx.commit().await?;
    ctx.app.hosts.forget();
    Ok(Next::said(format!("{PAGE}?part={section}"), said))
}
