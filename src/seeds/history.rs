use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use engine::{Amount, Id, Money};

use super::{
    files::{BookingRow, Demo, ProviderRow, UserRow},
    moment::Moment,
    names::Names,
};
use crate::{
    db::{Actor, Tx},
    identity::User,
    providers::Provider,
    secrets::Keys,
    tenants::Tenant,
};

/// A tenant whose history is replayed in one transaction: an interrupted replay leaves nothing behind, and no worker sees a deadline before
/// the history has reached the present.
pub struct History<'a> {
    pub tx: Tx,
    pub tenant: Tenant,
    pub demo: &'a Demo,
    pub names: Names<'a>,
    /// Encrypts the links of bookings for later messages.
    pub keys: &'a Keys,
    /// The present: when the history ends.
    pub until: DateTime<Utc>,
}

impl<'a> History<'a> {
    pub fn new(tx: Tx, tenant: Tenant, demo: &'a Demo, keys: &'a Keys) -> Self {
        let (names, until) = (Names { tenant: &demo.tenant.slug }, tx.now);
        Self { tx, tenant, demo, names, keys, until }
    }

    /// Sets time and actor for what follows.
    pub async fn turn_to(&mut self, at: DateTime<Utc>, actor: &Actor) -> Result<()> {
        Ok(self.tx.replay_at(at, actor).await?)
    }

    /// The instant of a time in the files.
    pub fn at(&self, moment: Moment) -> DateTime<Utc> {
        moment.instant(self.until, self.tenant.zone)
    }

    /// An amount in the tenant's currency, as people write it.
    pub fn amount(&self, text: &str) -> Result<Amount> {
        let money = Money::parse(text, self.tenant.currency).with_context(|| format!("`{text}`"))?;
        Ok(money.amount)
    }

    pub fn user(&self, email: &str) -> Id<User> {
        self.names.id("user", email)
    }

    pub fn provider(&self, row: &ProviderRow) -> Id<Provider> {
        self.names.id("provider", &row.name)
    }

    /// When the search for a booking's provider begins.
    pub fn search_at(&self, row: &BookingRow) -> DateTime<Utc> {
        let requested = self.at(row.requested);
        row.scheduled.map_or(requested, |at| requested.max(self.at(at) - self.tenant.settings.dispatch_lead()))
    }

    /// A member of staff who assigns providers.
    pub fn dispatcher(&self) -> Result<&'a UserRow> {
        let users = &self.demo.users;
        users.iter().find(|user| user.roles == "staff").or(users.first()).context("nobody works in the back office")
    }

    /// An administrator; the number decides which one.
    pub fn admin(&self, number: usize) -> Result<Id<User>> {
        let admins: Vec<_> = self.demo.users.iter().filter(|user| user.roles == "admin").collect();
        let admin = admins.get(number % admins.len().max(1)).context("there is no administrator")?;
        Ok(self.user(admin.email.as_str()))
    }
}
