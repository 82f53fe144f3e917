use std::collections::HashMap;

use anyhow::{Context, Result};
use chrono::{DateTime, TimeDelta, Utc};
use engine::{Amount, EmailAddress, Id, Money};

use super::{
    files::Demo,
    moment::Moment,
    names::Names,
    rows::{BookingRow, CustomerRow, ProviderRow, UserRow},
};
use crate::{
    bookings::Booking,
    db::{Actor, Tx},
    dispatch::Job,
    identity::User,
    providers::{Provider, ProviderStatus},
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
    booked: HashMap<&'a str, Id<Booking>>,
    published: HashMap<String, Id<Job>>,
}

impl<'a> History<'a> {
    pub fn new(tx: Tx, tenant: Tenant, demo: &'a Demo, keys: &'a Keys) -> Self {
        let (names, until) = (Names { tenant: &demo.tenant.slug }, tx.now);
        Self { tx, tenant, demo, names, keys, until, booked: HashMap::new(), published: HashMap::new() }
    }

    /// When the business began.
    pub fn since(&self) -> DateTime<Utc> {
        self.until - TimeDelta::days(60)
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

    /// The booking that a row became.
    pub fn booking(&self, name: &str) -> Result<Id<Booking>> {
        self.booked.get(name).copied().with_context(|| format!("{name} isn't booked yet"))
    }

    /// The row of a booking.
    pub(super) fn row_of(&self, booking: Id<Booking>) -> Option<&'a BookingRow> {
        let (name, _) = self.booked.iter().find(|(_, booked)| **booked == booking)?;
        self.demo.booking(name).ok()
    }

    pub(super) fn note_booking(&mut self, row: &'a BookingRow, booking: Id<Booking>) {
        self.booked.insert(&row.name, booking);
    }

    /// Names a job that was published, so that `work.csv` can say who does it.
    pub fn note_published(&mut self, name: &str, job: Id<Job>) {
        self.published.insert(name.to_owned(), job);
    }

    /// The published job of this name.
    pub fn published(&self, name: &str) -> Result<Id<Job>> {
        self.published.get(name).copied().with_context(|| format!("no published job {name}"))
    }

    /// Somebody with an account.
    pub fn person(&self, email: &EmailAddress) -> Actor {
        Actor(format!("user:{}", self.user(email.as_str())))
    }

    /// A customer, with or without an account.
    pub fn customer(&self, row: &CustomerRow) -> Actor {
        if row.account { self.person(&row.email) } else { Actor::guest() }
    }

    /// A provider or customer by their name in the files, or somebody of the back office by their e-mail address.
    pub(super) fn find_person(&self, name: &str) -> Result<Actor> {
        let demo = self.demo;
        if let Ok(provider) = demo.provider(name) {
            return Ok(self.person(&provider.email));
        }
        if let Ok(customer) = demo.customer(name) {
            return Ok(self.customer(customer));
        }
        let user = demo.users.iter().find(|user| user.email.as_str() == name);
        Ok(self.person(&user.with_context(|| format!("who is {name}?"))?.email))
    }

    /// The account of a customer, if they have one.
    pub fn account(&self, row: &CustomerRow) -> Option<Id<User>> {
        row.account.then(|| self.user(row.email.as_str()))
    }

    pub fn user(&self, email: &str) -> Id<User> {
        self.names.id("user", email)
    }

    pub fn provider(&self, row: &ProviderRow) -> Id<Provider> {
        self.names.id("provider", &row.name)
    }

    /// When a provider joined: active ones one day after another, those who aren't yesterday.
    pub(super) fn joined_at(&self, row: &ProviderRow) -> DateTime<Utc> {
        let days_after = (0_i64..).zip(&self.demo.providers).find(|(_, other)| other.name == row.name);
        let days = if row.status == ProviderStatus::Active { 50 - days_after.map_or(0, |(days, _)| days) } else { 1 };
        self.until - TimeDelta::days(days)
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
    pub fn admin(&self, number: usize) -> Result<&'a UserRow> {
        let admins: Vec<_> = self.demo.users.iter().filter(|user| user.roles == "admin").collect();
        admins.get(number % admins.len().max(1)).copied().context("there is no administrator")
    }
}
