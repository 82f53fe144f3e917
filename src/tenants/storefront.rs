use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use chrono::{DateTime, TimeDelta, Utc};
use engine::Id;

use super::Tenant;
use crate::{
    catalog::{self, PricedService},
    db::Db,
    error::AppError,
    providers::store::{Reputation, reputation},
    server::live::{Hub, Version},
};

/// How long a storefront is cached: duty changes and the end of a price send no notification.
const REMEMBERED_FOR: TimeDelta = TimeDelta::seconds(10);

/// What all visitors of a business see.
#[derive(Debug, PartialEq, Eq)]
pub struct Storefront {
    services: Vec<PricedService>,
    /// The rating, and how many providers could come now.
    pub reputation: Reputation,
}

impl Storefront {
    /// The services of the verticals that the tenant has enabled.
    pub fn offered(&self, tenant: &Tenant) -> Vec<&PricedService> {
        self.services.iter().filter(|offered| tenant.offers(offered.service.vertical)).collect()
    }
}

/// A cache of storefronts by tenant. It is used only while this process receives notifications of changes ([`Hub::version`]).
#[derive(Clone, Default)]
pub struct Storefronts(Arc<Mutex<HashMap<Id<Tenant>, Remembered>>>);

struct Remembered {
    /// Read before the storefront was loaded.
    version: Version,
    at: DateTime<Utc>,
    storefront: Arc<Storefront>,
}

impl Storefronts {
    pub async fn find(&self, db: &Db, live: &Hub, tenant: Id<Tenant>) -> Result<Arc<Storefront>, AppError> {
        let version = live.version(tenant);
        if let Some(version) = version
            && let Some(storefront) = self.remembered(tenant, version, db.clock.now())
        {
            return Ok(storefront);
        }
        let mut tx = db.begin_system(tenant).await?;
        let services = catalog::store::list_active(&mut tx).await?;
        let storefront = Arc::new(Storefront { services, reputation: reputation(&mut tx).await? });
        if let Some(version) = version {
            let remembered = Remembered { version, at: db.clock.now(), storefront: storefront.clone() };
            self.0.lock().expect("no panics under this lock").insert(tenant, remembered);
        }
        Ok(storefront)
    }

    fn remembered(&self, tenant: Id<Tenant>, version: Version, now: DateTime<Utc>) -> Option<Arc<Storefront>> {
        let remembered = self.0.lock().expect("no panics under this lock");
        let remembered = remembered.get(&tenant)?;
        let age = now - remembered.at;
        let is_fresh = TimeDelta::zero() <= age && age < REMEMBERED_FOR;
        (remembered.version == version && is_fresh).then(|| remembered.storefront.clone())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::task::JoinHandle;

    use super::*;
    use crate::testing::{Browser, TestApp, begin, price, queries_of, service, tenant};

    async fn until(what: impl Fn() -> bool) {
        let happened = async {
            while !what() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), happened).await.expect("it happens");
    }

    /// A business with one service for $135.00 and another with one for $99.00, in a process that receives notifications.
    async fn listening() -> (TestApp, [Id<Tenant>; 2], JoinHandle<()>) {
        let app = TestApp::new().await;
        let (atl, other) = (tenant(&app, "atl").await, tenant(&app, "other").await);
        service(&app, atl, "lockout", 13_500, None).await;
        service(&app, other, "lockout", 9_900, None).await;
        let listening = tokio::spawn(app.app.live.clone().listen(app.app.db.clone()));
        until(|| version(&app, atl).is_some()).await;
        (app, [atl, other], listening)
    }

    fn version(app: &TestApp, tenant: Id<Tenant>) -> Option<Version> {
        app.app.live.version(tenant)
    }

    /// The text of the page, and whether it queried the database.
    async fn open(browser: &mut Browser, path: &str) -> (String, bool) {
        let (reply, statements) = queries_of(browser.get(path)).await;
        (reply.text(), !statements.is_empty())
    }

    async fn change_price(app: &TestApp, tenant: Id<Tenant>, amount: i64) {
        let mut tx = begin(app, tenant).await;
        let services = catalog::store::list_active(&mut tx).await.unwrap();
        price(&mut tx, services[0].service.id, amount, None).await;
        tx.commit().await.unwrap();
    }

    #[tokio::test]
    async fn a_storefront_is_cached_for_its_own_tenant_only() {
        let (app, _, listening) = listening().await;
        let (mut one, mut another) = (app.browser("atl.localhost"), app.browser("other.localhost"));
        for path in ["/", "/book"] {
            for _ in 0..2 {
                let ((first, _), (second, _)) = (open(&mut one, path).await, open(&mut another, path).await);
                assert!(first.contains("$135.00") && !first.contains("$99.00"), "{first}");
                assert!(second.contains("$99.00") && !second.contains("$135.00"), "{second}");
            }
            assert_eq!((open(&mut one, path).await.1, open(&mut another, path).await.1), (false, false));
        }
        listening.abort();
        app.done().await;
    }

    #[tokio::test]
    async fn a_price_notification_refreshes_only_the_storefront_of_its_tenant() {
        let (app, [atl, other], listening) = listening().await;
        let (mut one, mut another) = (app.browser("atl.localhost"), app.browser("other.localhost"));
        open(&mut one, "/book").await;
        open(&mut another, "/book").await;
        let (before, others) = (version(&app, atl), version(&app, other));
        change_price(&app, atl, 14_200).await;
        until(|| version(&app, atl) != before).await;
        assert!(open(&mut one, "/book").await.0.contains("$142.00"));
        assert_eq!(version(&app, other), others);
        assert!(!open(&mut another, "/book").await.1, "it is remembered still");
        listening.abort();
        app.done().await;
    }

    #[tokio::test]
    async fn what_was_read_before_a_change_was_heard_of_is_not_shown_after_it() {
        let (app, [atl, _], listening) = listening().await;
        let version_then = version(&app, atl).unwrap();
        change_price(&app, atl, 14_200).await;
        until(|| version(&app, atl) != Some(version_then)).await;
        let outdated = Arc::new(Storefront { services: Vec::new(), reputation: Reputation::default() });
        let remembered = Remembered { version: version_then, at: app.now(), storefront: outdated };
        app.app.storefronts.0.lock().unwrap().insert(atl, remembered);
        let (shown, was_read) = open(&mut app.browser("atl.localhost"), "/book").await;
        assert!(was_read && shown.contains("$142.00"), "{shown}");
        listening.abort();
        app.done().await;
    }

    #[tokio::test]
    async fn a_process_that_does_not_listen_remembers_nothing() {
        let app = TestApp::new().await;
        tenant(&app, "atl").await;
        let mut browser = app.browser("atl.localhost");
        for _ in 0..3 {
            assert!(open(&mut browser, "/book").await.1);
        }
        app.done().await;
    }

    #[tokio::test]
    async fn after_a_lost_connection_everything_is_read_again() {
        let (app, [atl, _], listening) = listening().await;
        let mut browser = app.browser("atl.localhost");
        open(&mut browser, "/book").await;
        assert!(!open(&mut browser, "/book").await.1);
        let before = version(&app, atl);
        let ended: i64 = sqlx::query_scalar(
            "select count(pg_terminate_backend(pid, 10000)) from pg_stat_activity
             where datname = current_database() and usename = current_user and query ilike 'listen%'",
        )
        .fetch_one(&mut *begin(&app, atl).await)
        .await
        .unwrap();
        assert_eq!(ended, 1);
        until(|| version(&app, atl).is_some() && version(&app, atl) != before).await;
        assert!(open(&mut browser, "/book").await.1);
        listening.abort();
        app.done().await;
    }

    #[tokio::test]
    async fn a_storefront_is_ten_seconds_old_at_most() {
        let (app, _, listening) = listening().await;
        let mut browser = app.browser("atl.localhost");
        open(&mut browser, "/").await;
        app.app.db.clock.advance(TimeDelta::seconds(9));
        assert!(!open(&mut browser, "/").await.1);
        app.app.db.clock.advance(TimeDelta::seconds(1));
        assert!(open(&mut browser, "/").await.1, "somebody may have gone on duty, a price may have ended");
        listening.abort();
        app.done().await;
    }
}
