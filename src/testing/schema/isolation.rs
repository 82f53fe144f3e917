use engine::Id;
use sqlx::{AssertSqlSafe, PgConnection};
use uuid::Uuid;

use crate::{
    db::{Actor, Cause, Tx},
    seeds,
    tenants::{Tenant, find_by_host},
    testing::TestApp,
};

/// Two tenants with rows in nearly every table.
struct TwoTenants {
    app: TestApp,
    ours: Id<Tenant>,
    theirs: Id<Tenant>,
}

impl TwoTenants {
    async fn new() -> Self {
        let app = TestApp::new().await;
        seeds::load(&app.app.db, &mut app.database.owner().await, &app.app.keys).await.unwrap();
        let mut tx = app.app.db.begin_platform().await.unwrap();
        let ours = find_by_host(&mut tx, "roadside-atl.localhost").await.unwrap().unwrap().id;
        let theirs = find_by_host(&mut tx, "magic-city-tow.localhost").await.unwrap().unwrap().id;
        Self { app, ours, theirs }
    }

    async fn begin(&self, tenant: Id<Tenant>) -> Tx {
        self.app.app.db.begin(tenant, &Actor::guest(), Cause::default()).await.unwrap()
    }

    async fn one_of(&self, tenant: Id<Tenant>, table: &str) -> Uuid {
        let mut tx = self.begin(tenant).await;
        let sql = AssertSqlSafe(format!("select id from {table} order by id limit 1"));
        sqlx::query_scalar(sql).fetch_one(&mut *tx).await.unwrap()
    }
}

async fn tables(db: &mut PgConnection) -> Vec<String> {
    sqlx::query_scalar(
        "select c.relname::text from pg_class c
         where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> '_sqlx_migrations' order by 1",
    )
    .fetch_all(db)
    .await
    .unwrap()
}

/// The SQLSTATE of a statement that must fail.
async fn refusal(tx: &mut Tx, sql: &str) -> String {
    let mut attempt = sqlx::Connection::begin(&mut **tx).await.unwrap();
    let error = sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&mut *attempt).await.expect_err(sql);
    error.as_database_error().and_then(sqlx::error::DatabaseError::code).expect(sql).into_owned()
}

const DENIED: &str = "42501";
const NO_SUCH_ROW: &str = "23503";

#[tokio::test]
async fn nothing_of_another_tenant_can_be_read_by_any_query() {
    let two = TwoTenants::new().await;
    let mut tx = two.begin(two.ours).await;
    let mut filled = 0;
    for table in tables(&mut tx).await {
        let sql = AssertSqlSafe(format!(
            "select count(*) filter (where tenant_id = $1), count(*) from {table} where true or tenant_id = $1"
        ));
        let (theirs, all): (i64, i64) = sqlx::query_as(sql).bind(two.theirs).fetch_one(&mut *tx).await.unwrap();
        assert_eq!(theirs, 0, "{table}");
        filled += i32::from(all > 0);
    }
    assert!(filled >= 25, "only {filled} tables have rows to hide");
    drop(tx);
    two.app.done().await;
}

#[tokio::test]
async fn without_a_tenant_there_are_no_rows_at_all() {
    let two = TwoTenants::new().await;
    let mut tx = two.app.app.db.begin_platform().await.unwrap();
    for table in tables(&mut tx).await {
        let sql = AssertSqlSafe(format!("select count(*) from {table}"));
        assert_eq!(sqlx::query_scalar::<_, i64>(sql).fetch_one(&mut *tx).await.unwrap(), 0, "{table}");
    }
    let refused = refusal(&mut tx, "insert into blocks (id, reason) values (gen_random_uuid(), 'x')").await;
    assert!([DENIED, "23502"].contains(&refused.as_str()), "{refused}");
    drop(tx);
    two.app.done().await;
}

#[tokio::test]
async fn nothing_of_another_tenant_can_be_changed_deleted_or_taken_over() {
    let two = TwoTenants::new().await;
    let (ours, theirs) = (two.ours, two.theirs);
    let mut tx = two.begin(ours).await;
    let updatable: Vec<String> = sqlx::query_scalar(
        "select c.relname::text from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
           and has_table_privilege(c.oid, 'update') and has_table_privilege(c.oid, 'delete')",
    )
    .fetch_all(&mut *tx)
    .await
    .unwrap();
    assert!(updatable.len() > 15);
    for table in updatable {
        for statement in [
            format!("update {table} set tenant_id = tenant_id where tenant_id = '{theirs}'"),
            format!("delete from {table} where tenant_id = '{theirs}'"),
        ] {
            let done = sqlx::query(AssertSqlSafe(statement.clone())).execute(&mut *tx).await.unwrap();
            assert_eq!(done.rows_affected(), 0, "{statement}");
        }
    }
    for statement in [
        format!("update customers set tenant_id = '{theirs}'"),
        format!("insert into blocks (tenant_id, id, reason) values ('{theirs}', gen_random_uuid(), 'x')"),
    ] {
        assert_eq!(refusal(&mut tx, &statement).await, DENIED, "{statement}");
    }
    drop(tx);
    two.app.done().await;
}

#[tokio::test]
async fn a_row_cant_point_at_another_tenants_row() {
    let two = TwoTenants::new().await;
    let (customer, service, booking, provider) = (
        two.one_of(two.theirs, "customers").await,
        two.one_of(two.theirs, "services").await,
        two.one_of(two.theirs, "bookings").await,
        two.one_of(two.theirs, "providers").await,
    );
    let our_booking = two.one_of(two.ours, "bookings").await;
    let mut tx = two.begin(two.ours).await;
    for statement in [
        format!(
            "insert into customer_vehicles (id, customer_id, year, make, model, color) values (gen_random_uuid(), '{customer}', 2020, 'a', 'b', 'c')"
        ),
        format!("update bookings set service_id = '{service}' where id = '{our_booking}'"),
        format!("update bookings set customer_id = '{customer}' where id = '{our_booking}'"),
        format!(
            "insert into payments (id, booking_id, amount, method) values (gen_random_uuid(), '{booking}', 1, 'cash')"
        ),
        format!(
            "insert into booking_events (id, booking_id, kind, phase, actor) values (gen_random_uuid(), '{booking}', 'booked', 'confirmed', 'system')"
        ),
        format!("insert into provider_skills (provider_id, skill) values ('{provider}', 'towing')"),
        format!(
            "insert into resources (id, kind, name, provider_id) values (gen_random_uuid(), 'provider', 'x', '{provider}')"
        ),
    ] {
        assert_eq!(refusal(&mut tx, &statement).await, NO_SUCH_ROW, "{statement}");
    }
    drop(tx);
    two.app.done().await;
}

#[tokio::test]
async fn platform_tables_are_only_reachable_through_functions() {
    let two = TwoTenants::new().await;
    let mut tx = two.begin(two.ours).await;
    for table in [
        "platform.tenants",
        "platform.hosts",
        "platform.operators",
        "platform.sessions",
        "queue.tasks",
        "queue.deadlines",
        "_sqlx_migrations",
    ] {
        for statement in [format!("select * from {table}"), format!("delete from {table}")] {
            assert_eq!(refusal(&mut tx, &statement).await, DENIED, "{statement}");
        }
    }
    for statement in [
        "call platform.protect('users')",
        "alter table users disable row level security",
        "create table public.mine (id int)",
        "truncate bookings cascade",
        "set role wayside_owner",
        "drop policy tenant_scope on users",
    ] {
        assert_eq!(refusal(&mut tx, statement).await, DENIED, "{statement}");
    }
    drop(tx);
    two.app.done().await;
}

#[tokio::test]
async fn append_only_tables_cannot_be_rewritten() {
    let two = TwoTenants::new().await;
    let mut tx = two.begin(two.ours).await;
    for statement in [
        "insert into audit_log (action, object, changes) values ('insert', 'users', '{}')",
        "update audit_log set actor = 'nobody'",
        "delete from audit_log",
        "update booking_events set note = 'never happened'",
        "delete from booking_events",
        "update quote_lines set amount = 1",
        "update ledger_rows set amount = 1",
        "delete from ledger_rows",
        "update postings set kind = 'correction'",
        "delete from dispatch_decisions",
    ] {
        assert_eq!(refusal(&mut tx, statement).await, DENIED, "{statement}");
    }
    drop(tx);
    two.app.done().await;
}

#[tokio::test]
async fn the_audit_log_says_who_changed_what_and_hides_personal_values() {
    let two = TwoTenants::new().await;
    let customer = two.one_of(two.ours, "customers").await;
    let mut tx = two
        .app
        .app
        .db
        .begin(two.ours, &Actor("user:ann".into()), Cause { request_id: "request-7", address: "198.51.100.7" })
        .await
        .unwrap();
    sqlx::query("update customers set name = 'Somebody Else' where id = $1")
        .bind(customer)
        .execute(&mut *tx)
        .await
        .unwrap();
    sqlx::query(
        "update providers set commission_rate = 6000 where commission_type = 'percentage' and status = 'active'",
    )
    .execute(&mut *tx)
    .await
    .unwrap();
    let entries: Vec<(String, serde_json::Value)> = sqlx::query_as(
        "select object, changes from audit_log where actor = 'user:ann' and request_id = 'request-7' and address = '198.51.100.7' and action = 'update' and object_id is not null
         order by object",
    )
    .fetch_all(&mut *tx)
    .await
    .unwrap();
    let (object, changes) = &entries[0];
    let hashes: Vec<&str> = changes["name"].as_array().unwrap().iter().filter_map(|value| value.as_str()).collect();
    assert!(object == "customers" && hashes.len() == 2 && hashes[0] != hashes[1], "{changes}");
    assert!(hashes.iter().all(|hash| hash.len() == 25 && hash.starts_with('#')), "keyed hashes only: {changes}");
    let (object, changes) = &entries[1];
    assert_eq!((object.as_str(), changes["commission_rate"][1].as_i64()), ("providers", Some(6000)));
    drop(tx);
    two.app.done().await;
}

#[tokio::test]
async fn serving_as_the_owner_is_refused() {
    let app = TestApp::new().await;
    app.app.db.refuse_privileged_role().await.expect("the tests' handle is the application's role");
    let owner = app.database.as_owner().await;
    let refused =
        owner.refuse_privileged_role().await.expect_err("the owner isn't bound by its own policies").to_string();
    assert!(refused.contains("wayside_owner") && refused.contains("DATABASE_URL"), "{refused}");
    owner.close().await;
    app.done().await;
}
