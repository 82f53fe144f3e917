//! Entries in the audit log about signing in and out.

use engine::{EmailAddress, Id};
use serde_json::json;

use super::{User, store};
use crate::{
    audit,
    db::{Actor, Cause, Db},
    error::AppError,
    server::{Ctx, scope::RequestScope},
};

/// Somebody signed in, by any method.
pub(super) async fn signed_in(db: &Db, scope: &RequestScope, user: &User) -> Result<(), AppError> {
    let address = scope.address.to_string();
    let cause = Cause { request_id: &scope.request_id, address: &address };
    let mut tx = db.begin(scope.tenant.id, &Actor(format!("user:{}", user.id)), cause).await?;
    audit::event(&mut tx, "sign_in", Some(object(user.id)), json!({})).await?;
    tx.commit().await
}

/// A password was wrong, or the account doesn't exist; only the account's id is recorded, never the typed text.
pub(super) async fn sign_in_failed(ctx: &Ctx, email: &EmailAddress) -> Result<(), AppError> {
    let mut tx = ctx.begin().await?;
    let user = store::find_by_email(&mut tx, email).await?;
    audit::event(&mut tx, "sign_in_failed", user.map(|user| object(user.id)), json!({})).await?;
    tx.commit().await
}

pub(super) async fn signed_out(ctx: &Ctx) -> Result<(), AppError> {
    let Some(user) = &ctx.user else { return Ok(()) };
    let mut tx = ctx.begin().await?;
    audit::event(&mut tx, "sign_out", Some(object(user.id)), json!({})).await?;
    tx.commit().await
}

fn object(user: Id<User>) -> (&'static str, uuid::Uuid) {
    ("users", user.into())
}
