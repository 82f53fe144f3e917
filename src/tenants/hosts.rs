use std::{
    collections::HashMap,
    sync::{Arc, RwLock},
    time::{Duration, Instant},
};

use super::{Tenant, find_by_host, logo, store::find_logo};
use crate::{db::Db, error::AppError};

/// How long a host's tenant is cached: a change by another process shows after this time.
const REMEMBERED_FOR: Duration = Duration::from_secs(10);

/// Maximum number of cached hosts without tenant, so that invented names can't fill the memory.
const MOST_UNKNOWN: usize = 1000;

/// Maximum length of a host name (RFC 1035).
const LONGEST_NAME: usize = 253;

/// A host's tenant, and when it was cached.
type Remembered = (Instant, Option<Arc<Tenant>>);

/// Caches tenants by host for a few seconds.
#[derive(Clone, Default)]
pub struct Hosts {
    remembered: Arc<RwLock<HashMap<String, Remembered>>>,
}

impl Hosts {
    /// The tenant of a host name (without port).
    pub async fn find(&self, db: &Db, host: &str) -> Result<Option<Arc<Tenant>>, AppError> {
        if !is_name(host) {
            return Ok(None);
        }
        if let Some((since, tenant)) = self.remembered.read().expect("no panics under this lock").get(host)
            && since.elapsed() < REMEMBERED_FOR
        {
            return Ok(tenant.clone());
        }
        let mut tx = db.begin_platform().await?;
        let mut tenant = find_by_host(&mut tx, host).await?;
        drop(tx);
        if let Some(tenant) = tenant.as_mut().filter(|tenant| tenant.logo_hash.is_some()) {
            let mut tx = db.begin_system(tenant.id).await?;
            let logo = find_logo(&mut tx).await?;
            tenant.inline_logo = logo.and_then(|(kind, content)| logo::inline(&kind, &content)).map(Arc::from);
        }
        let tenant = tenant.map(Arc::new);
        self.remember(host, tenant.clone());
        Ok(tenant)
    }

    fn remember(&self, host: &str, tenant: Option<Arc<Tenant>>) {
        let mut remembered = self.remembered.write().expect("no panics under this lock");
        if tenant.is_none() && remembered.len() >= MOST_UNKNOWN {
            remembered.retain(|_, (since, tenant)| tenant.is_some() || since.elapsed() < REMEMBERED_FOR);
            if remembered.values().filter(|(_, tenant)| tenant.is_none()).count() >= MOST_UNKNOWN {
                return;
            }
        }
        remembered.insert(host.to_owned(), (Instant::now(), tenant));
    }

    /// Clears the cache, so that a tenant changed by this process shows its change at once.
    pub fn forget(&self) {
        self.remembered.write().expect("no panics under this lock").clear();
    }
}

/// Whether it can be a host name. Other names are neither looked up nor cached.
fn is_name(host: &str) -> bool {
    (1..=LONGEST_NAME).contains(&host.len())
        && host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'[' | b']' | b':'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{TestApp, tenant};

    #[tokio::test]
    async fn unknown_hosts_do_not_evict_cached_tenants() {
        let app = TestApp::new().await;
        tenant(&app, "atl").await;
        let hosts = Hosts::default();
        assert!(hosts.find(&app.app.db, "atl.localhost").await.unwrap().is_some());
        for number in 0..2 * MOST_UNKNOWN {
            hosts.remember(&format!("{number}.invented.example"), None);
        }
        assert_eq!(hosts.remembered.read().unwrap().len(), MOST_UNKNOWN + 1);
        assert!(hosts.remembered.read().unwrap().contains_key("atl.localhost"));
        app.done().await;
    }

    #[tokio::test]
    async fn invalid_host_names_are_neither_looked_up_nor_cached() {
        let app = TestApp::new().await;
        let hosts = Hosts::default();
        let long = "a".repeat(60_000);
        for name in ["", "a b", "ä.example", &long] {
            let (found, statements) = crate::testing::queries_of(hosts.find(&app.app.db, name)).await;
            assert!(found.unwrap().is_none());
            assert!(statements.is_empty(), "{statements:?}");
        }
        assert!(hosts.remembered.read().unwrap().is_empty());
        app.done().await;
    }
}
