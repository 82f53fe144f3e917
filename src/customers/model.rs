use engine::{EmailAddress, Id, Phone};

/// A person who buys, with or without an account.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Customer {
    pub id: Id<Customer>,
    pub name: String,
    /// Where to write, if known.
    pub email: Option<EmailAddress>,
    pub phone: Phone,
}

/// A person to call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    pub name: String,
    pub phone: Phone,
    /// Where to write, if given.
    pub email: Option<EmailAddress>,
}
