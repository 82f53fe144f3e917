//! `wayside operator`: manages operators' accounts. Needs the database owner's connection.

use anyhow::{Context, Result};
use clap::Subcommand;
use engine::{EmailAddress, Id};
use rand::Rng;
use sqlx::Connection;

use super::Operator;
use crate::{config::Config, identity::Passwords, migrate};

/// What to do with operators' accounts.
#[derive(Debug, Clone, Subcommand)]
pub enum OperatorCommand {
    /// Create an account, or set a new password for one. Prints the password once.
    Add {
        email: String,
        #[arg(long, default_value = "Operator")]
        name: String,
    },
    /// Remove the second factor of an operator who lost phone and recovery codes. Ends their sessions; they must set up a new one.
    ResetFactor { email: String },
}

pub async fn run(config: &Config, command: OperatorCommand) -> Result<()> {
    let mut owner = migrate::connect(config.owner_url()?).await?;
    let (email, name) = match command {
        OperatorCommand::Add { email, name } => (read(&email)?, name),
        OperatorCommand::ResetFactor { email } => {
            reset_factor(&mut owner, &read(&email)?).await?;
            println!("{email} now signs in with the password only, and must set up a new second factor.");
            return Ok(());
        }
    };
    let password = random_password();
    add(&mut owner, &email, &name, &Passwords::default().hash(password.clone()).await?).await?;
    let host = config.operator_host.as_deref().unwrap_or("the host in WAYSIDE_OPERATOR_HOST, which is not set");
    println!(
        "{email} can sign in on {host} with the password {password}\nThe password is shown only once. Change it after signing in."
    );
    Ok(())
}

fn read(email: &str) -> Result<EmailAddress> {
    email.parse().with_context(|| format!("`{email}`"))
}

/// Removes the second factor of an account, ends its sessions, and records it in the operators' log. Fails if there is no such account.
pub async fn reset_factor(owner: &mut sqlx::PgConnection, email: &EmailAddress) -> Result<()> {
    let id: Option<Id<Operator>> = sqlx::query_scalar("select id from platform.operators where email = $1")
        .bind(email)
        .fetch_optional(&mut *owner)
        .await?;
    let id = id.with_context(|| format!("there is no operator `{email}`"))?;
    let mut tx = owner.begin().await?;
    sqlx::query("delete from platform.operator_second_factors where operator_id = $1")
        .bind(id)
        .execute(&mut *tx)
        .await?;
    sign_out(&mut tx, id).await?;
    sqlx::query(
        "insert into platform.operator_log (operator_id, action, details) values ($1, 'second_factor_reset', $2)",
    )
    .bind(id)
    .bind(serde_json::json!({ "by": "the database's owner" }))
    .execute(&mut *tx)
    .await?;
    Ok(tx.commit().await?)
}

async fn sign_out(owner: &mut sqlx::PgConnection, id: Id<Operator>) -> Result<()> {
    sqlx::query("delete from platform.operator_sessions where operator_id = $1").bind(id).execute(&mut *owner).await?;
    sqlx::query("delete from platform.operator_sign_ins where operator_id = $1").bind(id).execute(owner).await?;
    Ok(())
}

/// Stores an account; an existing one gets the name and the password, and its sessions end.
pub async fn add(
    owner: &mut sqlx::PgConnection,
    email: &EmailAddress,
    name: &str,
    password_hash: &str,
) -> Result<Id<Operator>> {
    let id: Id<Operator> = sqlx::query_scalar(
        "insert into platform.operators (id, email, name, password_hash) values ($1, $2, $3, $4)
         on conflict on constraint operators_email_key do update set name = excluded.name, password_hash = excluded.password_hash
         returning id",
    )
    .bind(Id::<Operator>::new())
    .bind(email)
    .bind(name)
    .bind(password_hash)
    .fetch_one(&mut *owner)
    .await?;
    sign_out(owner, id).await?;
    Ok(id)
}

/// Four groups of five letters and digits that can't be confused with each other: 99 bits.
fn random_password() -> String {
    const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
    let mut random = rand::rng();
    let mut group =
        || -> String { (0..5).map(|_| char::from(LETTERS[random.random_range(0..LETTERS.len())])).collect() };
    [group(), group(), group(), group()].join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_passwords_are_long_and_different() {
        let (one, other) = (random_password(), random_password());
        assert_eq!(one.len(), 23);
        assert_ne!(one, other);
    }
}
