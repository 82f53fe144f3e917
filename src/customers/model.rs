use engine::{EmailAddress, Id, Phone};

/// A customer, with or without an account.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Customer {
    pub id: Id<Customer>,
    pub name: String,
    /// E-mail, if known.
    pub email: Option<EmailAddress>,
    pub phone: Phone,
}

/// A person to call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    pub name: String,
    pub phone: Phone,
    /// E-mail, if given.
    pub email: Option<EmailAddress>,
}
