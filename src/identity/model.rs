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
        /// Yes.
        Active = "active",
        /// Not for now.
        Suspended = "suspended",
        /// Never again.
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
    /// E.164, if known.
    pub phone: Option<String>,
    /// Whether the address is confirmed.
    pub is_email_verified: bool,
    /// Whether signing in requires a second factor.
    pub has_second_factor: bool,
    pub roles: Vec<Role>,
    /// Changes whenever every session has to end: derived from the password's hash and the roles.
    pub(super) session_stamp: Vec<u8>,
}

/// Shows only the id: libraries log the values they receive, and several receive this one.
impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User").field("tenant_id", &self.tenant_id).field("id", &self.id).finish_non_exhaustive()
    }
}

impl User {
    /// Whether the account has this role.
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Whether the back office is open to them.
    pub fn is_staff(&self) -> bool {
        self.has(Role::Staff) || self.is_admin()
    }

    /// Whether they manage people, prices and money.
    pub fn is_admin(&self) -> bool {
        self.has(Role::Admin)
    }

    /// Whether they are a provider.
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
