//! `wayside seed`: the demo tenants, from the files under `seeds/` (`seeds/README.md` says how those are read).
//!
//! A tenant is made as the owner, its rows are written as the application's role, scoped to it. What is written is history, with times in the past;
//! that's why this module, alone, writes other features' tables itself. A tenant that has been loaded stays as it is; only the positions of its
//! providers on duty become fresh again. Ids are derived from names, so that the same files give the same ids.

mod bookings;
mod catalog;
mod files;
mod loading;
mod moment;
mod money;
mod people;
mod tenant;
#[cfg(test)]
mod tests;
mod timeline;
mod work;

use std::fmt::Write;

use anyhow::{Result, ensure};
use sqlx::PgConnection;

use self::{
    files::{Demo, Stage},
    loading::Loading,
};
use crate::{
    config::{Config, DEVELOPMENT_OPERATOR_HOST, Environment},
    db::{Db, Timeouts},
    identity::Passwords,
    migrate,
};

/// Password of every demo account.
pub const PASSWORD: &str = "wayside-demo";

/// The demo operator's sign-in name.
pub const OPERATOR: &str = "operator@wayside.localhost";

/// Loads the demo tenants and prints their addresses and logins. Refuses in production, where a password that everybody knows would open them.
pub async fn run(config: &Config) -> Result<()> {
    refuse_in_production(config.environment)?;
    let mut owner = migrate::connect(config.owner_url()?).await?;
    let db = Db::connect(&config.database_url, 2).await?;
    load(&db, &mut owner).await?;
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

/// Loads the demo tenants that aren't there yet, each in one transaction.
pub async fn load(db: &Db, owner: &mut PgConnection) -> Result<()> {
    let password_hash = Passwords::default().hash(PASSWORD.to_owned()).await?;
    tenant::make_operator(owner, &password_hash).await?;
    for demo in files::read()? {
        let tenant = tenant::make(owner, &demo.tenant).await?;
        let mut loading = Loading::new(db.with_timeouts(Timeouts::BULK).begin_system(tenant).await?, &demo.tenant);
        if loading.is_empty().await? {
            load_tenant(&mut loading, &demo, &password_hash).await?;
        }
        people::refresh_positions(&mut loading, &demo).await?;
        loading.tx.commit().await?;
    }
    Ok(())
}

async fn load_tenant(loading: &mut Loading<'_>, demo: &Demo, password_hash: &str) -> Result<()> {
    tenant::load_logo(loading, demo.tenant.logo.as_deref()).await?;
    people::load_users(loading, &demo.users, password_hash).await?;
    catalog::load(loading, &demo.services).await?;
    people::load_customers(loading, &demo.customers, password_hash).await?;
    people::load_providers(loading, &demo.providers, password_hash).await?;
    for row in &demo.bookings {
        let booked = bookings::load(loading, demo, row).await?;
        let done = work::load(loading, demo, &booked).await?;
        if let Some(done) = done.filter(|_| row.stage == Stage::Completed) {
            money::load_charge(loading, demo, &booked, &done).await?;
        }
    }
    money::load_payouts(loading, demo).await
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
            let who = if provider.status == "pending" { "  provider, not approved" } else { "  provider" };
            row(who, provider.email.as_str());
        }
        for customer in demo.customers.iter().filter(|customer| customer.account) {
            row("  customer", customer.email.as_str());
        }
        for booking in demo.bookings.iter().filter(|booking| booking.stage == Stage::EnRoute) {
            let token = loading::link_token(&demo.tenant.slug, &booking.name);
            row("  a provider on the way", &format!("http://{host}:{port}/track/{}", token.reveal()));
        }
        lines.push('\n');
    }
    Ok(format!("{lines}  Every account's password is {PASSWORD}\n"))
}
