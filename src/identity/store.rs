//! All SQL on `users`.

use engine::{EmailAddress, Id, Phone};
use sha2::{Digest, Sha256};
use sqlx::{FromRow, PgConnection};

use super::{Role, User};
use crate::{error::AppError, tenants::Tenant};

#[derive(FromRow)]
struct UserRow {
    tenant_id: Id<Tenant>,
    id: Id<User>,
    name: String,
    email: String,
    phone: Option<String>,
    roles: Vec<String>,
    password_hash: Option<String>,
}

impl From<UserRow> for User {
    fn from(row: UserRow) -> Self {
        Self {
            tenant_id: row.tenant_id,
            id: row.id,
            name: row.name,
            email: row.email,
            phone: row.phone,
            roles: row.roles.iter().filter_map(|code| Role::from_code(code)).collect(),
            session_stamp: Sha256::digest(row.password_hash.unwrap_or_default().as_bytes()).to_vec(),
        }
    }
}

/// An active account by its id.
pub async fn find(db: &mut PgConnection, id: Id<User>) -> Result<Option<User>, sqlx::Error> {
    let row = sqlx::query_as::<_, UserRow>(
        "select tenant_id, id, name, email, phone, roles, password_hash from users where id = $1 and status = 'active'",
    )
    .bind(id)
    .fetch_optional(db)
    .await?;
    Ok(row.map(User::from))
}

/// An active account by its e-mail, with the hash of its password.
pub(super) async fn find_with_password(
    db: &mut PgConnection,
    email: &EmailAddress,
) -> Result<Option<(User, Option<String>)>, AppError> {
    let row =
        sqlx::query_as::<_, UserRow>("select tenant_id, id, name, email, phone, roles, password_hash from users where email = $1 and status = 'active'")
            .bind(email)
            .fetch_optional(db)
            .await?;
    Ok(row.map(|row| {
        let hash = row.password_hash.clone();
        (User::from(row), hash)
    }))
}

/// A new account to be stored.
pub struct NewUser {
    /// Its identity.
    pub id: Id<User>,
    /// How people call them.
    pub name: String,
    /// Sign-in name.
    pub email: EmailAddress,
    /// If known.
    pub phone: Option<Phone>,
    /// Argon2, in PHC format.
    pub password_hash: Option<String>,
    /// What they may be.
    pub roles: Vec<Role>,
}

/// Stores a new account; an e-mail that is taken is `Invalid`.
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
