//! Settings of the installation, read once from the environment.

use std::path::Path;

use anyhow::{Context, Result};
use secrecy::SecretString;

use crate::db::FEWEST_CONNECTIONS;

/// The kind of installation. Decides which pages exist and how strict settings are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// A development machine: `/dev` pages exist, and the bare host lists the demo tenants.
    Development,
    /// For tests: like development.
    Test,
    Production,
}

impl Environment {
    /// Whether pages for developers exist.
    pub fn has_dev_pages(self) -> bool {
        self != Self::Production
    }
}

/// Everything read from the environment. `README.md` has the table.
#[derive(Debug, Clone)]
pub struct Config {
    pub environment: Environment,
    /// Whether search engines may list the public pages (`WAYSIDE_SEARCH_ENGINES`).
    pub listed: bool,
    /// Database as the application's role (`DATABASE_URL`).
    pub database_url: String,
    /// Database as the owner, to migrate and seed (`DATABASE_OWNER_URL`).
    pub owner_url: Option<String>,
    /// Maximum number of pooled connections per process (`WAYSIDE_DATABASE_CONNECTIONS`).
    pub database_connections: u32,
    /// Geocoder with Nominatim's or Photon's API (`WAYSIDE_GEOCODER_URL`); without it the embedded gazetteer is used.
    pub geocoder_url: Option<String>,
    /// Address of map tiles with `{z}/{x}/{y}` (`WAYSIDE_TILE_URL`); without it the map is drawn.
    pub tile_url: Option<String>,
    /// Number of trusted proxies (`WAYSIDE_PROXIES`): that many entries of `X-Forwarded-For` are trusted, from the right.
    pub proxies: usize,
    /// Host of the tenant that answers requests whose own host belongs to no tenant (`WAYSIDE_DEFAULT_HOST`).
    pub default_host: Option<String>,
    /// Host of the operators' pages (`WAYSIDE_OPERATOR_HOST`); none in production unless set.
    pub operator_host: Option<String>,
    /// Whether operators must have a second factor (`WAYSIDE_OPERATOR_SECOND_FACTOR`); always in production.
    pub operators_need_second_factor: bool,
    /// Keys that encrypt secrets, the current one first (`WAYSIDE_SECRET_KEYS`).
    pub secret_keys: Option<SecretString>,
    /// Bearer token for `/metrics` (`WAYSIDE_METRICS_TOKEN`); without it the page doesn't exist.
    pub metrics_token: Option<SecretString>,
    /// The mail server; without one no e-mail is sent.
    pub mail: Option<MailSettings>,
    /// The gateway for text messages; without one none is sent.
    pub texts: Option<TextSettings>,
}

#[derive(Debug, Clone)]
pub struct MailSettings {
    /// `smtps://user:password@host`, or `smtp://host:port?tls=required` (`WAYSIDE_SMTP_URL`).
    pub url: SecretString,
    pub from: String,
}

/// A gateway for text messages with Twilio's API.
#[derive(Debug, Clone)]
pub struct TextSettings {
    /// Its URL (`WAYSIDE_SMS_URL`).
    pub url: String,
    /// Our account (`WAYSIDE_SMS_ACCOUNT`).
    pub account: String,
    /// That account's password (`WAYSIDE_SMS_TOKEN`).
    pub token: SecretString,
    /// The sender's number (`WAYSIDE_SMS_FROM`).
    pub from: String,
}

impl MailSettings {
    fn from_env() -> Result<Option<Self>> {
        let Some(url) = optional("WAYSIDE_SMTP_URL") else {
            return Ok(None);
        };
        let from = optional("WAYSIDE_MAIL_FROM").context("WAYSIDE_SMTP_URL also needs WAYSIDE_MAIL_FROM")?;
        Ok(Some(Self { url: url.into(), from }))
    }
}

impl TextSettings {
    fn from_env() -> Result<Option<Self>> {
        let Some(account) = optional("WAYSIDE_SMS_ACCOUNT") else {
            return Ok(None);
        };
        Ok(Some(Self {
            url: optional("WAYSIDE_SMS_URL").unwrap_or_else(|| "https://api.twilio.com".into()),
            account,
            token: optional("WAYSIDE_SMS_TOKEN").context("WAYSIDE_SMS_ACCOUNT also needs WAYSIDE_SMS_TOKEN")?.into(),
            from: optional("WAYSIDE_SMS_FROM").context("WAYSIDE_SMS_ACCOUNT also needs WAYSIDE_SMS_FROM")?,
        }))
    }
}

impl Config {
    /// Reads the settings; a missing database URL is read from the file that `bin/dev` wrote into `.wayside/`.
    pub fn from_env() -> Result<Self> {
        let environment = match optional("WAYSIDE_ENV").as_deref() {
            None | Some("production") => Environment::Production,
            Some("development") => Environment::Development,
            Some("test") => Environment::Test,
            Some(other) => {
                anyhow::bail!("WAYSIDE_ENV is `{other}`; it can be development, test or production")
            }
        };
        let database_url = optional("DATABASE_URL")
            .or_else(|| from_checkout("database-url"))
            .context("no database: set DATABASE_URL, or run bin/dev, which creates one")?;
        let database_connections = match optional("WAYSIDE_DATABASE_CONNECTIONS") {
            Some(number) => enough_connections(&number)?,
            None => 20,
        };
        let proxies = match optional("WAYSIDE_PROXIES") {
            Some(number) => number.parse().context("WAYSIDE_PROXIES is not a number")?,
            None => 0,
        };
        let operators_need_second_factor =
            operators_need_second_factor(optional("WAYSIDE_OPERATOR_SECOND_FACTOR").as_deref(), environment)?;
        Ok(Self {
            environment,
            listed: listed(optional("WAYSIDE_SEARCH_ENGINES").as_deref(), environment)?,
            database_url,
            owner_url: optional("DATABASE_OWNER_URL").or_else(|| from_checkout("database-owner-url")),
            database_connections,
            geocoder_url: optional("WAYSIDE_GEOCODER_URL"),
            tile_url: optional("WAYSIDE_TILE_URL"),
            proxies,
            default_host: optional("WAYSIDE_DEFAULT_HOST"),
            operators_need_second_factor,
            secret_keys: optional("WAYSIDE_SECRET_KEYS").map(Into::into),
            metrics_token: metrics_token(optional("WAYSIDE_METRICS_TOKEN"))?,
            mail: MailSettings::from_env()?,
            texts: TextSettings::from_env()?,
            operator_host: optional("WAYSIDE_OPERATOR_HOST")
                .map(|host| host.to_ascii_lowercase())
                .or_else(|| environment.has_dev_pages().then(|| DEVELOPMENT_OPERATOR_HOST.to_owned())),
        })
    }

    /// The owner's database URL; the error says how to set it.
    pub fn owner_url(&self) -> Result<&str> {
        self.owner_url.as_deref().context("this command needs the database's owner: set DATABASE_OWNER_URL")
    }
}

/// Parses the number of connections; rejects fewer than the process needs.
fn enough_connections(setting: &str) -> Result<u32> {
    let connections = setting.parse().context("WAYSIDE_DATABASE_CONNECTIONS is not a number")?;
    if connections < FEWEST_CONNECTIONS {
        anyhow::bail!("WAYSIDE_DATABASE_CONNECTIONS is {connections}; it must be at least {FEWEST_CONNECTIONS}");
    }
    Ok(connections)
}

/// Rejects a token that is short enough to guess.
fn metrics_token(setting: Option<String>) -> Result<Option<SecretString>> {
    const SHORTEST: usize = 16;
    match setting {
        Some(token) if token.len() < SHORTEST => {
            anyhow::bail!(
                "WAYSIDE_METRICS_TOKEN is shorter than {SHORTEST} characters; `openssl rand -hex 24` makes one"
            )
        }
        token => Ok(token.map(Into::into)),
    }
}

/// Parses the setting. By default only production is listed, so that nobody finds a test installation.
fn listed(setting: Option<&str>, environment: Environment) -> Result<bool> {
    match setting {
        Some("yes") => Ok(true),
        Some("no") => Ok(false),
        None => Ok(environment == Environment::Production),
        Some(other) => anyhow::bail!("WAYSIDE_SEARCH_ENGINES is `{other}`; it can be yes or no"),
    }
}

/// Parses the setting. Production has no choice.
fn operators_need_second_factor(setting: Option<&str>, environment: Environment) -> Result<bool> {
    match (setting, environment) {
        (Some("required"), _) | (None, Environment::Production) => Ok(true),
        (None | Some("optional"), Environment::Development | Environment::Test) => Ok(false),
        (Some("optional"), Environment::Production) => {
            anyhow::bail!("WAYSIDE_OPERATOR_SECOND_FACTOR is `optional`; in production it is required")
        }
        (Some(other), _) => {
            anyhow::bail!("WAYSIDE_OPERATOR_SECOND_FACTOR is `{other}`; it can be required or optional")
        }
    }
}

/// The operators' host in development.
pub const DEVELOPMENT_OPERATOR_HOST: &str = "operator.localhost";

fn optional(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn from_checkout(file: &str) -> Option<String> {
    let text = std::fs::read_to_string(Path::new(".wayside").join(file)).ok()?;
    Some(text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_too_small_to_work_is_refused() {
        let said = |setting| enough_connections(setting).map_err(|error| error.to_string());
        assert_eq!(said("3"), Ok(3));
        assert_eq!(said("2").unwrap_err(), "WAYSIDE_DATABASE_CONNECTIONS is 2; it must be at least 3");
        assert!(said("many").is_err());
    }

    #[test]
    fn a_token_for_metrics_that_could_be_guessed_is_refused() {
        assert!(metrics_token(Some("short".to_owned())).is_err());
        assert!(metrics_token(Some("0123456789abcdef".to_owned())).unwrap().is_some());
        assert!(metrics_token(None).unwrap().is_none());
    }

    #[test]
    fn search_engines_list_a_production_installation_unless_its_setting_says_no() {
        let said = |setting, environment| listed(setting, environment).ok();
        assert_eq!(said(None, Environment::Production), Some(true));
        assert_eq!(said(None, Environment::Development), Some(false));
        assert_eq!(said(Some("no"), Environment::Production), Some(false));
        assert_eq!(said(Some("off"), Environment::Production), None, "not a word the setting knows");
    }

    #[test]
    fn operators_of_a_production_installation_need_a_second_factor_whatever_the_setting() {
        let said = |setting, environment| operators_need_second_factor(setting, environment).ok();
        assert_eq!(said(None, Environment::Production), Some(true));
        assert_eq!(said(Some("required"), Environment::Production), Some(true));
        assert_eq!(said(Some("optional"), Environment::Production), None, "refused");
        assert_eq!(said(None, Environment::Development), Some(false));
        assert_eq!(said(Some("required"), Environment::Test), Some(true));
        assert_eq!(said(Some("no"), Environment::Development), None, "not a word the setting knows");
    }
}
