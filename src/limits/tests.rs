use chrono::TimeDelta;
use engine::Id;

use super::{Client, Limit, succeeded, take};
use crate::{
    error::AppError,
    server::{address::ClientAddress, device::Device},
    tenants::Tenant,
    testing::{TestApp, tenant},
};

/// A person with an address and a browser that keeps its cookie.
struct Person {
    tenant: Option<Id<Tenant>>,
    address: ClientAddress,
    device: Device,
}

impl Person {
    fn at(tenant: Id<Tenant>, address: &str) -> Self {
        let address = address.parse::<std::net::IpAddr>().unwrap().into();
        Self { tenant: Some(tenant), address, device: Device::default() }
    }

    fn client(&self) -> Client<'_> {
        Client { tenant: self.tenant, address: self.address, device: &self.device, request_id: "" }
    }

    /// Makes one attempt; returns how many seconds to wait.
    async fn tries(&self, app: &TestApp, limit: Limit, subject: &str) -> u32 {
        match take(&app.app.db, &self.client(), limit, subject).await {
            Ok(()) => 0,
            Err(AppError::TooMany(seconds)) => seconds,
            Err(error) => panic!("{error}"),
        }
    }

    /// Succeeds, and returns with the cookie.
    async fn succeeds(&mut self, app: &TestApp, limit: Limit, subject: &str) {
        succeeded(&app.app.db, &self.client(), limit, subject).await.unwrap();
        self.device = self.device.returning();
    }

    /// Attempts, waiting as told, until locked out for more than a minute; returns the number of attempts.
    async fn tries_until_locked_out(&self, app: &TestApp, limit: Limit, subject: &str) -> u32 {
        for tries in 0..500 {
            match self.tries(app, limit, subject).await {
                0 => {}
                wait @ 1..=60 => {
                    app.app.db.clock.advance(TimeDelta::seconds(wait.into()));
                    assert_eq!(self.tries(app, limit, subject).await, 0, "waiting is enough");
                }
                _ => return tries,
            }
        }
        panic!("never locked out");
    }
}

#[tokio::test]
async fn tries_become_slower_and_then_stop_for_a_while() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let guesser = Person::at(atl, "203.0.113.1");
    for _ in 0..5 {
        assert_eq!(guesser.tries(&app, Limit::SignIn, "ann@example.com").await, 0);
    }
    let mut waits = Vec::new();
    for _ in 0..4 {
        let wait = guesser.tries(&app, Limit::SignIn, "Ann@Example.com ").await;
        app.app.db.clock.advance(TimeDelta::seconds(wait.into()));
        assert_eq!(guesser.tries(&app, Limit::SignIn, "ann@example.com").await, 0);
        waits.push(wait);
    }
    assert_eq!(waits, [1, 2, 4, 8], "however the address is written");

    guesser.tries_until_locked_out(&app, Limit::SignIn, "ann@example.com").await;
    assert!(guesser.tries(&app, Limit::SignIn, "ann@example.com").await > 800);
    assert_eq!(guesser.tries(&app, Limit::SignIn, "bob@example.com").await, 0, "another account isn't concerned yet");
    app.app.db.clock.advance(TimeDelta::minutes(15));
    assert_eq!(guesser.tries(&app, Limit::SignIn, "ann@example.com").await, 0, "the count restarts");
    app.done().await;
}

#[tokio::test]
async fn a_success_clears_earlier_attempts() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let mut ann = Person::at(atl, "203.0.113.1");
    for _ in 0..30 {
        for _ in 0..4 {
            assert_eq!(ann.tries(&app, Limit::SignIn, "ann@example.com").await, 0);
        }
        ann.succeeds(&app, Limit::SignIn, "ann@example.com").await;
    }
    app.done().await;
}

#[tokio::test]
async fn signing_in_to_ones_own_account_does_not_reset_the_address_limit() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let mut attacker = Person::at(atl, "203.0.113.1");
    let mut tries = 0;
    for n in 0..200 {
        tries += u32::from(attacker.tries(&app, Limit::SignIn, &format!("user{n}@example.com")).await == 0);
        if attacker.tries(&app, Limit::SignIn, "mallory@example.com").await == 0 {
            attacker.succeeds(&app, Limit::SignIn, "mallory@example.com").await;
        }
    }
    assert!(tries <= 50, "{tries} tries at others without waiting");
    app.done().await;
}

#[tokio::test]
async fn strangers_lock_an_account_only_for_strangers() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let mut ann = Person::at(atl, "198.51.100.7");
    assert_eq!(ann.tries(&app, Limit::SignIn, "ann@example.com").await, 0);
    ann.succeeds(&app, Limit::SignIn, "ann@example.com").await;

    let mut allowed = 0;
    for n in 0..200 {
        let stranger = Person::at(atl, &format!("203.0.113.{n}"));
        let wait = stranger.tries(&app, Limit::SignIn, "ann@example.com").await;
        allowed += u32::from(wait == 0);
        if (1..=60).contains(&wait) {
            app.app.db.clock.advance(TimeDelta::seconds(wait.into()));
        }
    }
    assert!((40..=50).contains(&allowed), "{allowed} of 200 strangers got a try");
    assert!(Person::at(atl, "192.0.2.1").tries(&app, Limit::SignIn, "ann@example.com").await > 60, "strangers are out");

    assert_eq!(ann.tries(&app, Limit::SignIn, "ann@example.com").await, 0, "with her browser");
    let travelling = Person { address: "192.0.2.99".parse::<std::net::IpAddr>().unwrap().into(), ..ann };
    assert_eq!(travelling.tries(&app, Limit::SignIn, "ann@example.com").await, 0, "with her browser elsewhere");
    let other_browser = Person::at(atl, "198.51.100.7");
    assert_eq!(other_browser.tries(&app, Limit::SignIn, "ann@example.com").await, 0, "at her address");
    app.done().await;
}

#[tokio::test]
async fn an_attacker_at_the_same_address_does_not_lock_out_a_browser_that_signed_in_before() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let mut ann = Person::at(atl, "198.51.100.7");
    ann.succeeds(&app, Limit::SignIn, "ann@example.com").await;
    let attacker = Person::at(atl, "198.51.100.7");
    attacker.tries_until_locked_out(&app, Limit::SignIn, "ann@example.com").await;
    for n in 0..200 {
        attacker.tries(&app, Limit::SignIn, &format!("user{n}@example.com")).await;
    }
    assert!(attacker.tries(&app, Limit::SignIn, "anyone@example.com").await > 0, "the address is locked");
    assert_eq!(ann.tries(&app, Limit::SignIn, "ann@example.com").await, 0);
    app.done().await;
}

#[tokio::test]
async fn a_made_up_device_helps_nobody() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let mut tries = 0;
    for n in 0..300 {
        let mut attacker = Person::at(atl, "203.0.113.1");
        attacker.device = Device::default();
        attacker.device.remember();
        attacker.device = attacker.device.returning();
        tries += u32::from(attacker.tries(&app, Limit::SignIn, &format!("user{n}@example.com")).await == 0);
    }
    assert!(tries <= 50, "{tries} tries without waiting from one address");
    app.done().await;
}

#[tokio::test]
async fn tries_at_once_are_all_counted() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let app = std::sync::Arc::new(app);
    let mut tries = tokio::task::JoinSet::new();
    for _ in 0..40 {
        let app = app.clone();
        tries.spawn(async move { Person::at(atl, "203.0.113.1").tries(&app, Limit::Reset, "ann@example.com").await });
    }
    let allowed = tries.join_all().await.into_iter().filter(|wait| *wait == 0).count();
    assert_eq!(allowed, 5);
    let app = std::sync::Arc::into_inner(app).unwrap();
    app.done().await;
}

#[tokio::test]
async fn limits_are_counted_per_tenant_under_hashed_keys() {
    let app = TestApp::new().await;
    let (atl, other) = (tenant(&app, "atl").await, tenant(&app, "other").await);
    let guesser = Person::at(atl, "203.0.113.1");
    guesser.tries_until_locked_out(&app, Limit::SignIn, "ann@example.com").await;
    let elsewhere = Person::at(other, "203.0.113.2");
    assert_eq!(elsewhere.tries(&app, Limit::SignIn, "ann@example.com").await, 0);

    let mut owner = app.database.owner().await;
    let rows: Vec<String> =
        sqlx::query_scalar("select c::text from platform.rate_counters c").fetch_all(&mut owner).await.unwrap();
    assert!(rows.len() >= 3 && rows.iter().all(|row| !row.contains("ann") && !row.contains("203.0")), "{rows:?}");
    let mut tx = app.app.db.begin_system(atl).await.unwrap();
    let locked: i64 = sqlx::query_scalar("select count(*) from audit_log where action = 'locked_out'")
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    assert_eq!(locked, 1, "the lock-out is on record");
    drop((tx, owner));
    app.done().await;
}
