//! The `wayside` command.

use std::{io::Write, process::ExitCode};

use anyhow::Result;
use clap::{Parser, Subcommand};
use tracing_subscriber::{EnvFilter, layer::SubscriberExt, util::SubscriberInitExt};
use wayside::{
    config::{Config, Environment},
    doctor,
    identity::password::breached,
    migrate,
    operator::command::{self as operators, OperatorCommand},
    secrets, seeds,
    server::serve,
};

/// Pages are made of many small strings: docs/decisions/0027-allocator.md.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Book, dispatch and pay out on-site and vehicle services.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve pages, and run tasks and deadlines in the same process.
    Serve,
    /// Run tasks and deadlines without serving pages.
    Work,
    /// Apply migrations, revert them, or list them.
    Migrate {
        #[command(subcommand)]
        direction: migrate::Direction,
    },
    /// Load the demo tenants. Existing ones are not changed.
    Seed,
    /// Re-encrypt every secret with the first key of `WAYSIDE_SECRET_KEYS`.
    RotateKeys,
    /// Manage operators' accounts. Needs `DATABASE_OWNER_URL`.
    Operator {
        #[command(subcommand)]
        command: OperatorCommand,
    },
    /// Check everything this installation depends on, and say how to fix each problem.
    Doctor,
    /// Build the filter of breached passwords: reads a list from standard input, writes to standard output. For developers.
    BreachedPasswords,
    /// Check that settings, schema and privileges fit this version, and that the data of every tenant is consistent. For deployment scripts.
    Check,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse().command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // As text, because the reader is a person at a terminal, or a log.
            eprintln!("wayside: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<()> {
    let config = Config::from_env()?;
    start_log(config.environment);
    match command {
        Command::Serve => serve::serve(serve::start(config).await?).await,
        Command::Work => serve::work(serve::start(config).await?).await,
        Command::Migrate { direction } => migrate::run(&config, direction).await,
        Command::Seed => seeds::run(&config).await,
        Command::RotateKeys => secrets::rotation::run(&config).await,
        Command::Operator { command } => operators::run(&config, command).await,
        Command::Doctor => doctor::run(&config).await,
        Command::Check => doctor::check(&config).await,
        Command::BreachedPasswords => Ok(std::io::stdout().write_all(&breached::build(std::io::stdin().lock())?)?),
    }
}

/// Plain lines in development, JSON elsewhere. `WAYSIDE_LOG` filters, as in `wayside=debug,sqlx=info`.
fn start_log(environment: Environment) {
    let filter =
        EnvFilter::try_from_env("WAYSIDE_LOG").unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,tower_http=info"));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let log = tracing_subscriber::registry().with(filter);
    if environment == Environment::Production {
        log.with(lines.json()).init();
    } else {
        log.with(lines.compact()).init();
    }
}
