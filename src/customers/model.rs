use engine::{EmailAddress, Id, Phone};

#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Customer {
    pub id: Id<Customer>,
    pub name: String,
    pub email: Option<EmailAddress>,
    pub phone: Phone,
}

/// The phone number of an erased person, which can't be dialed; `privacy/map.rs` writes it.
const ERASED_PHONE: &str = "+10000000000";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    pub name: String,
    pub phone: Phone,
    pub email: Option<EmailAddress>,
}

impl Contact {
    /// Whether an erasure has emptied it.
    pub fn is_erased(&self) -> bool {
        self.phone.as_str() == ERASED_PHONE
    }
}
