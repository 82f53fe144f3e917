use engine::field;
use leptos::server;
use serde::{Deserialize, Serialize};

use super::{changes_settings, saved};
use crate::{
    error::{AppError, FieldErrors, Next},
    tenants::{Maintenance, store},
};

/// The message to customers while the business is closed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MaintenanceForm {
    /// May be empty.
    pub note: String,
}

/// Closes the business to customers for a while; staff and providers can continue to work.
#[server(endpoint = "close_for_maintenance")]
pub async fn close_for_maintenance(#[server(flatten)] form: MaintenanceForm) -> Result<Next, AppError> {
    let ctx = changes_settings()?;
    let mut errors = FieldErrors::default();
    let Some(note) = errors.take("note", field::multiline(&form.note, 300)) else {
        return Err(errors.into_error());
    };
    let mut tx = ctx.begin().await?;
    let maintenance = Maintenance { since: tx.now, note: note.unwrap_or_default() };
    store::set_maintenance(&mut tx, Some(&maintenance)).await?;
    saved(&ctx, tx, "closing", t!("tenants-customers-now-read-that-you-are")).await
}

#[server(endpoint = "open_after_maintenance")]
pub async fn open_after_maintenance() -> Result<Next, AppError> {
    let ctx = changes_settings()?;
    let mut tx = ctx.begin().await?;
    store::set_maintenance(&mut tx, None).await?;
    saved(&ctx, tx, "closing", t!("tenants-you-are-open-again")).await
}
