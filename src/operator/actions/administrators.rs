//! A tenant's administrators: the first one, and others if the first can't be reached.

use engine::{
    EmailAddress, Id,
    field::{self, isolated},
};
use leptos::server;
use serde::{Deserialize, Serialize};

use crate::{
    db::Tx,
    error::{AppError, FieldErrors, Next},
    identity::{self, AccountStatus, Role, User, directory, store::NewUser},
    notifications::{self, Email},
    operator::{OperatorCtx, operator_context, policy, store::log},
    tenants::{self, Tenant},
};

/// How long the link in an invitation works.
const LIFETIME: chrono::TimeDelta = chrono::TimeDelta::hours(72);

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AdministratorForm {
    pub tenant: Id<Tenant>,
    #[serde(default)]
    pub admin_name: String,
    #[serde(default)]
    pub admin_email: String,
}

/// Invites an administrator by e-mail. An invited person without a password gets a new link, and the earlier one stops working.
#[server(endpoint = "operator_invite_administrator")]
pub async fn operator_invite_administrator(#[server(flatten)] form: AdministratorForm) -> Result<Next, AppError> {
    let ctx = operator_context()?;
    ctx.operator()?;
    let id = form.tenant;
    let mut errors = FieldErrors::default();
    let name = errors.take("admin_name", field::required(&form.admin_name, 120));
    let email = errors.take("admin_email", form.admin_email.parse::<EmailAddress>());
    let (Some(name), Some(email)) = (name, email) else {
        return Err(errors.into_error());
    };
    let mut tx = ctx.begin_in(id).await?;
    let tenant = tenants::find_by_id(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let host = tenants::store::list_own_hosts(&mut tx).await?.into_iter().next();
    let host = host.ok_or_else(|| AppError::conflict(t!("operator-give-the-business-a-host-name")))?;
    let admin = match directory::find_by_email(&mut tx, &email).await? {
        None => add(&mut tx, name.clone(), email.clone()).await?,
        Some(known) if known.status != AccountStatus::Active => {
            return Err(AppError::invalid("admin_email", t!("operator-their-account-at-this-business-is")));
        }
        Some(known) if policy::is_administrator(&known) && !identity::has_password(&mut tx, known.id).await? => {
            known.id
        }
        Some(known) if policy::is_administrator(&known) => {
            return Err(AppError::invalid("admin_email", t!("operator-they-are-already-an-administrator-they")));
        }
        Some(_) => {
            return Err(AppError::invalid("admin_email", t!("operator-they-have-an-account-there-an")));
        }
    };
    invite(&mut tx, &ctx, &tenant.name, &host, (admin, &name, &email)).await?;
    log::add(&mut tx, "administrator_invited", serde_json::json!({ "user": admin })).await?;
    tx.commit().await?;
    Ok(Next::said(format!("/operator/tenants/{id}"), t!("operator-an-invitation-is-on-its-way", email = email)))
}

pub(super) async fn add(tx: &mut Tx, name: String, email: EmailAddress) -> Result<Id<User>, AppError> {
    let id = Id::new();
    let user = NewUser { id, name, email, phone: None, password_hash: None, roles: vec![Role::Admin] };
    identity::store::insert(tx, &user).await?;
    Ok(id)
}

/// Sends a link to choose a password.
pub(super) async fn invite(
    tx: &mut Tx,
    ctx: &OperatorCtx,
    brand: &str,
    host: &str,
    (id, name, email): (Id<User>, &str, &EmailAddress),
) -> Result<(), AppError> {
    let token = identity::reset::issue(tx, id, LIFETIME).await?;
    let mail = Email {
        to: email.clone(),
        subject: t!("operator-is-ready-for-you", brand = isolated(brand)),
        lines: vec![
            t!("operator-hello-you-are-the-administrator-of", name = isolated(name), brand = isolated(brand)),
            t!("operator-the-link-works-once-within-the").into(),
        ],
        action: Some((t!("operator-choose-a-password"), ctx.tenant_url(host, &format!("/reset/{}", token.reveal())))),
        kind: "tenant-invite",
    };
    notifications::email(tx, &ctx.app, mail).await
}
