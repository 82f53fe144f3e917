/// Somebody who tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Person {
    Nobody,
    /// An administrator of another tenant, with the session they have there.
    Neighbour,
    /// The customer whose things are asked for.
    Customer,
    /// A customer who has nothing to do with it.
    OtherCustomer,
    /// The provider whose things are asked for.
    Provider,
    /// A provider who has nothing to do with it.
    OtherProvider,
    Staff,
    Admin,
    /// An operator, with their session on the operators' host.
    Operator,
}

/// The whole world.
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
/// Every provider.
pub const PROVIDERS: &[Person] = &[Person::Provider, Person::OtherProvider];
/// Staff, and administrators.
pub const STAFF: &[Person] = &[Person::Staff, Person::Admin];
/// Administrators.
pub const ADMINS: &[Person] = &[Person::Admin];

/// Operators of the installation.
pub const OPERATORS: &[Person] = &[Person::Operator];

impl Person {
    /// Everybody.
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

    /// Whether they are known on a tenant's host.
    pub fn is_signed_in(self) -> bool {
        !matches!(self, Self::Nobody | Self::Neighbour | Self::Operator)
    }

    /// What they are answered where only `may` may: sign in first; not yours to decide; or it isn't there.
    pub fn refusal(self, may: &[Self]) -> u16 {
        match self {
            Self::Nobody | Self::Neighbour | Self::Operator => 401,
            _ if may == OPERATORS => 401,
            Self::Staff if may.contains(&Self::Admin) => 403,
            _ => 404,
        }
    }
}
