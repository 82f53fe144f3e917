//! The acting operator's second factor and recovery codes.

use engine::Id;
use sqlx::{FromRow, PgConnection};

use crate::{
    db::Tx,
    error::AppError,
    identity::second_factor::{
        SecondFactor,
        authenticator::{Authenticator, SEED_SEALED_FOR},
        recovery,
        store::SHOWN_FOR,
    },
    operator::Operator,
    secrets::Keys,
};

/// The second factor, active or being set up.
pub async fn find(db: &mut PgConnection) -> Result<Option<SecondFactor>, AppError> {
    Ok(sqlx::query_as("select sealed_seed, confirmed_at, name, email from app.operator_factor()")
        .fetch_optional(db)
        .await?)
}

/// Begins the set-up with a new seed. An active second factor is a conflict.
pub async fn begin(db: &mut PgConnection, keys: &Keys) -> Result<(), AppError> {
    let sealed = keys.seal(SEED_SEALED_FOR, &Authenticator::random_seed());
    let begun: i64 = sqlx::query_scalar("select app.operator_factor_begin($1)").bind(sealed).fetch_one(db).await?;
    if begun == 1 { Ok(()) } else { Err(there_is_one()) }
}

/// Activates the second factor being set up, with the step of its first code.
pub async fn confirm(db: &mut PgConnection, step: i64) -> Result<(), AppError> {
    let confirmed: i64 = sqlx::query_scalar("select app.operator_factor_confirm($1)").bind(step).fetch_one(db).await?;
    if confirmed == 1 { Ok(()) } else { Err(there_is_one()) }
}

fn there_is_one() -> AppError {
    AppError::conflict(t!("operator-your-account-has-a-second-factor"))
}

/// Uses up the code of a step; false if this or a later step was used before.
pub async fn use_step(db: &mut PgConnection, step: i64) -> Result<bool, AppError> {
    Ok(sqlx::query_scalar("select app.operator_factor_use_step($1)").bind(step).fetch_one(db).await?)
}

/// Removes it and the recovery codes.
pub async fn remove(db: &mut PgConnection) -> Result<(), AppError> {
    sqlx::query("select app.operator_factor_remove()").execute(db).await?;
    Ok(())
}

/// Creates new recovery codes and invalidates earlier ones.
pub async fn renew_recovery_codes(tx: &mut Tx, keys: &Keys) -> Result<(), AppError> {
    let codes = recovery::random_codes();
    let until = tx.now + SHOWN_FOR;
    sqlx::query("select app.operator_recovery_renew($1, $2, $3)")
        .bind(recovery::hashes(&codes))
        .bind(recovery::seal(keys, &codes))
        .bind(until)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Uses up a recovery code; false if there is none with this hash, or it was used before.
pub async fn use_recovery_code(db: &mut PgConnection, hash: &[u8]) -> Result<bool, AppError> {
    Ok(sqlx::query_scalar("select app.operator_recovery_use($1)").bind(hash).fetch_one(db).await?)
}

pub async fn count_recovery_codes(db: &mut PgConnection) -> Result<i64, AppError> {
    Ok(sqlx::query_scalar("select app.operator_recovery_left()").fetch_one(db).await?)
}

/// The new recovery codes, until the operator has saved them.
pub async fn shown_recovery_codes(db: &mut PgConnection, keys: &Keys) -> Result<Option<Vec<String>>, AppError> {
    let sealed: Option<Vec<u8>> = sqlx::query_scalar("select app.operator_recovery_shown()").fetch_one(db).await?;
    sealed.map(|sealed| recovery::open(keys, &sealed)).transpose()
}

/// Stops showing the recovery codes.
pub async fn hide_recovery_codes(db: &mut PgConnection) -> Result<(), AppError> {
    sqlx::query("select app.operator_recovery_hide()").execute(db).await?;
    Ok(())
}

/// Columns of encrypted values, re-encrypted by [`reseal`].
pub const SEALED_COLUMNS: [&str; 2] =
    ["operator_second_factors.sealed_recovery_codes", "operator_second_factors.sealed_seed"];

#[derive(FromRow)]
struct Sealed {
    operator_id: Id<Operator>,
    sealed_seed: Vec<u8>,
    sealed_recovery_codes: Option<Vec<u8>>,
}

/// Re-encrypts all operators' values that aren't encrypted with the current key. Returns their number.
pub async fn reseal(db: &mut PgConnection, keys: &Keys) -> Result<u64, AppError> {
    let prefix = keys.current_prefix();
    let old: Vec<Sealed> = sqlx::query_as(
        "select operator_id, sealed_seed, sealed_recovery_codes from app.operator_factors_to_reseal($1)",
    )
    .bind(&prefix)
    .fetch_all(&mut *db)
    .await?;
    let mut resealed = 0;
    for Sealed { operator_id, sealed_seed, sealed_recovery_codes } in old {
        let mut with_current_key = |purpose: &str, sealed: Vec<u8>| -> Result<Vec<u8>, AppError> {
            if sealed.starts_with(&prefix) {
                return Ok(sealed);
            }
            resealed += 1;
            Ok(keys.seal(purpose, &keys.open(purpose, &sealed)?))
        };
        let seed = with_current_key(SEED_SEALED_FOR, sealed_seed)?;
        let codes = sealed_recovery_codes.map(|codes| with_current_key(recovery::SEALED_FOR, codes)).transpose()?;
        sqlx::query("select app.operator_factor_reseal($1, $2, $3)")
            .bind(operator_id)
            .bind(seed)
            .bind(codes)
            .execute(&mut *db)
            .await?;
    }
    Ok(resealed)
}
