//! Operators' second factor: like users' (`identity::second_factor`), in tables of the platform. By default it is required outside of development.

use super::{OperatorCtx, store::second_factors};
use crate::{
    db::Tx,
    error::AppError,
    identity::second_factor::{Proof, SecondFactor, recovery},
    secrets::Keys,
};

/// Uses up a code of the acting operator, of either kind. `None` if it is wrong or was used before.
pub async fn prove(tx: &mut Tx, keys: &Keys, typed: &str) -> Result<Option<Proof>, AppError> {
    let Some(factor) = second_factors::find(tx).await?.filter(SecondFactor::is_active) else {
        return Ok(None);
    };
    let now = tx.now;
    if let Some(step) = factor.step_of(keys, typed, now)?
        && second_factors::use_step(tx, step).await?
    {
        return Ok(Some(Proof::Authenticator));
    }
    if second_factors::use_recovery_code(tx, &recovery::hash(typed)).await? {
        return Ok(Some(Proof::RecoveryCode(second_factors::count_recovery_codes(tx).await?)));
    }
    Ok(None)
}

/// Whether this operator must set up a second factor before anything else.
pub fn is_required(ctx: &OperatorCtx) -> bool {
    ctx.app.config.operators_need_second_factor
        && ctx.operator.as_ref().is_some_and(|operator| !operator.has_second_factor)
}

/// Paths that stay open until the second factor is set up: its page, and signing out.
pub fn stays_open(path: &str) -> bool {
    [
        "/operator/security",
        "/api/operator_begin_second_factor",
        "/api/operator_enable_second_factor",
        "/api/operator_sign_out",
    ]
    .contains(&path)
}

/// Activates a second factor for tests; [`code_of`] returns its codes.
#[cfg(test)]
pub async fn activate(tx: &mut Tx, keys: &Keys) {
    second_factors::begin(tx, keys).await.unwrap();
    second_factors::confirm(tx, 0).await.unwrap();
    second_factors::renew_recovery_codes(tx, keys).await.unwrap();
}

/// The current code of the acting operator's authenticator app.
#[cfg(test)]
pub async fn code_of(tx: &mut Tx, keys: &Keys) -> String {
    let factor = second_factors::find(tx).await.unwrap().unwrap();
    factor.authenticator(keys).unwrap().code(tx.now)
}
