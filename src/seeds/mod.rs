//! `wayside seed`: loads the demo tenants from the files under `seeds/` (their format is in `seeds/README.md`).
//!
//! A tenant is created as the owner. Its history is replayed through the product's own functions ([`player`]) as the application's role, in one
//! transaction with times in the past. A tenant that has been loaded isn't changed; only the positions of its providers on duty are refreshed.
//! References and links are derived from names, so the same files always give the same ones.

mod catalog;
mod files;
mod history;
mod moment;
mod names;
mod pace;
mod people;
mod player;
mod rows;
mod script;
mod tenant;
#[cfg(test)]
mod tests;
mod work;

use std::fmt::Write;

use anyhow::{Result, ensure};
use sqlx::PgConnection;

#[cfg(test)]
pub(crate) use self::files::folder;
use self::{files::Demo, names::Names, rows::Stage, tenant::OPERATOR};
pub use self::{
    files::Folder,
    history::History,
    moment::Moment,
    rows::{BookingRow, DeedRow, WorkRow, point},
};
#[cfg(test)]
use crate::verticals::Vertical;
use crate::{
    config::{Config, DEVELOPMENT_OPERATOR_HOST, Environment},
    db::{Db, Timeouts},
    error::AppError,
    identity::{self, Passwords},
    migrate,
    providers::ProviderStatus,
    secrets::Keys,
    tenants,
};

pub const PASSWORD: &str = "wayside-demo";

/// Loads the demo tenants and prints their addresses and logins. Refuses to run in production, because everybody knows the demo password.
pub async fn run(config: &Config) -> Result<()> {
    refuse_in_production(config.environment)?;
    let mut owner = migrate::connect(config.owner_url()?).await?;
    let db = Db::connect(&config.database_url, 2).await?;
    load(&db, &mut owner, &Keys::of(config)?).await?;
    let port = std::env::var("LEPTOS_SITE_ADDR").ok().and_then(|address| Some(address.rsplit_once(':')?.1.to_owned()));
    print!("{}", summary(port.as_deref().unwrap_or("3000"))?);
    Ok(())
}

fn refuse_in_production(environment: Environment) -> Result<()> {
    ensure!(
        environment != Environment::Production,
        "the demo accounts' password is known to everybody, so they are not for production; to try them out, set WAYSIDE_ENV=development"
    );
    Ok(())
}

/// Loads the demo tenants that don't exist yet, each in one transaction.
pub async fn load(db: &Db, owner: &mut PgConnection, keys: &Keys) -> Result<()> {
    let password_hash = Passwords::default().hash(PASSWORD.to_owned()).await?;
    tenant::make_operator(owner, &password_hash).await?;
    for demo in files::read()? {
        load_tenant(db, owner, keys, &demo, &password_hash).await?;
    }
    Ok(())
}

/// Loads a demo tenant unless it exists, and refreshes the positions of its providers.
async fn load_tenant(db: &Db, owner: &mut PgConnection, keys: &Keys, demo: &Demo, password_hash: &str) -> Result<()> {
    let id = tenant::make(owner, &demo.tenant).await?;
    let mut tx = db.with_timeouts(Timeouts::BULK).begin_system(id).await?;
    let is_new = identity::store::is_empty(&mut tx).await?;
    let played_until = tx.now;
    if is_new {
        let tenant = tenants::find_by_id(&mut tx, id).await?.ok_or(AppError::NotFound)?;
        let mut history = History::new(tx, tenant, demo, keys);
        play_history(&mut history, password_hash).await?;
        tx = history.tx;
    }
    people::refresh_positions(&mut tx, demo).await?;
    tx.commit().await?;
    if is_new {
        tenant::drop_tasks(owner, id, played_until).await?;
    }
    Ok(())
}

/// Loads the tenant of a folder, for tests of a kind of business.
#[cfg(test)]
pub async fn load_folder(db: &Db, owner: &mut PgConnection, keys: &Keys, folder: &'static Folder) -> Result<()> {
    let password_hash = Passwords::default().hash(PASSWORD.to_owned()).await?;
    load_tenant(db, owner, keys, &folder.read()?, &password_hash).await
}

async fn play_history(history: &mut History<'_>, password_hash: &str) -> Result<()> {
    tenant::load_logo(&mut history.tx, history.demo.tenant.logo.as_deref()).await?;
    people::load_users(history, password_hash).await?;
    catalog::load(history).await?;
    people::load_customers(history, password_hash).await?;
    people::load_providers(history, password_hash).await?;
    catalog::load_of_providers(history).await?;
    for kind in &history.demo.tenant.verticals {
        kind.furnish(history).await?;
    }
    player::play(history).await
}

/// The kinds of business that every demo tenant offers.
#[cfg(test)]
pub fn verticals() -> Result<Vec<Vertical>> {
    let demos = files::read()?;
    let is_everywhere = |kind: &Vertical| demos.iter().all(|demo| demo.tenant.verticals.contains(kind));
    Ok(Vertical::ALL.iter().copied().filter(is_everywhere).collect())
}

/// Addresses and logins as a table.
pub fn summary(port: &str) -> Result<String> {
    let mut lines =
        format!("  {:<28}http://{DEVELOPMENT_OPERATOR_HOST}:{port}\n  {:<28}{OPERATOR}\n\n", "Operators", "  operator");
    for demo in files::read()? {
        let host = demo.tenant.hosts.first().map_or("localhost", String::as_str);
        let mut row =
            |who: &str, what: &str| writeln!(lines, "  {who:<28}{what}").expect("writing to a String never fails");
        row(&demo.tenant.name, &format!("http://{host}:{port}"));
        for user in &demo.users {
            row(&format!("  {}", user.roles), user.email.as_str());
        }
        for provider in &demo.providers {
            let who =
                if provider.status == ProviderStatus::Pending { "  provider, not approved" } else { "  provider" };
            row(who, provider.email.as_str());
        }
        for customer in demo.customers.iter().filter(|customer| customer.account) {
            row("  customer", customer.email.as_str());
        }
        for booking in demo.bookings.iter().filter(|booking| booking.stage == Stage::EnRoute) {
            let token = Names { tenant: &demo.tenant.slug }.link_token(&booking.name);
            row("  a provider on the way", &format!("http://{host}:{port}/track/{}", token.reveal()));
        }
        lines.push('\n');
    }
    Ok(format!("{lines}  Every account's password is {PASSWORD}\n"))
}
