//! Accounts in the back office: colleagues and their roles. SQL on `users`; [`store`](super::store) has the SQL for signing in.

use chrono::{DateTime, Utc};
use engine::{EmailAddress, Id};
use sqlx::{FromRow, PgConnection};

use super::{AccountStatus, Role, User};
use crate::{error::AppError, providers::Provider};

/// An account, whatever its status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub id: Id<User>,
    pub name: String,
    pub email: EmailAddress,
    pub phone: Option<String>,
    pub roles: Vec<Role>,
    pub status: AccountStatus,
    pub status_reason: Option<String>,
    pub status_changed_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub provider: Option<Id<Provider>>,
}

impl Account {
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

#[derive(FromRow)]
struct AccountRow {
    id: Id<User>,
    name: String,
    email: EmailAddress,
    phone: Option<String>,
    roles: Vec<String>,
    status: AccountStatus,
    status_reason: Option<String>,
    status_changed_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    provider: Option<Id<Provider>>,
}

impl From<AccountRow> for Account {
    fn from(row: AccountRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            email: row.email,
            phone: row.phone,
            roles: row.roles.iter().filter_map(|code| Role::from_code(code)).collect(),
            status: row.status,
            status_reason: row.status_reason,
            status_changed_at: row.status_changed_at,
            created_at: row.created_at,
            provider: row.provider,
        }
    }
}

/// The columns of an [`AccountRow`].
macro_rules! select_account {
    ($rest:literal) => {
        concat!(
            "select u.id, u.name, u.email, u.phone, u.roles, u.status, u.status_reason, u.status_changed_at, u.created_at, p.id as provider
             from users u left join providers p on (p.tenant_id, p.user_id) = (u.tenant_id, u.id) ",
            $rest
        )
    };
}

/// An account by its id; `None` if its owner was erased.
pub async fn find(db: &mut PgConnection, id: Id<User>) -> Result<Option<Account>, AppError> {
    let row = sqlx::query_as::<_, AccountRow>(select_account!(
        "where u.tenant_id = app.current_tenant() and u.id = $1 and u.erased_at is null"
    ))
    .bind(id)
    .fetch_optional(db)
    .await?;
    Ok(row.map(Account::from))
}

/// An account by its e-mail.
pub async fn find_by_email(db: &mut PgConnection, email: &EmailAddress) -> Result<Option<Account>, AppError> {
    let row =
        sqlx::query_as::<_, AccountRow>(select_account!("where u.tenant_id = app.current_tenant() and u.email = $1"))
            .bind(email)
            .fetch_optional(db)
            .await?;
    Ok(row.map(Account::from))
}

#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// One role, or everybody who works here.
    pub role: Option<Role>,
    pub status: Option<AccountStatus>,
    /// Part of a name or an e-mail address.
    pub wanted: Option<String>,
}

/// Applies a [`Filter`]. There are many customers, and array operators can't use an index under a policy, so staff and providers have a
/// separate index.
macro_rules! narrowed {
    () => {
        "where u.tenant_id = app.current_tenant() and u.works_here and ($1::text is null or $1 = any(u.roles))
           and ($2::text is null or u.status = $2)
           and ($3::text is null or strpos(lower(u.name), $3) > 0 or strpos(u.email, $3) > 0)"
    };
}

/// A page of the accounts of staff and providers by name, and the total number.
pub async fn list(
    db: &mut PgConnection,
    filter: &Filter,
    offset: i64,
    most: i64,
) -> Result<(Vec<Account>, i64), AppError> {
    let role = filter.role.map(Role::code);
    let wanted = filter.wanted.as_deref().map(|text| text.trim().to_lowercase());
    let total = sqlx::query_scalar(concat!("select count(*) from users u ", narrowed!()))
        .bind(role)
        .bind(filter.status)
        .bind(&wanted)
        .fetch_one(&mut *db)
        .await?;
    let rows = sqlx::query_as::<_, AccountRow>(concat!(
        "select u.id, u.name, u.email, u.phone, u.roles, u.status, u.status_reason, u.status_changed_at, u.created_at, p.id as provider
         from users u left join providers p on (p.tenant_id, p.user_id) = (u.tenant_id, u.id) ",
        narrowed!(),
        " order by u.name, u.id offset $4 limit $5"
    ))
    .bind(role)
    .bind(filter.status)
    .bind(wanted)
    .bind(offset)
    .bind(most)
    .fetch_all(db)
    .await?;
    Ok((rows.into_iter().map(Account::from).collect(), total))
}

/// Locks the active administrators, in the order of their ids, so that two can't remove each other's role at the same time. Returns them.
pub async fn lock_administrators(db: &mut PgConnection) -> Result<Vec<Id<User>>, AppError> {
    Ok(sqlx::query_scalar(
        "select id from users where tenant_id = app.current_tenant() and 'admin' = any(roles) and status = 'active' order by id for no key update",
    )
    .fetch_all(db)
    .await?)
}

/// Sets an account's roles, if they are unchanged since they were read. Ends its sessions, because they began with other rights.
pub async fn change_roles(db: &mut PgConnection, id: Id<User>, from: &[Role], to: &[Role]) -> Result<(), AppError> {
    let codes = |roles: &[Role]| roles.iter().map(|role| role.code()).collect::<Vec<_>>();
    let changed = sqlx::query(
        "update users set roles = $3, updated_at = app.now() where tenant_id = app.current_tenant() and id = $1 and roles <@ $2::text[] and roles @> $2::text[]",
    )
    .bind(id)
    .bind(codes(from))
    .bind(codes(to))
    .execute(db)
    .await?;
    if changed.rows_affected() == 1 {
        Ok(())
    } else {
        Err(AppError::conflict(t!("identity-someone-else-just-changed-these-roles")))
    }
}

/// Adds a role to an account.
pub async fn add_role(db: &mut PgConnection, id: Id<User>, role: Role) -> Result<(), AppError> {
    sqlx::query("update users set roles = roles || $2, updated_at = app.now() where tenant_id = app.current_tenant() and id = $1 and not $2 = any(roles)")
        .bind(id)
        .bind(role.code())
        .execute(db)
        .await?;
    Ok(())
}
