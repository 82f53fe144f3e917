//! All SQL on `phone_codes`.

use chrono::TimeDelta;
use engine::{Id, Phone};
use sqlx::{FromRow, PgConnection};

use super::{Purpose, SEALED_FOR};
use crate::{error::AppError, identity::User, secrets::Keys};

#[derive(Debug)]
pub struct PhoneCode;

/// How long a code is valid.
const LIFETIME: TimeDelta = TimeDelta::minutes(10);

/// A code becomes invalid after this many wrong attempts.
const TRIES: i32 = 5;

/// A code to be sent.
#[derive(FromRow)]
pub(super) struct Unsent {
    pub purpose: String,
    pub user_id: Option<Id<User>>,
    sealed_phone: Vec<u8>,
}

impl Unsent {
    pub(super) fn phone(&self, keys: &Keys) -> Result<Phone, AppError> {
        open_phone(keys, &self.sealed_phone)
    }
}

fn open_phone(keys: &Keys, sealed: &[u8]) -> Result<Phone, AppError> {
    let text = keys.open(SEALED_FOR, sealed)?;
    std::str::from_utf8(&text).ok().and_then(|text| text.parse().ok()).ok_or_else(|| AppError::internal(&"no number"))
}

/// Records a request of a code. Only the latest code per account and purpose is valid.
pub(super) async fn insert(
    db: &mut PgConnection,
    keys: &Keys,
    purpose: Purpose,
    user: Option<Id<User>>,
    phone: &Phone,
) -> Result<Id<PhoneCode>, AppError> {
    if let Some(user) = user {
        sqlx::query("delete from phone_codes where tenant_id = app.current_tenant() and user_id = $1 and purpose = $2")
            .bind(user)
            .bind(purpose.code())
            .execute(&mut *db)
            .await?;
    }
    let id = Id::new();
    sqlx::query(
        "insert into phone_codes (id, purpose, user_id, sealed_phone, expires_at)
         values ($1, $2, $3, $4, app.now() + make_interval(secs => $5))",
    )
    .bind(id)
    .bind(purpose.code())
    .bind(user)
    .bind(keys.seal(SEALED_FOR, phone.as_str().as_bytes()))
    .bind(LIFETIME.as_seconds_f64())
    .execute(db)
    .await?;
    Ok(id)
}

/// The requested code, unless it was sent or has expired.
pub(super) async fn find_unsent(db: &mut PgConnection, id: Id<PhoneCode>) -> Result<Option<Unsent>, AppError> {
    Ok(sqlx::query_as(
        "select purpose, user_id, sealed_phone from phone_codes where tenant_id = app.current_tenant() and id = $1 and code_digest is null and expires_at > app.now() for update",
    )
    .bind(id)
    .fetch_optional(db)
    .await?)
}

/// Records the code that is sent, and the account it is for.
pub(super) async fn set_code(
    db: &mut PgConnection,
    id: Id<PhoneCode>,
    user: Id<User>,
    digest: &[u8],
) -> Result<(), AppError> {
    sqlx::query(
        "update phone_codes set user_id = $2, code_digest = $3 where tenant_id = app.current_tenant() and id = $1",
    )
    .bind(id)
    .bind(user)
    .bind(digest)
    .execute(db)
    .await?;
    Ok(())
}

/// The latest code sent to confirm a number of the account: its id, and the number.
pub(super) async fn find_verification(
    db: &mut PgConnection,
    keys: &Keys,
    user: Id<User>,
) -> Result<Option<(Id<PhoneCode>, Phone)>, AppError> {
    let row: Option<(Id<PhoneCode>, Vec<u8>)> = sqlx::query_as(
        "select id, sealed_phone from phone_codes
         where tenant_id = app.current_tenant() and user_id = $1 and purpose = 'verify' and used_at is null and attempts < $2 and expires_at > app.now()",
    )
    .bind(user)
    .bind(TRIES)
    .fetch_optional(db)
    .await?;
    row.map(|(id, sealed)| Ok((id, open_phone(keys, &sealed)?))).transpose()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Try {
    /// The code is used up; has its account.
    Right(Id<User>),
    /// Wrong, or no account has that number.
    Wrong,
    /// Used before, entered wrongly too often, or expired.
    Over,
}

/// Checks a code and counts the attempt: commit whatever the result. Two concurrent attempts are both counted.
pub(super) async fn try_code(
    db: &mut PgConnection,
    keys: &Keys,
    purpose: Purpose,
    id: Id<PhoneCode>,
    typed: &str,
) -> Result<Try, AppError> {
    let row = sqlx::query_as::<_, (Option<Id<User>>, Option<Vec<u8>>, i32)>(
        "update phone_codes set attempts = attempts + 1
         where tenant_id = app.current_tenant() and id = $1 and purpose = $2 and used_at is null and attempts < $3 and expires_at > app.now()
         returning user_id, code_digest, attempts",
    )
    .bind(id)
    .bind(purpose.code())
    .bind(TRIES)
    .fetch_optional(&mut *db)
    .await?;
    let Some((user, digest, attempts)) = row else {
        return Ok(Try::Over);
    };
    let digits: String = engine::field::to_ascii(typed).chars().filter(char::is_ascii_digit).collect();
    match (user, digest) {
        (Some(user), Some(digest)) if keys.matches(SEALED_FOR, value(id, &digits).as_bytes(), &digest) => {
            sqlx::query(
                "update phone_codes set used_at = app.now() where tenant_id = app.current_tenant() and id = $1",
            )
            .bind(id)
            .execute(db)
            .await?;
            Ok(Try::Right(user))
        }
        _ if attempts == TRIES => Ok(Try::Over),
        _ => Ok(Try::Wrong),
    }
}

/// The input of a code's digest: the same digits of another request have another digest.
pub(super) fn value(id: Id<PhoneCode>, digits: &str) -> String {
    format!("{id}:{digits}")
}

/// Deletes an account's codes, so that none is valid any more.
pub(in crate::identity) async fn delete_all(db: &mut PgConnection, user: Id<User>) -> Result<(), AppError> {
    sqlx::query("delete from phone_codes where tenant_id = app.current_tenant() and user_id = $1")
        .bind(user)
        .execute(db)
        .await?;
    Ok(())
}

/// Deletes a tenant's expired codes.
pub async fn sweep(db: &mut PgConnection) -> Result<u64, AppError> {
    Ok(sqlx::query("delete from phone_codes where tenant_id = app.current_tenant() and expires_at <= app.now()")
        .execute(db)
        .await?
        .rows_affected())
}
