use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use engine::Id;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::{
    error::AppError,
    seeds,
    tenants::{Tenant, find_by_host},
    testing::TestApp,
};

/// The demo tenants, written to by many transactions at once.
#[derive(Clone)]
struct Shared {
    app: Arc<TestApp>,
    tenant: Id<Tenant>,
}

impl Shared {
    async fn new() -> Self {
        let app = TestApp::new().await;
        seeds::load(&app.app.db, &mut app.database.owner().await, &app.app.keys).await.unwrap();
        let mut tx = app.app.db.begin_platform().await.unwrap();
        let tenant = find_by_host(&mut tx, "roadside-atl.localhost").await.unwrap().unwrap().id;
        drop(tx);
        Self { app: Arc::new(app), tenant }
    }

    async fn tx(&self) -> crate::db::Tx {
        self.app.app.db.begin_system(self.tenant).await.unwrap()
    }

    async fn done(self) {
        Arc::into_inner(self.app).expect("every task has ended").done().await;
    }

    async fn one(&self, sql: &'static str) -> Uuid {
        sqlx::query_scalar(sql).fetch_one(&mut *self.tx().await).await.unwrap()
    }

    async fn slot(&self, capacity: i32) -> Uuid {
        let mut tx = self.tx().await;
        let slot = Uuid::now_v7();
        sqlx::query(
            "insert into slots (id, resource_id, starts_at, ends_at, capacity)
             select $1, (select id from resources limit 1), $2, $2 + interval '1 day', $3",
        )
        .bind(slot)
        .bind(tx.now)
        .bind(capacity)
        .execute(&mut *tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
        slot
    }

    async fn claim(&self, slot: Uuid, booking: Uuid, units: i32) -> Result<Uuid, AppError> {
        let mut tx = self.tx().await;
        let claim = Uuid::now_v7();
        sqlx::query("insert into slot_claims (id, slot_id, booking_id, units) values ($1, $2, $3, $4)")
            .bind(claim)
            .bind(slot)
            .bind(booking)
            .bind(units)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(claim)
    }

    async fn taken(&self, slot: Uuid) -> i32 {
        let mut tx = self.tx().await;
        sqlx::query_scalar("select taken from slots where id = $1").bind(slot).fetch_one(&mut *tx).await.unwrap()
    }

    async fn reserve(&self, resource: Uuid, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Uuid, AppError> {
        let mut tx = self.tx().await;
        let (block, reservation) = (Uuid::now_v7(), Uuid::now_v7());
        sqlx::query("insert into blocks (id, reason) values ($1, 'repairs')").bind(block).execute(&mut *tx).await?;
        sqlx::query(
            "insert into reservations (id, resource_id, starts_at, ends_at, block_id) values ($1, $2, $3, $4, $5)",
        )
        .bind(reservation)
        .bind(resource)
        .bind(from)
        .bind(to)
        .bind(block)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(reservation)
    }
}

fn won(outcomes: &[Result<Uuid, AppError>]) -> usize {
    outcomes.iter().filter(|outcome| outcome.is_ok()).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_claims_on_seven_places_never_oversell() {
    let shared = Shared::new().await;
    let booking = shared.one("select id from bookings limit 1").await;
    let slot = shared.slot(7).await;
    let mut claims = JoinSet::new();
    for _ in 0..20 {
        let shared = shared.clone();
        claims.spawn(async move { shared.claim(slot, booking, 1).await });
    }
    let outcomes = claims.join_all().await;
    assert_eq!((won(&outcomes), shared.taken(slot).await), (7, 7));
    for refused in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
        assert!(matches!(refused, AppError::Conflict(_)), "{refused:?}");
    }
    shared.done().await;
}

#[tokio::test]
async fn a_claim_gives_its_places_back_once() {
    let shared = Shared::new().await;
    let booking = shared.one("select id from bookings limit 1").await;
    let slot = shared.slot(3).await;
    let claim = shared.claim(slot, booking, 2).await.unwrap();
    assert!(shared.claim(slot, booking, 2).await.is_err(), "one place is left");
    for (sql, allowed) in [
        ("update slot_claims set units = 1 where id = $1", false),
        ("update slot_claims set released_at = app.now() where id = $1", true),
        ("update slot_claims set released_at = released_at + interval '1 hour' where id = $1", true),
        ("update slot_claims set released_at = null where id = $1", false),
    ] {
        let mut tx = shared.tx().await;
        let outcome = sqlx::query(sql).bind(claim).execute(&mut *tx).await;
        assert_eq!(outcome.is_ok(), allowed, "{sql}");
        if allowed {
            tx.commit().await.unwrap();
        }
    }
    assert_eq!(shared.taken(slot).await, 0);
    let mut tx = shared.tx().await;
    sqlx::query("delete from slot_claims where id = $1").bind(claim).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(shared.taken(slot).await, 0, "a released claim holds nothing that its deletion could give back");
    shared.done().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_twelve_overlapping_reservations_one_succeeds() {
    let shared = Shared::new().await;
    let resource = shared.one("select id from resources limit 1").await;
    let from = shared.tx().await.now + TimeDelta::days(400);
    let mut attempts = JoinSet::new();
    for minutes in 0..12 {
        let shared = shared.clone();
        let from = from + TimeDelta::minutes(minutes);
        attempts.spawn(async move { shared.reserve(resource, from, from + TimeDelta::hours(1)).await });
    }
    let outcomes = attempts.join_all().await;
    assert_eq!(won(&outcomes), 1, "{outcomes:?}");
    shared.done().await;
}

#[tokio::test]
async fn reservations_may_touch_and_a_released_one_is_free_again() {
    let shared = Shared::new().await;
    let resource = shared.one("select id from resources limit 1").await;
    let from = shared.tx().await.now + TimeDelta::days(400);
    let hour = TimeDelta::hours(1);
    let first = shared.reserve(resource, from, from + hour).await.unwrap();
    shared.reserve(resource, from + hour, from + hour * 2).await.expect("one ends when the other begins");
    let refused = shared.reserve(resource, from + hour / 2, from + hour).await.expect_err("it is taken");
    assert_eq!(refused, AppError::conflict("That time is already taken."));
    let mut tx = shared.tx().await;
    sqlx::query("update reservations set state = 'released' where id = $1")
        .bind(first)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    shared.reserve(resource, from, from + hour).await.expect("it was let go of");
    shared.done().await;
}

#[tokio::test]
async fn one_price_is_in_force_at_a_time() {
    let shared = Shared::new().await;
    let mut tx = shared.tx().await;
    let refused = sqlx::query(
        "insert into prices (id, service_id, base_amount, effective_from) select $1, id, 100, app.now() from services where slug = 'lockout'",
    )
    .bind(Uuid::now_v7())
    .execute(&mut *tx)
    .await
    .expect_err("the seeded price has no end");
    assert_eq!(AppError::from(refused), AppError::conflict("Another price applies at that time."));
    drop(tx);
    shared.done().await;
}

#[tokio::test]
async fn ratings_are_kept_by_the_database_whatever_happens_to_reviews() {
    let shared = Shared::new().await;
    let mut tx = shared.tx().await;
    let off = "select count(*) from providers p where (rating_sum, review_count) <>
               (select coalesce(sum(rating), 0), count(*) from reviews r where (r.tenant_id, r.provider_id) = (p.tenant_id, p.id))";
    for change in [
        "select 1",
        "update reviews set rating = 1",
        "update reviews set provider_id = (select max(id::text)::uuid from providers)",
        "delete from reviews where comment is null",
    ] {
        sqlx::query(change).execute(&mut *tx).await.unwrap();
        assert_eq!(sqlx::query_scalar::<_, i64>(off).fetch_one(&mut *tx).await.unwrap(), 0, "{change}");
    }
    drop(tx);
    shared.done().await;
}
