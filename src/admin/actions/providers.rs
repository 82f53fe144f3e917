use std::collections::BTreeMap;

use engine::{BasisPoints, Commission, Id, Money, field::isolated};
use leptos::server;
use serde::{Deserialize, Serialize};

use crate::{
    catalog,
    db::Tx,
    dispatch,
    error::{AppError, FieldErrors, Next},
    identity::User,
    notifications::{self, Email},
    providers::{self, Provider, ProviderStatus, StatusChange, policy},
    server::Ctx,
};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StatusForm {
    pub provider: Id<Provider>,
    pub status: ProviderStatus,
    #[serde(default)]
    pub reason: String,
}

/// Approves, rejects, deactivates, suspends or reactivates a provider, and notifies them.
///
/// - A provider who may no longer work goes off duty at once and gets no more offers.
/// - A job in progress continues.
#[server(endpoint = "change_provider_status")]
pub async fn change_provider_status(#[server(flatten)] form: StatusForm) -> Result<Next, AppError> {
    let ctx = allowed(policy::can_decide_about)?;
    let id = form.provider;
    let mut errors = FieldErrors::default();
    let reason = errors.take("reason", engine::field::optional(&form.reason, 500));
    let mut tx = ctx.begin().await?;
    let provider = providers::store::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let Some(reason) = reason else {
        return Err(errors.into_error());
    };
    let change = provider.change_status(form.status, reason)?;
    if form.status != ProviderStatus::Active {
        dispatch::go_off_duty(&mut tx, id).await?;
    }
    providers::store::set_status(&mut tx, id, &change).await?;
    tell(&mut tx, &ctx, &provider, &change).await?;
    tx.commit().await?;
    let name = isolated(&provider.name);
    let said = match (change.from, change.to) {
        (ProviderStatus::Pending | ProviderStatus::Rejected, ProviderStatus::Active) => {
            t!("admin-is-approved-and-can-go-on", name = name)
        }
        (_, ProviderStatus::Active) => t!("admin-can-work-again", name = name),
        (_, ProviderStatus::Rejected) => t!("admin-was-rejected", name = name),
        _ => t!("admin-no-longer-gets-offers", name = name),
    };
    Ok(Next::said(format!("/admin/providers/{id}"), said))
}

/// Notifies the provider of the decision.
async fn tell(tx: &mut Tx, ctx: &Ctx, provider: &Provider, change: &StatusChange) -> Result<(), AppError> {
    let brand = isolated(&ctx.tenant.name);
    let (subject, first) = match change.to {
        ProviderStatus::Active if matches!(change.from, ProviderStatus::Pending | ProviderStatus::Rejected) => {
            (t!("admin-you-are-approved"), t!("admin-you-can-work-with-from-now", brand = brand))
        }
        ProviderStatus::Active => {
            (t!("admin-you-can-work-again"), t!("admin-you-can-take-work-from-again", brand = brand))
        }
        ProviderStatus::Rejected => (
            t!("admin-about-your-application"),
            t!("admin-we-cant-work-with-you-at", first_name = isolated(provider.first_name())),
        ),
        ProviderStatus::Suspended => {
            (t!("admin-your-account-is-suspended"), t!("admin-you-are-off-duty-and-get").to_owned())
        }
        ProviderStatus::Inactive | ProviderStatus::Pending => {
            (t!("admin-you-get-no-offers-for-now"), t!("admin-you-are-off-duty-and-get").to_owned())
        }
    };
    let mut lines = vec![first];
    lines.extend(change.reason.as_ref().map(|reason| t!("admin-the-reason", reason = isolated(reason))));
    if change.to != ProviderStatus::Active {
        lines.push(t!("admin-questions-call", phone = ctx.tenant.spoken_phone));
    }
    let action = (change.to == ProviderStatus::Active).then(|| (t!("admin-go-on-duty"), ctx.url("/provider")));
    let email =
        Email { to: provider.email.clone(), subject: subject.to_owned(), lines, action, kind: "provider-status" };
    notifications::email(tx, &ctx.app, email).await
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CommissionForm {
    pub provider: Id<Provider>,
    /// `percentage` or `flat_per_job`.
    #[serde(default)]
    pub commission: String,
    #[serde(default)]
    pub percent: String,
    #[serde(default)]
    pub flat_fee: String,
}

/// Changes a provider's commission from now on. Existing earnings and agreed work keep theirs.
#[server(endpoint = "change_commission")]
pub async fn change_commission(#[server(flatten)] form: CommissionForm) -> Result<Next, AppError> {
    let ctx = allowed(policy::can_set_commission)?;
    let id = form.provider;
    let mut tx = ctx.begin().await?;
    providers::store::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let mut errors = FieldErrors::default();
    let commission = match form.commission.as_str() {
        "percentage" => errors.take("percent", form.percent.parse::<BasisPoints>()).map(Commission::Percentage),
        "flat_per_job" => errors
            .take("flat_fee", Money::parse(&form.flat_fee, ctx.tenant.currency))
            .map(|fee| Commission::FlatPerJob(fee.amount)),
        _ => {
            errors.add("commission", t!("admin-choose-how-the-provider-is-paid"));
            None
        }
    };
    let Some(commission) = commission else {
        return Err(errors.into_error());
    };
    providers::store::set_commission(&mut tx, id, commission).await?;
    tx.commit().await?;
    Ok(Next::said(format!("/admin/providers/{id}"), t!("admin-commission-changed-it-applies-to-jobs")))
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SkillsForm {
    pub provider: Id<Provider>,
    /// Codes of the services, each ticked as `skills[code]`.
    #[serde(default)]
    pub skills: BTreeMap<String, String>,
}

/// Changes a provider's skills.
#[server(endpoint = "change_skills")]
pub async fn change_skills(#[server(flatten)] form: SkillsForm) -> Result<Next, AppError> {
    let ctx = allowed(policy::can_edit_skills)?;
    let id = form.provider;
    let mut tx = ctx.begin().await?;
    providers::store::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let services = catalog::store::list_all(&mut tx).await?;
    let known: Vec<String> = services.into_iter().map(|priced| priced.service.slug).collect();
    let skills: Vec<String> = form.skills.into_keys().collect();
    if skills.iter().any(|skill| !known.contains(skill)) {
        return Err(AppError::invalid("skills", t!("admin-one-of-these-services-no-longer")));
    }
    providers::store::set_skills(&mut tx, id, &skills).await?;
    tx.commit().await?;
    Ok(Next::said(format!("/admin/providers/{id}"), t!("admin-skills-changed")))
}

/// The context, if the policy allows this.
fn allowed(policy: fn(&User) -> bool) -> Result<Ctx, AppError> {
    let ctx = crate::server::context()?;
    ctx.allowed(policy)?;
    Ok(ctx)
}
