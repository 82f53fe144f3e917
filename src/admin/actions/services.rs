use engine::{Amount, Id, Money, field};
use leptos::server;
use serde::{Deserialize, Serialize};

use crate::{
    catalog::{self, Service, store::ServiceDetails},
    error::{AppError, FieldErrors, Next},
    server::Ctx,
};

/// The maximum price per mile in the table `prices`.
const HIGHEST_PER_MILE: Amount = Amount(1_000_000);

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ServiceForm {
    pub service: Id<Service>,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub description: String,
    /// How long the work usually takes.
    #[serde(default)]
    pub expected_minutes: String,
}

/// Changes a service's texts and duration.
#[server(endpoint = "edit_service")]
pub async fn edit_service(#[server(flatten)] form: ServiceForm) -> Result<Next, AppError> {
    let (ctx, id) = (edits()?, form.service);
    let mut tx = ctx.begin().await?;
    catalog::store::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let mut errors = FieldErrors::default();
    let name = errors.take("name", field::required(&form.name, 60));
    let description = errors.take("description", field::multiline(&form.description, 400));
    let minutes = errors.take("expected_minutes", field::whole_number(&form.expected_minutes, 5..=1440));
    let (Some(name), Some(description), Some(expected_minutes)) = (name, description, minutes) else {
        return Err(errors.into_error());
    };
    let details = ServiceDetails { name, description: description.unwrap_or_default(), expected_minutes };
    catalog::store::edit(&mut tx, id, &details).await?;
    tx.commit().await?;
    Ok(Next::said(format!("/admin/services/{id}"), "Saved."))
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PriceForm {
    pub service: Id<Service>,
    #[serde(default)]
    pub base: String,
    /// The price per mile; empty if miles aren't charged.
    #[serde(default)]
    pub per_mile: String,
}

/// Changes a service's price from now on. Existing bookings keep theirs.
#[server(endpoint = "change_price")]
pub async fn change_price(#[server(flatten)] form: PriceForm) -> Result<Next, AppError> {
    let (ctx, id) = (edits()?, form.service);
    let mut tx = ctx.begin().await?;
    catalog::store::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let mut errors = FieldErrors::default();
    let base = errors.take("base", Money::parse(&form.base, ctx.tenant.currency)).map(|money| money.amount);
    let per_mile = match form.per_mile.trim() {
        "" => None,
        text => errors.take("per_mile", Money::parse(text, ctx.tenant.currency)).map(|money| money.amount),
    };
    if per_mile.is_some_and(|amount| amount > HIGHEST_PER_MILE) {
        errors.add("per_mile", "This price per mile is too high. Check the decimal point.");
    }
    let (Some(base), true) = (base, errors.is_empty()) else {
        return Err(errors.into_error());
    };
    catalog::store::change_price(&mut tx, id, base, per_mile).await?;
    tx.commit().await?;
    let base = ctx.tenant.money(base);
    Ok(Next::said(
        format!("/admin/services/{id}"),
        format!("From now on it costs {base}. What is booked keeps its price."),
    ))
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SwitchForm {
    pub service: Id<Service>,
    /// `on` or `off`.
    #[serde(default)]
    pub to: String,
}

#[server(endpoint = "switch_service")]
pub async fn switch_service(#[server(flatten)] form: SwitchForm) -> Result<Next, AppError> {
    let (ctx, id) = (edits()?, form.service);
    let active = match form.to.as_str() {
        "on" => true,
        "off" => false,
        _ => return Err(AppError::Malformed),
    };
    let mut tx = ctx.begin().await?;
    catalog::store::set_active(&mut tx, id, active).await?;
    tx.commit().await?;
    let said =
        if active { "Customers can book it now." } else { "Customers can no longer book it. Existing bookings stay." };
    Ok(Next::said(format!("/admin/services/{id}"), said))
}

/// The context, if the user may edit services.
fn edits() -> Result<Ctx, AppError> {
    let ctx = crate::server::context()?;
    ctx.allowed(catalog::policy::can_edit)?;
    Ok(ctx)
}
