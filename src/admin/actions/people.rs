//! Actions of administrators on colleagues' accounts.

use engine::{Id, field::isolated};
use leptos::server;
use serde::{Deserialize, Serialize};

use crate::{
    db::Tx,
    error::{AppError, FieldErrors, Next},
    identity::{
        self, AccountStatus, Role, User,
        directory::{self, Account},
        policy,
    },
    invites,
    notifications::{self, Email},
    server::Ctx,
};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RolesForm {
    pub user: Id<User>,
    #[serde(default)]
    pub staff: String,
    #[serde(default)]
    pub admin: String,
}

/// Changes a colleague's roles in the back office. Ends their sessions, which began with other rights; they must sign in again.
#[server(endpoint = "change_roles")]
pub async fn change_roles(#[server(flatten)] form: RolesForm) -> Result<Next, AppError> {
    let ctx = crate::server::context()?;
    let mut tx = ctx.begin().await?;
    let account = other_account(&mut tx, &ctx, form.user).await?;
    if !policy::works_here(&account) {
        return Err(AppError::conflict(t!("admin-invite-customers-to-the-back-office")));
    }
    let mut roles = account.roles.clone();
    for (role, ticked) in [(Role::Staff, !form.staff.is_empty()), (Role::Admin, !form.admin.is_empty())] {
        roles.retain(|had| *had != role);
        if ticked {
            roles.push(role);
        }
    }
    if roles.is_empty() {
        roles.push(Role::Customer);
    }
    if !roles.contains(&Role::Admin) {
        keep_an_administrator(&mut tx, account.id).await?;
    }
    directory::change_roles(&mut tx, account.id, &account.roles, &roles).await?;
    revoke_invites(&mut tx, &ctx, account.id).await?;
    identity::revoke_sessions(&mut tx, account.id, None).await?;
    tx.commit().await?;
    Ok(Next::said(person_path(account.id), t!("admin-s-roles-were-changed-they-must", name = isolated(&account.name))))
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AccountStatusForm {
    pub user: Id<User>,
    pub status: AccountStatus,
    /// The reason, shown to the colleague when they try to sign in.
    #[serde(default)]
    pub reason: String,
}

/// Suspends, bans or reinstates an account of a colleague or a customer. Suspending and banning end its sessions at once.
#[server(endpoint = "change_account_status")]
pub async fn change_account_status(#[server(flatten)] form: AccountStatusForm) -> Result<Next, AppError> {
    let ctx = crate::server::context()?;
    let status = form.status;
    let mut tx = ctx.begin().await?;
    let account = other_account(&mut tx, &ctx, form.user).await?;
    let mut errors = FieldErrors::default();
    let reason = errors.take("reason", engine::field::optional(&form.reason, 500)).flatten();
    if errors.is_empty() && status != AccountStatus::Active && reason.is_none() {
        errors.add("reason", t!("admin-enter-a-reason-they-see-it"));
    }
    if !errors.is_empty() {
        return Err(errors.into_error());
    }
    if status != AccountStatus::Active {
        keep_an_administrator(&mut tx, account.id).await?;
        if let Some(provider) = account.provider {
            crate::dispatch::go_off_duty(&mut tx, provider).await?;
        }
    }
    identity::store::set_status(&mut tx, account.id, status, reason.as_deref()).await?;
    revoke_invites(&mut tx, &ctx, account.id).await?;
    identity::revoke_sessions(&mut tx, account.id, None).await?;
    tell(&mut tx, &ctx, &account, status, reason.as_deref()).await?;
    tx.commit().await?;
    let name = isolated(&account.name);
    let said = match status {
        AccountStatus::Active => t!("admin-can-sign-in-again", name = name),
        AccountStatus::Suspended => t!("admin-is-suspended-and-signed-out-everywhere", name = name),
        AccountStatus::Banned => t!("admin-is-banned-and-signed-out-everywhere", name = name),
    };
    Ok(Next::said(person_path(account.id), said))
}

/// Notifies the account's owner of the decision.
async fn tell(
    tx: &mut Tx,
    ctx: &Ctx,
    account: &Account,
    status: AccountStatus,
    reason: Option<&str>,
) -> Result<(), AppError> {
    let brand = isolated(&ctx.tenant.name);
    let mut lines = vec![match status {
        AccountStatus::Active => t!("admin-you-can-sign-in-to-your", brand = brand),
        AccountStatus::Suspended | AccountStatus::Banned => {
            t!("admin-your-account-with-is-you-can", brand = brand, status = status)
        }
    }];
    lines.extend(reason.map(|reason| t!("admin-the-reason", reason = isolated(reason))));
    lines.push(t!("admin-questions-call", phone = ctx.tenant.spoken_phone));
    let mail = Email {
        to: account.email.clone(),
        subject: match status {
            AccountStatus::Active => t!("admin-your-account-is-open-again").into(),
            _ => t!("admin-your-account-is", status = status),
        },
        lines,
        action: (status == AccountStatus::Active).then(|| (t!("admin-sign-in"), ctx.url("/sign-in"))),
        kind: "account-status",
    };
    notifications::email(tx, &ctx.app, mail).await
}

pub(super) fn person_path(id: Id<User>) -> String {
    format!("/admin/people/{id}")
}

/// Revokes the invitations of somebody whose rights were changed, except those they may still send.
async fn revoke_invites(tx: &mut Tx, ctx: &Ctx, inviter: Id<User>) -> Result<(), AppError> {
    let now = identity::store::find(tx, inviter).await?;
    let still = now.as_ref().map(invites::policy::invitable).unwrap_or_default();
    invites::store::revoke_of_inviter(tx, inviter, &still, ctx.user()?.id).await
}

/// The account to change. Never the actor's own, so that nobody removes their own rights or locks themselves out. Requires a recent proof of
/// identity, because these actions create and remove administrators.
pub(super) async fn other_account(tx: &mut Tx, ctx: &Ctx, id: Id<User>) -> Result<Account, AppError> {
    let actor = ctx.allowed(policy::can_decide_about_people)?;
    ctx.confirmed()?;
    let account = directory::find(tx, id).await?.ok_or(AppError::NotFound)?;
    if !policy::can_decide_about(actor, &account) {
        return Err(AppError::conflict(t!("admin-you-cant-change-your-own-account")));
    }
    Ok(account)
}

/// Refuses to remove the last administrator. Locks the administrators, so two can't remove each other at once.
async fn keep_an_administrator(tx: &mut Tx, leaving: Id<User>) -> Result<(), AppError> {
    let administrators = directory::lock_administrators(tx).await?;
    if administrators.iter().any(|id| *id != leaving) {
        return Ok(());
    }
    Err(AppError::conflict(t!("admin-this-is-the-last-administrator-make")))
}
