use std::{cmp::Ordering, collections::BTreeMap};

use chrono::{DateTime, NaiveTime, Utc};
use engine::{Amount, Id, Money, field};
use leptos::server;
use serde::{Deserialize, Serialize};

use crate::{
    catalog::{self, Price, PricedService, Service, ServiceChange, store::ServiceDetails},
    error::{AppError, FieldErrors, Next},
    server::Ctx,
    tenants::Tenant,
    verticals::PriceLine,
};

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
    let details = details(&form.name, &form.description, &form.expected_minutes, &mut errors);
    let details = details.ok_or_else(|| errors.into_error())?;
    catalog::store::edit(&mut tx, id, &details).await?;
    tx.commit().await?;
    Ok(Next::said(format!("/admin/services/{id}"), "Saved."))
}

/// The texts and the duration of a service as typed.
pub(super) fn details(
    name: &str,
    description: &str,
    minutes: &str,
    errors: &mut FieldErrors,
) -> Option<ServiceDetails> {
    let name = errors.take("name", field::required(name, 60));
    let description = errors.take("description", field::multiline(description, 400));
    let expected_minutes = errors.take("expected_minutes", field::whole_number(minutes, 5..=1440));
    Some(ServiceDetails {
        name: name?,
        description: description?.unwrap_or_default(),
        expected_minutes: expected_minutes?,
    })
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PriceForm {
    pub service: Id<Service>,
    /// Each price of its kind of business, as `amounts[line_unit]`; empty if there is none.
    #[serde(default)]
    pub amounts: BTreeMap<String, String>,
    /// The day from which they apply; empty for now.
    #[serde(default)]
    pub from: String,
}

/// Changes a service's prices from now on or from a later day. Existing bookings keep theirs.
#[server(endpoint = "change_price")]
pub async fn change_price(#[server(flatten)] form: PriceForm) -> Result<Next, AppError> {
    let (ctx, id) = (edits()?, form.service);
    let mut tx = ctx.begin().await?;
    catalog::store::lock(&mut tx, id).await?;
    let PricedService { service, prices } = catalog::store::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let mut errors = FieldErrors::default();
    let from = errors.take("from", first_instant(&ctx.tenant, &form.from, tx.now));
    let typed: Vec<(&PriceLine, Option<Amount>)> = service
        .vertical
        .price_lines()
        .iter()
        .filter_map(|line| {
            let code = line.code();
            let typed = amount(&ctx.tenant, line, form.amounts.get(&code).map_or("", String::as_str));
            Some((line, errors.take(&format!("amounts[{code}]"), typed)?))
        })
        .collect();
    let Some(from) = from.filter(|_| errors.is_empty()) else {
        return Err(errors.into_error());
    };
    let base = typed.iter().find_map(|(line, amount)| amount.filter(|_| line.is_required)).unwrap_or_default();
    let base = ctx.tenant.money(base);
    for (line, amount) in typed {
        match amount {
            Some(amount) if from <= tx.now && prices.of(line.line, line.unit) == Some(amount) => {}
            Some(amount) => catalog::store::set_price(&mut tx, id, &line.key(), amount, from).await?,
            None => drop(catalog::store::end_price(&mut tx, id, &line.key(), from).await?),
        }
    }
    let when =
        if from <= tx.now { "From now on".to_owned() } else { format!("From {} on", ctx.tenant.full_date(from)) };
    tx.commit().await?;
    let said = format!("{when} it costs {base}. What is booked keeps its price.");
    Ok(Next::said(format!("/admin/services/{id}"), said))
}

/// A typed price; `None` for an empty one that isn't needed.
fn amount(tenant: &Tenant, line: &PriceLine, text: &str) -> Result<Option<Amount>, String> {
    if text.trim().is_empty() && !line.is_required {
        return Ok(None);
    }
    match Money::parse(text, tenant.currency) {
        Ok(money) if money.amount > line.highest => Err("This price is too high. Check the decimal point.".to_owned()),
        Ok(money) => Ok(Some(money.amount)),
        Err(error) => Err(error.to_string()),
    }
}

/// When a typed day begins; now for none and for today.
fn first_instant(tenant: &Tenant, text: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, &'static str> {
    if text.trim().is_empty() {
        return Ok(now);
    }
    let day = tenant.locale.read_day(text).ok_or("Choose a day, like 2026-12-24.")?;
    let today = tenant.zone.date(now);
    match day.cmp(&today) {
        Ordering::Less => Err("This day is past. Choose a later one, or leave it empty for now."),
        Ordering::Equal => Ok(now),
        Ordering::Greater => Ok(tenant.zone.first_instant(day.and_time(NaiveTime::MIN))),
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CancelPriceForm {
    pub price: Id<Price>,
}

/// Removes a price that doesn't apply yet; the one before it stays.
#[server(endpoint = "cancel_price")]
pub async fn cancel_price(#[server(flatten)] form: CancelPriceForm) -> Result<Next, AppError> {
    let ctx = edits()?;
    let mut tx = ctx.begin().await?;
    let service = catalog::store::cancel_price(&mut tx, form.price).await?;
    tx.commit().await?;
    Ok(Next::said(format!("/admin/services/{service}"), "Removed. The price before it stays."))
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
    let (change, said): (fn(&Service) -> _, _) = match form.to.as_str() {
        "on" => (Service::resume, "Customers can book it now."),
        "off" => (Service::pause, "Customers can no longer book it. Existing bookings stay."),
        _ => return Err(AppError::Malformed),
    };
    change_status(&ctx, id, change).await?;
    Ok(Next::said(format!("/admin/services/{id}"), said))
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ArchiveForm {
    pub service: Id<Service>,
    /// `archive` or `restore`.
    #[serde(default)]
    pub to: String,
}

/// Takes a service out of all lists, or puts it back. Its bookings stay.
#[server(endpoint = "archive_service")]
pub async fn archive_service(#[server(flatten)] form: ArchiveForm) -> Result<Next, AppError> {
    let (ctx, id) = (edits()?, form.service);
    let (change, said): (fn(&Service) -> _, _) = match form.to.as_str() {
        "archive" => (Service::archive, "Archived. Existing bookings stay."),
        "restore" => (Service::restore, "It's back in the list, switched off."),
        _ => return Err(AppError::Malformed),
    };
    change_status(&ctx, id, change).await?;
    Ok(Next::said(format!("/admin/services/{id}"), said))
}

async fn change_status(
    ctx: &Ctx,
    id: Id<Service>,
    change: fn(&Service) -> Result<ServiceChange, AppError>,
) -> Result<(), AppError> {
    let mut tx = ctx.begin().await?;
    let service = catalog::store::find(&mut tx, id).await?.ok_or(AppError::NotFound)?.service;
    catalog::store::set_status(&mut tx, id, &change(&service)?).await?;
    tx.commit().await
}

/// The context, if the user may change the business's services.
pub(super) fn edits() -> Result<Ctx, AppError> {
    let ctx = crate::server::context()?;
    ctx.allowed(catalog::policy::can_manage)?;
    Ok(ctx)
}
