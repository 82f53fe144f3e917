//! Who may do what in the back office. Staff do the day's work; administrators decide about people, prices and money. Pages ask the same functions
//! as actions, so that a button isn't shown where it may not be used. Payments and payouts have their own.

use crate::identity::{Role, User, directory::Account};

/// Whether the actor may assign, search again, cancel, place a booking and see to alerts.
pub fn can_run_the_day(actor: &User) -> bool {
    actor.is_staff()
}

/// Whether the actor may change a service and what it costs.
pub fn can_edit_services(actor: &User) -> bool {
    actor.is_admin()
}

/// Whether the actor may approve, deactivate and reactivate providers.
pub fn can_decide_about_providers(actor: &User) -> bool {
    actor.is_admin()
}

/// Whether the actor may change what a provider earns.
pub fn can_set_commission(actor: &User) -> bool {
    actor.is_admin()
}

/// Whether the actor may say what a provider is able to do.
pub fn can_edit_skills(actor: &User) -> bool {
    actor.is_staff()
}

/// Whether the actor may see who works here.
pub fn can_see_people(actor: &User) -> bool {
    actor.is_staff()
}

/// Whether the actor may change roles, and suspend, ban and reinstate accounts.
pub fn can_decide_about_people(actor: &User) -> bool {
    actor.is_admin()
}

/// Whether the actor may do that to this account: never to their own, so that nobody shuts themselves out by mistake.
pub fn can_decide_about(actor: &User, account: &Account) -> bool {
    can_decide_about_people(actor) && actor.id != account.id
}

/// Whether an account is of somebody who works here. Customers' accounts are their own affair.
pub fn works_here(account: &Account) -> bool {
    [Role::Provider, Role::Staff, Role::Admin].into_iter().any(|role| account.has(role))
}
