use anyhow::{Result, bail};
use chrono::{DateTime, TimeDelta, Utc};
use engine::{BasisPoints, Commission, EmailAddress, Id, Phone};

use super::{files::Demo, history::History, rows::ProviderRow};
use crate::{
    customers,
    db::{Actor, Tx},
    identity::{
        self, Role, User,
        store::{NewUser, verify_email},
    },
    providers::{self, Position, Provider, ProviderStatus, store::NewProvider},
};

/// Accounts of the back office.
pub(super) async fn load_users(history: &mut History<'_>, password_hash: &str) -> Result<()> {
    let since = history.since();
    for row in &history.demo.users {
        let roles = row.roles.split_whitespace().filter_map(Role::from_code).collect();
        let account = Account { name: &row.name, email: &row.email, phone: &row.phone, roles, password_hash };
        open(history, since, account).await?;
    }
    Ok(())
}

struct Account<'a> {
    name: &'a str,
    email: &'a EmailAddress,
    phone: &'a Phone,
    roles: Vec<Role>,
    password_hash: &'a str,
}

/// Creates an account with a confirmed e-mail address, as the person themselves.
async fn open(history: &mut History<'_>, at: DateTime<Utc>, account: Account<'_>) -> Result<Id<User>> {
    history.turn_to(at, &Actor::guest()).await?;
    let id = history.user(account.email.as_str());
    let new = NewUser {
        id,
        name: account.name.to_owned(),
        email: account.email.clone(),
        phone: Some(account.phone.clone()),
        password_hash: Some(account.password_hash.to_owned()),
        roles: account.roles,
    };
    identity::store::insert(&mut history.tx, &new).await?;
    verify_email(&mut history.tx, id).await?;
    Ok(id)
}

/// Customers with an account; the others become customers with their first booking.
pub(super) async fn load_customers(history: &mut History<'_>, password_hash: &str) -> Result<()> {
    for (days, row) in (0_i64..).zip(&history.demo.customers).filter(|(_, row)| row.account) {
        let account = Account {
            name: &row.full_name,
            email: &row.email,
            phone: &row.phone,
            roles: vec![Role::Customer],
            password_hash,
        };
        let user = open(history, history.until - TimeDelta::days(40 - days), account).await?;
        customers::store::insert_for_user(&mut history.tx, user, &row.contact()).await?;
    }
    Ok(())
}

/// The provider's share of a job.
fn commission(history: &History<'_>, row: &ProviderRow) -> Result<Commission> {
    match (row.percent, &row.flat_fee) {
        (Some(percent), None) => Ok(Commission::Percentage(BasisPoints::percent(percent)?)),
        (None, Some(fee)) => Ok(Commission::FlatPerJob(history.amount(fee)?)),
        _ => bail!("{}: either percent or flat_fee", row.name),
    }
}

/// Providers with accounts and skills. Active ones were approved some hours after they joined.
pub(super) async fn load_providers(history: &mut History<'_>, password_hash: &str) -> Result<()> {
    let approver = history.person(&history.admin(0)?.email);
    for row in &history.demo.providers {
        let joined_at = history.joined_at(row);
        let account = Account {
            name: &row.full_name,
            email: &row.email,
            phone: &row.phone,
            roles: vec![Role::Provider],
            password_hash,
        };
        let user = open(history, joined_at, account).await?;
        let id = history.provider(row);
        let new = NewProvider {
            id,
            user_id: Some(user),
            name: row.full_name.clone(),
            email: row.email.clone(),
            phone: row.phone.clone(),
            status: ProviderStatus::Pending,
            commission: commission(history, row)?,
            address: Some(row.address.clone()),
            home: Some(row.home()?),
            vehicle: row.vehicle.clone(),
            skills: row.skills.split_whitespace().map(str::to_owned).collect(),
        };
        providers::store::insert(&mut history.tx, &new).await?;
        if row.status == ProviderStatus::Active {
            let approved_at = joined_at + history.names.minutes(&format!("{} approval", row.name), 30..=300);
            history.turn_to(approved_at, &approver).await?;
            let provider = providers::store::lock(&mut history.tx, id).await?;
            let change = provider.change_status(row.status, None)?;
            providers::store::set_status(&mut history.tx, id, &change).await?;
        }
    }
    Ok(())
}

/// Demo providers have no phone that reports a position, so those on duty are set to have been seen just now where they were.
pub(super) async fn refresh_positions(tx: &mut Tx, demo: &Demo) -> Result<()> {
    for row in &demo.providers {
        let found = providers::store::find_by_email(tx, &row.email).await?;
        if let Some(provider) = found.filter(Provider::is_on_duty)
            && let Some(seen) = providers::store::position_of(tx, provider.id).await?
        {
            let now = tx.now;
            providers::store::move_to(tx, provider.id, &Position { recorded_at: now, ..seen }).await?;
        }
    }
    Ok(())
}
