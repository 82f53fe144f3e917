use std::{
    collections::HashMap,
    sync::{Arc, RwLock},
    time::{Duration, Instant},
};

use super::{Tenant, find_by_host};
use crate::{db::Db, error::AppError};

/// How long a host's tenant is remembered: a change made by another process shows after this.
const REMEMBERED_FOR: Duration = Duration::from_secs(10);

/// Upper bound of remembered hosts, so that invented host names can't fill the memory.
const REMEMBERED_AT_MOST: usize = 10_000;

/// Since when it is known what answers on a host, and what does.
type Remembered = (Instant, Option<Arc<Tenant>>);

/// Tenants by host, remembered for a few seconds.
#[derive(Clone, Default)]
pub struct Hosts {
    remembered: Arc<RwLock<HashMap<String, Remembered>>>,
}

impl Hosts {
    /// The tenant of a host name (without port).
    pub async fn find(&self, db: &Db, host: &str) -> Result<Option<Arc<Tenant>>, AppError> {
        if let Some((since, tenant)) = self.remembered.read().expect("no panics under this lock").get(host)
            && since.elapsed() < REMEMBERED_FOR
        {
            return Ok(tenant.clone());
        }
        let mut tx = db.begin_platform().await?;
        let tenant = find_by_host(&mut tx, host).await?.map(Arc::new);
        let mut remembered = self.remembered.write().expect("no panics under this lock");
        if remembered.len() >= REMEMBERED_AT_MOST {
            remembered.clear();
        }
        remembered.insert(host.to_owned(), (Instant::now(), tenant.clone()));
        Ok(tenant)
    }
    /// Forgets everything: this process has changed a tenant, and whoever changed it wants to see it.
    pub fn forget(&self) {
        self.remembered.write().expect("no panics under this lock").clear();
    }
}
