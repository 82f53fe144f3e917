use engine::{Id, field};
use leptos::server;
use serde::{Deserialize, Serialize};

use crate::{
    bookings::appointment,
    dispatch,
    error::{AppError, FieldErrors, Next},
    providers::{self, Hold, Provider, policy},
    server::context,
};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HoldForm {
    pub provider: Id<Provider>,
    #[serde(default)]
    pub date: String,
    #[serde(default)]
    pub time: String,
    #[serde(default)]
    pub hold_reason: String,
}

/// Holds a provider's offers from now until a time.
///
/// - A pending offer is withdrawn. Work they have stays theirs, and staff may still assign them more.
/// - They see until when, and the reason.
#[server(endpoint = "hold_provider")]
pub async fn hold_provider(#[server(flatten)] form: HoldForm) -> Result<Next, AppError> {
    let ctx = context()?;
    ctx.allowed(policy::can_hold)?;
    let id = form.provider;
    let mut tx = ctx.begin().await?;
    providers::store::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let mut errors = FieldErrors::default();
    let until = appointment::read_later(&ctx.tenant, &form.date, &form.time, tx.now, &mut errors);
    let reason = errors.take("hold_reason", field::required(&form.hold_reason, 500));
    let (Some(until), Some(reason)) = (until, reason) else {
        return Err(errors.into_error());
    };
    dispatch::withdraw_offer_of(&mut tx, id).await?;
    providers::store::set_hold(&mut tx, id, Some(&Hold { until, reason })).await?;
    tx.commit().await?;
    let said = t!("admin-no-offers-until", until = ctx.tenant.date_time(until));
    Ok(Next::said(format!("/admin/providers/{id}"), said))
}

/// Ends a hold before its time.
#[server(endpoint = "end_hold")]
pub async fn end_hold(provider: Id<Provider>) -> Result<Next, AppError> {
    let ctx = context()?;
    ctx.allowed(policy::can_hold)?;
    let mut tx = ctx.begin().await?;
    providers::store::find(&mut tx, provider).await?.ok_or(AppError::NotFound)?;
    providers::store::set_hold(&mut tx, provider, None).await?;
    tx.commit().await?;
    Ok(Next::said(format!("/admin/providers/{provider}"), t!("admin-they-get-offers-again")))
}
