use engine::Id;
use sqlx::AssertSqlSafe;

use crate::{
    bookings::{self, store::Span},
    db::Tx,
    payouts, seeds,
    tenants::{Tenant, find_by_host},
    testing::TestApp,
};

/// Rows of the large tenant, whose tables the small one shares.
const MANY: i32 = 30_000;

/// The demo, where a neighbour has filled the tables.
async fn crowded() -> (TestApp, Id<Tenant>) {
    let app = TestApp::new().await;
    let mut owner = app.database.owner().await;
    seeds::load(&app.app.db, &mut owner).await.unwrap();
    let mut tx = app.app.db.begin_platform().await.unwrap();
    let small = find_by_host(&mut tx, "roadside-atl.localhost").await.unwrap().unwrap().id;
    let large = find_by_host(&mut tx, "magic-city-tow.localhost").await.unwrap().unwrap().id;
    drop(tx);
    // Triggers are the owner's to switch off; they would take longer than all the rest.
    let fill = format!(
        "select set_config('app.tenant_id', '{large}', false);
         create temporary table numbers as select n, md5(n::text)::uuid as id from generate_series(1, {MANY}) n;
         {}
         insert into customers (id, name, phone) select id, 'Customer ' || n, '+1205' || lpad(n::text, 7, '0') from numbers;
         insert into bookings (id, reference, customer_id, service_id, phase, contact_name, contact_phone, address, location_source, payment_method,
                               completed_at, created_at)
         select n.id, 'MC-' || translate(lpad(to_hex(n.n), 6, '0'), 'abcdef', 'ABCDEF'), n.id, (select id from services order by id limit 1), 'completed',
                'Customer', '+12055550000', 'Somewhere', 'address', 'cash', app.now(), app.now() - n.n * interval '1 minute' from numbers n;
         insert into booking_events (id, booking_id, kind, phase, actor) select id, id, 'booked', 'confirmed', 'customer' from numbers;
         insert into quotes (id, booking_id, version, kind, state, total_amount, ceiling_amount, approved_by, approved_at)
         select id, id, 1, 'original', 'approved', 100, 100, 'customer', app.now() from numbers;
         insert into payments (id, booking_id, amount, method, status, confirmed_at) select id, id, 100, 'cash', 'confirmed', app.now() from numbers;
         insert into earnings (id, booking_id, provider_id, base_amount, commission_type, commission_rate, amount)
         select id, id, (select id from providers order by id limit 1), 100, 'percentage', 7000, 70 from numbers;
         {}
         analyze;",
        triggers("disable"),
        triggers("enable"),
    );
    sqlx::raw_sql(AssertSqlSafe(fill)).execute(&mut owner).await.unwrap();
    (app, small)
}

fn triggers(what: &str) -> String {
    ["customers", "bookings", "quotes", "payments", "earnings"]
        .map(|table| format!("alter table {table} {what} trigger user;"))
        .concat()
}

/// Rows of the large tables that this transaction has read without an index.
async fn scanned(tx: &mut Tx) -> Vec<(String, i64)> {
    sqlx::query_as(
        "select relname::text, seq_tup_read from pg_stat_xact_user_tables
         where relname in ('customers', 'bookings', 'booking_events', 'quotes', 'payments', 'earnings') and seq_tup_read > 0",
    )
    .fetch_all(&mut **tx)
    .await
    .unwrap()
}

#[tokio::test]
async fn a_policy_doesnt_keep_a_small_tenants_lists_from_their_indexes() {
    let (app, small) = crowded().await;
    let mut tx = app.app.db.begin_system(small).await.unwrap();
    let (customer, reference, hash): (_, engine::Reference, Vec<u8>) =
        sqlx::query_as("select customer_id, reference, access_token_hash from bookings where phase = 'completed' order by created_at limit 1")
            .fetch_one(&mut *tx)
            .await
            .unwrap();
    let booking = bookings::store::find_by_reference(&mut tx, &reference).await.unwrap().unwrap();
    assert_eq!(bookings::store::find_by_token_hash(&mut tx, &hash).await.unwrap().unwrap().id, booking.id);
    let (listed, _) = bookings::store::list_of_customer(&mut tx, customer, Span::Past, 1, 20).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert!(bookings::store::timeline(&mut tx, booking.id).await.unwrap().len() >= 6);
    assert_eq!(bookings::quotes::list(&mut tx, booking.id).await.unwrap().len(), 1);
    assert!(!payouts::store::waiting_per_provider(&mut tx).await.unwrap().is_empty());
    assert_eq!(scanned(&mut tx).await, [], "rows read without an index");
    for (statement, index) in [
        ("select * from bookings order by created_at desc, id desc limit 20", "bookings_created_idx"),
        ("select * from bookings where phase = 'confirmed' order by created_at desc limit 20", "bookings_phase_idx"),
        ("select * from bookings where reference = 'RA-222222'", "bookings_reference_key"),
        ("select * from customers where phone = '+14045550121'", "customers_phone_idx"),
        ("select * from payments where status = 'pending' order by created_at desc limit 20", "payments_status_idx"),
        (
            "select * from booking_events where booking_id = '01890000-0000-7000-8000-000000000000' order by occurred_at, id",
            "booking_events_booking_idx",
        ),
    ] {
        let explain = AssertSqlSafe(format!("explain {statement}"));
        let plan = sqlx::query_scalar::<_, String>(explain).fetch_all(&mut *tx).await.unwrap().join("\n");
        assert!(plan.contains(index) && !plan.contains("Seq Scan"), "{statement}\n{plan}");
    }
    drop(tx);
    app.done().await;
}
