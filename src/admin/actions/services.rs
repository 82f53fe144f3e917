use std::collections::BTreeMap;

use engine::{Id, field};
use leptos::server;
use serde::{Deserialize, Serialize};

use crate::{
    catalog::{self, Service, ServiceChange, store::ServiceDetails},
    error::{AppError, FieldErrors, Next},
    server::Ctx,
};

/// Characters of a service's name.
pub const LONGEST_NAME: usize = 200;
/// Characters of its description.
pub const LONGEST_DESCRIPTION: usize = 8000;
/// The shortest work, in minutes.
pub const SHORTEST: i32 = 5;
/// The longest work, in minutes: 31 days.
pub const LONGEST: i32 = 44_640;

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
    /// The fields of its kind of business, by name.
    #[serde(default)]
    pub details: BTreeMap<String, String>,
    /// `true` if the page showed those fields: a page of the version before doesn't, and keeps what they say.
    #[serde(default)]
    pub shows_details: String,
}

/// Changes a service's texts and duration, and what its kind of business keeps of it.
#[server(endpoint = "edit_service")]
pub async fn edit_service(#[server(flatten)] form: ServiceForm) -> Result<Next, AppError> {
    let (ctx, id) = (edits()?, form.service);
    let mut tx = ctx.begin().await?;
    let found = catalog::store::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let mut errors = FieldErrors::default();
    let details = details(&form.name, &form.description, &form.expected_minutes, &mut errors);
    let options = match form.shows_details.as_str() {
        "true" => errors.merge(found.service.vertical.read_service(&form.details)),
        _ => Some(found.service.options.clone()),
    };
    let (Some(details), Some(options)) = (details, options) else {
        return Err(errors.into_error());
    };
    catalog::store::edit(&mut tx, id, &details, &options).await?;
    tx.commit().await?;
    Ok(Next::said(format!("/admin/services/{id}"), t!("admin-saved")))
}

/// The texts and the duration of a service as typed.
pub(super) fn details(
    name: &str,
    description: &str,
    minutes: &str,
    errors: &mut FieldErrors,
) -> Option<ServiceDetails> {
    let name = errors.take("name", field::required(name, LONGEST_NAME));
    let description = errors.take("description", field::multiline(description, LONGEST_DESCRIPTION));
    let expected_minutes = errors.take("expected_minutes", field::whole_number(minutes, SHORTEST..=LONGEST));
    Some(ServiceDetails {
        name: name?,
        description: description?.unwrap_or_default(),
        expected_minutes: expected_minutes?,
    })
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
        "on" => (Service::resume, t!("admin-customers-can-book-it-now")),
        "off" => (Service::pause, t!("admin-customers-can-no-longer-book-it")),
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
        "archive" => (Service::archive, t!("admin-archived-existing-bookings-stay")),
        "restore" => (Service::restore, t!("admin-its-back-in-the-list-switched")),
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
