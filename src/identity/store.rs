//! All SQL on `users`.

use chrono::{DateTime, Utc};
use engine::{EmailAddress, Id, Phone};
use sha2::{Digest, Sha256};
use sqlx::{FromRow, PgConnection};

use super::{AccountStatus, Role, User};
use crate::{error::AppError, tenants::Tenant};

#[derive(FromRow)]
struct UserRow {
    tenant_id: Id<Tenant>,
    id: Id<User>,
    name: String,
    email: String,
    email_verified_at: Option<DateTime<Utc>>,
    phone: Option<String>,
    roles: Vec<String>,
    password_hash: Option<String>,
    has_second_factor: bool,
}

impl From<UserRow> for User {
    fn from(row: UserRow) -> Self {
        let mut stamp = Sha256::new_with_prefix(row.password_hash.unwrap_or_default().as_bytes());
        for role in &row.roles {
            stamp.update([0]);
            stamp.update(role.as_bytes());
        }
        Self {
            tenant_id: row.tenant_id,
            id: row.id,
            name: row.name,
            email: row.email,
            phone: row.phone,
            is_email_verified: row.email_verified_at.is_some(),
            has_second_factor: row.has_second_factor,
            roles: row.roles.iter().filter_map(|code| Role::from_code(code)).collect(),
            session_stamp: stamp.finalize().to_vec(),
        }
    }
}

/// An active account by its id.
pub async fn find(db: &mut PgConnection, id: Id<User>) -> Result<Option<User>, sqlx::Error> {
    let row = sqlx::query_as::<_, UserRow>(
        "select tenant_id, id, name, email, email_verified_at, phone, roles, password_hash,
                exists (select from second_factors f where f.tenant_id = app.current_tenant() and f.user_id = users.id and f.confirmed_at is not null) as has_second_factor
         from users where tenant_id = app.current_tenant() and id = $1 and status = 'active'",
    )
    .bind(id)
    .fetch_optional(db)
    .await?;
    Ok(row.map(User::from))
}

/// An active account by its e-mail.
pub async fn find_by_email(db: &mut PgConnection, email: &EmailAddress) -> Result<Option<User>, AppError> {
    let row = sqlx::query_as::<_, UserRow>(
        "select tenant_id, id, name, email, email_verified_at, phone, roles, password_hash,
                exists (select from second_factors f where f.tenant_id = app.current_tenant() and f.user_id = users.id and f.confirmed_at is not null) as has_second_factor
         from users where tenant_id = app.current_tenant() and email = $1 and status = 'active'",
    )
    .bind(email)
    .fetch_optional(db)
    .await?;
    Ok(row.map(User::from))
}

pub async fn is_empty(db: &mut PgConnection) -> Result<bool, AppError> {
    Ok(sqlx::query_scalar("select not exists (select from users where tenant_id = app.current_tenant())")
        .fetch_one(db)
        .await?)
}

/// Whether there is an account with this e-mail, whatever its status.
pub(super) async fn email_is_taken(db: &mut PgConnection, email: &EmailAddress) -> Result<bool, AppError> {
    Ok(sqlx::query_scalar("select exists (select from users where tenant_id = app.current_tenant() and email = $1)")
        .bind(email)
        .fetch_one(db)
        .await?)
}

pub(super) struct SignInAccount {
    pub user: User,
    pub password_hash: Option<String>,
    pub status: AccountStatus,
    /// Why it isn't active.
    pub reason: Option<String>,
}

/// An account by its e-mail, whatever its status.
pub(super) async fn find_to_sign_in(
    db: &mut PgConnection,
    email: &EmailAddress,
) -> Result<Option<SignInAccount>, AppError> {
    #[derive(FromRow)]
    struct Row {
        #[sqlx(flatten)]
        user: UserRow,
        status: AccountStatus,
        status_reason: Option<String>,
    }
    let row = sqlx::query_as::<_, Row>(
        "select tenant_id, id, name, email, email_verified_at, phone, roles, password_hash, status, status_reason,
                exists (select from second_factors f where f.tenant_id = app.current_tenant() and f.user_id = users.id and f.confirmed_at is not null) as has_second_factor
         from users where tenant_id = app.current_tenant() and email = $1",
    )
    .bind(email)
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| SignInAccount {
        password_hash: row.user.password_hash.clone(),
        user: User::from(row.user),
        status: row.status,
        reason: row.status_reason,
    }))
}

/// The hash of an account's password, if it has one.
pub(super) async fn password_hash(db: &mut PgConnection, id: Id<User>) -> Result<Option<String>, AppError> {
    let hash = sqlx::query_scalar("select password_hash from users where tenant_id = app.current_tenant() and id = $1")
        .bind(id)
        .fetch_optional(db)
        .await?;
    Ok(hash.flatten())
}

pub async fn has_password(db: &mut PgConnection, id: Id<User>) -> Result<bool, AppError> {
    Ok(password_hash(db, id).await?.is_some())
}

/// The account that signs in with this phone number.
pub(super) async fn find_by_phone(db: &mut PgConnection, phone: &Phone) -> Result<Option<Id<User>>, AppError> {
    Ok(sqlx::query_scalar(
        "select id from users where tenant_id = app.current_tenant() and phone = $1 and phone_verified_at is not null and status = 'active'",
    )
    .bind(phone)
    .fetch_optional(db)
    .await?)
}

/// Lets the account sign in with this number. A number of another account is `Invalid`.
pub async fn verify_phone(db: &mut PgConnection, user: Id<User>, phone: &Phone) -> Result<(), AppError> {
    sqlx::query("update users set phone = $2, phone_verified_at = app.now(), updated_at = app.now() where tenant_id = app.current_tenant() and id = $1")
        .bind(user)
        .bind(phone)
        .execute(db)
        .await?;
    Ok(())
}

/// Requires the owner to confirm the account's phone again before it can be used to sign in. Returns whether it could be used before.
pub(super) async fn unverify_phone(db: &mut PgConnection, user: Id<User>) -> Result<bool, AppError> {
    let changed = sqlx::query(
        "update users set phone_verified_at = null, updated_at = app.now() where tenant_id = app.current_tenant() and id = $1 and phone_verified_at is not null",
    );
    Ok(changed.bind(user).execute(db).await?.rows_affected() > 0)
}

/// Whether the account's phone is confirmed.
pub(super) async fn phone_is_verified(db: &mut PgConnection, id: Id<User>) -> Result<bool, AppError> {
    Ok(sqlx::query_scalar("select exists (select from users where tenant_id = app.current_tenant() and id = $1 and phone_verified_at is not null)")
        .bind(id)
        .fetch_one(db)
        .await?)
}

/// Sets the password. Ends every session that began with the old one.
pub async fn set_password(db: &mut PgConnection, id: Id<User>, hash: &str) -> Result<(), AppError> {
    sqlx::query("update users set password_hash = $2, updated_at = app.now() where tenant_id = app.current_tenant() and id = $1")
        .bind(id)
        .bind(hash)
        .execute(db)
        .await?;
    Ok(())
}

/// Marks the account's address as confirmed.
pub async fn verify_email(db: &mut PgConnection, id: Id<User>) -> Result<(), AppError> {
    sqlx::query("update users set email_verified_at = app.now(), updated_at = app.now() where tenant_id = app.current_tenant() and id = $1 and email_verified_at is null")
        .bind(id)
        .execute(db)
        .await?;
    Ok(())
}

/// Changes the e-mail to a confirmed one; one of another account is `Invalid`.
pub(super) async fn change_email(db: &mut PgConnection, id: Id<User>, email: &str) -> Result<(), AppError> {
    sqlx::query("update users set email = $2, email_verified_at = app.now(), updated_at = app.now() where tenant_id = app.current_tenant() and id = $1")
        .bind(id)
        .bind(email)
        .execute(db)
        .await?;
    Ok(())
}

/// Opens or closes an account, with a reason. A closed account's sessions end at once.
pub async fn set_status(
    db: &mut PgConnection,
    id: Id<User>,
    status: AccountStatus,
    reason: Option<&str>,
) -> Result<(), AppError> {
    sqlx::query(
        "update users set status = $2, status_reason = $3, status_changed_at = app.now(), updated_at = app.now() where tenant_id = app.current_tenant() and id = $1",
    )
    .bind(id)
    .bind(status)
    .bind(reason)
    .execute(db)
    .await?;
    Ok(())
}

/// A new account to be stored.
pub struct NewUser {
    pub id: Id<User>,
    pub name: String,
    pub email: EmailAddress,
    pub phone: Option<Phone>,
    /// Argon2, in PHC format.
    pub password_hash: Option<String>,
    pub roles: Vec<Role>,
}

/// Stores a new account; an e-mail of another account is `Invalid`.
pub async fn insert(db: &mut PgConnection, user: &NewUser) -> Result<(), AppError> {
    let roles: Vec<&str> = user.roles.iter().map(|role| role.code()).collect();
    sqlx::query("insert into users (id, name, email, phone, password_hash, roles) values ($1, $2, $3, $4, $5, $6)")
        .bind(user.id)
        .bind(&user.name)
        .bind(&user.email)
        .bind(&user.phone)
        .bind(&user.password_hash)
        .bind(roles)
        .execute(db)
        .await?;
    Ok(())
}
