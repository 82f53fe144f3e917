//! All SQL on `phone_codes`.

use chrono::TimeDelta;
use engine::{Id, Phone};
use sqlx::{FromRow, PgConnection};

use super::{Purpose, SEALED_FOR};
use crate::{error::AppError, identity::User, secrets::Keys};

/// A code that was asked for.
#[derive(Debug)]
pub struct PhoneCode;

/// How long a code works.
const LIFETIME: TimeDelta = TimeDelta::minutes(10);

/// How often it may be typed wrongly, less one.
const TRIES: i32 = 5;

/// A code that is to be sent.
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

/// A code is asked for. Of one account's codes for one purpose, the latest counts.
pub(super) async fn insert(
    db: &mut PgConnection,
    keys: &Keys,
    purpose: Purpose,
    user: Option<Id<User>>,
    phone: &Phone,
) -> Result<Id<PhoneCode>, AppError> {
    if let Some(user) = user {
        sqlx::query("delete from phone_codes where user_id = $1 and purpose = $2")
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

/// The code, unless it was sent or has expired.
pub(super) async fn find_unsent(db: &mut PgConnection, id: Id<PhoneCode>) -> Result<Option<Unsent>, AppError> {
    Ok(sqlx::query_as(
        "select purpose, user_id, sealed_phone from phone_codes where id = $1 and code_digest is null and expires_at > app.now() for update",
    )
    .bind(id)
    .fetch_optional(db)
    .await?)
}

/// Notes which code is sent, and whom it lets in.
pub(super) async fn set_code(
    db: &mut PgConnection,
    id: Id<PhoneCode>,
    user: Id<User>,
    digest: &[u8],
) -> Result<(), AppError> {
    sqlx::query("update phone_codes set user_id = $2, code_digest = $3 where id = $1")
        .bind(id)
        .bind(user)
        .bind(digest)
        .execute(db)
        .await?;
    Ok(())
}

/// The latest code an account was sent to confirm a number: which one, and the number.
pub(super) async fn find_verification(
    db: &mut PgConnection,
    keys: &Keys,
    user: Id<User>,
) -> Result<Option<(Id<PhoneCode>, Phone)>, AppError> {
    let row: Option<(Id<PhoneCode>, Vec<u8>)> = sqlx::query_as(
        "select id, sealed_phone from phone_codes
         where user_id = $1 and purpose = 'verify' and used_at is null and attempts < $2 and expires_at > app.now()",
    )
    .bind(user)
    .bind(TRIES)
    .fetch_optional(db)
    .await?;
    row.map(|(id, sealed)| Ok((id, open_phone(keys, &sealed)?))).transpose()
}

/// How a code was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Try {
    /// Rightly: it is used up, and whose it is.
    Right(Id<User>),
    /// Wrongly; or nobody has that number.
    Wrong,
    /// It was used, typed wrongly too often, or is too old.
    Over,
}

/// Tries a code, which counts: commit whatever comes of it. Of two who try at once, each is counted.
pub(super) async fn try_code(
    db: &mut PgConnection,
    keys: &Keys,
    purpose: Purpose,
    id: Id<PhoneCode>,
    typed: &str,
) -> Result<Try, AppError> {
    let row = sqlx::query_as::<_, (Option<Id<User>>, Option<Vec<u8>>, i32)>(
        "update phone_codes set attempts = attempts + 1
         where id = $1 and purpose = $2 and used_at is null and attempts < $3 and expires_at > app.now()
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
            sqlx::query("update phone_codes set used_at = app.now() where id = $1").bind(id).execute(db).await?;
            Ok(Try::Right(user))
        }
        _ if attempts == TRIES => Ok(Try::Over),
        _ => Ok(Try::Wrong),
    }
}

/// What a code's digest is of: the same digits for another request are another value.
pub(super) fn value(id: Id<PhoneCode>, digits: &str) -> String {
    format!("{id}:{digits}")
}

/// Forgets an account's codes: none of them works any more.
pub(in crate::identity) async fn delete_all(db: &mut PgConnection, user: Id<User>) -> Result<(), AppError> {
    sqlx::query("delete from phone_codes where user_id = $1").bind(user).execute(db).await?;
    Ok(())
}

/// Forgets the codes of a tenant whose time is over.
pub async fn sweep(db: &mut PgConnection) -> Result<u64, AppError> {
    Ok(sqlx::query("delete from phone_codes where expires_at <= app.now()").execute(db).await?.rows_affected())
}
