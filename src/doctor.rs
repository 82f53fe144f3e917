//! `wayside doctor`: one line for each thing the installation depends on, and how to fix what is wrong.

mod catalog;
mod finding;
mod privileges;

use anyhow::{Result, bail};
use sqlx::PgConnection;

use self::finding::Finding;
use crate::{
    checks,
    config::Config,
    db::{Db, Timeouts},
    notifications::Channels,
    secrets::Keys,
    tenants,
};

/// Checks everything and reports. Fails if something is broken, not if an option isn't enabled.
pub async fn run(config: &Config) -> Result<()> {
    let mut findings = database_findings(config).await;
    findings.extend([
        ("clock", clock(config).await),
        ("hosts", hosts(config).await),
        ("site", site()),
        ("keys", keys(config)),
        ("mail", mail(config).await),
        ("texts", texts(config)),
        ("geocoder", geocoder(config)),
        ("push", Finding::Off("not switched on: push notifications are not part of this version".into())),
        ("payments", Finding::Off("cards are not switched on; cash, CashApp and Zelle are confirmed by staff".into())),
        ("storage", Finding::Off("not needed: this version keeps no uploaded files".into())),
    ]);
    let mut wrong = 0;
    for (name, finding) in findings {
        let (mark, text) = match finding {
            Finding::Good(text) => ("ok ", text),
            Finding::Off(text) => ("off", text),
            Finding::Bad(text) => {
                wrong += 1;
                ("BAD", text)
            }
        };
        println!("{mark}  {name:<11} {text}");
    }
    if wrong > 0 {
        bail!("{wrong} of these need attention");
    }
    Ok(())
}

/// `wayside check`: whether this binary may start with these settings on this schema, and whether every tenant's rows obey the laws of [`checks`].
pub async fn check(config: &Config) -> Result<()> {
    let mut wrong = Vec::new();
    for (name, finding) in database_findings(config).await {
        match finding {
            Finding::Good(_) => (),
            Finding::Off(text) => println!("note: {name}: {text}"),
            Finding::Bad(text) => wrong.push(format!("{name}: {text}")),
        }
    }
    if !wrong.is_empty() {
        bail!(wrong.join("\n"));
    }
    let broken = broken_laws(&Db::connect(&config.database_url, 1).await?).await?;
    if !broken.is_empty() {
        bail!("these rows are inconsistent:\n  {}", broken.join("\n  "));
    }
    println!("settings, schema and privileges fit, and the data of every tenant is consistent");
    Ok(())
}

/// Checks of the database. Privileges are those of the newest schema, so they are checked only if no migration is missing.
async fn database_findings(config: &Config) -> Vec<(&'static str, Finding)> {
    let mut findings = vec![("database", database(config).await), ("migrations", migrations(config).await)];
    if findings.iter().all(|(_, finding)| matches!(finding, Finding::Good(_))) {
        findings.extend(structure(config).await);
    }
    findings
}

async fn structure(config: &Config) -> Vec<(&'static str, Finding)> {
    let asked = async {
        let db = Db::connect(&config.database_url, 1).await?;
        structure_findings(&mut *db.begin_platform().await?).await
    };
    asked.await.unwrap_or_else(|error| vec![("structure", Finding::Bad(format!("can't be read: {error}")))])
}

/// What migrations set, and what can be lost without any error.
async fn structure_findings(db: &mut PgConnection) -> Result<Vec<(&'static str, Finding)>, sqlx::Error> {
    let mut findings = privileges::findings(db).await?;
    findings.extend(catalog::findings(db).await?);
    Ok(findings)
}

/// Violations of laws, with their tenant.
async fn broken_laws(db: &Db) -> Result<Vec<String>> {
    let ids = tenants::list_ids(&mut *db.begin_platform().await?).await?;
    let mut broken = Vec::new();
    for id in ids {
        let mut tx = db.with_timeouts(Timeouts::BULK).begin_system(id).await?;
        let name = tenants::find_by_id(&mut tx, id).await?.map_or_else(|| id.to_string(), |tenant| tenant.slug);
        broken.extend(checks::violations(&mut tx).await?.into_iter().map(|violation| format!("{name}: {violation}")));
    }
    Ok(broken)
}

async fn database(config: &Config) -> Finding {
    match Db::connect(&config.database_url, 1).await {
        Ok(db) => match db.refuse_privileged_role().await {
            Ok(()) => Finding::Good("answers, and row-level security binds the role".into()),
            Err(error) => Finding::Bad(error.to_string()),
        },
        Err(error) => Finding::Bad(format!("does not answer ({error}); start it, or correct DATABASE_URL")),
    }
}

async fn migrations(config: &Config) -> Finding {
    let missing = async { Db::connect(&config.database_url, 1).await?.missing_migrations().await };
    match missing.await {
        Err(error) => Finding::Bad(format!("can't be compared: {error}")),
        Ok(0) => Finding::Good("all applied".into()),
        Ok(missing) => Finding::Bad(format!("{missing} are missing: run `wayside migrate up`")),
    }
}

async fn clock(config: &Config) -> Finding {
    /// If clocks differ by more than this, deadlines and links expire at the wrong time.
    const TOLERATED_SECONDS: i64 = 2;
    let difference = async {
        let db = Db::connect(&config.database_url, 1).await?;
        let tx = db.begin_platform().await?;
        Ok::<_, sqlx::Error>((db.clock.now() - tx.now).num_seconds().abs())
    };
    match difference.await {
        Ok(seconds) if seconds <= TOLERATED_SECONDS => Finding::Good("this machine and the database agree".into()),
        Ok(seconds) => {
            Finding::Bad(format!("this machine and the database are {seconds} s apart: synchronize both with NTP"))
        }
        Err(_) => Finding::Bad("can't be compared while the database does not answer".into()),
    }
}

async fn hosts(config: &Config) -> Finding {
    let hosts = async {
        let db = Db::connect(&config.database_url, 1).await.ok()?;
        crate::tenants::list_hosts(&mut *db.begin_platform().await.ok()?).await.ok()
    };
    match hosts.await {
        Some(hosts) if hosts.is_empty() => {
            Finding::Bad("no tenant has a host name: run `wayside seed` for the demo tenants".into())
        }
        Some(hosts) => Finding::Good(hosts.iter().map(|tenant| tenant.host.as_str()).collect::<Vec<_>>().join(", ")),
        None => Finding::Bad("can't be read while the database does not answer".into()),
    }
}

fn site() -> Finding {
    let root = std::env::var("LEPTOS_SITE_ROOT").unwrap_or_else(|_| "target/site".into());
    if std::path::Path::new(&root).join("pkg").is_dir() {
        Finding::Good(format!("styles and scripts are in {root}"))
    } else {
        Finding::Bad(format!(
            "no styles and scripts in {root}: build with `cargo leptos build`, or set LEPTOS_SITE_ROOT"
        ))
    }
}

fn keys(config: &Config) -> Finding {
    match Keys::of(config) {
        Ok(keys) => Finding::Good(format!("secrets are encrypted; keys by name, the current one first: {keys:?}")),
        Err(error) => Finding::Bad(error.to_string()),
    }
}

async fn mail(config: &Config) -> Finding {
    let channels = match Channels::of(config) {
        Ok(channels) => channels,
        Err(error) => return Finding::Bad(format!("{error:#}")),
    };
    match channels.mail_server_answers().await {
        Some(true) => Finding::Good("the mail server answers".into()),
        Some(false) => Finding::Bad("the mail server doesn't answer: correct WAYSIDE_SMTP_URL".into()),
        None if channels.can_mail() => {
            Finding::Off("messages stay at /dev/mailbox; set WAYSIDE_SMTP_URL to send them".into())
        }
        None => Finding::Bad("no e-mail can be sent, so nobody can reset a password: set WAYSIDE_SMTP_URL".into()),
    }
}

fn texts(config: &Config) -> Finding {
    match &config.texts {
        Some(settings) => Finding::Good(format!("text messages go to {}", settings.url)),
        None => Finding::Off("no text messages, so no signing in by phone; set WAYSIDE_SMS_ACCOUNT".into()),
    }
}

fn geocoder(config: &Config) -> Finding {
    match &config.geocoder_url {
        Some(url) => Finding::Good(format!("addresses are looked up at {url}")),
        None => Finding::Off("the embedded gazetteer answers; set WAYSIDE_GEOCODER_URL for street addresses".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestDb;

    /// Runs the statement as owner on a healthy database, and returns the complaints.
    pub(super) async fn complaints_after(statement: &str) -> String {
        let database = TestDb::new().await;
        let mut owner = database.owner().await;
        let name: String = sqlx::query_scalar("select current_database()::text").fetch_one(&mut owner).await.unwrap();
        let statement = statement.replace("DATABASE_NAME", &name);
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut owner).await.unwrap();
        let mut tx = database.db.begin_platform().await.unwrap();
        let findings = structure_findings(&mut tx).await.unwrap();
        drop((tx, owner));
        database.drop().await;
        let wrong = findings.into_iter().filter_map(|(name, finding)| match finding {
            Finding::Good(_) => None,
            Finding::Off(text) => Some(format!("{name}, harmless: {text}")),
            Finding::Bad(text) => Some(format!("{name}: {text}")),
        });
        wrong.collect::<Vec<_>>().join("\n")
    }

    #[tokio::test]
    async fn a_migrated_database_is_sound() {
        assert_eq!(complaints_after("select 1").await, "");
    }
}
