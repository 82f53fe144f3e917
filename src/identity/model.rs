use std::fmt;

use engine::Id;
use serde::{Deserialize, Serialize};

use crate::tenants::Tenant;

/// The role of an account within its tenant; it may have several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Customer,
    Provider,
    Staff,
    /// Manages people, prices and money.
    Admin,
}

impl Role {
    /// The code in the database and in addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Provider => "provider",
            Self::Staff => "staff",
            Self::Admin => "admin",
        }
    }

    /// Reads what [`Role::code`] writes.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Customer, Self::Provider, Self::Staff, Self::Admin].into_iter().find(|role| role.code() == code)
    }
}

engine::codes! {
    /// Whether an account may be used.
    pub enum AccountStatus ("account status") {
        Active = "active",
        /// For now.
        Suspended = "suspended",
        /// For good.
        Banned = "banned",
    }
}

/// A signed-in account.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// The tenant the account is with.
    pub tenant_id: Id<Tenant>,
    pub id: Id<User>,
    pub name: String,
    /// Sign-in name, lower case.
    pub email: String,
    pub phone: Option<String>,
    /// Whether the address is confirmed.
    pub is_email_verified: bool,
    /// Whether signing in requires a second factor.
    pub has_second_factor: bool,
    pub roles: Vec<Role>,
    /// Changes whenever every session must end: derived from the password's hash and the roles.
    pub(super) session_stamp: Vec<u8>,
}

/// Shows only the id, because several libraries log the values they receive.
impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User").field("tenant_id", &self.tenant_id).field("id", &self.id).finish_non_exhaustive()
    }
}

impl User {
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Whether they may open the back office.
    pub fn is_staff(&self) -> bool {
        self.has(Role::Staff) || self.is_admin()
    }

    pub fn is_admin(&self) -> bool {
        self.has(Role::Admin)
    }

    pub fn is_provider(&self) -> bool {
        self.has(Role::Provider)
    }

    /// The page they go to after signing in.
    pub fn home(&self) -> &'static str {
        if self.is_staff() {
            "/admin/board"
        } else if self.is_provider() {
            "/provider"
        } else {
            "/account/bookings"
        }
    }
}
