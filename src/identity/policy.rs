//! Who may do what with colleagues' accounts.

use super::{Role, User, directory::Account};

/// Whether the actor may see the people who work here.
pub fn can_see_people(actor: &User) -> bool {
    actor.is_staff()
}

/// Whether the actor may change roles, and suspend, ban and reinstate accounts.
pub fn can_decide_about_people(actor: &User) -> bool {
    actor.is_admin()
}

/// Whether the actor may change this account's roles and status. Never their own, so that nobody locks themselves out by mistake.
pub fn can_decide_about(actor: &User, account: &Account) -> bool {
    can_decide_about_people(actor) && actor.id != account.id
}

/// Whether the actor may see this account. Customers' accounts are visible only to administrators.
pub fn can_see_person(actor: &User, account: &Account) -> bool {
    can_see_people(actor) && (works_here(account) || can_decide_about_people(actor))
}

/// Whether this is the account of staff or a provider.
pub fn works_here(account: &Account) -> bool {
    [Role::Provider, Role::Staff, Role::Admin].into_iter().any(|role| account.has(role))
}

/// Whether a business that requires a second factor of its staff requires one of this account.
pub fn is_asked_for_second_factor(actor: &User) -> bool {
    actor.is_staff()
}

/// Whether the actor may configure identity providers.
pub fn can_set_up_sign_in(actor: &User) -> bool {
    actor.is_admin()
}
