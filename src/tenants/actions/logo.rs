use base64::{Engine, engine::general_purpose::STANDARD};
use leptos::server;
use serde::{Deserialize, Serialize};

use super::{changes_settings, saved};
use crate::{
    error::{AppError, Next},
    tenants::{Logo, store},
};

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LogoForm {
    /// The file from `server::uploads`, in base64.
    pub logo_file: String,
}

#[server(endpoint = "upload_logo")]
pub async fn upload_logo(#[server(flatten)] form: LogoForm) -> Result<Next, AppError> {
    let ctx = changes_settings()?;
    let file = STANDARD.decode(&form.logo_file).map_err(|_| AppError::Malformed)?;
    let logo = Logo::check(&file).map_err(|reason| AppError::invalid("logo_file", reason))?;
    let mut tx = ctx.begin().await?;
    store::set_logo(&mut tx, Some(&logo)).await?;
    saved(&ctx, tx, "brand", t!("tenants-your-logo-is-on-every-page")).await
}

#[server(endpoint = "remove_logo")]
pub async fn remove_logo() -> Result<Next, AppError> {
    let ctx = changes_settings()?;
    let mut tx = ctx.begin().await?;
    store::set_logo(&mut tx, None).await?;
    saved(&ctx, tx, "brand", t!("tenants-the-logo-is-gone")).await
}
