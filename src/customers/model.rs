use engine::{EmailAddress, Id, Phone};

/// A person who buys, with or without an account.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Customer {
    /// Identity.
    pub id: Id<Customer>,
    /// How to call them.
    pub name: String,
    /// Where to write, if known.
    pub email: Option<EmailAddress>,
    /// The number to ring.
    pub phone: Phone,
}

/// A person to call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// How to call them.
    pub name: String,
    /// The number to ring.
    pub phone: Phone,
    /// Where to write, if given.
    pub email: Option<EmailAddress>,
}
