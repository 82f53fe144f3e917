//! Acting as a user of a tenant: an operator gives a reason and gets a token for the tenant's host, valid once within a minute. There
//! it becomes a session as that user, marked on every page, which ends after half an hour or when the operator stops.

use chrono::TimeDelta;
use engine::{Id, field::isolated};
use leptos::server;
use serde::{Deserialize, Serialize};

use super::{Impersonation, Impersonator, Operator, store};
use crate::{
    audit,
    db::{Actor, Cause, Tx},
    error::{AppError, Next},
    identity::{self, User, token::Token},
    server::Ctx,
};

/// How long the token is valid.
pub const TOKEN_LIFETIME: TimeDelta = TimeDelta::seconds(60);

/// The token of an impersonation's link. It is derived from the operator's session, so it isn't stored and only that session can compute it.
pub fn token(session: &Token, id: Id<Impersonation>) -> Token {
    session.derive(&format!("impersonation {id}"))
}

/// The impersonation and user of a valid link, on the tenant's host.
pub async fn open(tx: &mut Tx, token: &Token) -> Result<Option<(Impersonation, User)>, AppError> {
    let now = tx.now;
    let Some(impersonation) = store::impersonations::find_by_token(tx, token, now).await? else {
        return Ok(None);
    };
    let user = identity::store::find(tx, impersonation.user_id).await?;
    Ok(user.map(|user| (impersonation, user)))
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BeginForm {
    /// The token in the address.
    pub token: String,
}

/// Starts to act as the user. Ends any other session of this browser on the host.
#[server(endpoint = "begin_impersonation")]
pub async fn begin_impersonation(#[server(flatten)] form: BeginForm) -> Result<Next, AppError> {
    let ctx = crate::server::context()?;
    let found = open(&mut ctx.begin().await?, &Token::from(form.token.as_str())).await?;
    let (impersonation, user) = found.ok_or_else(link_is_over)?;
    let mut tx = begin_as_operator(&ctx, impersonation.operator_id).await?;
    let (now, ends_at) = (tx.now, tx.now + Impersonation::LONGEST);
    if !store::impersonations::start(&mut tx, impersonation.id, now, ends_at).await? {
        return Err(link_is_over());
    }
    record(&mut tx, "impersonation_began", &user, &impersonation.operator_name, &impersonation.reason).await?;
    tx.commit().await?;
    let home = user.home();
    let impersonator = Impersonator {
        impersonation: impersonation.id,
        operator: impersonation.operator_id,
        name: impersonation.operator_name,
    };
    identity::begin_impersonated_session(&user, &impersonator).await?;
    Ok(Next::to(home))
}

#[server(endpoint = "end_impersonation")]
pub async fn end_impersonation() -> Result<Next, AppError> {
    let ctx = crate::server::context()?;
    let user = ctx.user()?;
    let impersonator = ctx.impersonated_by.as_ref().ok_or(AppError::NotFound)?;
    let mut tx = begin_as_operator(&ctx, impersonator.operator).await?;
    let now = tx.now;
    if store::impersonations::end(&mut tx, impersonator.impersonation, now).await? {
        record(&mut tx, "impersonation_ended", user, &impersonator.name, "by hand").await?;
    }
    tx.commit().await?;
    identity::end_session().await?;
    Ok(Next::said("/", t!("operator-you-no-longer-act-as", name = isolated(&user.name))))
}

/// Records it in both logs: the tenant's and the operators'.
async fn record(tx: &mut Tx, event: &str, user: &User, operator: &str, reason: &str) -> Result<(), AppError> {
    let about = Some(("users", user.id.into()));
    audit::event(tx, event, about, serde_json::json!({ "operator": operator, "reason": reason })).await?;
    store::log::add(tx, event, serde_json::json!({ "user": user.id, "reason": reason })).await
}

async fn begin_as_operator(ctx: &Ctx, operator: Id<Operator>) -> Result<Tx, AppError> {
    let address = ctx.address.to_string();
    let cause = Cause { request_id: &ctx.request_id, address: &address };
    Ok(ctx.app.db.begin_operator(Some(ctx.tenant.id), &Actor(format!("operator:{operator}")), cause).await?)
}

fn link_is_over() -> AppError {
    AppError::conflict(t!("operator-this-link-was-already-used-or"))
}
