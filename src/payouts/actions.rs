//! Creating payouts, and marking them as paid or failed.

use leptos::server;
use serde::{Deserialize, Serialize};

use crate::error::{AppError, Next};

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CreatePayoutForm {
    pub provider: String,
}

/// Creates a payout of all waiting earnings of a provider.
#[server(endpoint = "create_payout")]
pub async fn create_payout(#[server(flatten)] form: CreatePayoutForm) -> Result<Next, AppError> {
    use crate::providers;

    let (ctx, user) = payer()?;
    let provider = form.provider.parse().map_err(|_| AppError::NotFound)?;
    let mut tx = ctx.begin().await?;
    providers::store::find(&mut tx, provider).await?.ok_or(AppError::NotFound)?;
    let payout = match super::create(&mut tx, provider, user).await {
        Ok(payout) => {
            tx.commit().await?;
            payout
        }
        // A second tap by the same person opens the payout that the first one created.
        Err(AppError::Conflict(reason)) => {
            let made = super::store::made_just_now(&mut tx, provider, user).await?;
            made.ok_or(AppError::Conflict(reason))?
        }
        Err(error) => return Err(error),
    };
    let total = ctx.tenant.money(payout.total_amount);
    Ok(Next::said(
        format!("/admin/payouts/{}", payout.id),
        format!("Payout of {total} created. Transfer it, then mark it as paid."),
    ))
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PayoutPaidForm {
    pub payout: String,
}

#[server(endpoint = "mark_payout_paid")]
pub async fn mark_payout_paid(#[server(flatten)] form: PayoutPaidForm) -> Result<Next, AppError> {
    let (ctx, user) = payer()?;
    let id = form.payout.parse().map_err(|_| AppError::NotFound)?;
    let mut tx = ctx.begin().await?;
    let payout = super::mark_paid(&mut tx, id, user).await?;
    tx.commit().await?;
    let total = ctx.tenant.money(payout.total_amount);
    Ok(Next::said(format!("/admin/payouts/{id}"), format!("{total} marked as paid.")))
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PayoutFailedForm {
    pub payout: String,
    pub reason: String,
}

/// Marks a payout as failed; its earnings wait for the next one.
#[server(endpoint = "mark_payout_failed")]
pub async fn mark_payout_failed(#[server(flatten)] form: PayoutFailedForm) -> Result<Next, AppError> {
    use crate::error::FieldErrors;

    let (ctx, _) = payer()?;
    let id = form.payout.parse().map_err(|_| AppError::NotFound)?;
    let mut tx = ctx.begin().await?;
    super::store::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let mut errors = FieldErrors::default();
    let Some(reason) = errors.take("reason", engine::field::required(&form.reason, 300)) else {
        return Err(errors.into_error());
    };
    super::mark_failed(&mut tx, id, &reason).await?;
    tx.commit().await?;
    Ok(Next::said(format!("/admin/payouts/{id}"), "Marked as failed. Its earnings wait for the next payout."))
}

/// The context and the user, if they may pay out.
fn payer() -> Result<(crate::server::Ctx, engine::Id<crate::identity::User>), AppError> {
    let ctx = crate::server::context()?;
    let id = ctx.allowed(super::policy::can_pay_out)?.id;
    Ok((ctx, id))
}
