use engine::{EmailAddress, Id, Phone};

#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Customer {
    pub id: Id<Customer>,
    pub name: String,
    pub email: Option<EmailAddress>,
    pub phone: Phone,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    pub name: String,
    pub phone: Phone,
    pub email: Option<EmailAddress>,
}
