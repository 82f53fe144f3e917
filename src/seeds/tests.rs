use std::collections::BTreeMap;

use chrono::TimeDelta;
use engine::Id;

use super::{load, refuse_in_production};
use crate::{
    config::Environment,
    db::{Clock, Tx},
    tenants::{Tenant, find_by_host},
    testing::TestApp,
};

const ATLANTA: &str = "roadside-atl.localhost";
const BIRMINGHAM: &str = "magic-city-tow.localhost";

/// An application with the demo tenants in it.
async fn seeded() -> TestApp {
    let app = TestApp::new().await;
    load(&app.app.db, &mut app.database.owner().await).await.unwrap();
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
        ("customer_vehicles", 12),
        ("services", 6),
        ("prices where effective_to is null", 6),
        ("bookings", 18),
        ("bookings where phase = 'completed'", 11),
        ("bookings where phase = 'cancelled'", 1),
        ("bookings where phase not in ('completed', 'cancelled')", 6),
        ("payments", 13),
        ("payments where status = 'confirmed'", 11),
        ("payments where status = 'pending'", 2),
        ("earnings", 11),
        ("earnings where status = 'paid_out'", 7),
        ("earnings where status = 'pending'", 4),
        ("payout_items", 7),
        ("dispatch_decisions", 13),
    ] {
        assert_eq!(count(&mut tx, what).await, expected, "{what}");
    }
    assert!(count(&mut tx, "dispatch_decisions where algorithm = 'manual'").await > 0);
    assert!(count(&mut tx, "(select distinct phase from bookings) as phases").await >= 5);
    let prices: BTreeMap<String, (i64, Option<i64>)> = sqlx::query_as::<_, (String, i64, Option<i64>)>(
        "select s.slug, p.base_amount, p.per_mile_amount from services s join prices p on (p.tenant_id, p.service_id) = (s.tenant_id, s.id)",
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
    assert_eq!((count(&mut tx, "users where 'admin' = any(roles)").await, count(&mut tx, "bookings").await), (1, 3));
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn every_completed_booking_is_charged_what_was_approved() {
    let app = seeded().await;
    for host in [ATLANTA, BIRMINGHAM] {
        let mut tx = begin(&app, host).await;
        let wrong: Vec<String> = sqlx::query_scalar(
            "select b.reference from bookings b
             left join lateral (select sum(q.total_amount) as total, sum(q.ceiling_amount) as ceiling from quotes q
                                where (q.tenant_id, q.booking_id) = (b.tenant_id, b.id) and q.state = 'approved') approved on true
             left join lateral (select sum(r.amount) as total from ledger_rows r where r.from_account = 'customer:' || b.id) charged on true
             left join lateral (select sum(p.amount) as total from payments p where (p.tenant_id, p.booking_id) = (b.tenant_id, b.id)) paid on true
             where case when b.phase = 'completed'
                        then charged.total is distinct from approved.total or paid.total is distinct from approved.total or approved.total > approved.ceiling
                        else charged.total is not null or paid.total is not null end",
        )
        .fetch_all(&mut *tx)
        .await
        .unwrap();
        assert_eq!(wrong, Vec::<String>::new(), "{host}");
        let lines: i64 = count(
            &mut tx,
            "quotes q where total_amount <> (select sum(amount) from quote_lines l where (l.tenant_id, l.quote_id) = (q.tenant_id, q.id))",
        )
        .await;
        assert_eq!(lines, 0, "every quote is the sum of its lines");
    }
    app.done().await;
}

#[tokio::test]
async fn the_ledger_says_the_same_as_payments_earnings_and_payouts() {
    let app = seeded().await;
    for host in [ATLANTA, BIRMINGHAM] {
        let mut tx = begin(&app, host).await;
        let wrong: Vec<String> = sqlx::query_scalar(
            "with balances as (
                 select account, sum(amount) as amount
                 from (select to_account as account, amount from ledger_rows union all select from_account, -amount from ledger_rows) moves
                 group by account
             ), expected as (
                 select 'provider:' || provider_id as account, sum(amount) filter (where status = 'pending') as amount from earnings group by 1
                 union all
                 select 'customer:' || b.id, -coalesce(sum(p.amount) filter (where p.status = 'pending'), 0)
                 from bookings b join payments p on (p.tenant_id, p.booking_id) = (b.tenant_id, b.id) group by b.id
                 union all
                 select method, -sum(amount) from payments where status = 'confirmed' group by method
                 union all
                 select 'bank', sum(total_amount) from payouts having count(*) > 0
                 union all
                 select 'revenue', (select sum(amount) from payments) - (select sum(amount) from earnings)
             )
             select coalesce(account, '?') || ': ' || coalesce(b.amount, 0) || ' instead of ' || coalesce(e.amount, 0)
             from balances b full join expected e using (account)
             where coalesce(b.amount, 0) <> coalesce(e.amount, 0)",
        )
        .fetch_all(&mut *tx)
        .await
        .unwrap();
        assert_eq!(wrong, Vec::<String>::new(), "{host}");
        let uneven = count(
            &mut tx,
            "payouts o where total_amount <> (select sum(i.amount) from payout_items i where (i.tenant_id, i.payout_id) = (o.tenant_id, o.id))",
        )
        .await;
        assert_eq!(uneven, 0, "every payout is the sum of its items");
    }
    app.done().await;
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
async fn timelines_are_told_in_order_and_end_where_the_booking_is() {
    let app = seeded().await;
    let mut tx = begin(&app, ATLANTA).await;
    let future = count(&mut tx, "booking_events where occurred_at > app.now()").await;
    assert_eq!(future, 0, "nothing has happened yet that hasn't happened");
    let wrong: Vec<String> = sqlx::query_scalar(
        "select b.reference from bookings b
         join lateral (select array_agg(e.kind order by e.occurred_at) as kinds, (array_agg(e.phase order by e.occurred_at desc))[1] as phase
                       from booking_events e where (e.tenant_id, e.booking_id) = (b.tenant_id, b.id)) told on true
         where told.phase <> b.phase or told.kinds[1] <> 'booked'
            or (b.phase = 'completed' and told.kinds[1:6] <> '{booked,dispatched,en_route,arrived,started,completed}')",
    )
    .fetch_all(&mut *tx)
    .await
    .unwrap();
    assert_eq!(wrong, Vec::<String>::new());
    drop(tx);
    app.done().await;
}

/// A hash of each table's rows, except what is random (password hashes, the log's ids), meant to change, or told by the
/// real clock: tenants are made by the owner, before there is a transaction of theirs.
async fn fingerprints(app: &TestApp) -> BTreeMap<String, String> {
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
                     select (to_jsonb(t) - 'password_hash' - 'recorded_at' - case when '{table}' = 'audit_log' then 'id' else '' end
                             #- '{{changes,password_hash}}' #- '{{changes,created_at}}')::text as row
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
    let before = fingerprints(&app).await;
    assert!(before.len() > 40, "{} tables of two tenants", before.len());
    app.app.db.clock.advance(TimeDelta::hours(30));
    load(&app.app.db, &mut app.database.owner().await).await.unwrap();
    assert_eq!(fingerprints(&app).await, before);
    let mut tx = begin(&app, ATLANTA).await;
    assert_eq!(count(&mut tx, "provider_positions where recorded_at < app.now()").await, 0);
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn two_loadings_at_the_same_time_of_day_give_the_same_rows() {
    let (one, other) = tokio::join!(seeded(), seeded());
    assert_eq!(fingerprints(&one).await, fingerprints(&other).await);
    one.done().await;
    other.done().await;
}

#[tokio::test]
async fn the_demo_can_be_loaded_at_any_time_of_day_and_year() {
    for at in ["2026-03-08T07:30:00Z", "2026-11-01T05:59:00Z", "2027-01-01T04:30:00Z", "2028-02-29T23:59:59Z"] {
        let mut app = TestApp::new().await;
        app.app.db = app.database.db.clone().with_clock(Clock::fixed(at.parse().unwrap()));
        load(&app.app.db, &mut app.database.owner().await).await.unwrap_or_else(|error| panic!("at {at}: {error:#}"));
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
