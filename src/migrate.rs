//! `wayside migrate`: the schema, up, down and its status. Runs as the owner.

use std::str::FromStr;

use anyhow::{Context, Result};
use clap::Subcommand;
use sqlx::{Connection, PgConnection, migrate::Migrate, postgres::PgConnectOptions};

use crate::{config::Config, db::MIGRATIONS};

/// What to do with the schema.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum Direction {
    /// Apply every migration that is missing.
    Up,
    /// Take back the migrations after this version; all of them by default.
    Down {
        /// The last version that stays.
        #[arg(default_value_t = 0)]
        to: i64,
    },
    /// List the migrations, and which are applied.
    Status,
}

/// Carries it out and says what was done.
pub async fn run(config: &Config, direction: Direction) -> Result<()> {
    let mut owner = connect(config.owner_url()?).await?;
    match direction {
        Direction::Up => {
            let before = applied(&mut owner).await?.len();
            MIGRATIONS.run(&mut owner).await.context("a migration failed; nothing of it was kept")?;
            let after = applied(&mut owner).await?.len();
            println!("{} migrations applied, {after} in all", after - before);
        }
        Direction::Down { to } => {
            let before = applied(&mut owner).await?.len();
            MIGRATIONS
                .undo(&mut owner, to)
                .await
                .context("a migration could not be taken back; nothing of that one was changed")?;
            println!("{} migrations taken back", before - applied(&mut owner).await?.len());
        }
        Direction::Status => {
            let applied = applied(&mut owner).await?;
            for migration in MIGRATIONS.iter().filter(|migration| migration.migration_type.is_up_migration()) {
                let state = if applied.contains(&migration.version) { "applied" } else { "missing" };
                println!("{:>4}  {state}  {}", migration.version, migration.description);
            }
        }
    }
    Ok(())
}

/// Connects as the owner.
pub async fn connect(url: &str) -> Result<PgConnection> {
    let options = PgConnectOptions::from_str(url)
        .context("DATABASE_OWNER_URL can't be read")?
        .application_name("wayside migrate")
        .options([("lock_timeout", "60s"), ("statement_timeout", "15min")]);
    PgConnection::connect_with(&options)
        .await
        .context("the database does not answer as its owner; is DATABASE_OWNER_URL right?")
}

/// Versions that are applied.
pub async fn applied(owner: &mut PgConnection) -> Result<Vec<i64>> {
    owner.ensure_migrations_table("_sqlx_migrations").await?;
    let applied = owner.list_applied_migrations("_sqlx_migrations").await?;
    Ok(applied.into_iter().map(|migration| migration.version).collect())
}
