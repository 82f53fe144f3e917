use engine::{
    EmailAddress, Id,
    field::{self, isolated},
};
use leptos::server;
use serde::{Deserialize, Serialize};

use crate::{
    error::{AppError, FieldErrors, Next, Sentence},
    identity::{self, token::Token},
    operator::{
        Impersonation, OperatorCtx, impersonation, operator_context, policy,
        store::{
            self,
            impersonations::{self, NewImpersonation},
            log,
        },
    },
    server::fields,
    tenants::{self, Plan, Status, Tenant},
};

/// Maximum number of hosts per tenant.
const MOST_HOSTS: usize = 10;

/// A tenant's name, plan and hosts.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TermsForm {
    pub tenant: Id<Tenant>,
    #[serde(default)]
    pub name: String,
    #[serde(default, deserialize_with = "fields::chosen")]
    pub plan: Option<Plan>,
    /// Host names, one per line, the primary one first.
    #[serde(default)]
    pub hosts: String,
}

/// Changes a tenant's name, plan and hosts.
#[server(endpoint = "operator_edit_tenant")]
pub async fn operator_edit_tenant(#[server(flatten)] form: TermsForm) -> Result<Next, AppError> {
    let ctx = operator_context()?;
    ctx.operator()?;
    let id = form.tenant;
    find(&ctx, id).await?;
    let mut errors = FieldErrors::default();
    let name = errors.take("name", field::required(&form.name, 80));
    let plan = errors.take("plan", form.plan.ok_or(t!("operator-choose-a-plan")));
    let hosts = errors.take("hosts", hosts(&ctx, &form.hosts));
    let (Some(name), Some(plan), Some(hosts)) = (name, plan, hosts) else {
        return Err(errors.into_error());
    };
    let mut tx = ctx.begin_in(id).await?;
    store::tenants::set_terms(&mut tx, &name, plan, &hosts).await?;
    log::add(&mut tx, "tenant_edited", serde_json::json!({ "name": name, "plan": plan, "hosts": hosts })).await?;
    tx.commit().await?;
    ctx.app.hosts.forget();
    Ok(Next::said(format!("/operator/tenants/{id}"), t!("operator-saved")))
}

/// Pauses, cancels or resumes a tenant.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StatusForm {
    pub tenant: Id<Tenant>,
    /// The [`Status`] when the form was shown.
    pub was: Status,
    pub becomes: Status,
    #[serde(default)]
    pub reason: String,
    /// The tenant's name, typed to confirm the end of the contract.
    #[serde(default)]
    pub typed_name: String,
}

/// Pauses, cancels or resumes a tenant, with a reason. Cancelling requires its name.
#[server(endpoint = "operator_change_status")]
pub async fn operator_change_status(#[server(flatten)] form: StatusForm) -> Result<Next, AppError> {
    let ctx = operator_context()?;
    ctx.operator()?;
    let id = form.tenant;
    let tenant = find(&ctx, id).await?;
    let StatusForm { was, becomes, .. } = form;
    if !policy::can_become(was, becomes) {
        return Err(AppError::Malformed);
    }
    let mut errors = FieldErrors::default();
    let reason = errors.take("reason", field::required(&form.reason, 300));
    if becomes == Status::Cancelled && form.typed_name.trim() != tenant.name {
        errors.add("typed_name", t!("operator-type-exactly-as-it-is-written", business = isolated(&tenant.name)));
    }
    let Some(reason) = reason.filter(|_| errors.is_empty()) else {
        return Err(errors.into_error());
    };
    let mut tx = ctx.begin_in(id).await?;
    store::tenants::set_status(&mut tx, was, becomes, &reason).await?;
    log::add(&mut tx, "tenant_status_changed", serde_json::json!({ "from": was, "to": becomes, "reason": reason }))
        .await?;
    tx.commit().await?;
    ctx.app.hosts.forget();
    Ok(Next::said(
        format!("/operator/tenants/{id}"),
        t!("operator-is-now", business = isolated(&tenant.name), becomes = becomes),
    ))
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ImpersonateForm {
    pub tenant: Id<Tenant>,
    /// Sign-in address of the user.
    #[serde(default)]
    pub email: String,
    #[serde(default)]
    pub reason: String,
}

/// Allows the operator to act as a user of a tenant. The next page has a link that works once within a minute.
#[server(endpoint = "operator_impersonate")]
pub async fn operator_impersonate(#[server(flatten)] form: ImpersonateForm) -> Result<Next, AppError> {
    let ctx = operator_context()?;
    let operator = ctx.operator()?;
    let session: Token = ctx.cookie.token().ok_or(AppError::Unauthenticated)?;
    let tenant = form.tenant;
    if find(&ctx, tenant).await?.status != Status::Active {
        return Err(AppError::conflict(t!("operator-this-business-is-paused-or-closed")));
    }
    let mut errors = FieldErrors::default();
    let email = errors.take("email", form.email.parse::<EmailAddress>());
    let reason = errors.take("reason", reason(&form.reason));
    let (Some(email), Some(reason)) = (email, reason) else {
        return Err(errors.into_error());
    };
    let mut tx = ctx.begin_in(tenant).await?;
    let user = identity::store::find_by_email(&mut tx, &email).await?;
    let user = user.filter(|user| policy::can_impersonate(operator, user));
    let user = user.ok_or_else(|| AppError::invalid("email", t!("operator-no-account-here-has-that-e")))?;
    let id = Id::<Impersonation>::new();
    let impersonation = NewImpersonation {
        id,
        user: user.id,
        operator,
        reason: &reason,
        token: &impersonation::token(&session, id),
        token_expires_at: tx.now + impersonation::TOKEN_LIFETIME,
    };
    impersonations::insert(&mut tx, &impersonation).await?;
    log::add(&mut tx, "impersonation_asked", serde_json::json!({ "user": user.id, "reason": reason })).await?;
    tx.commit().await?;
    Ok(Next::to(format!("/operator/tenants/{tenant}/impersonations/{id}")))
}

/// Checks that the reason is long enough to be useful in the log.
fn reason(text: &str) -> Result<String, String> {
    let reason = field::required(text, 300).map_err(|error| error.sentence())?;
    if reason.chars().count() < 5 { Err(t!("operator-enter-the-reason-in-a-few").into()) } else { Ok(reason) }
}

async fn find(ctx: &OperatorCtx, id: Id<Tenant>) -> Result<Tenant, AppError> {
    tenants::find_by_id(&mut *ctx.begin_in(id).await?, id).await?.ok_or(AppError::NotFound)
}

/// Parses host names, one per line, without duplicates.
pub(super) fn hosts(ctx: &OperatorCtx, text: &str) -> Result<Vec<String>, String> {
    let mut hosts: Vec<String> = Vec::new();
    for line in text.lines().map(|line| line.trim().to_ascii_lowercase()).filter(|line| !line.is_empty()) {
        if !is_host(&line) {
            return Err(t!("operator-is-not-a-host-name-enter", line = line));
        }
        if ctx.app.config.operator_host.as_deref() == Some(line.as_str()) {
            return Err(t!("operator-is-the-operators-own-host", line = line));
        }
        if !hosts.contains(&line) {
            hosts.push(line);
        }
    }
    match hosts.len() {
        0 => Err(t!("operator-enter-at-least-one-host-name").into()),
        1..=MOST_HOSTS => Ok(hosts),
        _ => Err(t!("operator-enter-at-most-host-names", most = MOST_HOSTS)),
    }
}

/// Whether it is a host name: labels of letters, digits and inner hyphens, separated by dots.
fn is_host(name: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    name.len() <= 253 && name.contains('.') && name.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_with_dots_and_nothing_else() {
        for host in ["tow.example.com", "roadside-atl.localhost", "xn--bcher-kva.example"] {
            assert!(is_host(host), "{host}");
        }
        for text in ["localhost", "https://a.b", "a.b:3000", "a..b", "-a.b", "a b.c", "a.b/", "ä.de", "*.a.b", ""] {
            assert!(!is_host(text), "{text}");
        }
    }
}
