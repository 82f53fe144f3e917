//! Inviting, resending, revoking, accepting.

use engine::{EmailAddress, Id, field::isolated};
use leptos::server;
use serde::{Deserialize, Serialize};

use super::{
    Invite, InvitedRole, LIFETIME,
    form::AcceptForm,
    policy, profile,
    store::{self, NewInvite},
};
use crate::{
    db::Tx,
    error::{AppError, FieldErrors, Next},
    identity::{directory, token::Token},
    notifications::{self, Email},
    server::{Ctx, fields},
};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct InviteForm {
    #[serde(default)]
    pub email: String,
    #[serde(default, deserialize_with = "fields::chosen")]
    pub role: Option<InvitedRole>,
}

/// Invites a provider or a colleague by e-mail.
#[server(endpoint = "send_invite")]
pub async fn send_invite(#[server(flatten)] form: InviteForm) -> Result<Next, AppError> {
    let ctx = crate::server::context()?;
    let user = ctx.allowed(policy::can_see_invites)?.clone();
    let mut errors = FieldErrors::default();
    let email = errors.take("email", form.email.parse::<EmailAddress>());
    let (Some(role), Some(email)) =
        (errors.take("role", form.role.ok_or(t!("invites-choose-what-you-invite-them-to"))), email)
    else {
        return Err(errors.into_error());
    };
    ctx.allowed(|user| policy::can_invite(user, role))?;
    proven_for(&ctx, role)?;
    let mut tx = ctx.begin().await?;
    if let Some(known) = directory::find_by_email(&mut tx, &email).await?
        && known.roles.contains(&role.role())
    {
        let sentence = t!("invites-is-already-here", name = isolated(&known.name), phrase = role.phrase());
        return Err(AppError::invalid("email", sentence));
    }
    let token = Token::random();
    let invite = NewInvite { email: &email, role, invited_by: user.id, token: &token, expires_at: tx.now + LIFETIME };
    store::insert(&mut tx, &invite).await?;
    tell(&mut tx, &ctx, &email, role, &user.name, &token).await?;
    tx.commit().await?;
    Ok(Next::said("/admin/invites", t!("invites-an-invitation-is-on-its-way", email = email)))
}

/// Resends an invitation with a new link, valid for another 72 hours. Invalidates the earlier link.
#[server(endpoint = "resend_invite")]
pub async fn resend_invite(invite: Id<Invite>) -> Result<Next, AppError> {
    let ctx = crate::server::context()?;
    let mut tx = ctx.begin().await?;
    let invite = changeable(&mut tx, &ctx, invite).await?;
    proven_for(&ctx, invite.role)?;
    let token = Token::random();
    let expires_at = tx.now + LIFETIME;
    if !store::replace_token(&mut tx, invite.id, &token, expires_at).await? {
        return Err(invite.closed(tx.now));
    }
    tell(&mut tx, &ctx, &invite.email, invite.role, &invite.inviter, &token).await?;
    tx.commit().await?;
    Ok(Next::said("/admin/invites", t!("invites-sent-again-to-the-earlier-link", email = invite.email)))
}

#[server(endpoint = "revoke_invite")]
pub async fn revoke_invite(invite: Id<Invite>) -> Result<Next, AppError> {
    let ctx = crate::server::context()?;
    let mut tx = ctx.begin().await?;
    let invite = changeable(&mut tx, &ctx, invite).await?;
    if !store::revoke(&mut tx, invite.id, ctx.user()?.id).await? {
        return Err(invite.closed(tx.now));
    }
    tx.commit().await?;
    Ok(Next::said("/admin/invites", t!("invites-the-invitation-to-is-revoked-its", email = invite.email)))
}

/// Accepts an invitation: creates the account, or adds the role to the signed-in account with that address, and signs in. A provider's
/// profile then waits for approval.
#[server(endpoint = "accept_invite")]
pub async fn accept_invite(#[server(flatten)] form: AcceptForm) -> Result<Next, AppError> {
    let ctx = crate::server::context()?;
    profile::accept(&ctx, form).await
}

/// An invitation into the back office grants rights: it requires a fresh proof of identity, and an operator who acts as a user may not send one.
fn proven_for(ctx: &Ctx, role: InvitedRole) -> Result<(), AppError> {
    if policy::gives_rights(role) { ctx.confirmed().map(drop) } else { Ok(()) }
}

/// The invitation, locked, if it can still be changed and the user may do so.
async fn changeable(tx: &mut Tx, ctx: &Ctx, id: Id<Invite>) -> Result<Invite, AppError> {
    let user = ctx.allowed(policy::can_see_invites)?;
    let invite =
        store::lock(tx, id).await?.filter(|invite| policy::can_change(user, invite)).ok_or(AppError::NotFound)?;
    invite.ensure_open(tx.now)?;
    Ok(invite)
}

async fn tell(
    tx: &mut Tx,
    ctx: &Ctx,
    to: &EmailAddress,
    role: InvitedRole,
    inviter: &str,
    token: &Token,
) -> Result<(), AppError> {
    let (brand, inviter) = (isolated(&ctx.tenant.name), isolated(inviter));
    let email = Email {
        to: to.clone(),
        subject: t!("invites-invites-you-to", inviter = inviter, brand = brand),
        lines: vec![
            t!("invites-invites-you-to-join-as", inviter = inviter, brand = brand, phrase = role.phrase()),
            t!("invites-the-link-works-once").to_owned(),
            t!("invites-if-you-dont-know-what-this").to_owned(),
        ],
        action: Some((t!("invites-accept-the-invitation"), ctx.url(&format!("/invite/{}", token.reveal())))),
        kind: "invite",
    };
    notifications::email(tx, &ctx.app, email).await
}
