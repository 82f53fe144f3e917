/// Somebody who tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Person {
    /// Without a session.
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
    /// Staff.
    Staff,
    /// An administrator.
    Admin,
}

/// The whole world.
pub const ANYONE: &[Person] = &Person::ALL;
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

impl Person {
    /// Everybody.
    pub const ALL: [Self; 8] = [
        Self::Nobody,
        Self::Neighbour,
        Self::Customer,
        Self::OtherCustomer,
        Self::Provider,
        Self::OtherProvider,
        Self::Staff,
        Self::Admin,
    ];

    /// Whether they are known on the host they ask.
    pub fn is_signed_in(self) -> bool {
        !matches!(self, Self::Nobody | Self::Neighbour)
    }

    /// What they are answered where only `may` may: sign in first; not yours to decide; or it isn't there.
    pub fn refusal(self, may: &[Self]) -> u16 {
        match self {
            Self::Nobody | Self::Neighbour => 401,
            Self::Staff if may.contains(&Self::Admin) => 403,
            _ => 404,
        }
    }
}
