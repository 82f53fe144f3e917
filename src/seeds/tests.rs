use std::collections::BTreeMap;

use chrono::TimeDelta;
use engine::Id;

use super::{load, refuse_in_production};
use crate::{
    checks,
    config::Environment,
    db::{Clock, Tx},
    tenants::{Tenant, find_by_host},
    testing::TestApp,
};

const ATLANTA: &str = "roadside-atl.localhost";
const BIRMINGHAM: &str = "magic-city-tow.localhost";

async fn seeded() -> TestApp {
    let app = TestApp::new().await;
    load(&app.app.db, &mut app.database.owner().await, &app.app.keys).await.unwrap();
    app
}

async fn begin(app: &TestApp, host: &str) -> Tx {
    let mut tx = app.app.db.begin_platform().await.unwrap();
    let tenant = find_by_host(&mut tx, host).await.unwrap().expect("the tenant was seeded");
    app.app.db.begin_system(tenant.id).await.unwrap()
}

async fn count(tx: &mut Tx, what: &'static str) -> i64 {
    sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select count(*) from {what}"))).fetch_one(&mut **tx).await.unwrap()
}

#[tokio::test]
async fn the_demo_is_as_large_as_its_document_says() {
    let app = seeded().await;
    let mut tx = begin(&app, ATLANTA).await;
    for (what, expected) in [
        ("users where 'admin' = any(roles)", 2),
        ("providers", 5),
        ("providers where status = 'pending'", 1),
        ("customers", 12),
        ("customer_vehicles", 4),
        ("services", 6),
        ("prices where effective_to is null", 7), // the tow has one of the job and one of the mile
        ("bookings", 22),
        ("bookings where phase = 'completed'", 13),
        ("bookings where phase = 'cancelled'", 2),
        ("bookings where phase = 'cancelled' and cancellation_fee > 0", 1),
        ("bookings where phase = 'no_show'", 1),
        ("bookings where phase not in ('completed', 'cancelled', 'no_show')", 6),
        ("payments", 15),
        ("payments where status = 'confirmed'", 12),
        ("payments where status = 'pending'", 3),
        ("payments where status = 'confirmed' and received_by is not null", 3),
        ("payouts where status = 'paid'", 4),
        ("payouts where status = 'pending'", 1),
        ("reviews", 9),
        ("offers where state = 'accepted'", 16),
        ("offers where state = 'declined'", 1),
        ("offers where state = 'pending'", 0),
        ("booking_events where kind = 'given_back'", 1),
        ("dispatch_decisions where algorithm = 'manual'", 2),
    ] {
        assert_eq!(count(&mut tx, what).await, expected, "{what}");
    }
    assert!(count(&mut tx, "(select distinct phase from bookings) as phases").await >= 5);
    let prices: BTreeMap<String, (i64, Option<i64>)> = sqlx::query_as::<_, (String, i64, Option<i64>)>(
        "select s.slug, p.base_amount, m.base_amount
         from services s
         join prices p on (p.tenant_id, p.service_id) = (s.tenant_id, s.id) and p.line = 'service'
         left join prices m on (m.tenant_id, m.service_id) = (s.tenant_id, s.id) and m.line = 'mileage'",
    )
    .fetch_all(&mut *tx)
    .await
    .unwrap()
    .into_iter()
    .map(|(slug, base, per_mile)| (slug, (base, per_mile)))
    .collect();
    let expected = [
        ("diagnostics", (25_000, None)),
        ("flat-tire", (10_000, None)),
        ("fuel-delivery", (7_500, None)),
        ("jump-start", (10_000, None)),
        ("lockout", (13_500, None)),
        ("towing", (12_500, Some(300))),
    ];
    assert_eq!(prices, expected.map(|(slug, price)| (slug.to_owned(), price)).into());
    drop(tx);
    let mut tx = begin(&app, BIRMINGHAM).await;
    assert_eq!((count(&mut tx, "users where 'admin' = any(roles)").await, count(&mut tx, "bookings").await), (1, 4));
    drop(tx);
    app.done().await;
}

/// Violations of laws in the demo.
async fn violations(app: &TestApp) -> Vec<String> {
    let mut found = Vec::new();
    for host in [ATLANTA, BIRMINGHAM] {
        let mut tx = begin(app, host).await;
        found.extend(checks::violations(&mut tx).await.unwrap().iter().map(|violation| format!("{host}: {violation}")));
    }
    found
}

#[tokio::test]
async fn the_demo_obeys_every_law() {
    let app = seeded().await;
    assert_eq!(violations(&app).await, Vec::<String>::new());
    app.done().await;
}

#[tokio::test]
async fn an_offer_of_the_demo_promised_what_its_provider_earned() {
    let app = seeded().await;
    let mut tx = begin(&app, ATLANTA).await;
    let different: Vec<String> = sqlx::query_scalar(
        "select b.reference || ': ' || o.pay_amount || ' promised, ' || e.amount || ' earned'
         from earnings e
         join bookings b on (b.tenant_id, b.id) = (e.tenant_id, e.booking_id)
         join offers o on (o.tenant_id, o.job_id, o.provider_id) = (e.tenant_id, e.job_id, e.provider_id) and o.state = 'accepted'
         where b.phase = 'completed' and e.kind = 'job' and o.pay_amount <> e.amount",
    )
    .fetch_all(&mut *tx)
    .await
    .unwrap();
    assert_eq!(different, Vec::<String>::new());
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn loading_the_demo_sends_no_messages() {
    let app = seeded().await;
    let left: i64 = sqlx::query_scalar("select count(*) from queue.tasks where run_at <= $1")
        .bind(app.now())
        .fetch_one(&mut app.database.owner().await)
        .await
        .unwrap();
    assert_eq!(left, 0, "nothing of the past is left to do");
    let mut tx = begin(&app, ATLANTA).await;
    assert_eq!(count(&mut tx, "notifications where sealed_content is not null").await, 0);
    assert_eq!(count(&mut tx, "bookings where sealed_access_token is null").await, 0, "messages to come have the link");
    drop(tx);
    app.drain().await;
    assert_eq!(violations(&app).await, Vec::<String>::new(), "the dispatcher goes on from there");
    app.done().await;
}

#[tokio::test]
async fn the_demo_was_done_by_its_people_at_its_times() {
    let app = seeded().await;
    let mut tx = begin(&app, ATLANTA).await;
    let wrong: Vec<String> = sqlx::query_scalar(
        "select b.reference || ': booked by ' || a.actor || ' at ' || a.at
         from bookings b
         join customers c on (c.tenant_id, c.id) = (b.tenant_id, b.customer_id)
         join audit_log a on a.object = 'bookings' and a.object_id = b.id and a.action = 'insert'
         where a.at <> b.created_at or a.actor <> coalesce('user:' || c.user_id, 'guest')
         union all
         select 'payment ' || p.id || ': confirmed by ' || a.actor || ' at ' || a.at
         from payments p
         join audit_log a on a.object = 'payments' and a.object_id = p.id and a.changes -> 'status' ->> 1 = 'confirmed'
         where a.at <> p.confirmed_at or a.actor <> 'user:' || p.confirmed_by
         union all
         select 'job ' || j.id || ': arrived by ' || a.actor || ' at ' || a.at
         from jobs j
         join assignments w on (w.tenant_id, w.job_id) = (j.tenant_id, j.id)
         join providers p on (p.tenant_id, p.id) = (w.tenant_id, w.provider_id)
         join audit_log a on a.object = 'jobs' and a.object_id = j.id and a.changes -> 'state' ->> 1 = 'arrived'
         where a.at <> j.arrived_at or a.actor <> 'user:' || p.user_id and w.end_reason is null",
    )
    .fetch_all(&mut *tx)
    .await
    .unwrap();
    assert_eq!(wrong, Vec::<String>::new());
    assert!(count(&mut tx, "audit_log where object = 'jobs' and actor = 'system'").await > 0, "the dispatcher's looks");
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn references_and_links_of_the_demo_are_the_same_in_every_installation() {
    let (one, other) = tokio::join!(seeded(), seeded());
    let mut found: Vec<Vec<(String, Vec<u8>)>> = Vec::new();
    for app in [&one, &other] {
        let mut tx = begin(app, ATLANTA).await;
        let rows = sqlx::query_as("select reference, access_token_hash from bookings order by reference");
        found.push(rows.fetch_all(&mut *tx).await.unwrap());
    }
    assert_eq!(found[0], found[1]);
    assert!(found[0].iter().any(|(reference, _)| reference == "RA-3A4HEY"), "{:?}", found[0]);
    one.done().await;
    other.done().await;
}

#[tokio::test]
async fn every_service_has_a_free_provider_on_duty_in_the_demo() {
    let app = seeded().await;
    for host in [ATLANTA, BIRMINGHAM] {
        let mut tx = begin(&app, host).await;
        let without: Vec<String> = sqlx::query_scalar(
            "select s.slug from services s
             where not exists (
                 select from providers p
                 join provider_skills k on (k.tenant_id, k.provider_id) = (p.tenant_id, p.id)
                 join provider_positions l on (l.tenant_id, l.provider_id) = (p.tenant_id, p.id)
                 where k.skill = s.slug and p.on_duty_since is not null and l.recorded_at = app.now()
                   and not exists (select from assignments a where (a.tenant_id, a.provider_id) = (p.tenant_id, p.id) and a.state = 'under_way'))",
        )
        .fetch_all(&mut *tx)
        .await
        .unwrap();
        assert_eq!(without, Vec::<String>::new(), "{host}");
    }
    app.done().await;
}

#[tokio::test]
async fn timelines_are_in_order_and_end_at_the_current_phase() {
    let app = seeded().await;
    let mut tx = begin(&app, ATLANTA).await;
    let future = count(&mut tx, "booking_events where occurred_at > app.now()").await;
    assert_eq!(future, 0, "nothing has happened yet that hasn't happened");
    let wrong: Vec<String> = sqlx::query_scalar(
        "select b.reference from bookings b
         join lateral (select array_agg(e.kind order by e.occurred_at, e.id) as kinds, (array_agg(e.phase order by e.occurred_at desc, e.id desc))[1] as phase
                       from booking_events e where (e.tenant_id, e.booking_id) = (b.tenant_id, b.id)) told on true
         where told.phase <> b.phase or told.kinds[1] <> 'booked'
            or (b.phase = 'completed' and not told.kinds @> '{dispatched,en_route,arrived,started,completed}')",
    )
    .fetch_all(&mut *tx)
    .await
    .unwrap();
    assert_eq!(wrong, Vec::<String>::new());
    drop(tx);
    app.done().await;
}

/// Which ids the fingerprint includes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ids {
    Kept,
    Ignored,
}

/// A hash of each table's rows, without values that are random (password hashes, the log's ids), meant to change, or read from the
/// real clock: the owner creates tenants before there is a transaction of the tenant.
async fn fingerprints(app: &TestApp, ids: Ids) -> BTreeMap<String, String> {
    let pattern = if ids == Ids::Ignored { "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}" } else { "$^" };
    let mut all = BTreeMap::new();
    for host in [ATLANTA, BIRMINGHAM] {
        let mut tx = begin(app, host).await;
        let tables: Vec<String> = sqlx::query_scalar(
            "select c.relname::text from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relrowsecurity",
        )
        .fetch_all(&mut *tx)
        .await
        .unwrap();
        for table in tables {
            let sql = format!(
                "select coalesce(md5(string_agg(row, ',' order by row)), '') from (
                     select regexp_replace((to_jsonb(t) - 'password_hash' - 'recorded_at' - 'sealed_access_token' - case when '{table}' = 'audit_log' then 'id' else '' end
                             #- '{{changes,password_hash}}' #- '{{changes,created_at}}' #- '{{changes,sealed_access_token}}')::text, '{pattern}', 'id', 'g') as row
                     from {table} t
                     where '{table}' <> 'audit_log' or to_jsonb(t) ->> 'object' not in ('tenants', 'hosts')) rows"
            );
            let hash = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&mut *tx).await.unwrap();
            all.insert(format!("{host} {table}"), hash);
        }
    }
    all
}

#[tokio::test]
async fn seeding_again_changes_nothing_but_the_age_of_positions() {
    let app = seeded().await;
    let before = fingerprints(&app, Ids::Kept).await;
    assert!(before.len() > 40, "{} tables of two tenants", before.len());
    app.app.db.clock.advance(TimeDelta::hours(30));
    load(&app.app.db, &mut app.database.owner().await, &app.app.keys).await.unwrap();
    assert_eq!(fingerprints(&app, Ids::Kept).await, before);
    let mut tx = begin(&app, ATLANTA).await;
    assert_eq!(count(&mut tx, "provider_positions where recorded_at < app.now()").await, 0);
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn two_loadings_at_the_same_time_of_day_give_the_same_rows() {
    let (one, other) = tokio::join!(seeded(), seeded());
    assert_eq!(fingerprints(&one, Ids::Ignored).await, fingerprints(&other, Ids::Ignored).await);
    one.done().await;
    other.done().await;
}

#[tokio::test]
async fn the_demo_can_be_loaded_at_any_time_of_day_and_year() {
    for at in ["2026-03-08T07:30:00Z", "2026-11-01T05:59:00Z", "2027-01-01T04:30:00Z", "2028-02-29T23:59:59Z"] {
        let mut app = TestApp::new().await;
        app.app.db = app.database.db.clone().with_clock(Clock::fixed(at.parse().unwrap()));
        load(&app.app.db, &mut app.database.owner().await, &app.app.keys)
            .await
            .unwrap_or_else(|error| panic!("at {at}: {error:#}"));
        assert_eq!(violations(&app).await, Vec::<String>::new(), "at {at}");
        app.done().await;
    }
}

#[tokio::test]
async fn seeded_ids_are_the_same_in_every_installation() {
    let (one, other) = tokio::join!(seeded(), seeded());
    let mut ids = Vec::new();
    for app in [&one, &other] {
        let mut tx = app.app.db.begin_platform().await.unwrap();
        let id: Id<Tenant> = find_by_host(&mut tx, ATLANTA).await.unwrap().unwrap().id;
        ids.push(id);
    }
    assert_eq!(ids[0], ids[1]);
    one.done().await;
    other.done().await;
}

#[test]
fn demo_accounts_are_not_made_in_production() {
    let refused = refuse_in_production(Environment::Production).unwrap_err().to_string();
    assert!(refused.contains("WAYSIDE_ENV=development"), "{refused}");
    refuse_in_production(Environment::Development).unwrap();
    refuse_in_production(Environment::Test).unwrap();
}
