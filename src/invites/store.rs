//! All SQL on `invites`.

use chrono::{DateTime, Utc};
use engine::{EmailAddress, Id};
use sqlx::PgConnection;

use super::{Invite, InviteStatus, InvitedRole};
use crate::{
    error::AppError,
    identity::{User, token::Token},
};

/// The columns of an [`Invite`], with the inviter's name.
macro_rules! select_invite {
    ($rest:literal) => {
        concat!(
            "select i.id, i.email, i.role, i.invited_by, u.name as inviter, i.invited_at, i.sent_at, i.expires_at, i.accepted_at, i.revoked_at
             from invites i join users u on (u.tenant_id, u.id) = (i.tenant_id, i.invited_by) ",
            $rest
        )
    };
}

/// The invitation with this id, locked.
pub async fn lock(db: &mut PgConnection, id: Id<Invite>) -> Result<Option<Invite>, AppError> {
    Ok(sqlx::query_as(select_invite!("where i.tenant_id = app.current_tenant() and i.id = $1 for update of i"))
        .bind(id)
        .fetch_optional(db)
        .await?)
}

/// The invitation with this link token.
pub async fn find_by_token(db: &mut PgConnection, token: &Token) -> Result<Option<Invite>, AppError> {
    Ok(sqlx::query_as(select_invite!("where i.tenant_id = app.current_tenant() and i.token_hash = $1"))
        .bind(token.hash())
        .fetch_optional(db)
        .await?)
}

/// The same, locked: of two concurrent acceptances the second sees the first.
pub async fn lock_by_token(db: &mut PgConnection, token: &Token) -> Result<Option<Invite>, AppError> {
    Ok(sqlx::query_as(select_invite!("where i.tenant_id = app.current_tenant() and i.token_hash = $1 for update of i"))
        .bind(token.hash())
        .fetch_optional(db)
        .await?)
}

pub struct NewInvite<'a> {
    pub email: &'a EmailAddress,
    pub role: InvitedRole,
    pub invited_by: Id<User>,
    pub token: &'a Token,
    pub expires_at: DateTime<Utc>,
}

/// Stores a new invitation; a second open one for the same address is `Invalid`.
pub async fn insert(db: &mut PgConnection, invite: &NewInvite<'_>) -> Result<Id<Invite>, AppError> {
    let id = Id::new();
    sqlx::query(
        "insert into invites (id, email, role, token_hash, invited_by, expires_at) values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(id)
    .bind(invite.email)
    .bind(invite.role)
    .bind(invite.token.hash())
    .bind(invite.invited_by)
    .bind(invite.expires_at)
    .execute(db)
    .await?;
    Ok(id)
}

pub async fn replace_token(
    db: &mut PgConnection,
    id: Id<Invite>,
    token: &Token,
    expires_at: DateTime<Utc>,
) -> Result<bool, AppError> {
    let changed = sqlx::query(
        "update invites set token_hash = $2, expires_at = $3, sent_at = app.now()
         where tenant_id = app.current_tenant() and id = $1 and accepted_at is null and revoked_at is null",
    )
    .bind(id)
    .bind(token.hash())
    .bind(expires_at)
    .execute(db)
    .await?;
    Ok(changed.rows_affected() == 1)
}

pub async fn revoke(db: &mut PgConnection, id: Id<Invite>, by: Id<User>) -> Result<bool, AppError> {
    let changed = sqlx::query(
        "update invites set revoked_at = app.now(), revoked_by = $2
         where tenant_id = app.current_tenant() and id = $1 and accepted_at is null and revoked_at is null",
    )
    .bind(id)
    .bind(by)
    .execute(db)
    .await?;
    Ok(changed.rows_affected() == 1)
}

/// Revokes the pending invitations of an inviter, except those they may still send.
pub async fn revoke_of_inviter(
    db: &mut PgConnection,
    inviter: Id<User>,
    still: &[InvitedRole],
    by: Id<User>,
) -> Result<(), AppError> {
    sqlx::query(
        "update invites set revoked_at = app.now(), revoked_by = $2
         where tenant_id = app.current_tenant() and invited_by = $1 and accepted_at is null and revoked_at is null and role <> all ($3)",
    )
    .bind(inviter)
    .bind(by)
    .bind(still.iter().map(|role| role.as_str()).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

pub async fn accept(db: &mut PgConnection, id: Id<Invite>, by: Id<User>) -> Result<bool, AppError> {
    let changed = sqlx::query(
        "update invites set accepted_at = app.now(), accepted_by = $2
         where tenant_id = app.current_tenant() and id = $1 and accepted_at is null and revoked_at is null and expires_at > app.now()",
    )
    .bind(id)
    .bind(by)
    .execute(db)
    .await?;
    Ok(changed.rows_affected() == 1)
}

/// The filter by status as the model derives it, or all.
macro_rules! of_status {
    () => {
        "where i.tenant_id = app.current_tenant() and ($1::text is null
            or $1 = case when i.accepted_at is not null then 'accepted' when i.revoked_at is not null then 'revoked'
                         when i.expires_at <= app.now() then 'expired' else 'pending' end)"
    };
}

/// Invitations, the latest first, of one status or all, and how many there are.
pub async fn list(
    db: &mut PgConnection,
    status: Option<InviteStatus>,
    offset: i64,
    most: i64,
) -> Result<(Vec<Invite>, i64), AppError> {
    let total = sqlx::query_scalar(concat!("select count(*) from invites i ", of_status!()))
        .bind(status)
        .fetch_one(&mut *db)
        .await?;
    let invites =
        sqlx::query_as(concat!(
            "select i.id, i.email, i.role, i.invited_by, u.name as inviter, i.invited_at, i.sent_at, i.expires_at, i.accepted_at, i.revoked_at
             from invites i join users u on (u.tenant_id, u.id) = (i.tenant_id, i.invited_by) ",
            of_status!(),
            " order by i.invited_at desc, i.id desc offset $2 limit $3"
        ))
        .bind(status)
        .bind(offset)
        .bind(most)
        .fetch_all(db)
        .await?;
    Ok((invites, total))
}
