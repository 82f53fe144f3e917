//! Actions of administrators on a colleague's sessions and factors, for when a phone or laptop is lost.

use engine::{Id, field::isolated};
use leptos::server;

use super::people::{other_account, person_path};
use crate::{
    audit,
    error::{AppError, Next},
    identity::{self, User, sign_in_methods},
    notifications::{self, Email},
    server::context,
};

/// Ends every session of a colleague.
#[server(endpoint = "sign_out_person")]
pub async fn sign_out_person(user: Id<User>) -> Result<Next, AppError> {
    let ctx = context()?;
    let mut tx = ctx.begin().await?;
    let account = other_account(&mut tx, &ctx, user).await?;
    identity::revoke_sessions(&mut tx, account.id, None).await?;
    tx.commit().await?;
    Ok(Next::said(person_path(account.id), t!("admin-is-signed-out-everywhere", name = isolated(&account.name))))
}

/// Resets the sign-in methods of somebody who lost their device.
///
/// - Removes the second factor and every sign-in method except the password, ends all sessions, and notifies the owner.
/// - The administrator must know the person who asks, and gives a recent proof of identity.
#[server(endpoint = "reset_factors")]
pub async fn reset_factors(user: Id<User>) -> Result<Next, AppError> {
    let ctx = context()?;
    let mut tx = ctx.begin().await?;
    let account = other_account(&mut tx, &ctx, user).await?;
    let actor = ctx.confirmed()?;
    let removed = sign_in_methods::remove_all(&mut tx, account.id).await?;
    if removed.is_empty() {
        return Err(AppError::conflict(t!("admin-signs-in-with-a-password-only", name = isolated(&account.name))));
    }
    identity::revoke_sessions(&mut tx, account.id, None).await?;
    audit::event(
        &mut tx,
        "factors_reset",
        Some(("users", account.id.uuid())),
        serde_json::json!({ "removed": removed }),
    )
    .await?;
    let mail = Email {
        to: account.email.clone(),
        subject: t!("admin-sign-in-methods-were-removed-from").into(),
        lines: vec![
            t!(
                "admin-hello-has-removed-these-sign-in",
                name = isolated(&account.name),
                by = isolated(&actor.name),
                business = isolated(&ctx.tenant.name),
                join = removed.join(", ")
            ),
            t!("admin-sign-in-with-your-password-and").into(),
            t!("admin-if-you-didnt-ask-for-this", phone = ctx.tenant.spoken_phone),
        ],
        action: Some((t!("admin-sign-in"), ctx.url("/sign-in"))),
        kind: "factors-reset",
    };
    notifications::email(&mut tx, &ctx.app, mail).await?;
    tx.commit().await?;
    Ok(Next::said(
        person_path(account.id),
        t!("admin-was-signed-out-everywhere-and-now", name = isolated(&account.name)),
    ))
}
