//! Creating payouts, and marking them as paid or failed.

use engine::{Id, field};
use leptos::server;
use serde::{Deserialize, Serialize};

use super::{Payout, policy, store};
use crate::{
    error::{AppError, Next, OrInvalid},
    identity::User,
    providers::{self, Provider},
    server::{Ctx, context},
};

/// Creates a payout of all waiting earnings of a provider.
#[server(endpoint = "create_payout")]
pub async fn create_payout(provider: Id<Provider>) -> Result<Next, AppError> {
    let (ctx, user) = payer()?;
    let mut tx = ctx.begin().await?;
    providers::store::find(&mut tx, provider).await?.ok_or(AppError::NotFound)?;
    let payout = match super::create(&mut tx, provider, user).await {
        Ok(payout) => {
            tx.commit().await?;
            payout
        }
        // A second tap by the same person opens the payout that the first one created.
        Err(AppError::Conflict(reason)) => {
            drop(tx); // a constraint that was violated has ended it
            let made = store::made_just_now(&mut *ctx.begin().await?, provider, user).await?;
            made.ok_or(AppError::Conflict(reason))?
        }
        Err(error) => return Err(error),
    };
    let total = ctx.tenant.money(payout.total_amount);
    Ok(Next::said(
        format!("/admin/payouts/{}", payout.id),
        t!("payouts-payout-of-created-transfer-it-then", total = total),
    ))
}

#[server(endpoint = "mark_payout_paid")]
pub async fn mark_payout_paid(payout: Id<Payout>) -> Result<Next, AppError> {
    let (ctx, user) = payer()?;
    let mut tx = ctx.begin().await?;
    let paid = super::mark_paid(&mut tx, payout, user).await?;
    tx.commit().await?;
    let total = ctx.tenant.money(paid.total_amount);
    Ok(Next::said(format!("/admin/payouts/{payout}"), t!("payouts-marked-as-paid", total = total)))
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PayoutFailedForm {
    pub payout: Id<Payout>,
    #[serde(default)]
    pub reason: String,
}

/// Marks a payout as failed; its earnings wait for the next one.
#[server(endpoint = "mark_payout_failed")]
pub async fn mark_payout_failed(#[server(flatten)] form: PayoutFailedForm) -> Result<Next, AppError> {
    let (ctx, _) = payer()?;
    let id = form.payout;
    let mut tx = ctx.begin().await?;
    store::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let reason = field::required(&form.reason, 300).or_invalid("reason")?;
    super::mark_failed(&mut tx, id, &reason).await?;
    tx.commit().await?;
    Ok(Next::said(format!("/admin/payouts/{id}"), t!("payouts-marked-as-failed-its-earnings-wait")))
}

/// The context and the user, if they may pay out.
fn payer() -> Result<(Ctx, Id<User>), AppError> {
    let ctx = context()?;
    let id = ctx.allowed(policy::can_pay_out)?.id;
    Ok((ctx, id))
}
