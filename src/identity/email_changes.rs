//! All SQL on `email_changes`: at most one pending change of e-mail per account.

use chrono::{DateTime, Utc};
use engine::{EmailAddress, Id};
use sqlx::FromRow;

use super::{
    User,
    one_time::{self, purpose},
};
use crate::{db::Tx, error::AppError};

/// A change that both addresses must confirm.
#[derive(Debug, Clone, FromRow)]
pub struct EmailChange {
    pub new_email: String,
    pub old_confirmed_at: Option<DateTime<Utc>>,
    pub new_confirmed_at: Option<DateTime<Utc>>,
}

impl EmailChange {
    pub fn is_agreed(&self) -> bool {
        self.old_confirmed_at.is_some() && self.new_confirmed_at.is_some()
    }
}

/// Which of the two addresses confirms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Old,
    New,
}

/// Begins a change and replaces an earlier one. An old address that was never confirmed isn't asked.
pub(super) async fn begin(
    tx: &mut Tx,
    user: &User,
    new_email: &EmailAddress,
    expires_at: DateTime<Utc>,
) -> Result<(), AppError> {
    let agreed = (!user.is_email_verified).then_some(tx.now);
    sqlx::query(
        "insert into email_changes (user_id, new_email, old_confirmed_at, expires_at) values ($1, $2, $3, $4)
         on conflict (tenant_id, user_id) do update
             set new_email = excluded.new_email, old_confirmed_at = excluded.old_confirmed_at, new_confirmed_at = null,
                 expires_at = excluded.expires_at",
    )
    .bind(user.id)
    .bind(new_email)
    .bind(agreed)
    .bind(expires_at)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The pending change of an account.
pub async fn find(tx: &mut Tx, user: Id<User>) -> Result<Option<EmailChange>, AppError> {
    let now = tx.now;
    Ok(sqlx::query_as(
        "select new_email, old_confirmed_at, new_confirmed_at from email_changes where tenant_id = app.current_tenant() and user_id = $1 and expires_at > $2",
    )
    .bind(user)
    .bind(now)
    .fetch_optional(&mut **tx)
    .await?)
}

/// Records one confirmation. The row stays locked until the transaction ends, so that of two at the same time the second sees the first.
pub(super) async fn agree(tx: &mut Tx, user: Id<User>, side: Side) -> Result<Option<EmailChange>, AppError> {
    let now = tx.now;
    Ok(sqlx::query_as(
        "update email_changes
         set old_confirmed_at = case when $2 then $3 else old_confirmed_at end,
             new_confirmed_at = case when $2 then new_confirmed_at else $3 end
         where tenant_id = app.current_tenant() and user_id = $1 and expires_at > $3
         returning new_email, old_confirmed_at, new_confirmed_at",
    )
    .bind(user)
    .bind(side == Side::Old)
    .bind(now)
    .fetch_optional(&mut **tx)
    .await?)
}

/// Ends the change, applied or not.
pub(super) async fn end(tx: &mut Tx, user: Id<User>) -> Result<(), AppError> {
    sqlx::query("delete from email_changes where tenant_id = app.current_tenant() and user_id = $1")
        .bind(user)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Deletes expired changes of a tenant.
pub async fn sweep(tx: &mut Tx) -> Result<u64, AppError> {
    let now = tx.now;
    Ok(sqlx::query("delete from email_changes where tenant_id = app.current_tenant() and expires_at <= $1")
        .bind(now)
        .execute(&mut **tx)
        .await?
        .rows_affected())
}

/// Deletes the pending change of address, if there is one, and its links.
pub(super) async fn withdraw(tx: &mut Tx, user: Id<User>) -> Result<(), AppError> {
    end(tx, user).await?;
    one_time::revoke(tx, purpose::AGREE_AT_OLD, user).await?;
    one_time::revoke(tx, purpose::AGREE_AT_NEW, user).await
}
