//! All SQL on `second_factors` and `recovery_codes`.

use chrono::TimeDelta;
use engine::Id;
use sqlx::PgConnection;

use super::{
    SecondFactor,
    authenticator::{Authenticator, SEED_SEALED_FOR},
    recovery,
};
use crate::{error::AppError, identity::User, secrets::Keys};

/// How long new recovery codes can be shown again to the user who created them.
pub const SHOWN_FOR: TimeDelta = TimeDelta::minutes(15);

/// The account's second factor, active or being set up.
pub async fn find(db: &mut PgConnection, user: Id<User>) -> Result<Option<SecondFactor>, AppError> {
    Ok(sqlx::query_as(
        "select f.sealed_seed, f.confirmed_at, u.email, (select t.name from app.tenant_by_id(u.tenant_id) t) as name
         from second_factors f join users u on (u.tenant_id, u.id) = (f.tenant_id, f.user_id)
         where f.tenant_id = app.current_tenant() and f.user_id = $1",
    )
    .bind(user)
    .fetch_optional(db)
    .await?)
}

/// Begins the set-up with a new seed. An active second factor is a conflict.
pub(super) async fn begin(db: &mut PgConnection, keys: &Keys, user: Id<User>) -> Result<(), AppError> {
    let sealed = keys.seal(SEED_SEALED_FOR, &Authenticator::random_seed());
    let begun = sqlx::query(
        "insert into second_factors (user_id, sealed_seed) values ($1, $2)
         on conflict (tenant_id, user_id) do update set sealed_seed = excluded.sealed_seed where second_factors.confirmed_at is null",
    )
    .bind(user)
    .bind(sealed)
    .execute(db)
    .await?;
    if begun.rows_affected() == 0 {
        return Err(AppError::conflict(t!("identity-your-account-has-a-second-factor-already")));
    }
    Ok(())
}

/// Activates the second factor being set up, with the step of its first code.
pub(super) async fn confirm(db: &mut PgConnection, user: Id<User>, step: i64) -> Result<(), AppError> {
    let confirmed = sqlx::query(
        "update second_factors set confirmed_at = app.now(), last_step = $2 where tenant_id = app.current_tenant() and user_id = $1 and confirmed_at is null",
    )
    .bind(user)
    .bind(step)
    .execute(db)
    .await?;
    if confirmed.rows_affected() == 0 {
        return Err(AppError::conflict(t!("identity-your-account-has-a-second-factor-already")));
    }
    Ok(())
}

/// Uses up the code of a step; false if this or a later step was used before.
pub(super) async fn use_step(db: &mut PgConnection, user: Id<User>, step: i64) -> Result<bool, AppError> {
    let used = sqlx::query("update second_factors set last_step = $2 where tenant_id = app.current_tenant() and user_id = $1 and last_step < $2")
        .bind(user)
        .bind(step)
        .execute(db)
        .await?;
    Ok(used.rows_affected() == 1)
}

/// Removes the second factor and the recovery codes. Returns whether there was one.
pub(in crate::identity) async fn remove(db: &mut PgConnection, user: Id<User>) -> Result<bool, AppError> {
    let removed = sqlx::query("delete from second_factors where tenant_id = app.current_tenant() and user_id = $1")
        .bind(user)
        .execute(db)
        .await?;
    Ok(removed.rows_affected() == 1)
}

/// Creates new recovery codes and invalidates earlier ones.
pub(super) async fn renew_recovery_codes(db: &mut PgConnection, keys: &Keys, user: Id<User>) -> Result<(), AppError> {
    let codes = recovery::random_codes();
    sqlx::query("delete from recovery_codes where tenant_id = app.current_tenant() and user_id = $1")
        .bind(user)
        .execute(&mut *db)
        .await?;
    sqlx::query("insert into recovery_codes (user_id, code_hash) select $1, unnest($2::bytea[])")
        .bind(user)
        .bind(recovery::hashes(&codes))
        .execute(&mut *db)
        .await?;
    sqlx::query(
        "update second_factors set sealed_recovery_codes = $2, recovery_shown_until = app.now() + make_interval(secs => $3)
         where tenant_id = app.current_tenant() and user_id = $1",
    )
    .bind(user)
    .bind(recovery::seal(keys, &codes))
    .bind(SHOWN_FOR.as_seconds_f64())
    .execute(db)
    .await?;
    Ok(())
}

/// Uses up a recovery code; false if there is none with this hash, or it was used before.
pub(super) async fn use_recovery_code(db: &mut PgConnection, user: Id<User>, hash: &[u8]) -> Result<bool, AppError> {
    let used = sqlx::query(
        "update recovery_codes set used_at = app.now() where tenant_id = app.current_tenant() and user_id = $1 and code_hash = $2 and used_at is null",
    )
    .bind(user)
    .bind(hash)
    .execute(db)
    .await?;
    Ok(used.rows_affected() == 1)
}

pub(super) async fn count_recovery_codes(db: &mut PgConnection, user: Id<User>) -> Result<i64, AppError> {
    Ok(sqlx::query_scalar("select count(*) from recovery_codes where tenant_id = app.current_tenant() and user_id = $1 and used_at is null")
        .bind(user)
        .fetch_one(db)
        .await?)
}

/// The new recovery codes, until the user has saved them.
pub(super) async fn shown_recovery_codes(
    db: &mut PgConnection,
    keys: &Keys,
    user: Id<User>,
) -> Result<Option<Vec<String>>, AppError> {
    let sealed: Option<Vec<u8>> = sqlx::query_scalar(
        "select sealed_recovery_codes from second_factors where tenant_id = app.current_tenant() and user_id = $1 and recovery_shown_until > app.now()",
    )
    .bind(user)
    .fetch_optional(db)
    .await?
    .flatten();
    sealed.map(|sealed| recovery::open(keys, &sealed)).transpose()
}

/// Stops showing the recovery codes.
pub(super) async fn hide_recovery_codes(db: &mut PgConnection, user: Id<User>) -> Result<(), AppError> {
    sqlx::query(
        "update second_factors set sealed_recovery_codes = null, recovery_shown_until = null where tenant_id = app.current_tenant() and user_id = $1",
    )
    .bind(user)
    .execute(db)
    .await?;
    Ok(())
}

/// Hides recovery codes that were shown long enough. Returns the number of accounts.
pub async fn sweep(db: &mut PgConnection) -> Result<u64, AppError> {
    Ok(sqlx::query(
        "update second_factors set sealed_recovery_codes = null, recovery_shown_until = null where tenant_id = app.current_tenant() and recovery_shown_until <= app.now()",
    )
    .execute(db)
    .await?
    .rows_affected())
}
