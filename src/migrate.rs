//! `wayside migrate`: applies, reverts or lists migrations. Runs as the database owner.

use std::{
    io::{BufRead, IsTerminal},
    str::FromStr,
};

use anyhow::{Context, Result, bail, ensure};
use clap::Subcommand;
use sqlx::{Connection, PgConnection, migrate::Migrate, postgres::PgConnectOptions};

use crate::{
    config::{Config, Environment},
    db::MIGRATIONS,
};

#[derive(Debug, Clone, Subcommand)]
pub enum Direction {
    /// Apply every migration that is missing.
    Up {
        /// The last version to apply, as `wayside migrate status` lists them.
        #[arg(long, value_name = "VERSION")]
        to: Option<i64>,
    },
    /// Revert every migration after a version. Deletes the data in the tables and columns they added.
    Down {
        /// The last version to keep, as `wayside migrate status` lists them; 0 reverts everything.
        #[arg(long, value_name = "LAST_VERSION_TO_KEEP")]
        to: i64,
        /// The name of the database, as confirmation. Required in production if the database has tenants.
        #[arg(long, value_name = "NAME")]
        database: Option<String>,
    },
    /// List all migrations, and whether each is applied.
    Status,
}

/// Runs the command and prints what was done.
pub async fn run(config: &Config, direction: Direction) -> Result<()> {
    let mut owner = connect(config.owner_url()?).await?;
    match direction {
        Direction::Up { to } => {
            let before = applied(&mut owner).await?.len();
            apply(&mut owner, to).await?;
            let after = applied(&mut owner).await?.len();
            println!("{} migrations applied; {after} in total", after - before);
        }
        Direction::Down { to, database } => {
            let reverted = revert(&mut owner, config.environment, to, |question| match database {
                Some(name) => Ok(Some(name)),
                None => ask(question),
            });
            println!("{} migrations reverted", reverted.await?);
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

async fn apply(owner: &mut PgConnection, to: Option<i64>) -> Result<()> {
    let applied = match to {
        Some(version) => {
            ensure_known(version)?;
            MIGRATIONS.run_to(version, owner).await
        }
        None => MIGRATIONS.run(owner).await,
    };
    applied.context("a migration failed and was rolled back")
}

/// Reverts the migrations after a version and returns how many.
///
/// In production with tenants, `confirm` gets a question and must return the name of the database.
async fn revert(
    owner: &mut PgConnection,
    environment: Environment,
    to: i64,
    confirm: impl FnOnce(&str) -> Result<Option<String>>,
) -> Result<usize> {
    ensure_known(to)?;
    let before = applied(owner).await?;
    if environment == Environment::Production && before.iter().any(|version| *version > to) {
        confirm_loss(owner, to, confirm).await?;
    }
    MIGRATIONS.undo(&mut *owner, to).await.context("a migration could not be reverted, and stays applied")?;
    Ok(before.len() - applied(owner).await?.len())
}

async fn confirm_loss(
    owner: &mut PgConnection,
    to: i64,
    confirm: impl FnOnce(&str) -> Result<Option<String>>,
) -> Result<()> {
    let tenants = count_tenants(owner).await?;
    if tenants == 0 {
        return Ok(());
    }
    let name: String = sqlx::query_scalar("select current_database()::text").fetch_one(owner).await?;
    let warning = format!(
        "the database `{name}` holds the data of {}. Everything that the migrations after {to} added is deleted; \
         only a backup can restore it.",
        if tenants == 1 { "a tenant".to_owned() } else { format!("{tenants} tenants") }
    );
    match confirm(&format!("wayside: {warning}\nType the name of the database to continue: "))? {
        Some(typed) if typed == name => Ok(()),
        Some(typed) => bail!("nothing was reverted: the database is `{name}`, not `{typed}`"),
        None => bail!("nothing was reverted. {warning} To continue, add `--database {name}`."),
    }
}

/// 0 before the first migration, which creates the table.
async fn count_tenants(owner: &mut PgConnection) -> Result<i64> {
    let exists: bool =
        sqlx::query_scalar("select to_regclass('platform.tenants') is not null").fetch_one(&mut *owner).await?;
    if !exists {
        return Ok(0);
    }
    Ok(sqlx::query_scalar("select count(*) from platform.tenants").fetch_one(owner).await?)
}

/// A person's answer; `None` if there is no terminal.
fn ask(question: &str) -> Result<Option<String>> {
    let input = std::io::stdin();
    if !input.is_terminal() {
        return Ok(None);
    }
    eprint!("{question}");
    let mut line = String::new();
    input.lock().read_line(&mut line)?;
    Ok(Some(line.trim().to_owned()))
}

fn ensure_known(version: i64) -> Result<()> {
    ensure!(
        version == 0 || MIGRATIONS.version_exists(version),
        "there is no migration {version}; `wayside migrate status` lists them"
    );
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
        .context("cannot connect to the database as its owner; check DATABASE_OWNER_URL")
}

pub async fn applied(owner: &mut PgConnection) -> Result<Vec<i64>> {
    owner.ensure_migrations_table("_sqlx_migrations").await?;
    let applied = owner.list_applied_migrations("_sqlx_migrations").await?;
    Ok(applied.into_iter().map(|migration| migration.version).collect())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::testing::{self, TestApp, TestDb};

    #[derive(Parser)]
    struct Command {
        #[command(subcommand)]
        direction: Direction,
    }

    fn read(arguments: &[&str]) -> Result<Direction, clap::Error> {
        Command::try_parse_from([&["migrate"], arguments].concat()).map(|command| command.direction)
    }

    /// The version before the newest.
    fn one_before_newest() -> i64 {
        let mut versions: Vec<i64> = MIGRATIONS
            .iter()
            .filter(|migration| migration.migration_type.is_up_migration())
            .map(|migration| migration.version)
            .collect();
        versions.sort_unstable();
        versions[versions.len() - 2]
    }

    #[test]
    fn going_down_without_a_version_is_an_error_that_names_the_option() {
        let refused = read(&["down"]).map(|_| ()).unwrap_err().to_string();
        assert!(refused.contains("--to <LAST_VERSION_TO_KEEP>"), "{refused}");
        let read = read(&["down", "--to", "28"]).unwrap();
        assert!(matches!(read, Direction::Down { to: 28, database: None }), "{read:?}");
    }

    #[tokio::test]
    async fn production_with_tenants_goes_down_only_when_the_databases_name_is_given() {
        let app = TestApp::new().await;
        testing::tenant(&app, "atl").await;
        let mut owner = app.database.owner().await;
        let name: String = sqlx::query_scalar("select current_database()::text").fetch_one(&mut owner).await.unwrap();
        let all = applied(&mut owner).await.unwrap().len();
        let to = one_before_newest();

        let refused = revert(&mut owner, Environment::Production, to, |_| Ok(None)).await.unwrap_err().to_string();
        assert!(refused.contains(&format!("--database {name}")) && refused.contains("a tenant"), "{refused}");
        let mistyped = |_: &str| Ok(Some("wayside".to_owned()));
        let refused = revert(&mut owner, Environment::Production, to, mistyped).await.unwrap_err().to_string();
        assert!(refused.contains("nothing was reverted"), "{refused}");
        assert_eq!(applied(&mut owner).await.unwrap().len(), all);

        let asked = |question: &str| {
            assert!(question.contains(&name), "{question}");
            Ok(Some(name.clone()))
        };
        assert_eq!(revert(&mut owner, Environment::Production, to, asked).await.unwrap(), 1);
        drop(owner);
        app.done().await;
    }

    #[tokio::test]
    async fn reverting_needs_no_confirmation_without_tenants_or_production() {
        let unasked = |_: &str| -> Result<Option<String>> { panic!("asked") };
        let database = TestDb::new().await;
        let mut owner = database.owner().await;
        let to = one_before_newest();
        assert_eq!(revert(&mut owner, Environment::Production, to, unasked).await.unwrap(), 1, "no tenants");
        assert_eq!(revert(&mut owner, Environment::Production, to, unasked).await.unwrap(), 0, "nothing to do");
        drop(owner);
        database.drop().await;

        let app = TestApp::new().await;
        testing::tenant(&app, "atl").await;
        let mut owner = app.database.owner().await;
        assert_eq!(revert(&mut owner, Environment::Development, to, unasked).await.unwrap(), 1);
        drop(owner);
        app.done().await;
    }

    #[tokio::test]
    async fn a_version_that_does_not_exist_is_refused() {
        let database = TestDb::new().await;
        let mut owner = database.owner().await;
        let refused = revert(&mut owner, Environment::Development, 99_999, |_| Ok(None)).await.unwrap_err().to_string();
        assert!(refused.contains("there is no migration 99999"), "{refused}");
        let refused = apply(&mut owner, Some(99_999)).await.unwrap_err().to_string();
        assert!(refused.contains("there is no migration 99999"), "{refused}");
        drop(owner);
        database.drop().await;
    }
}
