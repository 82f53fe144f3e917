//! Adding services, their order, and what providers submit.

use std::collections::BTreeMap;

use engine::{Id, field};
use leptos::server;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::services::{details, edits};
use crate::{
    catalog::{
        self, Service, ServiceChange, ServiceStatus, policy, slug_of,
        store::{NewService, ServiceDetails},
    },
    db::Tx,
    error::{AppError, FieldErrors, Next},
    notifications::{self, Email},
    providers,
    server::{Ctx, fields},
    tenants::Tenant,
    verticals::Vertical,
};

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AddServiceForm {
    /// Its kind of business; `None` if the business has only one.
    #[serde(deserialize_with = "fields::chosen")]
    pub vertical: Option<Vertical>,
    pub name: String,
    pub description: String,
    /// How long the work usually takes.
    pub expected_minutes: String,
    /// The fields of its kind of business, by name.
    pub details: BTreeMap<String, String>,
    /// Chosen when the form was first shown: sent twice, it adds one.
    #[serde(deserialize_with = "fields::chosen")]
    pub attempt: Option<Id<Service>>,
}

/// Adds a service to the end of the list. It can be booked once it has a price.
#[server(endpoint = "add_service")]
pub async fn add_service(#[server(flatten)] form: AddServiceForm) -> Result<Next, AppError> {
    let ctx = edits()?;
    let mut errors = FieldErrors::default();
    let vertical = errors.take("vertical", kind(&ctx.tenant, form.vertical));
    let details = details(&form.name, &form.description, &form.expected_minutes, &mut errors);
    let options = vertical.and_then(|vertical| errors.merge(vertical.read_service(&form.details)));
    let (Some(vertical), Some(details), Some(options)) = (vertical, details, options) else {
        return Err(errors.into_error());
    };
    let mut tx = ctx.begin().await?;
    let id = form.attempt.unwrap_or_else(Id::new);
    add(&mut tx, id, vertical, details, options).await?;
    tx.commit().await?;
    let said = t!("admin-added-set-its-price-and-customers");
    Ok(Next::said(format!("/admin/services/{id}"), said))
}

async fn add(
    tx: &mut Tx,
    id: Id<Service>,
    vertical: Vertical,
    details: ServiceDetails,
    options: Value,
) -> Result<(), AppError> {
    let order = catalog::store::lock_order(tx).await?;
    if catalog::store::find(tx, id).await?.is_some() {
        return Ok(()); // a second tap
    }
    catalog::store::set_order(tx, &order).await?;
    let taken = catalog::store::slugs(tx).await?;
    let new = NewService {
        slug: slug_of(&details.name, |slug| taken.iter().any(|other| other == slug)),
        vertical,
        category: vertical.to_string(),
        details,
        icon: String::new(),
        options,
        position: i32::try_from(order.len() + 1).unwrap_or(i32::MAX),
        provider: None,
    };
    catalog::store::insert_as(tx, id, &new).await
}

/// The chosen kind of business, or the only one.
fn kind(tenant: &Tenant, chosen: Option<Vertical>) -> Result<Vertical, &'static str> {
    let kind = match tenant.verticals[..] {
        [only] => Some(only),
        _ => chosen.filter(|kind| tenant.offers(*kind)),
    };
    kind.ok_or(t!("admin-choose-one-from-the-list"))
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MoveServiceForm {
    pub service: Id<Service>,
    /// `up` or `down`.
    #[serde(default)]
    pub to: String,
}

/// Moves a service one place in the order that customers see.
#[server(endpoint = "move_service")]
pub async fn move_service(#[server(flatten)] form: MoveServiceForm) -> Result<Next, AppError> {
    let ctx = edits()?;
    let mut tx = ctx.begin().await?;
    let mut order = catalog::store::lock_order(&mut tx).await?;
    let from = order.iter().position(|id| *id == form.service).ok_or(AppError::NotFound)?;
    let to = match form.to.as_str() {
        "up" => from.checked_sub(1),
        "down" => Some(from + 1),
        _ => return Err(AppError::Malformed),
    };
    if let Some(to) = to.filter(|to| *to < order.len()) {
        order.swap(from, to);
    }
    catalog::store::set_order(&mut tx, &order).await?;
    tx.commit().await?;
    // The page gives the focus back to the button, so that the next press moves the service on.
    let list = format!("/admin/services?moved={}&to={}", form.service, form.to);
    Ok(Next::said(list, if form.to == "up" { t!("admin-moved-up") } else { t!("admin-moved-down") }))
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DecideServiceForm {
    pub service: Id<Service>,
    /// `approve`, `return`, `suspend` or `reinstate`.
    #[serde(default)]
    pub decision: String,
    /// What the provider should change, or why it is suspended.
    #[serde(default)]
    pub reason: String,
}

/// Decides about a service that a provider offers, and tells them.
///
/// - Publishes one that was submitted, or returns it with what to change.
/// - Suspends a published one, with the reason, or puts it back.
#[server(endpoint = "decide_service")]
pub async fn decide_service(#[server(flatten)] form: DecideServiceForm) -> Result<Next, AppError> {
    let ctx = crate::server::context()?;
    ctx.allowed(policy::can_review)?;
    let id = form.service;
    let mut tx = ctx.begin().await?;
    let service = catalog::store::find(&mut tx, id).await?.ok_or(AppError::NotFound)?.service;
    let (change, said) = decision(&service, &form)?;
    catalog::store::set_status(&mut tx, id, &change).await?;
    tell(&mut tx, &ctx, &service, &change).await?;
    tx.commit().await?;
    Ok(Next::said(format!("/admin/services/{id}"), said))
}

/// The decision, and how staff read it.
fn decision(service: &Service, form: &DecideServiceForm) -> Result<(ServiceChange, &'static str), AppError> {
    let reason = || {
        field::required(&form.reason, 500)
            .map_err(|_| AppError::invalid("reason", t!("admin-enter-a-reason-the-provider-sees")))
    };
    Ok(match form.decision.as_str() {
        "approve" => (service.approve()?, t!("admin-published-customers-can-book-it")),
        "return" => (service.return_with(reason()?)?, t!("admin-returned-to-the-provider")),
        "suspend" => (service.suspend(reason()?)?, t!("admin-suspended-existing-bookings-stay")),
        "reinstate" => (service.reinstate()?, t!("admin-customers-can-book-it-again")),
        _ => return Err(AppError::Malformed),
    })
}

/// Tells the provider whose own the service is.
async fn tell(tx: &mut Tx, ctx: &Ctx, service: &Service, change: &ServiceChange) -> Result<(), AppError> {
    let Some(provider) = service.provider_id else { return Ok(()) };
    let provider = providers::store::find(tx, provider).await?.ok_or(AppError::NotFound)?;
    let first = match change.to {
        ServiceStatus::Active => t!("admin-customers-can-book-it-now"),
        ServiceStatus::Draft => t!("admin-please-change-something-before-we-publish"),
        _ => t!("admin-customers-can-no-longer-book-it"),
    };
    let mut lines = vec![first.to_owned()];
    lines.extend(change.reason.as_ref().map(|reason| t!("admin-the-reason", reason = field::isolated(reason))));
    let email = Email {
        to: provider.email,
        subject: t!("admin-about", name = field::isolated(&service.name)),
        lines,
        action: None,
        kind: "service-status",
    };
    notifications::email(tx, &ctx.app, email).await
}
