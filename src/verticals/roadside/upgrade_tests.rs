//! What a business keeps when it gets the version in which roadside's rules became its own, and while the previous version still runs.

use engine::Id;
use serde_json::{Value, json};
use sqlx::{PgConnection, types::Json};

use super::RoadsideService;
use crate::{
    catalog::{self, Service},
    db::MIGRATIONS,
    testing::{TestApp, TestDb, begin, tenant},
};

/// The schema before a business's fees were its own.
const BEFORE: i64 = 44;

async fn settings(owner: &mut PgConnection, slug: &str) -> Value {
    let settings: Json<Value> = sqlx::query_scalar("select settings from platform.tenants where slug = $1")
        .bind(slug)
        .fetch_one(owner)
        .await
        .unwrap();
    settings.0
}

/// A business as that version knows it.
async fn insert(owner: &mut PgConnection, slug: &str, settings: Value) {
    sqlx::query(
        "insert into platform.tenants (id, slug, name, zone, currency, locale, region, reference_prefix, phone, email, latitude, longitude, verticals, settings)
         values (gen_random_uuid(), $1, $1, 'America/New_York', 'USD', 'en-US', 'US', 'RA', '+14045550100', 'hello@example.com', 33.7, -84.4, '{roadside}', $2)",
    )
    .bind(slug)
    .bind(Json(settings))
    .execute(owner)
    .await
    .unwrap();
}

#[tokio::test]
async fn fees_that_were_assumed_are_written_down_and_those_that_were_set_stay() {
    let database = TestDb::new().await;
    let mut owner = database.owner().await;
    MIGRATIONS.undo(&mut owner, BEFORE).await.unwrap();
    insert(&mut owner, "assumed", json!({ "tax_basis_points": 700 })).await;
    let all = json!({ "dispatch_fee": 0, "dry_run_fee": 100, "unknown_miles_ceiling": 10 });
    insert(&mut owner, "chosen", all.clone()).await;
    insert(&mut owner, "partly", json!({ "dispatch_fee": 1200 })).await;
    MIGRATIONS.run(&mut owner).await.unwrap();

    let assumed = settings(&mut owner, "assumed").await;
    assert_eq!(
        assumed,
        json!({ "tax_basis_points": 700, "dispatch_fee": 3500, "dry_run_fee": 6000, "unknown_miles_ceiling": 25 })
    );
    assert_eq!(settings(&mut owner, "chosen").await, all);
    let partly = settings(&mut owner, "partly").await;
    assert_eq!(partly, json!({ "dispatch_fee": 1200, "dry_run_fee": 6000, "unknown_miles_ceiling": 25 }));
    drop(owner);
    database.drop().await;
}

#[tokio::test]
async fn a_tow_that_the_previous_version_added_asks_where_the_vehicle_goes() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let id = Id::<Service>::new();
    let mut tx = begin(&app, atl).await;
    for sql in [
        "insert into services (id, slug, vertical, category, name, description, icon, asks_destination, expected_minutes, position)
         values ($1, 'towing', 'roadside', 'roadside', 'Tow', 'To any address.', 'truck', true, 60, 1)",
        "insert into prices (id, service_id, base_amount, per_mile_amount, effective_from) values (gen_random_uuid(), $1, 12500, 300, app.now())",
        "update services set name = 'Towing', updated_at = app.now() where id = $1",
    ] {
        sqlx::query(sql).bind(id).execute(&mut *tx).await.unwrap();
    }
    let found = catalog::store::find(&mut tx, id).await.unwrap().unwrap().service;
    assert!(RoadsideService::of(&found).asks_destination);
    tx.commit().await.unwrap();
    let page = app.browser("atl.localhost").get("/book/towing").await;
    assert_eq!(page.all("main input[name=destination]").len(), 1, "{}", page.html);
    assert!(page.text().contains("$125.00 + $3.00/mi"), "{}", page.text());

    let mut tx = begin(&app, atl).await;
    sqlx::query("update services set options = $2 where id = $1")
        .bind(id)
        .bind(Json(RoadsideService::default().options()))
        .execute(&mut *tx)
        .await
        .unwrap();
    let as_before: bool = sqlx::query_scalar("select asks_destination from services where id = $1")
        .bind(id)
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    assert!(!as_before, "the previous version reads what this one changed");
    drop(tx);
    app.done().await;
}
