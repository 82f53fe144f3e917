#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Person {
    Nobody,
    /// An administrator of another tenant, with a session there.
    Neighbour,
    /// The customer whose rows are requested.
    Customer,
    /// Another customer.
    OtherCustomer,
    /// The provider whose rows are requested.
    Provider,
    /// Another provider.
    OtherProvider,
    Staff,
    Admin,
    /// An operator with a session on the operators' host.
    Operator,
}

pub const ANYONE: &[Person] = &Person::ALL;
/// People without an account at this tenant.
pub const STRANGERS: &[Person] = &[Person::Nobody, Person::Neighbour, Person::Operator];
/// Everybody with an account here.
pub const SIGNED_IN: &[Person] =
    &[Person::Customer, Person::OtherCustomer, Person::Provider, Person::OtherProvider, Person::Staff, Person::Admin];
/// The customer it belongs to.
pub const CUSTOMER: &[Person] = &[Person::Customer];
/// The provider it belongs to.
pub const PROVIDER: &[Person] = &[Person::Provider];
pub const PROVIDERS: &[Person] = &[Person::Provider, Person::OtherProvider];
/// Staff, and administrators.
pub const STAFF: &[Person] = &[Person::Staff, Person::Admin];
pub const ADMINS: &[Person] = &[Person::Admin];

/// Operators of the installation.
pub const OPERATORS: &[Person] = &[Person::Operator];

impl Person {
    pub const ALL: [Self; 9] = [
        Self::Nobody,
        Self::Neighbour,
        Self::Customer,
        Self::OtherCustomer,
        Self::Provider,
        Self::OtherProvider,
        Self::Staff,
        Self::Admin,
        Self::Operator,
    ];

    /// Whether they have a session on a tenant's host.
    pub fn is_signed_in(self) -> bool {
        !matches!(self, Self::Nobody | Self::Neighbour | Self::Operator)
    }

    /// The status where only `may` are permitted: sign in first, forbidden, or not found.
    pub fn refusal(self, may: &[Self]) -> u16 {
        match self {
            Self::Nobody | Self::Neighbour | Self::Operator => 401,
            _ if may == OPERATORS => 401,
            Self::Staff if may.contains(&Self::Admin) => 403,
            _ => 404,
        }
    }
}
